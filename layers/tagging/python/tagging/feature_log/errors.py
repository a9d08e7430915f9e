"""The error of a feature log that cannot be read."""

from __future__ import annotations


class LogError(ValueError):
    """An object of the feature log is damaged, incomplete or in a newer format; the message says which, in one line."""


class NewerFormat(LogError):
    """An object that a newer version of tagging wrote: nothing is wrong with it."""
