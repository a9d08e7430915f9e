"""Pruning removes what no function needs; licences and linked libraries stay."""

from __future__ import annotations

from pathlib import Path

import pytest

from layers.runtime.prune import matches, prune, unused_libraries
from tests.layers.elf_file import write_elf

RUNTIME_LIBRARY = "onnxruntime/capi/libonnxruntime.so.1.31.1"
BINDING = "onnxruntime/capi/onnxruntime_pybind11_state.so"


def pruned(folder: Path, *paths: str) -> set[str]:
    """The paths that remain after pruning."""
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text("")
    prune(folder)
    return {path for path in paths if (folder / path).exists()}


def test_tests_types_and_c_sources_are_removed(tmp_path: Path) -> None:
    assert pruned(
        tmp_path,
        "numpy/__init__.py",
        "numpy/__init__.pyi",
        "numpy/linalg/tests/test_linalg.py",
        "numpy/_core/include/numpy/a.h",
        "numpy/random/lib/libnpyrandom.a",
        "lxml/etree.pyx",
        "lxml/html/__init__.py",
        "bin/f2py",
        ".lock",
    ) == {"numpy/__init__.py", "lxml/html/__init__.py"}


def test_modules_that_no_function_imports_are_removed(tmp_path: Path) -> None:
    assert pruned(
        tmp_path,
        "numpy/random/mtrand.so",
        "numpy/fft/_pocketfft.py",
        "numpy/linalg/_umath_linalg.so",
        "numpy/linalg/lapack_lite.so",
        "lxml/etree.so",
        "lxml/html/defs.py",
        "lxml/html/_difflib.so",
        "tokenizers/__init__.py",
        "tokenizers/tools/visualizer.py",
        "botocore/data/dynamodb/2011-12-05/service-2.json.gz",
        "botocore/data/dynamodb/2012-08-10/service-2.json.gz",
    ) == {
        "numpy/linalg/_umath_linalg.so",
        "lxml/etree.so",
        "lxml/html/defs.py",
        "tokenizers/__init__.py",
        "botocore/data/dynamodb/2012-08-10/service-2.json.gz",
    }


def test_only_the_models_of_the_services_in_use_stay(tmp_path: Path) -> None:
    assert pruned(
        tmp_path,
        "botocore/data/endpoints.json",
        "botocore/data/s3/2006-03-01/service-2.json.gz",
        "botocore/data/ec2/2016-11-15/service-2.json.gz",
    ) == {"botocore/data/endpoints.json", "botocore/data/s3/2006-03-01/service-2.json.gz"}


def test_licences_and_versions_of_packages_stay(tmp_path: Path) -> None:
    kept = {
        "botocore-1.dist-info/METADATA",
        "botocore-1.dist-info/LICENSE.txt",
        "botocore-1.dist-info/NOTICE",
        "numpy-2.dist-info/licenses/numpy/LICENSE.txt",
    }
    assert pruned(tmp_path, *kept, "botocore-1.dist-info/RECORD", "tokenizers-0.dist-info/sboms/a.json") == kept


def test_a_runtime_library_without_a_linked_binding_is_removed(tmp_path: Path) -> None:
    write_elf(tmp_path / RUNTIME_LIBRARY)
    write_elf(tmp_path / BINDING, needed=("libc.so.6",))
    assert unused_libraries(tmp_path) == [tmp_path / RUNTIME_LIBRARY]
    prune(tmp_path)
    assert not (tmp_path / RUNTIME_LIBRARY).exists()
    assert (tmp_path / BINDING).exists()


def test_a_runtime_library_with_a_linked_binding_stays(tmp_path: Path) -> None:
    write_elf(tmp_path / RUNTIME_LIBRARY)
    write_elf(tmp_path / BINDING, needed=("libonnxruntime.so.1.31.1",))
    prune(tmp_path)
    assert (tmp_path / RUNTIME_LIBRARY).exists()


def test_pillows_decoders_and_their_libraries_stay(tmp_path: Path) -> None:
    write_elf(tmp_path / "PIL/_imaging.so", needed=("libtiff.so.6",))
    write_elf(tmp_path / "PIL/_imagingft.so", needed=("libfreetype.so.6",))
    write_elf(tmp_path / "pillow.libs/libtiff.so.6", needed=("libzstd.so.1",))
    write_elf(tmp_path / "pillow.libs/libzstd.so.1")
    for name, other in (("libfreetype.so.6", "libharfbuzz.so.0"), ("libharfbuzz.so.0", "libfreetype.so.6")):
        write_elf(tmp_path / "pillow.libs" / name, needed=(other,))  # linked against each other
    prune(tmp_path)
    assert {path.name for path in tmp_path.glob("*/*")} == {"_imaging.so", "libtiff.so.6", "libzstd.so.1"}


@pytest.mark.parametrize(
    ("path", "pattern", "meant"),
    [
        ("numpy/linalg/tests", "**/tests", True),
        ("tests", "**/tests", True),
        ("numpy/contests", "**/tests", False),
        ("lxml/objectify.so", "lxml/objectify.*", True),
        ("lxml/html/objectify.so", "lxml/objectify.*", False),
        ("botocore/data/s3/1/examples-1.json", "botocore/data/*/*/examples-1.json", True),
    ],
)
def test_a_pattern_matches_one_depth_or_any(path: str, pattern: str, meant: bool) -> None:
    assert matches(path, pattern) is meant
