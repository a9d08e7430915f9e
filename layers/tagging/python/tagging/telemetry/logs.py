"""Structured logs by item id, without any content of the items."""

from __future__ import annotations

import traceback

from aws_lambda_powertools import Logger

from tagging.aws import error_code

__all__ = ["Logger", "describe", "make_logger"]


def make_logger(service: str, level: str, **fields: str) -> Logger:
    """A logger that writes one JSON object a line to standard output, each with `fields`."""
    logger = Logger(service=service, level=level, utc=True)
    logger.append_keys(**fields)
    return logger


def describe(error: BaseException) -> dict[str, str]:
    """Log fields of an exception: its code and where it was raised. Its text may quote the input and is left out."""
    frames = traceback.extract_tb(error.__traceback__)
    where = " < ".join(f"{frame.name}:{frame.lineno}" for frame in reversed(frames[-4:]))
    return {"error": error_code(error), "type": type(error).__name__, "where": where}
