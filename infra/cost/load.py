"""The load of a bill, and every assumption about an item."""

from __future__ import annotations

from dataclasses import dataclass
from math import log10

from tagging.model import REVIEW_REASONS

MONTH_S = 730 * 3600
"""Seconds of AWS's month of 730 hours."""
MONTH_DAYS = 730 / 24
MONTH_H = 730


@dataclass(frozen=True)
class Load:
    """Items in a month."""

    mails: int = 1_000_000
    images: int = 0

    def of(self, kind: str) -> int:
        """Items of a kind in a month."""
        return int(getattr(self, f"{kind}s", 0))


@dataclass(frozen=True)
class Assumptions:
    """Values that no template contains. Sizes in bytes, times in milliseconds; measured ones come from events/mails."""

    mail_ms: float = 75.0
    """CPU of one mail of 128 tokens on one whole vCPU: twice what `tagging benchmark warm` measures on x86-64 with VNNI
    (38 ms). Not yet measured on Lambda's arm64."""
    image_ms: float = 80.0
    """CPU of one image on one whole vCPU, including decoding; an estimate until the image model has been measured."""
    aws_ms: float = 50.0
    """Waiting for AWS in one invocation: five sequential calls (fetch, row, pointer, ticket, mark) of 10 ms each; those
    of a batch run in parallel."""
    cold_share: float = 0.005
    """Share of invocations that start a new environment without a warm pool; the start is billed like a run."""
    cold_ms: float = 900.0
    """Start of an environment."""
    mail_bytes: int = 30_000
    image_bytes: int = 300_000
    row_bytes: int = 820
    """Size of a row with its ticket's content and a key of `short_key` characters, measured: mean 815, at most 960."""
    short_key: int = 20
    key_characters: int = short_key
    """Characters of an object's key; each adds a byte to the row, measured: 834 bytes with 5, 1,515 with 800."""
    indexed_labels: float = 0.55
    """Labels of an item in the index by label, if the taxonomy has labels with `index`; measured with seven of them:
    16 for 29 items."""
    pollers: int = 5
    """Long polls of 20 s that Lambda keeps open on a queue with little traffic. Its messages spread over them, and each
    waits for its own batch; not measured on AWS."""
    log_views: int = 60
    """Times in a month that somebody opens a dashboard with queries of logs; each query scans a day."""
    ticket_share: float = 0.93
    """Share of items that open a ticket, measured: 28 of 30."""
    label_metrics: tuple[float, float] = (3.8, 1.6)
    """Label metrics for each item if every label has its own: in batches of one, and of ten, which repeat labels;
    measured: 115 and 47 for 30 items."""
    critical_metrics: tuple[float, float] = (1.5, 0.33)
    """The same if only critical labels have their own and all others share one, measured: 44 and 10 for 30 items."""
    reasons: int = 5
    """Quarantine reasons that occur in a month; each is a metric."""
    mail_review_reasons: int = len(REVIEW_REASONS)
    """Reasons for a review that occur in a month; each is a metric."""
    image_review_reasons: int = 3
    """Those that images can have: near_threshold, unproven_label, no_label."""
    review_metrics: tuple[float, float] = (0.17, 0.13)
    """Metrics of reasons for a review for each item, in batches of one and of ten, measured: 5 and 4 for 30 items."""
    item_log_bytes: int = 345
    """Log line of one item with CloudWatch's 26 bytes per event, measured: 319."""
    label_log_bytes: int = 249
    """Log line of one label's metric, with 26 bytes more, measured: 223; a batch has each label once."""
    batch_log_bytes: int = 1_100
    """Metrics of a batch, measured: 621, and Lambda's own START, END and REPORT."""
    pointer_every_s: float = 2.0
    """Seconds between two reads of the pointer by one environment, at least; each is at the start of a batch."""
    version_files: int = 8
    """Files of a version, which a new environment reads where the pointer names one."""
    versions: int = 20
    """Versions in the bucket of models, of `version_bytes` each."""
    version_bytes: int = 400_000
    mail_feature_bytes: int = 9_000
    image_feature_bytes: int = 1_800
    """Features, facts and decision of an item in the feature log; estimates of the design."""
    sampled_share: float = 0.15
    """Share of the items that `features = sampled` keeps: one in twenty, and those for review; an estimate."""
    reviewed_share: float = 0.02
    """Share of the items that somebody answers about."""
    log_compression: float = 0.15
    """Stored size of logs relative to their ingested size."""
    kept_months: int = 12
    """Age of data that never expires: rows, and objects without retention."""
    mail_characters: int = 600
    llm_input_tokens: int = 1_700
    """Instructions, descriptions of all labels, and a mail."""
    llm_output_tokens: int = 60

    @property
    def row_size(self) -> int:
        """Bytes of a row with its key. DynamoDB bills writes by the KB begun: over 1,024 bytes they cost twice."""
        return self.row_bytes + max(0, self.key_characters - self.short_key)

    @property
    def longest_cheap_key(self) -> int:
        """Characters of a key up to which a row is billed as one KB."""
        return 1024 - self.row_bytes + self.short_key

    def item_ms(self, kind: str, memory_mb: int) -> float:
        """CPU of one item: Lambda gives CPU in proportion to memory; more than one vCPU is not counted as a gain."""
        return float(getattr(self, f"{kind}_ms")) * max(1.0, 1769 / memory_mb)

    def review_reasons(self, kind: str) -> int:
        """Metrics of reasons for a review of items of this kind."""
        return int(getattr(self, f"{kind}_review_reasons"))

    def item_bytes(self, kind: str) -> int:
        """Size of an object of this kind."""
        return int(getattr(self, f"{kind}_bytes"))

    def feature_bytes(self, kind: str) -> int:
        """Bytes of an item of this kind in the feature log."""
        return int(getattr(self, f"{kind}_feature_bytes"))

    def value_blobs(self, batch: float, *, critical_alone: bool) -> float:
        """Metrics of labels and of reasons for a review that one batch prints: each label and reason once.

        Between batches of one and of ten, which were measured, a power of the batch size; larger ones as of ten.
        """
        in_ones, in_tens = self.critical_metrics if critical_alone else self.label_metrics
        ones, tens = in_ones + self.review_metrics[0], in_tens + self.review_metrics[1]
        return float(batch * ones * (tens / ones) ** min(1.0, log10(batch)))
