"""Takes out of compiled libraries what nothing loads: symbols for debuggers, a third of some.

A loader maps segments and reads no more. Each keeps its bytes and its address, whatever the processor, and only moves
towards the beginning of the file; of the sections, those outside the segments are gone.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from elftools.elf.elffile import ELFFile

from layers.runtime.elf import is_elf

WORTH = 32 * 1024
"""Bytes to win below which a library stays exactly as its authors made it."""
_ALLOCATED = 0x2
"""SHF_ALLOC: the section is part of a segment."""
_E_PHOFF, _E_SHOFF, _P_OFFSET, _SH_OFFSET = 32, 40, 8, 24
"""Places of 64-bit file offsets in the header of a file, a segment and a section."""


@dataclass(frozen=True)
class _Loaded:
    """A segment that is mapped into memory: where it is in the file, and where it will be."""

    old: int
    size: int
    new: int

    @property
    def old_end(self) -> int:
        return self.old + self.size


def strip_all(folder: Path) -> None:
    """Rewrite every library below the folder that is worth it."""
    for path in folder.rglob("*"):
        if is_elf(path):
            strip(path)


def strip(path: Path, worth: int = WORTH) -> None:
    """Rewrite a library without what nothing loads; one that is laid out in an unexpected way stays as it is."""
    data = path.read_bytes()
    with path.open("rb") as file:
        elf = ELFFile(file)
        loaded = _loaded(elf)
        stripped = _rewritten(data, elf, loaded) if loaded else data
    if len(data) - len(stripped) >= worth:
        path.write_bytes(stripped)


def _loaded(elf: ELFFile) -> tuple[_Loaded, ...]:
    """The mapped segments in the order of the file, as close together as their addresses allow; none: do not touch."""
    if elf.elfclass != 64 or not elf.little_endian or elf["e_type"] != "ET_DYN":
        return ()
    found: list[_Loaded] = []
    old_end = new_end = 0
    wanted = [each for each in elf.iter_segments("PT_LOAD") if each["p_filesz"]]
    for segment in sorted(wanted, key=lambda each: int(each["p_offset"])):
        old, align = segment["p_offset"], max(segment["p_align"], 1)
        if old < old_end or (old - segment["p_vaddr"]) % align or bool(found) == (old == 0):
            return ()  # two share bytes, or the first does not begin with the file's header
        new = new_end + (segment["p_vaddr"] - new_end) % align  # a page of the file is a page of memory
        found.append(_Loaded(old, segment["p_filesz"], new))
        old_end, new_end = found[-1].old_end, new + segment["p_filesz"]
    return tuple(found)


def _rewritten(data: bytes, elf: ELFFile, loaded: Sequence[_Loaded]) -> bytes:
    out = bytearray(loaded[-1].new + loaded[-1].size)
    for each in loaded:
        out[each.new : each.new + each.size] = data[each.old : each.old_end]
    segments = _moved(elf["e_phoff"], loaded)
    for number, segment in enumerate(elf.iter_segments()):
        place = segments + number * elf["e_phentsize"] + _P_OFFSET
        struct.pack_into("<Q", out, place, _moved(segment["p_offset"], loaded))
    sections = _sections(data, elf, loaded, len(out))
    struct.pack_into("<Q", out, _E_PHOFF, segments)
    struct.pack_into("<Q", out, _E_SHOFF, len(out) + len(sections) - elf["e_shnum"] * elf["e_shentsize"])
    return bytes(out + sections)


def _sections(data: bytes, elf: ELFFile, loaded: Sequence[_Loaded], end: int) -> bytes:
    """The names and the table of the sections, to stand at `end`; a section that is gone leaves its number empty."""
    names = elf.get_section(elf["e_shstrndx"])
    tail = names.data() + bytes(-(end + names["sh_size"]) % 8)
    table = bytearray(data[elf["e_shoff"] :][: elf["e_shnum"] * elf["e_shentsize"]])
    for number, section in enumerate(elf.iter_sections()):
        place, width = number * elf["e_shentsize"], elf["e_shentsize"]
        if number == elf["e_shstrndx"]:
            struct.pack_into("<Q", table, place + _SH_OFFSET, end)
        elif not section["sh_flags"] & _ALLOCATED:
            table[place : place + width] = bytes(width)
        else:
            struct.pack_into("<Q", table, place + _SH_OFFSET, _moved(section["sh_offset"], loaded))
    return tail + bytes(table)


def _moved(offset: int, loaded: Sequence[_Loaded]) -> int:
    """Where a byte of the old file is in the new one; what takes no room in the file may lie just behind a segment."""
    within = next((each for each in loaded if each.old <= offset < each.old_end), None)
    nearest = within or max((each for each in loaded if each.old <= offset), key=lambda each: each.old)
    return nearest.new + min(offset - nearest.old, nearest.size)
