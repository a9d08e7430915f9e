"""What a bundle has besides its encoder: loaded from its files, which are checked against each other."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from tagging.model.bundle_files import LEXICON, REFERENCE, BundleError, loaded, parsed
from tagging.model.label_set import BundleVersion
from tagging.model.manifest import (
    Decision,
    EncoderManifest,
    ImageEncoderManifest,
    LexiconFile,
    Manifest,
    ReviewRule,
    TextEncoderManifest,
    Thresholds,
    sha256,
    version_of,
)
from tagging.model.ngrams import Lexicon
from tagging.model.onnx_model import OnnxModel
from tagging.model.reference import Reference, ReferenceFile
from tagging.taxonomy import Taxonomy


class VersionParts(Struct, frozen=True):
    """A version in memory: what a bundle has besides its encoder, its parts checked against each other.

    Its fields are those of `Bundle`.
    """

    heads: OnnxModel
    lexicon: Lexicon
    taxonomy: Taxonomy
    decisions: Mapping[str, Decision]
    manifest: Manifest
    version: BundleVersion
    reference: Reference | None
    review: ReviewRule | None


def parts_of(
    folder: Path, manifest: Manifest, contents: Mapping[str, bytes], encoder_manifest: EncoderManifest, threads: int
) -> VersionParts:
    """The parts of these files, checked against each other."""
    if manifest.encoder != encoder_manifest.version:
        why = f"the heads were trained on encoder {manifest.encoder}, this folder holds {encoder_manifest.version}"
        raise BundleError(folder / "heads.onnx", why, "train the heads on this encoder, or bring theirs")
    taxonomy = parsed(folder / "taxonomy.json", contents["taxonomy.json"], Taxonomy)
    thresholds = parsed(folder / "thresholds.json", contents["thresholds.json"], Thresholds)
    if list(thresholds.labels) != list(taxonomy.labels):
        raise BundleError(folder / "thresholds.json", "its labels are not those of taxonomy.json, in that order")
    if isinstance(encoder_manifest, ImageEncoderManifest) and manifest.aggregate != "whole":
        why = f"its aggregate is {manifest.aggregate}: images have no sentences"
        raise BundleError(folder / "manifest.json", why)
    is_text = isinstance(encoder_manifest, TextEncoderManifest)
    if is_text and LEXICON not in contents:
        raise BundleError(folder / LEXICON, "is not listed in the manifest")
    words = [contents[LEXICON]] if is_text else []
    lexicon = _lexicon(folder / LEXICON, words[0]) if words else Lexicon((), ())
    heads = loaded(folder / "heads.onnx", lambda: OnnxModel(contents["heads.onnx"], threads=threads))
    _check_fit(folder / "heads.onnx", heads, encoder_manifest, tuple(taxonomy.labels), lexicon)
    decided = (sha256(contents["taxonomy.json"]), sha256(contents["thresholds.json"]))
    reference = _reference(folder / REFERENCE, contents.get(REFERENCE), encoder_manifest.dimension)
    further = [str(manifest.sentence_penalty)] if manifest.sentence_penalty else []
    further += [manifest.files[REFERENCE]] if reference is not None else []
    version = BundleVersion(
        encoder=encoder_manifest.version,
        heads=version_of(*map(sha256, (contents["heads.onnx"], *words))),
        thresholds=version_of(*decided, manifest.aggregate, str(manifest.sentence_share), *further),
    )
    decisions = thresholds.labels
    return VersionParts(heads, lexicon, taxonomy, decisions, manifest, version, reference, thresholds.review)


def _lexicon(path: Path, content: bytes) -> Lexicon:
    file = parsed(path, content, LexiconFile)
    try:
        return Lexicon(file.grams, file.idf, file.weight)
    except ValueError as error:
        raise BundleError(path, str(error)) from None


def _reference(path: Path, content: bytes | None, dimension: int) -> Reference | None:
    """The reference of a bundle that has one."""
    if content is None:
        return None
    file = parsed(path, content, ReferenceFile)
    try:
        return file.reference(dimension)
    except ValueError as error:
        raise BundleError(path, str(error)) from None


def _check_fit(
    path: Path, heads: OnnxModel, encoder: EncoderManifest, labels: tuple[str, ...], lexicon: Lexicon
) -> None:
    """Check the encoder and labels that the heads file was made for: it could be from another bundle."""
    if heads.notes.get("encoder") != encoder.version:
        raise BundleError(path, "was made for another encoder", "train the heads on this encoder, or bring theirs")
    if heads.notes.get("labels") != json.dumps(labels):
        raise BundleError(path, "its labels are not those of taxonomy.json, in that order", "train the heads anew")
    widths = {name: shape[-1] for name, shape in heads.inputs.items()}
    if widths != {"dense": encoder.dimension} | ({"lexical": len(lexicon.grams)} if lexicon.grams else {}):
        inputs = f"{encoder.dimension} features of the encoder and the {len(lexicon.grams)} n-grams of lexicon.json"
        raise BundleError(path, f"does not take the {inputs}")
