"""What a bundle's JSON files hold, and the content hashes that tie its parts together."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from itertools import pairwise
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct, field

from tagging.validation import END

Sha256 = Annotated[str, Meta(pattern=f"^[0-9a-f]{{64}}{END}")]
Version = Annotated[str, Meta(pattern=f"^[0-9a-f]{{12}}{END}")]
Share = Annotated[float, Meta(ge=0, le=1)]
Language = Annotated[str, Meta(pattern=f"^[a-z]{{2,3}}{END}")]
"""A code of ISO 639-1, or of ISO 639-3 where there is none."""
Aggregate = Literal["sentences", "whole", "both"]
MOST_GOLDEN_BYTES = 4096
"""Largest golden image: it is read at every start."""


class TextEncoderManifest(Struct, frozen=True, tag_field="schema", tag="tagging.encoder/1"):
    """`encoder/manifest.json` of a text encoder; its notes on origin, licence and parity are for people."""

    files: dict[str, Sha256]
    sequence_length: Annotated[int, Meta(ge=8, le=4096)]
    dimension: Annotated[int, Meta(ge=1)]
    languages: Annotated[tuple[Language, ...], Meta(min_length=1)] = ("en",)
    """Those that it knows: texts in others go to review."""

    @property
    def version(self) -> str:
        """Changes with anything that changes features."""
        return version_of(self.files["encoder.onnx"], self.files["tokenizer.json"], str(self.sequence_length))


class ImageEncoderManifest(Struct, frozen=True, tag_field="schema", tag="tagging.image_encoder/1"):
    """`encoder/manifest.json` of an image encoder; its notes on origin and licence are for people."""

    files: dict[str, Sha256]
    size: Annotated[int, Meta(ge=8, le=1024)]
    """Rows and columns of the images it takes."""
    dimension: Annotated[int, Meta(ge=1)]

    @property
    def version(self) -> str:
        """Changes with anything that changes features."""
        return version_of(self.files["encoder.onnx"], str(self.size))


EncoderManifest = TextEncoderManifest | ImageEncoderManifest
"""`encoder/manifest.json` of either kind; `schema` tells them apart."""


class Golden(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A text or an image with the labels and scores that the bundle gave it when it was made."""

    text: Annotated[str, Meta(min_length=1)] | None = None
    image: Annotated[bytes, Meta(min_length=1, max_length=MOST_GOLDEN_BYTES)] | None = field(
        default=None, name="picture"
    )
    """An image file, written in base64."""
    labels: tuple[str, ...]
    scores: dict[str, Share]
    """Scores of the labels of all heads that ran."""

    def __post_init__(self) -> None:
        if (self.text is None) == (self.image is None):
            raise ValueError("a golden item is either a text or an image")

    @property
    def content(self) -> str | bytes:
        """The text, or the image file."""
        return self.image if self.text is None and self.image is not None else str(self.text)


class Manifest(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`manifest.json` of a bundle."""

    schema: Literal["tagging.bundle/1"]
    about: dict[str, Any] = {}
    """For people: what data the heads were trained on, and how."""
    aggregate: Aggregate
    sentence_share: Share = 0.5
    """Weight of the max-scoring sentence where `aggregate` is `both`; the full text has the rest."""
    sentence_penalty: Annotated[float, Meta(ge=0)] = 0.0
    """Subtracted from each logit, times the logarithm of the number of sentences, unless `aggregate` is `whole`."""
    encoder: Version
    """The encoder that the heads were trained on."""
    files: dict[str, Sha256]
    golden: Annotated[tuple[Golden, ...], Meta(min_length=1)]
    tolerance: Annotated[float, Meta(gt=0, lt=0.5)]
    """How far a golden score may be from the stored one: int8 arithmetic differs between processors."""
    checksum: Sha256
    """Hash of all fields above."""


class Decision(Struct, frozen=True, forbid_unknown_fields=True):
    """How one label's logit becomes a score, and the score from which the label is assigned."""

    threshold: Share
    slope: float = 1.0
    intercept: float = 0.0
    breakpoints: tuple[tuple[float, Share], ...] = field(default=(), name="knots")
    """(logit, probability), both rising: the score is interpolated between them. Without any, it is computed from slope
    and intercept. Labels of a multiclass head have none, so that their scores add up to 1."""
    meets_objective: bool = field(default=True, name="proven")
    """Whether the label's objective was met on out-of-fold data, by the 95 % bound; if not, items with the label are
    reviewed."""
    positives: int = 0
    """Number of known positives on which threshold and calibration were tuned."""
    zero_shot: bool = field(default=False, name="guess")
    """Whether the label had no positive example and was learned from its name and description alone."""
    beside_none: bool = field(default=False, name="none")
    """For a label of a multiclass head: whether its softmax has a further class with the logit 0, that of no label."""
    review: tuple[Share, Share] | None = None
    """The review band of older bundles: a score from the first value up to, but not including, the second is too
    uncertain to act on."""

    def __post_init__(self) -> None:
        pairs = list(pairwise(self.breakpoints))
        if len(self.breakpoints) == 1 or any(a >= c or b > d for (a, b), (c, d) in pairs):
            raise ValueError("knots are at least two, by rising logit, and their probabilities never fall")
        if self.review and self.review[0] > self.review[1]:
            raise ValueError("the review band begins above its end")


class ReviewRule(Struct, frozen=True, forbid_unknown_fields=True):
    """Which items are too likely to be wrong to act on: those whose risk reaches the cut.

    The risk is the log-odds of the expected error of the label set.
    """

    cut: float
    unlabelled: float = 0.0
    """Added to the risk where no label is assigned."""
    sentences: float = 0.0
    """Subtracted from the risk, times the logarithm of the number of sentences; training writes 0 now, because items of
    equal risk are wrong equally often, whatever their length."""


class Thresholds(Struct, frozen=True, forbid_unknown_fields=True):
    """`thresholds.json`: calibration and threshold of every label, and which items are reviewed."""

    schema: Literal["tagging.thresholds/1"]
    labels: dict[str, Decision]
    review: ReviewRule | None = None
    """None in older bundles: an item is reviewed where a score is in the review band of its label."""


class LexiconFile(Struct, frozen=True, forbid_unknown_fields=True):
    """`lexicon.json`: the n-grams in column order with their inverse document frequencies."""

    schema: Literal["tagging.lexicon/1"]
    weight: Annotated[float, Meta(ge=0)]
    grams: tuple[str, ...]
    idf: tuple[float, ...]


def sha256(content: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def version_of(*parts: str) -> str:
    """12 hexadecimal digits that change with any of the parts."""
    return sha256("\n".join(parts).encode())[:12]


def checksum_of(manifest: Mapping[str, Any]) -> str:
    """Hash of a bundle manifest's content, its own checksum left out; independent of order and white space."""
    content = {key: value for key, value in manifest.items() if key != "checksum"}
    return sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode())
