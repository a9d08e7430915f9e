"""What the hourly function keeps of live quality in the bucket of learning, as operators read it."""

from __future__ import annotations

from concurrent.futures import Executor
from datetime import date
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


def read_summaries(
    deployment: Deployment, kind: Kind, served: tuple[str, BundleVersion], days: tuple[date, date], threads: Executor
) -> dict[str, DaySummary]:
    """The summaries from a first to a last day, by day, as the version with this id scores its items.

    Raises StageNotReadable without a bucket, and botocore's errors.
    """
    version, bundle = served
    store = quality.SummaryStore(find_log(deployment), kind, bundle.encoder, version, bundle.thresholds)
    return store.read_days(*days, threads)
