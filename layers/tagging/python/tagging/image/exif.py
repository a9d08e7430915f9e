"""Reads the orientation from EXIF data, and nothing else."""

from __future__ import annotations

import struct

_ORIENTATION = 0x0112
_ENTRIES = 1000
_ORDERS = {b"II*\0": "<", b"MM\0*": ">"}


def orientation(exif: bytes) -> int:
    """The orientation, 1 to 8, in a block of EXIF data; 1 if it is broken or absent."""
    exif = exif.removeprefix(b"Exif\0\0")
    order = _ORDERS.get(bytes(exif[:4]))
    if order is None:
        return 1
    try:
        (start,) = struct.unpack_from(f"{order}L", exif, 4)
        (count,) = struct.unpack_from(f"{order}H", exif, start)
        for at in range(start + 2, start + 2 + 12 * min(count, _ENTRIES), 12):
            tag, kind, _values, value = struct.unpack_from(f"{order}HHLH", exif, at)
            if tag == _ORIENTATION:
                return value if kind == 3 and 1 <= value <= 8 else 1
    except struct.error:
        pass  # truncated or invalid: treated as absent
    return 1
