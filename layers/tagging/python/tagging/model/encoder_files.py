"""Loading an encoder: its files are read once and checked against its manifest."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias, cast

from tagging.model.bundle_files import BundleError, checked_file, loaded, parsed, read_file
from tagging.model.image_encoder import ImageEncoder
from tagging.model.manifest import EncoderManifest, ImageEncoderManifest, TextEncoderManifest
from tagging.model.onnx_model import OnnxModel

if TYPE_CHECKING:  # the layer for images has no tokeniser
    from tagging.model.text_encoder import TextEncoder

Encoder: TypeAlias = "TextEncoder | ImageEncoder"


def load_encoder(folder: Path, *, threads: int = 1) -> tuple[TextEncoder, str]:
    """The text encoder in a folder, and its version. Raises BundleError, also where it is for images."""
    encoder, encoder_manifest = read_encoder(folder, None, threads)
    if isinstance(encoder, ImageEncoder):
        raise BundleError(folder / "manifest.json", "is an encoder of images", "bring one of texts")
    return encoder, encoder_manifest.version


def load_image_encoder(folder: Path, *, threads: int = 1) -> tuple[ImageEncoder, str]:
    """The image encoder in a folder, and its version. Raises BundleError, also where it is for texts."""
    encoder, encoder_manifest = read_encoder(folder, None, threads)
    if not isinstance(encoder, ImageEncoder):
        raise BundleError(folder / "manifest.json", "is an encoder of texts", "bring one of images")
    return encoder, encoder_manifest.version


def parsed_manifest(path: Path, content: bytes) -> EncoderManifest:
    """The manifest of an encoder of either kind. Raises BundleError."""
    return parsed(path, content, cast("type[EncoderManifest]", EncoderManifest))  # to mypy a union is no type


def read_encoder(folder: Path, manifest: bytes | None, threads: int) -> tuple[Encoder, EncoderManifest]:
    """The encoder in a folder and its manifest; `manifest` if it has been read already."""
    path = folder / "manifest.json"
    encoder_manifest = parsed_manifest(path, read_file(path) if manifest is None else manifest)
    is_text = isinstance(encoder_manifest, TextEncoderManifest)
    needed = ("encoder.onnx", "tokenizer.json") if is_text else ("encoder.onnx",)
    for name in needed:
        if name not in encoder_manifest.files:
            raise BundleError(path, f"names no {name}")
    contents = {name: checked_file(folder / name, encoder_manifest.files[name]) for name in needed}
    model = loaded(folder / "encoder.onnx", lambda: OnnxModel(contents["encoder.onnx"], threads=threads))
    if model.outputs.get("features") != (1, encoder_manifest.dimension):
        why = f"has no output `features` of shape [1, {encoder_manifest.dimension}]"
        raise BundleError(folder / "encoder.onnx", why)
    if isinstance(encoder_manifest, ImageEncoderManifest):
        if model.inputs != {"pixels": (1, encoder_manifest.size, encoder_manifest.size, 3)}:
            why = f"has not one input `pixels` of shape [1, {encoder_manifest.size}, {encoder_manifest.size}, 3]"
            raise BundleError(folder / "encoder.onnx", why)
        return ImageEncoder(model, encoder_manifest.size), encoder_manifest
    from tagging.model.text_encoder import TextEncoder
    from tagging.model.tokeniser import read_tokeniser

    tokeniser = loaded(folder / "tokenizer.json", lambda: read_tokeniser(contents["tokenizer.json"]))
    languages = encoder_manifest.languages
    return TextEncoder(model, tokeniser, encoder_manifest.sequence_length, languages=languages), encoder_manifest
