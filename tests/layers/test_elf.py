"""A library that Lambda could not load is reported before it is deployed."""

from __future__ import annotations

from pathlib import Path

from layers.runtime.elf import Library, is_elf, problems, read_library
from tests.layers.elf_file import X86_64, write_elf


def test_machine_dependencies_and_versions_of_a_library_are_read(tmp_path: Path) -> None:
    write_elf(tmp_path / "a.so", needed=("libc.so.6", "libm.so.6"), versions=("GLIBC_2.17", "GLIBC_2.28"))
    assert read_library(tmp_path / "a.so") == Library(
        "EM_AARCH64", ("libc.so.6", "libm.so.6"), ("GLIBC_2.17", "GLIBC_2.28")
    )


def test_a_layer_with_all_dependencies_has_no_problems(tmp_path: Path) -> None:
    write_elf(tmp_path / "numpy" / "a.so", needed=("libmine.so.1", "libstdc++.so.6"), versions=("GLIBC_2.34",))
    write_elf(tmp_path / "numpy.libs" / "libmine.so.1")
    (tmp_path / "readme.so").write_text("not a library")
    assert problems(tmp_path, "arm64") == []


def test_a_library_for_another_processor_is_reported(tmp_path: Path) -> None:
    write_elf(tmp_path / "a.so", machine=X86_64)
    assert problems(tmp_path, "arm64") == ["a.so: built for EM_X86_64, not EM_AARCH64"]
    assert problems(tmp_path, "x86_64") == []


def test_a_missing_dependency_is_reported(tmp_path: Path) -> None:
    write_elf(tmp_path / "a.so", needed=("libgomp.so.1",))
    assert problems(tmp_path, "arm64") == [
        "a.so: needs libgomp.so.1, which is neither in the layer nor in Amazon Linux 2023"
    ]


def test_symbols_newer_than_amazon_linux_are_reported(tmp_path: Path) -> None:
    write_elf(tmp_path / "a.so", versions=("GLIBC_2.35", "GLIBCXX_3.4.30", "CXXABI_1.3.9", "GLIBC_PRIVATE"))
    assert problems(tmp_path, "arm64") == [
        "a.so: needs GLIBC_2.35, newer than Amazon Linux 2023",
        "a.so: needs GLIBCXX_3.4.30, newer than Amazon Linux 2023",
    ]


def test_a_damaged_library_is_reported(tmp_path: Path) -> None:
    (tmp_path / "a.so").write_bytes(b"\x7fELF and no more")
    assert is_elf(tmp_path / "a.so")
    (problem,) = problems(tmp_path, "arm64")
    assert problem.startswith("a.so: not readable")
