"""Promise E for pictures: whatever the bytes, pixels or a reason, and nothing decoded that the limits did not admit."""

from __future__ import annotations

import struct
import sys
from types import FrameType

import pytest

from tagging.image import decoder as image
from tagging.image.decoder import ImageError, ImageLimits, decode_image
from tagging.image.header import PictureFile
from tests.fuzz import pictures
from tests.fuzz.targets import PICTURE_LIMITS, attempt_picture

SEEDS = 150
SIZES = (300, 3_000, 3_000, 70_000)


def admitted(data: bytes, limits: ImageLimits) -> list[PictureFile]:
    """The files that reach Pillow while `data` is read."""
    found: list[PictureFile] = []

    def profile(frame: FrameType, event: str, _argument: object) -> None:
        if event == "call" and frame.f_code is image._pixels.__code__:
            found.append(frame.f_locals["file"])

    sys.setprofile(profile)
    try:
        attempt_picture(data, limits)
    finally:
        sys.setprofile(None)
    return found


def assert_bounded(data: bytes, limits: ImageLimits) -> None:
    """What Pillow is given is no longer than the file, and draws no more than its header was admitted for."""
    for file in admitted(data, limits):
        assert len(file.data) <= len(data) + 64 * (1 + len(data) // 64)
        assert 0 < file.width * file.height <= limits.pixels


@pytest.mark.parametrize("form", pictures.FORMS)
def test_a_picture_cut_at_every_64th_byte_ends_as_pixels_or_a_reason(form: str) -> None:
    whole = pictures.WHOLE[form]
    assert attempt_picture(whole) == "picture"
    outcomes = {attempt_picture(whole[:length]) for length in range(64, len(whole), 64)}
    assert outcomes <= {"picture", "truncated", "damaged"}


@pytest.mark.parametrize("kind", pictures.KINDS)
def test_any_picture_ends_as_pixels_or_a_reason_after_bounded_work(kind: str, times: int) -> None:
    outcomes = set()
    for seed in range(SEEDS * times):
        data = pictures.picture(kind, seed, SIZES[seed % len(SIZES)])
        outcomes.add(attempt_picture(data))
        if seed % 4 == 0:
            assert_bounded(data, PICTURE_LIMITS)
    assert "picture" in outcomes
    assert len(outcomes) > 1


@pytest.mark.parametrize("form", pictures.FORMS)
def test_every_number_of_a_header_may_be_a_giant(form: str, times: int) -> None:
    whole = pictures.WHOLE[form]
    for at in range(min(64 * times, len(whole) - 4)):
        for giant in (0xFFFFFFFF, 0x7FFFFFFF, 0):
            data = whole[:at] + struct.pack(">L", giant) + whole[at + 4 :]
            attempt_picture(data)


def test_sides_beyond_the_limit_are_refused_before_anything_is_decoded() -> None:
    limits = ImageLimits()
    for width, height in ((100_000, 100_000), (1 << 31, 1), (limits.pixels + 1, 1)):
        data = bytearray(pictures.WHOLE["png"])
        data[16:24] = struct.pack(">LL", width, height)
        assert admitted(bytes(data), limits) == []
        with pytest.raises(ImageError, match="too_many_pixels"):
            decode_image(bytes(data), 32)
