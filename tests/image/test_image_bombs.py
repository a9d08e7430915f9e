"""Small files that ask for much memory or work are rejected, or decoded within the limits."""

from __future__ import annotations

import struct
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image as pil

from benchmarks.speed.worst_images import chunk, large_png, with_text_bombs, worst_images
from tagging.image.decoder import ImageLimits
from tests.image.image_files import KINDS, LIMITS, outcome, saved


def segments(count: int) -> bytes:
    return KINDS["jpeg"][:2] + b"\xff\xfe\0\x02" * count + KINDS["jpeg"][2:]


def scans(count: int) -> bytes:
    data = saved(pil.new("RGB", (64, 64), "teal"), "JPEG", progressive=True)
    last = data.rindex(b"\xff\xda")
    return data[:-2] + data[last:-2] * count + b"\xff\xd9"


def tiff(size: tuple[int, int], *entries: tuple[int, int, int, int]) -> bytes:
    """A little-endian TIFF, 8 bits of grey, with these further tags (id, type, count, value or place)."""
    width, height = size
    tags = sorted([(256, 4, 1, width), (257, 4, 1, height), (258, 3, 1, 8), (259, 3, 1, 1), (262, 3, 1, 1), *entries])
    directory = b"".join(struct.pack("<HHLL", *tag) for tag in tags)
    return b"II*\0" + struct.pack("<LH", 8, len(tags)) + directory + bytes(4) + bytes(500_000)


BOMBS: dict[str, tuple[bytes, str]] = {
    "png of 780 MB": (large_png(16_128, "L"), "too_many_pixels"),
    "png of 1,600 MB": (large_png(20_032, "1"), "too_many_pixels"),
    "png of 2 billion pixels a side": (
        KINDS["png"][:12] + b"IHDR" + struct.pack(">LL", 2**31 - 1, 2**31 - 1) + KINDS["png"][24:],
        "too_many_pixels",
    ),
    "png with text of 4 GB": (with_text_bombs(KINDS["png"]), "pixels"),
    "png of empty chunks": (KINDS["png"][:33] + chunk(b"tEXt", b"") * 70_000 + KINDS["png"][33:], "too_many_parts"),
    "gif of a large screen": (KINDS["gif"][:6] + b"\xff\xff\xff\xff" + KINDS["gif"][10:], "too_many_pixels"),
    "gif with a comment of 30 MB": (
        KINDS["gif"][: 13 + 768] + b"\x21\xfe" + (b"\xff" + bytes(255)) * 110_000 + b"\0" + KINDS["gif"][13 + 768 :],
        "pixels",
    ),
    "gif of tiny blocks": (
        KINDS["gif"][: 13 + 768] + b"\x21\xfe" + b"\x01a" * 1_000_000 + b"\0" + KINDS["gif"][13 + 768 :],
        "too_many_parts",
    ),
    "jpeg of 65,000 pixels a side": (
        saved(pil.new("L", (16, 16)), "JPEG").replace(b"\x08\0\x10\0\x10", b"\x08\xfd\xe8\xfd\xe8"),
        "too_many_pixels",
    ),
    "jpeg of empty segments": (segments(3_000_000), "too_many_parts"),
    "jpeg of many scans": (scans(1_000), "too_many_parts"),
    "webp of 16,383 pixels a side": (
        saved(pil.new("RGB", (5000, 5000)), "WEBP", lossless=True, method=0),
        "too_many_pixels",
    ),
    "bmp of 2 billion pixels": (
        KINDS["bmp"][:18] + struct.pack("<ll", 50_000, 40_000) + KINDS["bmp"][26:],
        "too_many_pixels",
    ),
    "tiff of many strips": (tiff((64, 64), (273, 4, 100_000, 200)), "too_many_parts"),
    "tiff of a large tile": (
        tiff((64, 64), *[(322, 4, 1, 60_000), (323, 4, 1, 60_000), (324, 4, 1, 8)]),
        "too_many_pixels",
    ),
    "tiff that names a strip too often": (tiff((4_000, 4_000), (273, 4, 300, 8), (278, 4, 1, 3_999)), "damaged"),
    "tiff of one strip without an end": (tiff((64, 64), (273, 4, 1, 8), (278, 4, 1, 2**32 - 1)), "pixels"),
    "more bytes than read": (KINDS["jpeg"] + bytes(LIMITS.size), "too_large"),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_has_its_reason(name: str) -> None:
    data, expected = BOMBS[name]
    assert outcome(data) == expected


def test_the_bombs_are_small_and_would_be_large() -> None:
    """Pillow would need four bytes a pixel; small images of the same generator are valid."""
    assert (len(BOMBS["png of 780 MB"][0]), 4 * 16_128**2) < (300_000, 780_000_000)
    assert len(BOMBS["png of 1,600 MB"][0]) < 90_000
    assert outcome(large_png(640, "1")) == outcome(large_png(640, "L")) == outcome(large_png(640, "RGBA")) == "pixels"


def test_an_image_over_its_limits_is_rejected_by_its_header(monkeypatch: pytest.MonkeyPatch) -> None:
    """No Pillow plugin is called."""
    monkeypatch.setattr("tagging.image.decoder._PLUGINS", {})
    for kind, data in KINDS.items():
        assert outcome(data, ImageLimits(pixels=8_000, jpeg_pixels=8_000)) == "too_many_pixels", kind
        assert outcome(data, ImageLimits(memory=5_000)) == "too_many_pixels", kind


@pytest.mark.skipif(sys.platform != "linux", reason="reads the peak of a process as Linux tells it")
def test_memory_stays_within_the_declared_limits(tmp_path: Path) -> None:
    """The peak resident memory of the worst inputs, each in its own process, is at most the declared bound."""
    limits = ImageLimits(size=8 << 20, pixels=8_000_000, memory=32 << 20)
    allowed = (limits.size + limits.memory + (24 << 20)) / (1 << 20)
    reasons = {}
    for name, data in worst_images(limits):
        path = tmp_path / name
        path.write_bytes(data)
        command = [sys.executable, "-c", DECODE_ONE, str(path), str((limits.size, limits.pixels, limits.memory))]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        grown, reasons[name] = done.stdout.split()
        assert int(grown) < allowed * 1024, f"{name}: {grown} KB, declared {allowed} MB"
    assert {name for name, reason in reasons.items() if reason != "pixels"} == {"png_bomb"}


DECODE_ONE = """
import ast, sys
from pathlib import Path
from tagging.image.decoder import ImageLimits, decode_image
from tagging.quarantine import Quarantined

def peak_kb():
    return int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0])

data, limits = Path(sys.argv[1]).read_bytes(), ImageLimits(*ast.literal_eval(sys.argv[2]))
before, reason = peak_kb(), "pixels"
try:
    decode_image(data, 192, limits)
except Quarantined as error:
    reason = error.reason
print(peak_kb() - before, reason)
"""
