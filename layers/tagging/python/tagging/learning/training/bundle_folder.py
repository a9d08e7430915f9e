"""Writing a bundle: all files in a new folder beside the old one, then one takes the other's place."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from tagging.learning.heads import HeadsFile
from tagging.learning.training.golden_items import golden_of
from tagging.model import (
    FILES,
    LEXICON,
    REFERENCE,
    TOLERANCE,
    Aggregate,
    Decision,
    Lexicon,
    Reference,
    ReviewRule,
    Tagger,
    checksum_of,
    read_bundle,
    reference_file,
    sha256,
)
from tagging.start import load_bundle
from tagging.taxonomy import Taxonomy

PLACEHOLDER = {"text": "not chosen yet", "labels": (), "scores": {}}


@dataclass(frozen=True)
class BundleContents:
    """All that a bundle is made of."""

    encoder: Path
    encoder_version: str
    heads: HeadsFile
    lexicon: Lexicon | None
    """None for images."""
    taxonomy: Taxonomy
    decisions: Mapping[str, Decision]
    statistics: Mapping[str, Any]
    about: Mapping[str, Any]
    review: ReviewRule | None = None
    reference: Reference | None = None
    aggregate: Aggregate = "sentences"
    sentence_share: float = 0.5
    sentence_penalty: float = 0.0


def write_bundle(out: Path, contents: BundleContents, golden: Sequence[str | bytes]) -> Tagger:
    """Write the bundle to `out`, replacing what is there, and load it; equal contents give equal bytes.

    The first two texts of `golden`, or image files of at most 4 KB, that are sure enough become its golden self-test;
    NoGoldenText if there are none. The old bundle is replaced only when the new one is complete and has passed that
    test; an interruption leaves nothing behind.
    """
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=f".{out.name}-") as scratch:
        new, old = Path(scratch) / "new", Path(scratch) / "old"
        _write_contents(new, contents)
        _write_manifest(new, contents, [PLACEHOLDER])
        _write_manifest(new, contents, golden_of(Tagger(read_bundle(new)), golden))
        tagger = load_bundle(new)
        try:
            if out.exists():
                out.rename(old)
            new.rename(out)
        except (
            BaseException
        ):  # also on Ctrl-C between the two renames: the old bundle must not be deleted with the scratch folder
            if old.exists() and not out.exists():
                old.rename(out)
            raise
    return tagger


def _write_contents(folder: Path, contents: BundleContents) -> None:
    shutil.copytree(contents.encoder, folder / "encoder")
    (folder / "heads.onnx").write_bytes(contents.heads.content)
    if (lexicon := contents.lexicon) is not None:
        _write(
            folder / LEXICON,
            {"schema": "tagging.lexicon/1", "weight": lexicon.weight, "grams": lexicon.grams, "idf": lexicon.idf},
            indent=None,
        )
    if contents.reference is not None:
        _write(folder / REFERENCE, msgspec.to_builtins(reference_file(contents.reference)), indent=None)
    _write(folder / "taxonomy.json", msgspec.to_builtins(contents.taxonomy))
    decisions = {label: _without_defaults(decision) for label, decision in contents.decisions.items()}
    review = {} if contents.review is None else {"review": msgspec.to_builtins(contents.review)}
    _write(folder / "thresholds.json", {"schema": "tagging.thresholds/1", **review, "labels": decisions})
    _write(folder / "statistics.json", {"schema": "tagging.statistics/1"} | dict(contents.statistics))


def _without_defaults(decision: Decision) -> dict[str, Any]:
    """The fields that differ from their defaults, by their names in the file."""
    fields = msgspec.structs.fields(decision)
    values = {field.encode_name: (getattr(decision, field.name), field.default) for field in fields}
    return {name: value for name, (value, default) in values.items() if value != default}


def _write_manifest(folder: Path, contents: BundleContents, golden: Sequence[Mapping[str, Any]]) -> None:
    further = {LEXICON: contents.lexicon, REFERENCE: contents.reference}
    files = (*FILES, *(name for name, part in further.items() if part is not None))
    content: dict[str, Any] = {
        "schema": "tagging.bundle/1",
        "about": dict(contents.about),
        "aggregate": contents.aggregate,
        "sentence_share": contents.sentence_share,
        **({"sentence_penalty": contents.sentence_penalty} if contents.sentence_penalty else {}),
        "encoder": contents.encoder_version,
        "files": {name: sha256((folder / name).read_bytes()) for name in files},
        "golden": list(golden),
        "tolerance": TOLERANCE,
    }
    _write(folder / "manifest.json", content | {"checksum": checksum_of(content)})


def _write(path: Path, content: Mapping[str, Any], indent: int | None = 1) -> None:
    path.write_text(json.dumps(content, indent=indent, ensure_ascii=False) + "\n", encoding="utf-8")
