"""The load that a bill is for, and everything that is assumed about an item, in one place."""

from __future__ import annotations

from dataclasses import dataclass

MONTH_S = 730 * 3600
"""Seconds of a month as AWS counts it: 730 hours."""
MONTH_DAYS = 730 / 24


@dataclass(frozen=True)
class Load:
    """What comes in a month."""

    mails: int = 1_000_000
    images: int = 0

    def of(self, kind: str) -> int:
        """Items of a kind."""
        return {"mail": self.mails, "image": self.images}.get(kind, 0)


@dataclass(frozen=True)
class Assumptions:
    """What a template does not say. Sizes in bytes, times in milliseconds; `measured` ones come from events/mails."""

    mail_ms: float = 75.0
    """CPU of one mail of 128 tokens on one whole vCPU: twice what `tagging benchmark warm` measures on x86-64 with VNNI
    (38 ms). Nobody has measured it on Lambda's arm64 yet."""
    image_ms: float = 80.0
    """CPU of one image on one whole vCPU, decoding included; a guess until the image model has been measured."""
    aws_ms: float = 50.0
    """Waiting for AWS in one invocation: five calls after one another (fetch, row, pointer, ticket, mark) of 10 ms
    each; those of a batch wait together."""
    cold_share: float = 0.005
    """Invocations that start a new environment, where no warm pool is; its start is billed like a run."""
    cold_ms: float = 900.0
    """Start of an environment."""
    mail_bytes: int = 30_000
    image_bytes: int = 300_000
    row_bytes: int = 820
    """Of the row with its ticket's content, measured: mean 815, at most 960."""
    indexed_labels: float = 0.55
    """Labels of an item that the index by label lists where a taxonomy asks for that, measured with seven such labels:
    16 for 29."""
    ticket_share: float = 0.93
    """Items that open a ticket, measured: 28 of 30."""
    label_metrics: tuple[float, float] = (3.8, 1.6)
    """Metrics of labels for each item, where every label is one: items one by one, and in tens, which repeat labels;
    measured: 115 and 47 for 30."""
    critical_metrics: tuple[float, float] = (1.5, 0.33)
    """The same where only critical labels stand alone and the others are one together, measured: 44 and 10 for 30."""
    reasons: int = 5
    """Different reasons of quarantine in a month; each is a metric."""
    item_log_bytes: int = 305
    """The log line of one item and CloudWatch's 26 bytes for each event, measured: 279."""
    label_log_bytes: int = 249
    """The metric of one label given, and 26, measured: 223; a batch has each label once."""
    batch_log_bytes: int = 1_100
    """The metrics of a batch, measured: 621, and Lambda's own START, END and REPORT."""
    log_compression: float = 0.15
    """What is left of logs once stored."""
    kept_months: int = 12
    """How long has been kept what never expires: rows, and objects where retention is off."""
    mail_characters: int = 600
    llm_input_tokens: int = 1_700
    """Instructions, the descriptions of all labels, and a mail."""
    llm_output_tokens: int = 60

    def item_ms(self, kind: str, memory_mb: int) -> float:
        """CPU of one item: Lambda gives CPU in proportion to memory up to one vCPU; more is not counted as a gain."""
        return {"mail": self.mail_ms, "image": self.image_ms}[kind] * max(1.0, 1769 / memory_mb)

    def item_bytes(self, kind: str) -> int:
        """Size of an object of a kind."""
        return {"mail": self.mail_bytes, "image": self.image_bytes}[kind]

    def label_blobs(self, batch: int, *, critical_alone: bool) -> float:
        """Metrics of labels that one batch prints: each label once."""
        one_by_one, in_tens = self.critical_metrics if critical_alone else self.label_metrics
        return batch * (one_by_one if batch == 1 else in_tens)
