"""How commands end when an operation fails: one line on standard error, exit 1; exit 2 for wrong use."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import typer
from rich.console import Console

from tagging.aws import AwsError, error_code
from tagging.operations import InvalidArgument, OperationError
from tagging.store import NewerRow

_SILENT: Final = frozenset({"ConnectTimeoutError", "EndpointConnectionError", "ReadTimeoutError"})
"""Errors of calls that nobody answered."""


@contextmanager
def operation_errors(command: str) -> Iterator[None]:
    """End the command in one line where an operation cannot be done or AWS refuses a call."""
    try:
        yield
    except InvalidArgument as error:
        raise typer.BadParameter(str(error)) from None
    except (OperationError, NewerRow) as error:
        raise failed(command, str(error)) from None
    except AwsError as error:
        if error_code(error) in _SILENT:
            raise failed(command, f"AWS did not answer ({error_code(error)}): try again") from None
        call = getattr(error, "operation_name", "")
        raise failed(command, f"AWS refused{f' {call}' if call else ''}: {error_code(error)}") from None


def failed(command: str, message: str) -> typer.Exit:
    """Print the message; the exception that ends the command with exit 1."""
    Console(stderr=True).print(f"tagging {command}: {message}", highlight=False, markup=False, soft_wrap=True)
    return typer.Exit(1)
