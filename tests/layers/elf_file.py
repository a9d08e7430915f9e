"""Writes a minimal ELF file with a machine, needed libraries and symbol versions."""

from __future__ import annotations

import struct
from pathlib import Path

AARCH64, X86_64 = 183, 62
_STRTAB, _DYNAMIC, _VERNEED = 3, 6, 0x6FFFFFFE


class _Strings:
    """A string table being written."""

    def __init__(self) -> None:
        self.data = b"\0"

    def add(self, text: str) -> int:
        self.data += text.encode() + b"\0"
        return len(self.data) - len(text) - 1


def write_elf(path: Path, machine: int = AARCH64, needed: tuple[str, ...] = (), versions: tuple[str, ...] = ()) -> None:
    """A shared library with a dynamic section and, where `versions` are given, a section of version needs."""
    strings, names = _Strings(), _Strings()
    dynamic = b"".join(struct.pack("<QQ", 1, strings.add(name)) for name in needed) + struct.pack("<QQ", 0, 0)
    needs = struct.pack("<HHIII", 1, len(versions), strings.add("libc.so.6"), 16, 0)
    for number, version in enumerate(versions, 1):
        needs += struct.pack("<IHHII", 0, 0, number, strings.add(version), 16 if number < len(versions) else 0)
    sections = [
        (".dynstr", _STRTAB, strings.data, 0, 0, 0),
        (".dynamic", _DYNAMIC, dynamic, 1, 0, 16),
        *([(".gnu.version_r", _VERNEED, needs, 1, 1, 0)] if versions else []),
    ]
    placed = [(names.add(name), kind, data, link, info, size) for name, kind, data, link, info, size in sections]
    placed.append((names.add(".shstrtab"), _STRTAB, b"", 0, 0, 0))
    placed[-1] = (*placed[-1][:2], names.data, 0, 0, 0)
    body, headers = b"", bytes(64)
    for name, kind, data, link, info, size in placed:
        headers += struct.pack("<IIQQQQIIQQ", name, kind, 0, 0, 64 + len(body), len(data), link, info, 8, size)
        body += data
    start = b"\x7fELF\x02\x01\x01" + bytes(9)
    start += struct.pack(
        "<HHIQQQIHHHHHH", 3, machine, 1, 0, 0, 64 + len(body), 0, 64, 56, 0, 64, len(placed) + 1, len(placed)
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(start + body + headers)
