"""The files of events/images match their script: each file decodes, or has its documented reason."""

from __future__ import annotations

import io
import re
import warnings
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as pil

from tagging.image.decoder import decode_image
from tagging.quarantine import Quarantined
from tests.image.draw_images import DRAWN, FOLDER

FILES = sorted(path.name for path in FOLDER.iterdir())
BAD = {
    "text.jpg": "not_an_image",
    "empty.png": "empty",
    "truncated.jpg": "truncated",
    "bomb.png": "too_many_pixels",
}
KILOBYTES = 600


@pytest.mark.parametrize("name", sorted(set(FILES) - set(BAD)))
def test_a_file_is_what_the_script_draws(name: str) -> None:
    """By its pixels: other builds of Pillow compress differently, and round letters differently."""
    decoded, drawn = (
        decode_image(data, 192).pixels.astype(int) for data in (Path(FOLDER, name).read_bytes(), DRAWN[name]())
    )
    assert abs(decoded - drawn).mean() < 1


def test_no_file_is_missing_or_superfluous() -> None:
    assert set(FILES) == set(DRAWN)
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < KILOBYTES * 1000


@pytest.mark.parametrize("name", BAD)
def test_a_file_that_is_no_image_has_its_reason(name: str) -> None:
    with pytest.raises(Quarantined) as caught:
        decode_image(Path(FOLDER, name).read_bytes(), 192)
    assert caught.value.reason == BAD[name]
    row = re.search(rf"^\| `{name}` \| (.+?) \|", (FOLDER.parent / "README.md").read_text(), re.MULTILINE)
    assert row is not None
    assert f"`{BAD[name]}`" in row[1]


def test_one_image_in_all_orientations_is_the_same_image_exactly() -> None:
    one, *others = (decode_image(Path(FOLDER, f"turned_{n}.webp").read_bytes(), 192).pixels for n in range(1, 9))
    for other in others:
        np.testing.assert_array_equal(one, other)


def test_all_formats_and_the_difficult_modes_are_present() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of corrupt EXIF data, which decode_image does not show to Pillow
        images = [pil.open(io.BytesIO(Path(FOLDER, name).read_bytes())) for name in FILES if name not in BAD]
    assert {image.format for image in images} == {"JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF"}
    assert {"1", "P", "RGB", "CMYK", "I;16"} <= {image.mode for image in images}
    assert any(getattr(image, "is_animated", False) for image in images)
    assert any(image.mode == "P" and "transparency" in image.info for image in images)
    assert any(image.format == "JPEG" and image.info.get("progressive") for image in images)
