"""A version as files: a bundle without its encoder, under an id that follows from its content.

What loads onnxruntime is imported where it is used: commands that only write the pointer, and all help, do without.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from tagging.kinds import Kind
from tagging.model import FILES, LEXICON, REFERENCE, BundleError
from tagging.taxonomy import ALL_PACKS

if TYPE_CHECKING:
    from tagging.model import Bundle, Tagger, VersionParts

MANIFEST = "manifest.json"
VERSION_FILES = (MANIFEST, *FILES, LEXICON, REFERENCE)
"""All files that a version may have; which it has, its manifest says."""
_ID_DIGITS = 12


def version_id(bundle: Bundle) -> str:
    """The id of a bundle's version: the first 12 hexadecimal digits of its manifest's checksum."""
    return bundle.manifest.checksum[:_ID_DIGITS]


def version_prefix(kind: Kind, version: str) -> str:
    """The keys of a version in the bucket of models begin with this."""
    return f"versions/{kind}/{version}/"


def files_of(folder: Path, bundle: Bundle) -> dict[str, bytes]:
    """The files of a bundle's version, by name, from its folder."""
    names = (MANIFEST, *(name for name in VERSION_FILES if name in bundle.manifest.files))
    return {name: (folder / name).read_bytes() for name in names}


def files_in(folder: Path) -> dict[str, bytes]:
    """The files of the version in a bundle's folder, by name, whatever its manifest lists."""
    return {name: (folder / name).read_bytes() for name in VERSION_FILES if (folder / name).is_file()}


def check_files(files: Mapping[str, bytes], version: str, encoder: str) -> VersionParts:
    """The parts of a version, checked as `load_version` does, without its golden items: they need the encoder.

    `encoder`: version of the deployed encoder. Raises BundleError and OtherEncoder.
    """
    from tagging.model import check_version

    parts = check_version(files, Path(version), encoder)
    _check_id(version, parts.manifest.checksum)
    return parts


def load_version(files: Mapping[str, bytes], version: str, deployed: Bundle, *, threads: int = 1) -> Tagger:
    """Load a version with the encoder of the deployed bundle and the packs that it has on; check its golden items.

    Raises BundleError if it must not be served, among others if its content does not have this id, and OtherEncoder if
    it was made for another encoder.
    """
    from tagging.model import Tagger, check_golden, read_version
    from tagging.start import decode_golden

    bundle = read_version(files, Path(version), deployed, threads=threads)
    _check_id(version, bundle.manifest.checksum)
    check_golden(bundle, Tagger(bundle).tag, decode_golden)
    known = (*bundle.taxonomy.packs, ALL_PACKS)
    return Tagger(bundle.with_packs([pack for pack in deployed.packs if pack in known]))


def _check_id(version: str, checksum: str) -> None:
    if not checksum.startswith(version) or len(version) != _ID_DIGITS:
        raise BundleError(Path(version), f"holds version {checksum[:_ID_DIGITS]}")
