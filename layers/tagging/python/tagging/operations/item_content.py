"""The content of an item that has a row, as the tagger reads it, from its object in one of the stage's buckets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from tagging import mail
from tagging.aws import FORBIDDEN, ClientError, error_code
from tagging.intake import ObjectStore
from tagging.kinds import Kind
from tagging.operations.errors import OperationError
from tagging.quarantine import REASONS, Quarantined
from tagging.store import Row, stored_object

if TYPE_CHECKING:
    from tagging.item import Mail
    from tagging.operations.deployment import Deployment

MOST_BYTES: Final = 40 * 1024 * 1024
"""Of an object: SES receives mails up to this size, and no larger item is tagged."""


class NoContent(OperationError):
    """The content of an item cannot be shown; the message says why."""


def read_object(deployment: Deployment, row: Row) -> bytes:
    """The bytes of an item's object, in the version that was tagged. Raises NoContent, and botocore's errors."""
    if row.forgotten:
        raise NoContent("It was forgotten: nothing is kept of it.")
    stored = stored_object(row.source)
    if stored is None:
        raise NoContent("Its content came in the message itself, of which no copy is kept.")
    if stored.bucket not in {route.bucket for route in deployment.routes}:
        raise NoContent("Its object is in a bucket of somebody else, which is not read from here.")
    try:
        return ObjectStore(deployment.clients.s3, MOST_BYTES, MOST_BYTES).fetch(stored).data
    except Quarantined as error:
        raise NoContent(REASONS[error.reason]) from None
    except ClientError as error:
        if error_code(error) not in FORBIDDEN:
            raise
        raise NoContent("These credentials may not read its object, or it is no longer there.") from None


def read_mail(deployment: Deployment, row: Row) -> Mail:
    """The mail of an item, as the tagger reads it. Raises NoContent, and botocore's errors."""
    data = read_object(deployment, row)
    try:
        return mail.read_mail(cast(Kind, row.kind), data)
    except Quarantined as error:
        raise NoContent(REASONS[error.reason]) from None
