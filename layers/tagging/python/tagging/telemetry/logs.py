"""Structured logs: what happened to which item, and never a word of what it holds."""

from __future__ import annotations

import traceback

from aws_lambda_powertools import Logger

from tagging.aws import error_code

__all__ = ["Logger", "describe", "make_logger"]


def make_logger(service: str, level: str, **always: str) -> Logger:
    """A logger that writes one JSON object a line to standard output, each with `always`."""
    logger = Logger(service=service, level=level, utc=True)
    logger.append_keys(**always)
    return logger


def describe(error: BaseException) -> dict[str, str]:
    """An exception for the log: its code and where it rose. Its text may quote the input and stays out."""
    frames = traceback.extract_tb(error.__traceback__)
    where = " < ".join(f"{frame.name}:{frame.lineno}" for frame in reversed(frames[-4:]))
    return {"error": error_code(error), "type": type(error).__name__, "where": where}
