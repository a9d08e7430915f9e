"""Puts an encoder together from its weights and its tokeniser, and writes its folder."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import onnx

from tagging.learning.encoders.graph import VECTORS, build_graph
from tagging.learning.encoders.parity import Parity, measure_parity, token_vectors
from tagging.learning.encoders.samples import samples
from tagging.learning.encoders.weights import EncoderWeights, Int4Table
from tagging.learning.numeric import Floats32
from tagging.model import Tokeniser, read_tokeniser, sha256


@dataclass(frozen=True)
class EncoderParts:
    """What an encoder is made of."""

    weights: EncoderWeights
    tokeniser: bytes
    """The content of tokenizer.json."""
    languages: tuple[str, ...]
    early_layer: int
    origin: Mapping[str, str]
    """Where the weights come from, for people."""

    @property
    def sequence_length(self) -> int:
        """Tokens of the longest text."""
        return len(self.weights.positions)


def read_parts_tokeniser(parts: EncoderParts) -> Tokeniser:
    """The tokeniser, as it is served."""
    tokeniser = read_tokeniser(parts.tokeniser)
    tokeniser.no_padding()
    tokeniser.enable_truncation(parts.sequence_length)
    return tokeniser


def centre_of(parts: EncoderParts) -> Floats32:
    """The mean of each pooled vector over our sample texts [3, hidden]: what all texts have in common tells nothing."""
    tokeniser, texts = read_parts_tokeniser(parts), samples(parts.languages)
    below = replace(parts.weights, layers=parts.weights.layers[: parts.early_layer])
    last, early = (
        token_vectors(build_graph(weights, 0, int8=False), tokeniser, texts) for weights in (parts.weights, below)
    )
    pooled = [
        np.stack([text.mean(axis=0), text.max(axis=0), lower.mean(axis=0)])
        for text, lower in zip(last, early, strict=True)
    ]
    return np.asarray(np.mean(pooled, axis=0, dtype=np.float64), dtype=np.float32)


def write_encoder(out: Path, parts: EncoderParts, centre: Floats32) -> Parity:
    """Write the folder, its manifest last; returns how near it is to fp32. The same parts give the same version."""
    int8 = build_graph(parts.weights, parts.early_layer, centre)
    fp32 = build_graph(parts.weights, parts.early_layer, centre, int8=False)
    texts = samples(parts.languages)
    parity = measure_parity(int8, fp32, read_parts_tokeniser(parts), texts, parts.sequence_length)
    out.mkdir(parents=True, exist_ok=True)
    (out / "manifest.json").unlink(missing_ok=True)
    files = {"encoder.onnx": int8.SerializeToString(deterministic=True), "tokenizer.json": parts.tokeniser}
    for name, content in files.items():
        (out / name).write_bytes(content)
    manifest = _manifest(parts, int8, {name: sha256(content) for name, content in files.items()})
    manifest |= {"parity": parity.document(), "milliseconds_per_128_tokens": parity.milliseconds}
    (out / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")
    return parity


def _manifest(parts: EncoderParts, model: onnx.ModelProto, files: Mapping[str, str]) -> dict[str, object]:
    bits = 4 if isinstance(parts.weights.words, Int4Table) else 8
    dimension = VECTORS * parts.weights.positions.shape[1]
    return {
        "schema": "tagging.encoder/1",
        "files": dict(files),
        "sequence_length": parts.sequence_length,
        "dimension": dimension,
        "early_layer": parts.early_layer,
        "languages": list(parts.languages),
        "quantisation": f"linear layers int8 of 7 bits, per channel, inputs dynamic; word embeddings {bits} bits",
        "weights": dict(parts.origin),
        "opset": model.opset_import[0].version,
    }
