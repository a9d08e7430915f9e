"""Reads the segments of a JPEG: size, orientation, memory cost, and the header reduced to the segments that draw."""

from __future__ import annotations

import hashlib
import re

from msgspec import Struct

from tagging.image.exif import orientation
from tagging.image.header import ImageHeader
from tagging.image.limits import ImageLimits
from tagging.quarantine import Quarantined

_MARKER = re.compile(rb"\xff+([^\x00\xff])", re.DOTALL)
_NEXT_IN_SCAN = re.compile(rb"\xff+([^\x00\xff\xd0-\xd7])", re.DOTALL)
_BARE = {0x01, *range(0xD0, 0xD9)}
"""Markers without a length: TEM, restarts, start of image."""
_END, _SCAN, _EXIF = 0xD9, 0xDA, 0xE1
_DRAWING = {*range(0xC0, 0xD0), 0xDB, 0xDD, 0xE0, 0xEE}
"""Frames and tables; JFIF and Adobe segments define the colours."""
_FRAMES = {0xC0, 0xC1, 0xC2, 0xC9, 0xCA}
"""Baseline, extended and progressive; the same two in arithmetic coding."""
_OTHER_FRAMES = {0xC3, 0xC5, 0xC6, 0xC7, 0xCB, 0xCD, 0xCE, 0xCF}
_PROGRESSIVE = {0xC2, 0xCA}
_FIRST_RESTART = 0xD0
_FILLER = hashlib.shake_128(b"filler").digest(2048).replace(b"\xff", b"\x7f")


class _Frame(Struct, frozen=True):
    marker: int
    width: int
    height: int
    components: int
    coefficients: int
    """Bytes of all coefficients, which a decoder keeps if the image has several scans."""


def read_jpeg(data: bytes, limits: ImageLimits) -> ImageHeader:
    """The first image of a JPEG (MPO files hold several); Quarantined if there is none."""
    kept, exif, frame = [b"\xff\xd8"], b"", None
    at = 2
    for _ in range(limits.parts):
        match = _MARKER.search(data, at)
        if not match:
            raise Quarantined("truncated", "JPEG, within its header")
        marker, at = match[1][0], match.end()
        if marker in _BARE:
            continue
        if marker == _END:
            raise Quarantined("damaged", "JPEG without an image")
        length = int.from_bytes(data[at : at + 2], "big")
        segment = data[at : at + length]
        if at + max(length, 2) > len(data):
            raise Quarantined("truncated", "JPEG, within its header")
        if length < 2:
            raise Quarantined("damaged", "JPEG, within its header")
        if marker == _SCAN:
            if frame is None:
                raise Quarantined("damaged", "JPEG without a frame")
            return _image(data, match.start(), b"".join(kept), frame, orientation(exif), limits)
        if marker in _FRAMES | _OTHER_FRAMES:
            if frame is not None:
                raise Quarantined("damaged", "JPEG with two frames")
            frame = _read_frame(marker, segment)
        if marker == _EXIF and segment.startswith(b"Exif\0\0", 2) and not exif:
            exif = segment[2:]
        if marker in _DRAWING:
            kept.append(bytes((0xFF, marker)) + segment)
        at += length
    raise Quarantined("too_many_parts", f"JPEG of more than {limits.parts} segments")


def _read_frame(marker: int, segment: bytes) -> _Frame:
    if marker in _OTHER_FRAMES or segment[2:3] not in (b"\x08", b""):
        raise Quarantined("unsupported_format", "JPEG, lossless or of more than 8 bits")
    components = segment[7] if len(segment) > 7 else 0
    if not components or len(segment) < 8 + 3 * components:
        raise Quarantined("damaged", "JPEG, its frame")
    height, width = int.from_bytes(segment[3:5], "big"), int.from_bytes(segment[5:7], "big")
    if not height or not width:
        raise Quarantined("damaged", "JPEG without height or width")
    factors = [(segment[at] >> 4, segment[at] & 15) for at in range(9, 8 + 3 * components, 3)]
    widest, highest = max(1, *(x for x, _ in factors)), max(1, *(y for _, y in factors))
    samples = width * height * sum(x * y for x, y in factors) // (widest * highest)
    return _Frame(marker, width, height, components, 2 * samples)


def _image(data: bytes, start: int, header: bytes, frame: _Frame, orientation: int, limits: ImageLimits) -> ImageHeader:
    """The header of the image whose first scan begins at `start`."""
    at = data.index(b"\xda", start) + 1
    in_scan = data[at + 2] if at + 2 < len(data) else 0
    has_several_scans = frame.marker in _PROGRESSIVE or in_scan < frame.components
    complete = data.rfind(b"\xff\xd9") > start
    drawn = memoryview(data)[start : len(data) if complete else len(data.rstrip(b"\0"))]  # zeros of a lost end
    end = b""
    if has_several_scans:
        max_scans = min(limits.scans, limits.scanned_pixels // (frame.width * frame.height))
        scans, stop, complete = _scans(data, at, limits.parts, max_scans)
        if not complete and scans > 1:
            # The first scan is complete, if coarse: with an end marker, a decoder shows the data received so far.
            drawn, end = memoryview(data)[start:stop], b"\xff\xd9"
    return ImageHeader(
        format="JPEG",
        data=b"".join((header, drawn, end)),
        width=frame.width,
        height=frame.height,
        pixel_bytes=4,
        codec_bytes=frame.coefficients if has_several_scans else 0,
        orientation=orientation,
        complete=complete,
        row_order="unordered" if has_several_scans else "top_down",
        scan_at=len(header),
    )


def with_filler(header: ImageHeader) -> bytes:
    """The file with random bytes after its first scan.

    A decoder paints grey where a scan ends too early. It decodes the random bytes instead, so those rows change; after
    a complete scan it skips them. They come once more behind a restart marker, for scans that end at a restart.
    """
    data, at = header.data, header.scan_at + 2
    end = _NEXT_IN_SCAN.search(data, at + int.from_bytes(data[at : at + 2], "big"))
    stop = end.start() if end else len(data)
    last = max((data.rfind(bytes((0xFF, _FIRST_RESTART + number)), at, stop), number) for number in range(8))
    restart = _FIRST_RESTART if last[0] < 0 else _FIRST_RESTART + (last[1] + 1) % 8
    view = memoryview(data)
    return b"".join((view[:stop], _FILLER, bytes((0xFF, restart)), _FILLER, view[stop:]))


def _scans(data: bytes, at: int, parts: int, max_scans: int) -> tuple[int, int, bool]:
    """The number of scans before the end of the image, the offset where its last complete segment stops, and whether
    the end was reached."""
    scans, stop = 1, len(data)
    at += int.from_bytes(data[at : at + 2], "big")
    for _ in range(parts):
        match = _NEXT_IN_SCAN.search(data, at)
        if not match or match[1][0] == _END:
            return scans, stop if match is None else match.end(), match is not None
        at = match.end()
        if match[1][0] not in _BARE:
            at += int.from_bytes(data[at : at + 2], "big")
        if at >= len(data):
            return scans, match.start(), False
        scans += match[1][0] == _SCAN
        if scans > max_scans:
            break
    raise Quarantined("too_many_parts", f"JPEG of more than {max_scans} scans")
