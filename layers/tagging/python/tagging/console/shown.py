"""The content of an item as pages show it: text with its evidence marked, what was cut, or a thumbnail."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from tagging.console.exchange import address
from tagging.image import ImageLimits, decode_image, read_image_header
from tagging.kinds import find_kind
from tagging.operations import NoContent
from tagging.quarantine import REASONS, Quarantined

if TYPE_CHECKING:
    from tagging.console.source import Source
    from tagging.item import Attachment, Mail
    from tagging.model import LabelSet
    from tagging.store import Row

SHOWN_CHARS: Final = 12_000
"""Characters of a text that are shown at once: longer ones on request."""
BEGINNING: Final = 140
"""Characters of a text in lists."""
THUMBNAIL: Final = 512
"""Pixels of its longer side."""
_ASPECTS: Final = (0.5, 2.0)
"""The decoder crops an image outside these, width to height."""
_SWAPPED: Final = 5
"""EXIF orientations from this on exchange width and height."""


@dataclass(frozen=True)
class Span:
    """Where in the full text the evidence of a label stands."""

    start: int
    end: int
    label: str


@dataclass(frozen=True)
class Part:
    """A piece of a text, and the labels that it is evidence of."""

    text: str
    labels: tuple[str, ...] = ()


@dataclass(frozen=True)
class Shown:
    """One item's content; `fault` says why there is none."""

    id: str
    fault: str = ""
    picture: bool = False
    subject: tuple[Part, ...] = ()
    text: tuple[Part, ...] = ()
    hidden: int = 0
    """Characters of the text that are not shown."""
    all_of_it: str = ""
    """Address of the page with the whole text."""
    cuts: tuple[tuple[str, str], ...] = ()
    """Kind and text of what the tagger did not read as the sender's own."""
    attachments: tuple[Attachment, ...] = ()


def spans_of(label_set: LabelSet | None) -> list[Span]:
    """The max-scoring sentences of a label set."""
    labels = () if label_set is None else label_set.labels
    return [Span(*each.evidence, each.id) for each in labels if each.evidence]


def beginning(mail: Mail) -> str:
    """The subject and the first words of a mail, on one line."""
    parts = (" ".join(part.split()) for part in (mail.subject, mail.text[:BEGINNING]))
    words = " · ".join(part for part in parts if part)
    return words if len(words) < BEGINNING else f"{words[:BEGINNING]}…"


def show_content(source: Source, row: Row, spans: Sequence[Span], path: str, *, whole: bool = False) -> Shown:
    """The content of a row's item, with these spans marked.

    `path`: of the page, for the way to the whole text.
    """
    if not find_kind(row.kind).explainable:
        return Shown(row.id, picture=True)
    try:
        mail = source.mail(row)
    except NoContent as error:
        return Shown(row.id, str(error))
    return _shown_mail(row.id, mail, spans, path, whole)


def _shown_mail(id: str, mail: Mail, spans: Sequence[Span], path: str, whole: bool) -> Shown:
    offset = len(mail.subject) + 1 if mail.subject else 0
    end = len(mail.text) if whole else min(len(mail.text), SHOWN_CHARS)
    return Shown(
        id,
        subject=tuple(_parts(mail.full_text, 0, len(mail.subject), spans)),
        text=tuple(_parts(mail.full_text, offset, offset + end, spans)),
        hidden=len(mail.text) - end,
        all_of_it=address(path, id=id, whole="yes") if path == "/item" else address(path, item=id, whole="yes"),
        cuts=tuple((cut.kind.replace("_", " "), cut.text) for cut in mail.left_out.cuts),
        attachments=mail.attachments,
    )


def _parts(text: str, start: int, end: int, spans: Iterable[Span]) -> Iterable[Part]:
    """The pieces of text[start:end] between the borders of the spans."""
    inside = [(max(each.start, start), min(each.end, end), each.label) for each in spans]
    inside = [each for each in inside if each[0] < each[1]]
    borders = sorted({start, end, *(border for first, last, _ in inside for border in (first, last))})
    for first, last in pairwise(borders):
        yield Part(text[first:last], tuple(label for low, high, label in inside if low <= first and last <= high))


def thumbnail(data: bytes) -> bytes:
    """A small JPEG of an image of any format, decoded as the tagger decodes it. Raises NoContent."""
    from PIL import Image as pil

    try:
        image = decode_image(data, THUMBNAIL)
        header = read_image_header(data, ImageLimits())
    except Quarantined as error:
        raise NoContent(REASONS[error.reason]) from None
    sides = (header.width, header.height)
    width, height = sides if header.orientation < _SWAPPED else sides[::-1]
    aspect = min(max(width / height, _ASPECTS[0]), _ASPECTS[1])
    size = (THUMBNAIL, round(THUMBNAIL / aspect)) if aspect >= 1 else (round(THUMBNAIL * aspect), THUMBNAIL)
    file = io.BytesIO()
    pil.fromarray(image.pixels).resize(size).save(file, "JPEG", quality=82)
    return file.getvalue()
