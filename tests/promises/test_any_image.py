"""Promise E for images: whatever the bytes, pixels or a reason, and nothing decoded that the limits did not admit."""

from __future__ import annotations

import struct
import sys
from types import FrameType

import pytest

from tagging.image import decoder as image
from tagging.image.decoder import ImageError, ImageLimits, decode_image
from tagging.image.header import ImageHeader
from tests.fuzz import images
from tests.fuzz.targets import IMAGE_LIMITS, attempt_image

SEEDS = 150
SIZES = (300, 3_000, 3_000, 70_000)


def admitted(data: bytes, limits: ImageLimits) -> list[ImageHeader]:
    """The files that reach Pillow while `data` is read."""
    found: list[ImageHeader] = []

    def profile(frame: FrameType, event: str, _argument: object) -> None:
        if event == "call" and frame.f_code is image._pixels.__code__:
            found.append(frame.f_locals["file"])

    sys.setprofile(profile)
    try:
        attempt_image(data, limits)
    finally:
        sys.setprofile(None)
    return found


def assert_bounded(data: bytes, limits: ImageLimits) -> None:
    """What Pillow is given is no longer than the file, and draws no more than its header was admitted for."""
    for file in admitted(data, limits):
        assert len(file.data) <= len(data) + 64 * (1 + len(data) // 64)
        assert 0 < file.width * file.height <= limits.pixels


@pytest.mark.parametrize("form", images.FORMS)
def test_a_image_cut_at_every_64th_byte_ends_as_pixels_or_a_reason(form: str) -> None:
    whole = images.WHOLE[form]
    assert attempt_image(whole) == "image"
    outcomes = {attempt_image(whole[:length]) for length in range(64, len(whole), 64)}
    assert outcomes <= {"image", "truncated", "damaged"}


@pytest.mark.parametrize("kind", images.KINDS)
def test_any_image_ends_as_pixels_or_a_reason_after_bounded_work(kind: str, times: int) -> None:
    outcomes = set()
    for seed in range(SEEDS * times):
        data = images.image(kind, seed, SIZES[seed % len(SIZES)])
        outcomes.add(attempt_image(data))
        if seed % 4 == 0:
            assert_bounded(data, IMAGE_LIMITS)
    assert "image" in outcomes
    assert len(outcomes) > 1


@pytest.mark.parametrize("form", images.FORMS)
def test_every_number_of_a_header_may_be_a_giant(form: str, times: int) -> None:
    whole = images.WHOLE[form]
    for at in range(min(64 * times, len(whole) - 4)):
        for giant in (0xFFFFFFFF, 0x7FFFFFFF, 0):
            data = whole[:at] + struct.pack(">L", giant) + whole[at + 4 :]
            attempt_image(data)


def test_sides_beyond_the_limit_are_refused_before_anything_is_decoded() -> None:
    limits = ImageLimits()
    for width, height in ((100_000, 100_000), (1 << 31, 1), (limits.pixels + 1, 1)):
        data = bytearray(images.WHOLE["png"])
        data[16:24] = struct.pack(">LL", width, height)
        assert admitted(bytes(data), limits) == []
        with pytest.raises(ImageError, match="too_many_pixels"):
            decode_image(bytes(data), 32)
