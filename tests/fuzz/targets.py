"""The fuzzing targets: a reader, the properties of its results, and seed inputs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tagging.image.decoder import ImageLimits, decode_image
from tagging.intake.messages import read_body
from tagging.intake.source import RawMessage
from tagging.mail.parser import MailLimits, parse_mail
from tagging.quarantine import Quarantined
from tagging.store.row import source_fields
from tests.fuzz import events, images, mails
from tests.mail.test_any_bytes import check_mail

FOUND = Path(__file__).parent / "found"
"""Inputs that once broke a target: each stays as a test."""
EVENTS = Path(__file__).parents[2] / "events"
MAIL_LIMITS = MailLimits()
IMAGE_LIMITS = ImageLimits(size=1 << 20, pixels=1 << 18, memory=1 << 22, parts=512, scans=40)
"""Small, so that a fuzzer tries many inputs; `measure.py` measures the cost of large ones."""
SIDE = 32


@dataclass(frozen=True)
class Target:
    """One reader to fuzz."""

    attempt: Callable[[bytes], str]
    """Reads the bytes and returns the outcome; raises any exception if a promise is broken."""
    seeds: Callable[[], Iterator[bytes]]
    max_bytes: int
    """Maximum size of an input in bytes."""


def attempt_mail(data: bytes) -> str:
    """A Mail within its limits, or the reason of Quarantined."""
    try:
        mail = parse_mail(data, MAIL_LIMITS)
    except Quarantined as error:
        return error.reason
    check_mail(mail, MAIL_LIMITS)
    return "mail"


def attempt_image(data: bytes, limits: ImageLimits = IMAGE_LIMITS) -> str:
    """Pixels of the requested size, or the reason of Quarantined."""
    try:
        pixels = decode_image(data, SIDE, limits).pixels
    except Quarantined as error:
        return error.reason
    assert pixels.shape == (SIDE, SIDE, 3)
    assert pixels.dtype.name == "uint8"
    return "image"


def attempt_body(data: bytes) -> str:
    """The deliveries of a message: deterministic, with ids and fields that the table accepts."""
    body = data.decode("utf-8", "replace")
    results = read_body(body)
    assert results == read_body(body)
    for result in results:
        if isinstance(result.source, RawMessage):
            assert result.quarantine is not None
            assert len(result.quarantine.detail) <= 300
            result.quarantine.detail.encode()
        assert 0 < len(result.source.item_id) <= 100
        assert sum(len(value.encode()) for value in source_fields(result.source).values()) <= 4096
    if not results:
        return "nothing"
    return "delivery" if results[0].quarantine is None else "quarantine"


def _mail_seeds() -> Iterator[bytes]:
    yield from (path.read_bytes() for path in sorted((EVENTS / "mails").glob("*.eml")) if path.stat().st_size < 10_000)
    yield from (mails.mail(kind, seed, 400) for kind in mails.ALL for seed in range(5))


def _image_seeds() -> Iterator[bytes]:
    yield from images.WHOLE.values()


def _body_seeds() -> Iterator[bytes]:
    yield from (body.encode() for body in events.BODIES)


TARGETS = {
    "mail": Target(attempt_mail, _mail_seeds, 4_096),
    "image": Target(attempt_image, _image_seeds, 8_192),
    "body": Target(attempt_body, _body_seeds, 8_192),
}
