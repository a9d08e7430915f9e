"""Strips compiled libraries of debug symbols, which are a third of some files.

A loader reads only the segments. Each keeps its bytes and address, for every processor, and only moves towards the
beginning of the file. Sections outside the segments are removed.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from elftools.elf.elffile import ELFFile

from layers.runtime.elf import is_elf

MIN_GAIN = 32 * 1024
"""A library that would shrink by fewer bytes stays unchanged."""
_ALLOCATED = 0x2
"""SHF_ALLOC: the section is part of a segment."""
_E_PHOFF, _E_SHOFF, _P_OFFSET, _SH_OFFSET = 32, 40, 8, 24
"""Positions of 64-bit file offsets in the headers of a file, a segment and a section."""


@dataclass(frozen=True)
class _Loaded:
    """A segment that is mapped into memory: its old and new offset in the file."""

    old: int
    size: int
    new: int

    @property
    def old_end(self) -> int:
        return self.old + self.size


def strip_all(folder: Path) -> None:
    """Strip every library below the folder."""
    for path in folder.rglob("*"):
        if is_elf(path):
            strip(path)


def strip(path: Path, min_gain: int = MIN_GAIN) -> None:
    """Rewrite a library without what no loader reads; one with an unexpected layout stays unchanged."""
    data = path.read_bytes()
    with path.open("rb") as file:
        elf = ELFFile(file)
        loaded = _loaded(elf)
        stripped = _rewritten(data, elf, loaded) if loaded else data
    if len(data) - len(stripped) >= min_gain:
        path.write_bytes(stripped)


def _loaded(elf: ELFFile) -> tuple[_Loaded, ...]:
    """The mapped segments in file order, as close together as their addresses allow; empty: do not strip."""
    if elf.elfclass != 64 or not elf.little_endian or elf["e_type"] != "ET_DYN":
        return ()
    result: list[_Loaded] = []
    old_end = new_end = 0
    segments = [segment for segment in elf.iter_segments("PT_LOAD") if segment["p_filesz"]]
    for segment in sorted(segments, key=lambda segment: int(segment["p_offset"])):
        old, align = segment["p_offset"], max(segment["p_align"], 1)
        if old < old_end or (old - segment["p_vaddr"]) % align or bool(result) == (old == 0):
            return ()  # two share bytes, or the first does not begin with the file's header
        new = new_end + (segment["p_vaddr"] - new_end) % align  # offset and address are equal modulo the page size
        result.append(_Loaded(old, segment["p_filesz"], new))
        old_end, new_end = result[-1].old_end, new + segment["p_filesz"]
    return tuple(result)


def _rewritten(data: bytes, elf: ELFFile, loaded: Sequence[_Loaded]) -> bytes:
    out = bytearray(loaded[-1].new + loaded[-1].size)
    for each in loaded:
        out[each.new : each.new + each.size] = data[each.old : each.old_end]
    segments = _moved(elf["e_phoff"], loaded)
    for number, segment in enumerate(elf.iter_segments()):
        position = segments + number * elf["e_phentsize"] + _P_OFFSET
        struct.pack_into("<Q", out, position, _moved(segment["p_offset"], loaded))
    sections = _sections(data, elf, loaded, len(out))
    struct.pack_into("<Q", out, _E_PHOFF, segments)
    struct.pack_into("<Q", out, _E_SHOFF, len(out) + len(sections) - elf["e_shnum"] * elf["e_shentsize"])
    return bytes(out + sections)


def _sections(data: bytes, elf: ELFFile, loaded: Sequence[_Loaded], end: int) -> bytes:
    """The names and the table of the sections, for the position `end`; a removed section leaves an empty entry."""
    names = elf.get_section(elf["e_shstrndx"])
    tail = names.data() + bytes(-(end + names["sh_size"]) % 8)
    table = bytearray(data[elf["e_shoff"] :][: elf["e_shnum"] * elf["e_shentsize"]])
    for number, section in enumerate(elf.iter_sections()):
        position, width = number * elf["e_shentsize"], elf["e_shentsize"]
        if number == elf["e_shstrndx"]:
            struct.pack_into("<Q", table, position + _SH_OFFSET, end)
        elif not section["sh_flags"] & _ALLOCATED:
            table[position : position + width] = bytes(width)
        else:
            struct.pack_into("<Q", table, position + _SH_OFFSET, _moved(section["sh_offset"], loaded))
    return tail + bytes(table)


def _moved(offset: int, loaded: Sequence[_Loaded]) -> int:
    """The new offset of a byte; an empty section may lie just behind a segment."""
    within = next((each for each in loaded if each.old <= offset < each.old_end), None)
    nearest = within or max((each for each in loaded if each.old <= offset), key=lambda each: each.old)
    return nearest.new + min(offset - nearest.old, nearest.size)
