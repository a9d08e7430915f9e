"""What operations raise; the text is one line for a person. Where AWS refuses a call, `tagging.aws.AwsError` passes."""

from __future__ import annotations


class OperationError(Exception):
    """The operation cannot be done."""


class InvalidArgument(OperationError):
    """An argument names nothing: no bucket, function or stage of that name, or not the address of an object."""


class StageNotReadable(OperationError):
    """The stack of a stage does not exist, cannot be read, or lacks an output."""


class NoRow(OperationError):
    """The label table holds no row of the item."""


class NotQuarantined(OperationError):
    """The item is not quarantined."""


class CannotRetry(OperationError):
    """Nothing that is kept of a quarantined item leads back to its content; the text says why and what to do."""


class TooRecent(OperationError):
    """An item was decided so recently that a running batch may still write what it was decided from."""


class NoObjectVersion(OperationError):
    """Nothing that is kept of an item names the object version that is to be deleted."""


class QueueRefused(OperationError):
    """The intake queue refused a message; to run the operation again does no harm."""


class NotDrained(OperationError):
    """Items that wait to be tagged again do not become fewer; they stay in their queue."""


class DeadLetterReturned(OperationError):
    """A message that was moved is a dead letter again: the fault that made it one still exists."""
