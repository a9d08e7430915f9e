"""Promise E for images: any bytes give pixels or a quarantine reason, and nothing beyond the limits is decoded."""

from __future__ import annotations

import struct
import sys
from types import FrameType

import pytest

from tagging.image import decoder as image
from tagging.image.decoder import ImageLimits, decode_image
from tagging.image.header import ImageHeader
from tagging.quarantine import Quarantined
from tests.fuzz import images
from tests.fuzz.targets import IMAGE_LIMITS, attempt_image

SEEDS = 150
SIZES = (300, 3_000, 3_000, 70_000)


def admitted(data: bytes, limits: ImageLimits) -> list[ImageHeader]:
    """The headers of files that reach Pillow while `data` is decoded."""
    headers: list[ImageHeader] = []

    def profile(frame: FrameType, event: str, _argument: object) -> None:
        if event == "call" and frame.f_code is image._pixels.__code__:
            headers.append(frame.f_locals["header"])

    sys.setprofile(profile)
    try:
        attempt_image(data, limits)
    finally:
        sys.setprofile(None)
    return headers


def assert_bounded(data: bytes, limits: ImageLimits) -> None:
    """Pillow receives no more bytes than the file has, and no more pixels than the limits admit."""
    for header in admitted(data, limits):
        assert len(header.data) <= len(data) + 64 * (1 + len(data) // 64)
        assert 0 < header.width * header.height <= limits.pixels


@pytest.mark.parametrize("form", images.FORMS)
def test_an_image_truncated_at_every_64th_byte_gives_pixels_or_a_reason(form: str) -> None:
    original = images.WHOLE[form]
    assert attempt_image(original) == "image"
    outcomes = {attempt_image(original[:length]) for length in range(64, len(original), 64)}
    assert outcomes <= {"image", "truncated", "damaged"}


@pytest.mark.parametrize("kind", images.KINDS)
def test_any_image_gives_pixels_or_a_reason_after_bounded_work(kind: str, times: int) -> None:
    outcomes = set()
    for seed in range(SEEDS * times):
        data = images.image(kind, seed, SIZES[seed % len(SIZES)])
        outcomes.add(attempt_image(data))
        if seed % 4 == 0:
            assert_bounded(data, IMAGE_LIMITS)
    assert "image" in outcomes
    assert len(outcomes) > 1


@pytest.mark.parametrize("form", images.FORMS)
def test_every_number_of_a_header_may_be_huge(form: str, times: int) -> None:
    original = images.WHOLE[form]
    for at in range(min(64 * times, len(original) - 4)):
        for number in (0xFFFFFFFF, 0x7FFFFFFF, 0):
            data = original[:at] + struct.pack(">L", number) + original[at + 4 :]
            attempt_image(data)


def test_sides_beyond_the_limit_are_rejected_before_decoding() -> None:
    limits = ImageLimits()
    for width, height in ((100_000, 100_000), (1 << 31, 1), (limits.pixels + 1, 1)):
        data = bytearray(images.WHOLE["png"])
        data[16:24] = struct.pack(">LL", width, height)
        assert admitted(bytes(data), limits) == []
        with pytest.raises(Quarantined, match="too_many_pixels"):
            decode_image(bytes(data), 32)
