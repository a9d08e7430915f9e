"""What the hourly function keeps of live quality in the bucket of learning, as operators read it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from tagging import quality  # a door: numpy is loaded when it is used
from tagging.operations.errors import OperationError
from tagging.operations.what_if import find_log
from tagging.validation import InvalidDocument, from_json

if TYPE_CHECKING:
    from tagging.kinds import Kind
    from tagging.model import BundleVersion
    from tagging.operations.deployment import Deployment
    from tagging.quality import DaySummary, ReviewPlan

Document = TypeVar("Document")


def read_document(deployment: Deployment, key: str, document: type[Document]) -> Document | None:
    """An object of the bucket; None where there is none.

    Raises StageNotReadable without a bucket, OperationError for what cannot be read, and botocore's errors.
    """
    stored = find_log(deployment).read_object(key)
    if stored is None:
        return None
    try:
        return from_json(stored.content, document)
    except InvalidDocument as error:
        raise OperationError(f"{key} of stage {deployment.stage} does not match its schema: {error}") from None


def read_review_plan(deployment: Deployment, kind: Kind) -> ReviewPlan | None:
    """What is drawn for review; None before the first hour. Raises as `read_document` does."""
    return read_document(deployment, f"review/{kind}.json", quality.ReviewPlan)


def day_reader(deployment: Deployment, kind: Kind, version: str, bundle: BundleVersion) -> Callable[[str], DaySummary]:
    """Reads the summary of a day (`2026-01-31`) as the version with this id scores its items.

    Raises StageNotReadable without a bucket. The reader raises botocore's errors.
    """
    return quality.SummaryStore(find_log(deployment), kind, bundle.encoder, version, bundle.thresholds).read_day
