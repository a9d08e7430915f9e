"""Converts a Hugging Face folder into an encoder of ours."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path

from tagging.learning.encoders.checkpoint import read_checkpoint
from tagging.learning.encoders.errors import EncoderError
from tagging.learning.encoders.folder import EncoderParts, centre_of, write_encoder
from tagging.learning.encoders.parity import Parity
from tagging.learning.encoders.tokenisers import convert_tokeniser
from tagging.model import sha256

SEQUENCE_LENGTH = 256
_CODE = re.compile(r"[a-z]{2,3}")


@dataclass(frozen=True)
class ConvertRequest:
    """What to convert, and how."""

    folder: Path
    out: Path
    languages: tuple[str, ...] = ()
    """Those that the encoder knows; without, those of the folder's README.md."""
    prune: bool = False
    """Leave out word pieces in scripts of other languages."""
    sequence_length: int = SEQUENCE_LENGTH
    early_layer: int | None = None
    """By default a third of all layers."""


@dataclass(frozen=True)
class Conversion:
    """What came of it."""

    parity: Parity
    pieces: int
    left_out: int
    bytes: int
    languages: tuple[str, ...]


def convert_folder(request: ConvertRequest) -> Conversion:
    """Write an encoder. Raises EncoderError with one line that says what is missing or wrong."""
    if request.out.resolve() == request.folder.resolve():
        raise EncoderError(f"{request.out} is the folder that is converted: name another one")
    weights = read_checkpoint(request.folder, request.sequence_length)
    languages = _languages(request)
    tokeniser = convert_tokeniser(request.folder, languages, prune=request.prune)
    rows = len(weights.words.values)
    if tokeniser.pieces.max() >= rows:
        most = int(tokeniser.pieces.max()) + 1
        raise EncoderError(f"{request.folder}: its tokeniser has {most} pieces, its table of embeddings {rows} rows")
    early = request.early_layer if request.early_layer is not None else round(len(weights.layers) / 3)
    if not 0 <= early <= len(weights.layers):
        raise EncoderError(f"there is no layer {early}: {request.folder} has {len(weights.layers)}")
    parts = EncoderParts(
        weights=replace(weights, words=weights.words.take(tokeniser.pieces)),
        tokeniser=tokeniser.content,
        languages=languages,
        early_layer=early,
        origin={"origin": request.folder.resolve().name, "sha256": _hash(request.folder)},
    )
    parity = write_encoder(request.out, parts, centre_of(parts))
    size = sum(path.stat().st_size for path in request.out.iterdir())
    return Conversion(parity, len(tokeniser.pieces), rows - len(tokeniser.pieces), size, languages)


def _languages(request: ConvertRequest) -> tuple[str, ...]:
    """Those that were asked for, or those of the model card's front matter."""
    languages = request.languages or _card_languages(request.folder / "README.md")
    if not languages:
        raise EncoderError(f"{request.folder} does not say which languages it knows: give --languages en,de,...")
    if bad := [language for language in languages if not _CODE.fullmatch(language)]:
        raise EncoderError(f"{bad[0]!r} is no code of a language: write en, de, ...")
    return languages


def _card_languages(card: Path) -> tuple[str, ...]:
    if not card.exists():
        return ()
    front = re.match(r"---\n(.*?)\n---\n", card.read_text(encoding="utf-8", errors="replace"), re.DOTALL)
    listed = re.search(r"^language:[ ]*(.*(?:\n[ ]*- .*)*)", front.group(1), re.MULTILINE) if front else None
    return tuple(dict.fromkeys(_CODE.findall(listed.group(1)))) if listed else ()


def _hash(folder: Path) -> str:
    """Of all weights files, in the order of their names."""
    files = sorted([*folder.glob("*.safetensors")] or [*folder.glob("**/*.onnx")])
    return sha256(b"".join(sha256(file.read_bytes()).encode() for file in files))
