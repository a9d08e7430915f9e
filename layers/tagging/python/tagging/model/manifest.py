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
Aggregate = Literal["sentences", "whole", "both"]
MOST_GOLDEN_BYTES = 4096
"""Largest golden image: it is read at every start."""


class TextEncoderManifest(Struct, frozen=True, tag_field="schema", tag="tagging.encoder/1"):
    """`encoder/manifest.json` of an encoder of texts; what it says of origin, licence and parity is for people."""

    files: dict[str, Sha256]
    sequence_length: Annotated[int, Meta(ge=8, le=4096)]
    dimension: Annotated[int, Meta(ge=1)]

    @property
    def version(self) -> str:
        """Changes with anything that changes features."""
        return version_of(self.files["encoder.onnx"], self.files["tokenizer.json"], str(self.sequence_length))


class ImageEncoderManifest(Struct, frozen=True, tag_field="schema", tag="tagging.image_encoder/1"):
    """`encoder/manifest.json` of an encoder of images; what it says of origin and licence is for people."""

    files: dict[str, Sha256]
    size: Annotated[int, Meta(ge=8, le=1024)]
    """Rows and columns of the images it takes."""
    dimension: Annotated[int, Meta(ge=1)]

    @property
    def version(self) -> str:
        """Changes with anything that changes features."""
        return version_of(self.files["encoder.onnx"], str(self.size))


EncoderManifest = TextEncoderManifest | ImageEncoderManifest
"""`encoder/manifest.json` of either kind: its schema says which."""


class Golden(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A text or an image with the labels and scores that the bundle gave it when it was made."""

    text: Annotated[str, Meta(min_length=1)] | None = None
    image: Annotated[bytes, Meta(min_length=1, max_length=MOST_GOLDEN_BYTES)] | None = field(
        default=None, name="picture"
    )
    """An image file, written in base64."""
    labels: tuple[str, ...]
    scores: dict[str, Share]
    """Of the labels that were asked: those of heads whose condition held."""

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
    """For people: the data that the heads learned from, and how."""
    aggregate: Aggregate
    sentence_share: Share = 0.5
    """Weight of the sentence maximum where `aggregate` is `both`; the whole text has the rest."""
    encoder: Version
    """The encoder that the heads were trained on."""
    files: dict[str, Sha256]
    golden: Annotated[tuple[Golden, ...], Meta(min_length=1)]
    tolerance: Annotated[float, Meta(gt=0, lt=0.5)]
    """How far a golden score may be from what is stored: int8 arithmetic differs between processors."""
    checksum: Sha256
    """Of everything above."""


class Decision(Struct, frozen=True, forbid_unknown_fields=True):
    """How one label's logit becomes a score, and from which score the label is given."""

    threshold: Share
    slope: float = 1.0
    intercept: float = 0.0
    breakpoints: tuple[tuple[float, Share], ...] = field(default=(), name="knots")
    """(logit, probability), both rising: the score is read off the line through them; without any, slope and intercept
    make it. A multiclass head has none: its labels' scores add up to 1."""
    meets_objective: bool = field(default=True, name="proven")
    """What the taxonomy asks of the label was reached for sure enough on training data; else its items go to review."""
    positives: int = 0
    """Rows with a known yes that threshold and calibration were made on."""
    zero_shot: bool = field(default=False, name="guess")
    """Nobody gave an example: all that is known of the label is its description."""
    review: tuple[Share, Share] | None = None
    """Scores from the first up to, not including, the second are too uncertain to act on."""

    def __post_init__(self) -> None:
        pairs = list(pairwise(self.breakpoints))
        if len(self.breakpoints) == 1 or any(a >= c or b > d for (a, b), (c, d) in pairs):
            raise ValueError("knots are at least two, by rising logit, and their probabilities never fall")
        if self.review and self.review[0] > self.review[1]:
            raise ValueError("the review band begins above its end")


class Thresholds(Struct, frozen=True, forbid_unknown_fields=True):
    """`thresholds.json`: calibration and threshold of every label."""

    schema: Literal["tagging.thresholds/1"]
    labels: dict[str, Decision]


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
