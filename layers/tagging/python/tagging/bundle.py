"""Loading a bundle: every file read once, checked against the manifest, and made to fit the others."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from tokenizers import Tokenizer

from tagging.label_set import BundleVersion
from tagging.lexicon import Lexicon
from tagging.manifest import (
    Decision,
    EncoderManifest,
    LexiconFile,
    Manifest,
    Thresholds,
    checksum_of,
    sha256,
    version_of,
)
from tagging.onnx_model import OnnxError, OnnxModel
from tagging.taxonomy import Taxonomy
from tagging.text_encoder import TextEncoder

FILES = ("encoder/manifest.json", "heads.onnx", "lexicon.json", "taxonomy.json", "thresholds.json", "statistics.json")
REBUILD = "take the folder again from where it was built, or train it anew"

Model = TypeVar("Model", bound=BaseModel)


class BundleError(Exception):
    """The bundle must not be served; the message names the file, what is wrong with it, and what to do."""

    def __init__(self, path: Path, why: str, remedy: str = REBUILD) -> None:
        super().__init__(f"{path}: {why}; {remedy}")
        self.path = path


@dataclass(frozen=True)
class Bundle:
    """A bundle in memory, its parts checked against each other."""

    encoder: TextEncoder
    heads: OnnxModel
    lexicon: Lexicon
    taxonomy: Taxonomy
    decisions: Mapping[str, Decision]
    manifest: Manifest
    version: BundleVersion


def load_bundle(folder: Path, *, threads: int = 1) -> Bundle:
    """Load and check everything but the golden texts (Tagger.load does those). Raises BundleError."""
    manifest = _manifest(folder / "manifest.json")
    contents = {name: _checked(folder / name, manifest.files.get(name)) for name in FILES}
    encoder, encoder_version = load_encoder(folder / "encoder", contents["encoder/manifest.json"], threads=threads)
    if manifest.encoder != encoder_version:
        why = f"the heads were trained on encoder {manifest.encoder}, this folder holds {encoder_version}"
        raise BundleError(folder / "heads.onnx", why, "train the heads on this encoder, or bring theirs")
    taxonomy = _parsed(folder / "taxonomy.json", contents["taxonomy.json"], Taxonomy)
    thresholds = _parsed(folder / "thresholds.json", contents["thresholds.json"], Thresholds)
    if list(thresholds.labels) != list(taxonomy.labels):
        raise BundleError(folder / "thresholds.json", "its labels are not those of taxonomy.json, in that order")
    lexicon = _lexicon(folder / "lexicon.json", contents["lexicon.json"])
    heads = _loaded(folder / "heads.onnx", lambda: OnnxModel(contents["heads.onnx"], threads=threads))
    _check_fit(folder / "heads.onnx", heads, encoder_version, tuple(taxonomy.labels), len(lexicon.grams))
    decided = (sha256(contents["taxonomy.json"]), sha256(contents["thresholds.json"]))
    version = BundleVersion(
        encoder=encoder_version,
        heads=version_of(sha256(contents["heads.onnx"]), sha256(contents["lexicon.json"])),
        thresholds=version_of(*decided, manifest.aggregate, str(manifest.sentence_share)),
    )
    return Bundle(encoder, heads, lexicon, taxonomy, thresholds.labels, manifest, version)


def load_encoder(folder: Path, manifest: bytes | None = None, *, threads: int = 1) -> tuple[TextEncoder, str]:
    """The encoder of a folder and its version; `manifest` where it has been read before. Raises BundleError."""
    path = folder / "manifest.json"
    described = _parsed(path, _read(path) if manifest is None else manifest, EncoderManifest)
    for name in ("encoder.onnx", "tokenizer.json"):
        if name not in described.files:
            raise BundleError(path, f"names no {name}")
    tokenizer_path = folder / "tokenizer.json"
    tokenizer_bytes = _checked(tokenizer_path, described.files["tokenizer.json"])
    tokenizer = _loaded(tokenizer_path, lambda: Tokenizer.from_str(tokenizer_bytes.decode()))
    model_path = folder / "encoder.onnx"
    model_bytes = _checked(model_path, described.files["encoder.onnx"])
    model = _loaded(model_path, lambda: OnnxModel(model_bytes, threads=threads))
    if model.outputs.get("features") != (1, described.dimension):
        raise BundleError(model_path, f"has no output `features` of shape [1, {described.dimension}]")
    return TextEncoder(model, tokenizer, described.sequence_length), described.version


def _manifest(path: Path) -> Manifest:
    content = _read(path)
    manifest = _parsed(path, content, Manifest)
    if checksum_of(json.loads(content)) != manifest.checksum:
        raise BundleError(path, "its content does not have its own checksum: it was changed by hand or damaged")
    return manifest


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise BundleError(path, "is missing") from None
    except OSError as error:
        raise BundleError(path, f"cannot be read ({error.strerror})") from None


def _checked(path: Path, expected: str | None) -> bytes:
    if expected is None:
        raise BundleError(path, "is not listed in the manifest")
    content = _read(path)
    if sha256(content) != expected:
        raise BundleError(path, "does not have the checksum in the manifest: it is damaged or from another bundle")
    return content


def _parsed(path: Path, content: bytes, model: type[Model]) -> Model:
    try:
        return model.model_validate_json(content)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "the file"
        raise BundleError(path, f"is not what it should be: {place}: {first['msg']}") from None


def _lexicon(path: Path, content: bytes) -> Lexicon:
    found = _parsed(path, content, LexiconFile)
    try:
        return Lexicon(found.grams, found.idf, found.weight)
    except ValueError as error:
        raise BundleError(path, str(error)) from None


Loaded = TypeVar("Loaded")


def _loaded(path: Path, load: Callable[[], Loaded]) -> Loaded:
    try:
        return load()
    except OnnxError as error:
        raise BundleError(path, str(error)) from error
    except Exception as error:  # tokenizers raises bare Exception for whatever it cannot read
        raise BundleError(path, f"cannot be loaded ({type(error).__name__})") from error


def _check_fit(path: Path, heads: OnnxModel, encoder: str, labels: tuple[str, ...], grams: int) -> None:
    """The heads file carries what it was made for; a file from elsewhere must not pass for this bundle's."""
    if heads.notes.get("encoder") != encoder:
        raise BundleError(path, "was made for another encoder", "train the heads on this encoder, or bring theirs")
    if heads.notes.get("labels") != json.dumps(labels):
        raise BundleError(path, "its labels are not those of taxonomy.json, in that order", "train the heads anew")
    if heads.inputs.get("lexical", (0, 0))[1] != grams:
        raise BundleError(path, f"does not take the {grams} n-grams of lexicon.json")
