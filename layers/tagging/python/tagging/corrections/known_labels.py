"""Which labels an answer may name, as far as that is known: those of the review plan."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import closing
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from tagging.aws import ABSENT, ClientError, error_code
from tagging.validation import from_json

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

KEPT_S: Final = 60.0
"""Seconds for which a plan that was read is used again."""


class _Plan(Struct, frozen=True):
    """The part of `review/<kind>.json` that lists labels of the champion and of earlier versions."""

    labels: frozenset[str]


class KnownLabels:
    """Reads the plans of one bucket. Without a bucket, nothing is known."""

    def __init__(self, s3: S3Client, bucket: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._s3 = s3
        self._bucket = bucket
        self._clock = clock
        self._plans: dict[str, tuple[float, frozenset[str] | None]] = {}

    def of(self, kind: str) -> frozenset[str] | None:
        """The labels that answers about this kind may name; None where there is no plan yet."""
        now = self._clock()
        read_at, labels = self._plans.get(kind, (now - KEPT_S, None))
        if now - read_at >= KEPT_S:
            labels = self._read(kind)
            self._plans[kind] = (now, labels)
        return labels

    def _read(self, kind: str) -> frozenset[str] | None:
        if not self._bucket:
            return None
        try:
            response = self._s3.get_object(Bucket=self._bucket, Key=f"review/{kind}.json")
        except ClientError as error:
            if error_code(error) in ABSENT:
                return None
            raise
        with closing(response["Body"]) as body:
            return from_json(body.read(), _Plan).labels
