"""Thresholds of a version: how each was set, and a version with others that keeps the file of its heads."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tagging import model
from tagging.model import BundleError
from tagging.operations.models import Models, VersionRefused
from tagging.operations.pointer_history import read_state
from tagging.serving import LAYER, MANIFEST, load_version
from tagging.taxonomy import Policy, Taxonomy

if TYPE_CHECKING:
    from tagging.model import Bundle, Golden, Manifest, Tagger, VersionParts

THRESHOLDS: Final = "thresholds.json"
BY_HAND: Final = "thresholds_by_hand"
"""Field of a manifest's `about`: the thresholds that were set by hand, by label."""
_GOLDEN: Final = 2
"""Golden items of a version."""


@dataclass(frozen=True)
class ShownThreshold:
    """The threshold of one label."""

    label: str
    head: str
    threshold: float | None
    """None where a policy decides the label."""
    set_by: str
    """`tuned` on held-out rows; `unproven`: also tuned, but its objective was not met; `by hand`; `policy`."""
    positives: int
    """Labelled rows with the label on which it was tuned."""
    critical: bool


@dataclass(frozen=True)
class MovedVersion:
    """A version with other thresholds, which has passed its self-test."""

    version: str
    files: Mapping[str, bytes]
    before: Mapping[str, float]
    """The thresholds that were moved, as they were."""
    unproven: tuple[str, ...]
    """Those of them whose labels now send items to review."""
    golden: int
    """Golden items that got other labels, or were replaced because a new threshold is too near to their scores."""


def shown_thresholds(parts: VersionParts | Bundle, taxonomy: Taxonomy) -> Iterator[ShownThreshold]:
    """The threshold of each label of a taxonomy, in its order."""
    by_hand = parts.manifest.about.get(BY_HAND, {})
    for head in taxonomy.heads:
        for label in head.labels:
            decision, is_policy = parts.decisions[label.id], isinstance(head.policy, Policy)
            tuned = "tuned" if decision.meets_objective else "unproven"
            yield ShownThreshold(
                label.id,
                head.id,
                None if is_policy else decision.threshold,
                "policy" if is_policy else "by hand" if label.id in by_hand else tuned,
                decision.positives,
                label.critical,
            )


def move_thresholds(files: Mapping[str, bytes], base: Bundle, moves: Mapping[str, float]) -> MovedVersion:
    """The version of these files with these thresholds: label -> value; its file of heads is the same.

    `base`: the version of the files, with its encoder and all its packs. Golden items whose labels change are tagged
    again, so that the self-test holds. Raises ThresholdRefused, and VersionRefused where no golden item is left whose
    labels would be the same on every processor.
    """
    before = {label: base.decisions[label].threshold for label in moves if label in base.decisions}
    tagger = model.Tagger(model.moved_thresholds(base, moves))
    golden = _golden(tagger, base.manifest)
    thresholds = json.loads(files[THRESHOLDS])
    for label, value in moves.items():
        proven = tagger.bundle.decisions[label].meets_objective
        thresholds["labels"][label] |= {"threshold": float(value), "proven": proven}
    content = _json(thresholds)
    manifest = json.loads(files[MANIFEST])
    about = manifest.get("about", {})
    manifest["about"] = about | {BY_HAND: about.get(BY_HAND, {}) | {each: float(moves[each]) for each in moves}}
    manifest["files"][THRESHOLDS] = model.sha256(content)
    manifest["golden"] = [model.golden_document(each) for each in golden]
    manifest["checksum"] = model.checksum_of(manifest)
    moved = {**files, THRESHOLDS: content, MANIFEST: _json(manifest)}
    version = str(manifest["checksum"])[:12]
    try:
        load_version(moved, version, base)
    except BundleError as error:
        raise VersionRefused(" ".join(str(error).split())) from None
    kept = sum(each in base.manifest.golden for each in golden)
    unproven = tuple(label for label in moves if not tagger.bundle.decisions[label].meets_objective)
    return MovedVersion(version, moved, before, unproven, len(golden) - kept)


def champion_files(models: Models) -> tuple[str, dict[str, bytes]]:
    """The id and the files of the version that serves. Raises VersionRefused."""
    pointer = read_state(models).last_good
    champion = LAYER if pointer is None else pointer.champion
    models.check(champion)
    return champion, models.files(champion)


def deployed_bundle(models: Models) -> Bundle:
    """A bundle on this machine with the encoder of the deployed layer. Raises VersionRefused where there is none."""
    for folder in models.at_hand:
        try:
            bundle = model.read_bundle(folder)
        except BundleError:
            continue
        if bundle.version.encoder == models.layer.encoder:
            return bundle
    raise VersionRefused(
        f"encoder {models.layer.encoder} of stage {models.stage} is not on this machine, and golden items are tagged "
        "with it: move the thresholds of a bundle's folder (--bundle DIR --out DIR), then tagging versions push"
    )


def write_folder(moved: MovedVersion, source: Path, out: Path) -> None:
    """Write a moved version as a bundle, with the encoder of the folder `source`; `out` is new."""
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=f".{out.name}-") as scratch:
        new = Path(scratch) / "new"
        shutil.copytree(source / "encoder", new / "encoder")
        for name, content in moved.files.items():
            (new / name).write_bytes(content)
        new.rename(out)


def _golden(tagger: Tagger, manifest: Manifest) -> Sequence[Golden]:
    """The golden items as this tagger tags them: those that are sure, else texts of the taxonomy."""
    from tagging.start import decode_golden

    kept = []
    for old in manifest.golden:
        new = model.sure_golden(tagger, old.content, decode_golden)
        if new is not None:
            same = (new.labels, set(new.scores)) == (old.labels, set(old.scores))
            kept.append(old if same else new)
    if kept:
        return kept
    if manifest.golden[0].text is not None:
        for text in _texts(tagger.bundle.taxonomy):
            new = model.sure_golden(tagger, text, decode_golden)
            kept += [] if new is None else [new]
            if len(kept) == _GOLDEN:
                break
    if not kept:
        raise VersionRefused(
            "with these thresholds, the labels of all golden items would depend on the processor: choose other values"
        )
    return kept


def _texts(taxonomy: Taxonomy) -> Iterator[str]:
    for label in taxonomy.labels.values():
        yield from (*label.examples, label.description)


def _json(content: Mapping[str, Any]) -> bytes:
    return (json.dumps(content, indent=1, ensure_ascii=False) + "\n").encode()
