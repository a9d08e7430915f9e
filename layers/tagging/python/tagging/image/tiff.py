"""Reads the first directory of a TIFF: size, orientation, memory cost, and the file reduced to the tags that draw."""

from __future__ import annotations

import struct

from msgspec import Struct

from tagging.image.header import ImageHeader
from tagging.image.limits import ImageLimits
from tagging.quarantine import Quarantined

_ORDERS = {b"II*\0": "<", b"MM\0*": ">"}
_WIDTH, _HEIGHT, _BITS, _COMPRESSION, _STRIPS, _ORIENTATION, _SAMPLES, _STRIP_BYTES = (
    *(256, 257, 258, 259, 273, 274, 277, 279),
)
_PHOTOMETRIC, _ROWS, _JPEG, _YCBCR = 262, 278, 7, 6
_TILE_WIDTH, _TILE_HEIGHT, _TILES, _TILE_BYTES, _COLOUR_MAP, _JPEG_TABLES = 322, 323, 324, 325, 320, 347
_OFFSETS = {_STRIPS, _STRIP_BYTES, _TILES, _TILE_BYTES}
_FEW = {_BITS, 338, 339, 529, 530, 532}
"""Extra samples, sample formats, YCbCr and black references: a few values each."""
_SINGLE = {
    *(_WIDTH, _HEIGHT, _COMPRESSION, _PHOTOMETRIC, _SAMPLES, _ROWS, _TILE_WIDTH, _TILE_HEIGHT),
    *(266, 284, 292, 293, 317, 531),  # order of bits, planes, fax options, predictor, where YCbCr is sampled
}
_VALUES = {
    **dict.fromkeys(_SINGLE, 1),
    **dict.fromkeys(_FEW, 8),
    **dict.fromkeys(_OFFSETS, 65_536),
    _COLOUR_MAP: 3 * 65_536,
    _JPEG_TABLES: 65_536,
}
"""Tags that draw → the maximum number of values. Comments, profiles and further directories are dropped."""
_BYTES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8}
_COMPRESSIONS = {1, 2, 3, 4, 5, 7, 8, 32773, 32946}
"""None, fax, LZW, JPEG, deflate, PackBits: written by scanners and cameras, and bounded in memory."""


class _Tag(Struct, frozen=True):
    entry: bytes
    kind: int
    count: int
    values: tuple[int, ...]
    """Integers only."""


def read_tiff(data: bytes, limits: ImageLimits) -> ImageHeader:
    """The image in the first directory; Quarantined if there is none, or for an unsupported compression."""
    order = _ORDERS[data[:4]]
    start, end, tags = _read_directory(data, order, limits)
    width, height = _one(tags, _WIDTH, 0), _one(tags, _HEIGHT, 0)
    if not width or not height:
        raise Quarantined("damaged", "TIFF without width or height")
    if _one(tags, _COMPRESSION, 1) not in _COMPRESSIONS:
        raise Quarantined("unsupported_format", f"TIFF, compression {_one(tags, _COMPRESSION, 1)}")
    layout = _layout(tags, width, height)
    kept = [tag.entry for id, tag in sorted(tags.items()) if id in _VALUES]
    directory = struct.pack(f"{order}H", len(kept)) + b"".join(kept) + bytes(4)
    view = memoryview(data)
    return ImageHeader(
        format="TIFF",
        data=b"".join((view[:start], directory, view[start + len(directory) :])),
        width=width,
        height=height,
        pixel_bytes=layout.raster_bytes,
        codec_bytes=layout.strip_bytes,
        orientation=_valid_orientation(_one(tags, _ORIENTATION, 1)),
        complete=end <= len(data) and _last_strip(tags) <= len(data),
    )


class _Layout(Struct, frozen=True):
    raster_bytes: int
    """Bytes of a decoded pixel."""
    strip_bytes: int
    """Bytes of the largest strip or tile, with libtiff's own buffers."""


def _layout(tags: dict[int, _Tag], width: int, height: int) -> _Layout:
    """The memory that decoding needs; Quarantined if the directory lists more strips or tiles than the image has."""
    samples, bits = _one(tags, _SAMPLES, 1), max(tags[_BITS].values, default=1) if _BITS in tags else 1
    rows = min(_one(tags, _ROWS, height), height)  # 4,294,967,295 stands for all of them
    tile_width, tile_height = _one(tags, _TILE_WIDTH, width), _one(tags, _TILE_HEIGHT, rows)
    if not tile_width or not tile_height:
        raise Quarantined("damaged", "TIFF, strips without a size")
    strips = -(-width // tile_width) * -(-height // tile_height) * max(samples, 1)
    if any(id in tags and tags[id].count > strips for id in _OFFSETS):
        raise Quarantined("damaged", "TIFF, more strips than rows")
    pixels = max(width * height, tile_width * tile_height)  # a strip may be as high as the image
    if _one(tags, _COMPRESSION, 1) == _JPEG or _one(tags, _PHOTOMETRIC, 0) == _YCBCR:
        return _Layout(4, 12 * pixels)  # coefficients, a strip, and the same strip turned from YCbCr
    return _Layout((2 if bits > 8 else 1) if samples == 1 else 4, (pixels * samples * bits + 7) // 8)


def _read_directory(data: bytes, order: str, limits: ImageLimits) -> tuple[int, int, dict[int, _Tag]]:
    """Start and end of the first directory, and its tags that draw and lie within the file."""
    try:
        (start,) = struct.unpack_from(f"{order}L", data, 4)
        (count,) = struct.unpack_from(f"{order}H", data, start)
        entries = [
            (at, *struct.unpack_from(f"{order}HHL", data, at)) for at in range(start + 2, start + 2 + 12 * count, 12)
        ]
    except struct.error:
        raise Quarantined("truncated", "TIFF, before its directory") from None
    end = start + 2 + 12 * count + 4
    tags: dict[int, _Tag] = {}
    for at, id, kind, number in entries:
        if id in tags or (id not in _VALUES and id != _ORIENTATION):
            continue
        if id in _OFFSETS and number > limits.parts:
            raise Quarantined("too_many_parts", f"TIFF of more than {limits.parts} strips or tiles")
        if not 0 < number <= _VALUES.get(id, 1) or kind not in _BYTES:
            raise Quarantined("damaged", f"TIFF, tag {id}")
        tags[id] = _Tag(data[at : at + 12], kind, number, _values(data, order, at, kind, number))
    return start, end, tags


def _values(data: bytes, order: str, at: int, kind: int, number: int) -> tuple[int, ...]:
    size = _BYTES[kind] * number
    offset = at + 8 if size <= 4 else struct.unpack_from(f"{order}L", data, at + 8)[0]
    if offset + size > len(data):
        raise Quarantined("truncated", "TIFF, within its directory")
    code = {1: "B", 3: "H", 4: "L"}.get(kind)
    return struct.unpack_from(f"{order}{number}{code}", data, offset) if code else ()


def _one(tags: dict[int, _Tag], id: int, otherwise: int) -> int:
    tag = tags.get(id)
    return tag.values[0] if tag and tag.values else otherwise


def _last_strip(tags: dict[int, _Tag]) -> int:
    """The offset at which the last strip or tile ends, according to the directory."""
    for offsets, sizes in ((_STRIPS, _STRIP_BYTES), (_TILES, _TILE_BYTES)):
        if offsets in tags and sizes in tags:
            return max(map(sum, zip(tags[offsets].values, tags[sizes].values, strict=False)), default=0)
    return 0


def _valid_orientation(orientation: int) -> int:
    return orientation if 1 <= orientation <= 8 else 1
