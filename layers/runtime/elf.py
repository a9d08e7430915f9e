"""Checks that Lambda's Amazon Linux 2023 can load every compiled library of a layer."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from elftools.common.exceptions import ELFError
from elftools.elf.dynamic import DynamicSection
from elftools.elf.elffile import ELFFile
from elftools.elf.gnuversions import GNUVerNeedSection

MACHINES = {"arm64": "EM_AARCH64", "x86_64": "EM_X86_64"}

NEWEST = {"GLIBC": (2, 34), "GLIBCXX": (3, 4, 29), "CXXABI": (1, 3, 13)}
"""Newest symbol versions of Amazon Linux 2023: those of glibc 2.34 and GCC 11's libstdc++."""

ON_LAMBDA = frozenset(
    {
        "ld-linux-aarch64.so.1",
        "ld-linux-x86-64.so.2",
        "libc.so.6",
        "libdl.so.2",
        "libgcc_s.so.1",
        "libm.so.6",
        "libpthread.so.0",
        "librt.so.1",
        "libstdc++.so.6",
        "libutil.so.1",
        "libz.so.1",
    }
)
"""Libraries of Amazon Linux 2023's minimal set, which Lambda's Python runtime contains."""

_VERSION = re.compile(r"(GLIBC|GLIBCXX|CXXABI)_(\d+(?:\.\d+)*)$")


@dataclass(frozen=True)
class Library:
    """Requirements of a compiled library."""

    machine: str
    needed: tuple[str, ...] = ()
    versions: tuple[str, ...] = ()
    """Symbol versions such as `GLIBC_2.28`."""


def is_elf(path: Path) -> bool:
    """Whether the path is a compiled library or program."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(4) == b"\x7fELF"


def read_library(path: Path) -> Library:
    """Read the header, dependencies and symbol versions; raises ELFError on a damaged file."""
    with path.open("rb") as file:
        elf = ELFFile(file)
        needed: list[str] = []
        versions: list[str] = []
        for section in elf.iter_sections():
            if isinstance(section, DynamicSection):
                tags = section.iter_tags("DT_NEEDED")
                needed += [str(tag.needed) for tag in tags]  # type: ignore[attr-defined]  # set by the tag's name
            elif isinstance(section, GNUVerNeedSection):
                versions += [str(aux.name) for _, group in section.iter_versions() for aux in group]
        return Library(str(elf["e_machine"]), tuple(needed), tuple(versions))


def problems(folder: Path, architecture: str) -> list[str]:
    """Reasons why Lambda could not load a library below the folder, one line each."""
    libraries = [path for path in sorted(folder.rglob("*")) if is_elf(path)]
    present = {path.name for path in libraries} | ON_LAMBDA
    result: list[str] = []
    for path in libraries:
        where = path.relative_to(folder).as_posix()
        try:
            library = read_library(path)
        except ELFError as error:
            result.append(f"{where}: not readable ({error})")
            continue
        if library.machine != MACHINES[architecture]:
            result.append(f"{where}: built for {library.machine}, not {MACHINES[architecture]}")
        result += [f"{where}: needs {name}, which is neither in the layer nor in Amazon Linux 2023"
                  for name in library.needed if name not in present]  # fmt: skip
        result += [f"{where}: needs {version}, newer than Amazon Linux 2023" for version in library.versions
                  if _too_new(version)]  # fmt: skip
    return result


def _too_new(version: str) -> bool:
    match = _VERSION.match(version)
    return match is not None and tuple(map(int, match[2].split("."))) > NEWEST[match[1]]
