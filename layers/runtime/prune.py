"""Removes parts of installed packages that no function needs."""

from __future__ import annotations

import fnmatch
import re
import shutil
from collections.abc import Iterable
from pathlib import Path

from layers.runtime.elf import is_elf, read_library

_AWS_SERVICES = ("dynamodb", "s3", "sesv2", "sqs")
ONLY = {
    "aws_lambda_powertools/utilities": ("jmespath_utils", "typing"),
    "botocore/data": _AWS_SERVICES,
}
"""Folders of which only these subfolders stay, and their own files."""

NOT_NEEDED = (
    # Only for builds, type checkers or tests.
    ".lock",
    "bin",
    "**/__pycache__",
    "**/tests",
    "**/*.pyi",
    "**/*.p[yx][xdi]",
    "**/*.[ach]",
    "**/py.typed",
    "numpy/_core/_*_tests.*",
    "numpy/_core/_simd.*",
    "numpy/_core/include",
    "numpy/_pyinstaller",
    "numpy/f2py",
    "lxml/includes",
    "numpy/conftest.py",
    "numpy/testing",
    # Features that we do not use.
    "PIL/_avif.*",
    "PIL/_imagingcms.*",
    "PIL/_imagingft.*",
    "PIL/_imagingmath.*",
    "PIL/_imagingmorph.*",
    "PIL/_imagingtk.*",
    "PIL/ImageCms.py",
    "PIL/ImageDraw*.py",
    "PIL/ImageFont.py",
    "PIL/ImageMath.py",
    "PIL/ImageMorph.py",
    "PIL/ImageText.py",
    "PIL/PdfParser.py",
    "aws_lambda_powertools/event_handler",
    "botocore/data/dynamodb/2011*",  # the service before its present interface
    "lxml/ElementInclude.py",
    "lxml/builder.*",
    "lxml/cssselect.py",
    "lxml/doctestcompare.py",
    "lxml/html/*diff*",
    "lxml/html/*soup*",
    "lxml/html/*html5*",
    "lxml/html/clean.py",
    "lxml/isoschematron",
    "lxml/objectify.*",
    "lxml/sax.*",
    # Imported on demand only, which neither we nor the packages do in our use.
    "numpy/core",
    "numpy/ctypeslib",
    "numpy/fft",
    "numpy/linalg/lapack_lite.*",
    "numpy/ma",
    "numpy/matlib.py",
    "numpy/polynomial",
    "numpy/random",
    "onnxruntime/backend",
    "onnxruntime/datasets",
    "onnxruntime/quantization",
    "onnxruntime/tools",
    "onnxruntime/transformers",
    "tokenizers/tools",
    "urllib3/contrib",
)
"""Patterns of paths below the folder that packages are installed into; `**/` is any folder or none."""

MAYBE_NEEDED = ("onnxruntime/capi/libonnxruntime.so*", "pillow.libs/*.so*")
"""Libraries to remove unless a remaining library is linked against them: Pillow's for formats that we do not read.

Not `libonnxruntime_providers_shared.so`: it is opened by name, and without it every start logs a warning.
"""

_KEPT_OF_METADATA = re.compile(r"METADATA|licen[cs]es?|licen[cs]e.*|copying.*|notice.*|authors.*|thirdparty.*", re.I)
"""Licences stay with their packages; `importlib.metadata` reads METADATA."""


def prune(folder: Path) -> None:
    """Remove the parts of an installation that no function needs."""
    for pattern in NOT_NEEDED:
        _remove(path for path in folder.rglob("*") if matches(path.relative_to(folder).as_posix(), pattern))
    for metadata in folder.glob("*.dist-info"):
        _remove(path for path in metadata.iterdir() if not _KEPT_OF_METADATA.fullmatch(path.name))
    for parent, kept in ONLY.items():
        _remove(path for path in folder.glob(f"{parent}/*") if path.is_dir() and path.name not in kept)
    _remove(unused_libraries(folder))


def matches(path: str, pattern: str) -> bool:
    """Whether a pattern of NOT_NEEDED matches a path."""
    if pattern.startswith("**/"):
        return fnmatch.fnmatchcase(path.rsplit("/", 1)[-1], pattern.removeprefix("**/"))
    return path.count("/") == pattern.count("/") and fnmatch.fnmatchcase(path, pattern)


def unused_libraries(folder: Path) -> list[Path]:
    """Libraries of MAYBE_NEEDED that no remaining library is linked against, directly or indirectly."""
    libraries = {path: set(read_library(path).needed) for path in folder.rglob("*") if is_elf(path)}
    unused = {path for pattern in MAYBE_NEEDED for path in folder.glob(pattern)}
    while True:
        needed = {name for path, names in libraries.items() if path not in unused for name in names}
        if not (used := {path for path in unused if path.name in needed}):
            return sorted(unused)
        unused -= used


def _remove(paths: Iterable[Path]) -> None:
    for path in list(paths):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
