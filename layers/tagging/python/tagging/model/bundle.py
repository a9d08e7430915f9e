"""Loading a bundle: every file is read once and checked against the manifest and the other files."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from functools import cached_property
from pathlib import Path
from typing import cast

from msgspec import Struct
from msgspec.structs import replace

from tagging.kinds import EncoderKind
from tagging.model.bundle_files import (
    FILES,
    LEXICON,
    REFERENCE,
    BundleError,
    OtherEncoder,
    checked_content,
    checked_file,
    loaded,
    parsed,
    read_file,
)
from tagging.model.encoder_files import Encoder, parsed_manifest, read_encoder
from tagging.model.heads import ScoreMaps, score_maps
from tagging.model.heads_graph import check_heads_graph
from tagging.model.label_set import BundleVersion
from tagging.model.manifest import (
    Decision,
    Manifest,
    ReviewRule,
    checksum_of,
    version_of,
)
from tagging.model.ngrams import Lexicon
from tagging.model.onnx_model import OnnxModel
from tagging.model.reference import Reference
from tagging.model.version_parts import VersionParts, parts_of
from tagging.taxonomy import Taxonomy


class Bundle(Struct, frozen=True, dict=True):
    """A bundle in memory, its parts checked against each other."""

    encoder: Encoder
    heads: OnnxModel
    lexicon: Lexicon
    """Empty for images."""
    taxonomy: Taxonomy
    """The heads that run."""
    decisions: Mapping[str, Decision]
    """Of all labels, in the order of the columns of logits; labels of packs that are off too."""
    manifest: Manifest
    version: BundleVersion
    folder: Path
    """Where it was loaded from."""
    reference: Reference | None = None
    review: ReviewRule | None = None
    """None for bundles whose decisions have review bands."""
    packs: tuple[str, ...] = ()
    """Names of the packs that were turned on."""

    @cached_property
    def columns(self) -> dict[str, int]:
        """The column of each label's logit."""
        return {label_id: column for column, label_id in enumerate(self.decisions)}

    @cached_property
    def head_columns(self) -> dict[str, slice]:
        """The columns of each head's labels, which stand side by side."""
        firsts = {head.id: self.columns[head.labels[0].id] for head in self.taxonomy.heads}
        return {head.id: slice(firsts[head.id], firsts[head.id] + len(head.labels)) for head in self.taxonomy.heads}

    @cached_property
    def score_maps(self) -> dict[str, ScoreMaps]:
        """The arrays of the decisions on each head's labels."""
        heads = self.taxonomy.heads
        return {head.id: score_maps([self.decisions[label.id] for label in head.labels]) for head in heads}

    @cached_property
    def scorer(self) -> str:
        """12 hexadecimal digits of all that logits depend on: versions that differ in thresholds alone share it."""
        manifest = self.manifest
        pooling = (manifest.aggregate, str(manifest.sentence_share), str(manifest.sentence_penalty))
        return version_of(self.version.encoder, self.version.heads, *pooling, manifest.files.get(REFERENCE, ""))

    def with_packs(self, names: Collection[str]) -> Bundle:
        """The bundle with only these packs on; each choice of packs is a version of its own. Raises UnknownPack."""
        packs, thresholds = self.taxonomy.find_packs(names), self.version.thresholds
        version = replace(self.version, thresholds=version_of(thresholds, *packs) if packs else thresholds)
        return replace(self, taxonomy=self.taxonomy.with_packs(packs), version=version, packs=tuple(names))


def read_bundle(folder: Path, *, threads: int = 1) -> Bundle:
    """Load and check everything but the golden items (`tagging.start.load_bundle` does those). Raises BundleError."""
    manifest = _manifest(folder / "manifest.json", read_file(folder / "manifest.json"))
    contents = {name: checked_file(folder / name, manifest.files.get(name)) for name in _names(manifest)}
    encoder, encoder_manifest = read_encoder(folder / "encoder", contents["encoder/manifest.json"], threads)
    return _with_encoder(encoder, parts_of(folder, manifest, contents, encoder_manifest, threads), folder)


def read_version(files: Mapping[str, bytes], name: Path, deployed: Bundle, *, threads: int = 1) -> Bundle:
    """Load a version, which is a bundle without its encoder, with the encoder of a bundle that is loaded already.

    Raises OtherEncoder if the version was made for another encoder, and what `check_version` raises.
    """
    parts = check_version(files, name, deployed.version.encoder, threads=threads)
    return _with_encoder(deployed.encoder, parts, name)


class AbsentEncoder(Struct, frozen=True):
    """Stands for the encoder of a version that only scores features: all that is needed of it then is its kind."""

    kind: EncoderKind


def scoring_version(parts: VersionParts, kind: EncoderKind, name: Path) -> Bundle:
    """A version without an encoder: `predict` and `decide` need none."""
    return _with_encoder(cast("Encoder", AbsentEncoder(kind)), parts, name)


def check_version(files: Mapping[str, bytes], name: Path, encoder: str, *, threads: int = 1) -> VersionParts:
    """Load and check what needs no encoder. `encoder`: version of the deployed encoder.

    `files`: the content of each file by its name in the folder, `manifest.json` among them; `name`: the version's name
    in messages. Its heads may only hold what `check_heads_graph` allows. Raises OtherEncoder if the version was made
    for another encoder, and BundleError for everything that `read_bundle` refuses.
    """
    manifest = _manifest(name / "manifest.json", _among(files, "manifest.json", name))
    contents = {
        each: checked_content(name / each, _among(files, each, name), manifest.files.get(each))
        for each in _names(manifest)
    }
    encoder_manifest = parsed_manifest(name / "encoder/manifest.json", contents["encoder/manifest.json"])
    if encoder_manifest.version != encoder:
        why = f"was made for encoder {encoder_manifest.version}, and {encoder} is deployed"
        raise OtherEncoder(name, why, "deploy its encoder, or train it on the deployed one")
    loaded(name / "heads.onnx", lambda: check_heads_graph(contents["heads.onnx"]))
    return parts_of(name, manifest, contents, encoder_manifest, threads)


def _with_encoder(encoder: Encoder, parts: VersionParts, folder: Path) -> Bundle:
    fields = {name: getattr(parts, name) for name in VersionParts.__struct_fields__}
    return Bundle(encoder=encoder, folder=folder, **fields)


def _names(manifest: Manifest) -> tuple[str, ...]:
    """Names of the files that a bundle has besides its manifest and the encoder's own files."""
    return (*FILES, *(name for name in (LEXICON, REFERENCE) if name in manifest.files))


def _among(files: Mapping[str, bytes], name: str, folder: Path) -> bytes:
    if name not in files:
        raise BundleError(folder / name, "is missing")
    return files[name]


def _manifest(path: Path, content: bytes) -> Manifest:
    manifest = parsed(path, content, Manifest)
    if checksum_of(json.loads(content)) != manifest.checksum:
        raise BundleError(path, "its content does not have its own checksum: it was changed by hand or damaged")
    return manifest
