"""A stripped library is smaller and loads with the same bytes at the same addresses."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import numpy
import pytest
import tokenizers
from elftools.elf.elffile import ELFFile

from layers.runtime.elf import is_elf, read_library
from layers.runtime.strip import strip, strip_all
from tests.layers.elf_file import write_elf

HEADERS = 64 + 56 * 32
"""Bytes at a file's beginning with offsets in the file, which may change."""
LINKED = Path(numpy.__file__).parent / "_core"
PLAIN = Path(tokenizers.__file__).parent

real = pytest.mark.skipif(sys.platform != "linux", reason="no ELF libraries are installed here")


def largest(folder: Path) -> Path:
    """The largest library below a folder, which has symbols."""
    return max((path for path in folder.rglob("*.so") if is_elf(path)), key=lambda path: path.stat().st_size)


def memory(path: Path) -> list[tuple[int, int, bytes]]:
    """The segments that a loader would map: address, size and bytes, without the file's headers."""
    with path.open("rb") as file:
        segments = [(each["p_vaddr"], each["p_memsz"], each.data()) for each in ELFFile(file).iter_segments("PT_LOAD")]
    first, *others = segments
    return [(first[0], first[1], first[2][HEADERS:]), *others]


def symbols(path: Path) -> int:
    with path.open("rb") as file:
        return sum(section["sh_size"] for section in ELFFile(file).iter_sections("SHT_SYMTAB"))


@real
@pytest.mark.parametrize("folder", [LINKED, PLAIN], ids=["relinked by auditwheel", "as linked"])
def test_a_real_library_keeps_its_segments_and_loses_its_symbols(tmp_path: Path, folder: Path) -> None:
    library = tmp_path / "a.so"
    shutil.copyfile(largest(folder), library)
    size, before, requirements = library.stat().st_size, memory(library), read_library(library)
    assert symbols(library) > 100_000
    strip(library)
    assert size - library.stat().st_size > 100_000
    assert memory(library) == before
    assert (read_library(library), symbols(library)) == (requirements, 0)


@real
def test_a_stripped_tokeniser_works(tmp_path: Path) -> None:
    shutil.copytree(PLAIN, tmp_path / "tokenizers")
    strip_all(tmp_path)
    assert symbols(largest(tmp_path)) == 0
    program = (
        "import sys; sys.path.insert(0, sys.argv[1]); import tokenizers as t\n"
        "print(t.__file__, t.Tokenizer(t.models.BPE()).encode('a').ids)"
    )
    done = subprocess.run([sys.executable, "-I", "-c", program, str(tmp_path)], capture_output=True, text=True)
    assert done.stdout.strip() == f"{tmp_path / 'tokenizers' / '__init__.py'} []", done.stderr


@real
def test_stripping_again_changes_nothing(tmp_path: Path) -> None:
    library = tmp_path / "a.so"
    shutil.copyfile(largest(LINKED), library)
    strip(library)
    once = library.read_bytes()
    strip(library, min_gain=0)
    assert library.read_bytes() == once


def test_a_library_with_an_unexpected_layout_stays_unchanged(tmp_path: Path) -> None:
    write_elf(tmp_path / "a.so", needed=("libc.so.6",))
    before = (tmp_path / "a.so").read_bytes()
    strip(tmp_path / "a.so", min_gain=0)
    assert (tmp_path / "a.so").read_bytes() == before


@real
def test_a_library_that_would_shrink_little_stays_unchanged(tmp_path: Path) -> None:
    library = tmp_path / "a.so"
    shutil.copyfile(largest(LINKED), library)
    before = library.read_bytes()
    strip(library, min_gain=len(before))
    assert library.read_bytes() == before
