"""Writing a bundle: all files in a new folder beside the old one, then one takes the other's place."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tagging.bundle import FILES, load_bundle
from tagging.label_set import LabelSet
from tagging.learning.heads_file import HeadsFile
from tagging.lexicon import Lexicon
from tagging.manifest import Aggregate, Decision, checksum_of, sha256
from tagging.tagger import Tagger
from tagging.taxonomy import Taxonomy

TOLERANCE = 0.05
"""How far golden scores may move between processors."""
MARGIN = 0.1
"""How far all of a golden text's scores are from their thresholds: twice the tolerance, so that labels cannot move."""
PLACEHOLDER = {"text": "not chosen yet", "labels": (), "scores": {}}


class NoGoldenText(Exception):
    """None of the texts offered is far enough from every threshold."""


@dataclass(frozen=True)
class Parts:
    """All that a bundle is made of."""

    encoder: Path
    encoder_version: str
    heads: HeadsFile
    lexicon: Lexicon
    taxonomy: Taxonomy
    decisions: Mapping[str, Decision]
    statistics: Mapping[str, Any]
    about: Mapping[str, Any]
    aggregate: Aggregate = "sentences"


def write_bundle(out: Path, parts: Parts, golden_texts: Sequence[str]) -> Tagger:
    """Write the bundle to `out`, replacing what is there, and load it; equal parts give equal bytes.

    The first two texts that are sure enough become its golden self-test; NoGoldenText if there are none.
    """
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=f".{out.name}-") as scratch:
        new = Path(scratch) / "new"
        _write_parts(new, parts)
        _write_manifest(new, parts, [PLACEHOLDER])
        _write_manifest(new, parts, _golden(Tagger(load_bundle(new)), golden_texts))
        tagger = Tagger.load(new)
        if out.exists():
            out.rename(Path(scratch) / "old")
        new.rename(out)
    return tagger


def _write_parts(folder: Path, parts: Parts) -> None:
    shutil.copytree(parts.encoder, folder / "encoder")
    (folder / "heads.onnx").write_bytes(parts.heads.content)
    lexicon = parts.lexicon
    _write(
        folder / "lexicon.json",
        {"schema": "tagging.lexicon/1", "weight": lexicon.weight, "grams": lexicon.grams, "idf": lexicon.idf},
        indent=None,
    )
    _write(folder / "taxonomy.json", parts.taxonomy.model_dump(mode="json"))
    decisions = {label: decision.model_dump() for label, decision in parts.decisions.items()}
    _write(folder / "thresholds.json", {"schema": "tagging.thresholds/1", "labels": decisions})
    _write(folder / "statistics.json", {"schema": "tagging.statistics/1"} | dict(parts.statistics))


def _write_manifest(folder: Path, parts: Parts, golden: Sequence[Mapping[str, Any]]) -> None:
    content: dict[str, Any] = {
        "schema": "tagging.bundle/1",
        "about": dict(parts.about),
        "aggregate": parts.aggregate,
        "encoder": parts.encoder_version,
        "files": {name: sha256((folder / name).read_bytes()) for name in FILES},
        "golden": list(golden),
        "tolerance": TOLERANCE,
    }
    _write(folder / "manifest.json", content | {"checksum": checksum_of(content)})


def _golden(tagger: Tagger, texts: Sequence[str]) -> list[dict[str, Any]]:
    found = ((text, tagger.tag_text(text)) for text in texts)
    sure = [(text, result) for text, result in found if _is_sure(result, tagger.bundle.decisions)][:2]
    if not sure:
        raise NoGoldenText(f"none of {len(texts)} texts keeps {MARGIN} from every threshold; offer others")
    return [
        {"text": text, "labels": [label.id for label in result.labels], "scores": dict(result.scores)}
        for text, result in sure
    ]


def _is_sure(result: LabelSet, decisions: Mapping[str, Decision]) -> bool:
    return all(abs(score - decisions[label].threshold) >= MARGIN for label, score in result.scores.items())


def _write(path: Path, content: Mapping[str, Any], indent: int | None = 1) -> None:
    path.write_text(json.dumps(content, indent=indent, ensure_ascii=False) + "\n", encoding="utf-8")
