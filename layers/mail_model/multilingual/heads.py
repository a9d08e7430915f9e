"""Makes heads that were trained on English rows blind to the language of a text.

The features of texts in one language share a direction, about which English rows say nothing: heads put weight along it
by chance, and then assign twice as many labels in other languages. The directions from the mean of our English sample
texts to those of the other languages are taken out of the weights; biases keep what English texts have along them.

Run on a bundle that was trained with `--encoder multilingual`: `python -m layers.mail_model.multilingual.heads BUNDLE`
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray

from tagging.item import Mail
from tagging.learning.encoders import SAMPLES
from tagging.learning.numeric import Floats
from tagging.model import Tagger, TextEncoder, checksum_of, load_encoder, read_bundle, sha256

DIRECTIONS = 2
"""Of 16: the first two are most of it, and more of them would take meaning out as well (see LOG.md)."""


def language_directions(encoder: TextEncoder) -> tuple[Floats, Floats]:
    """The mean of English texts [dimension], and orthonormal directions to other languages [DIRECTIONS, dimension]."""
    means: dict[str, Floats] = {
        language: np.stack([encoder.encode(text).features for text in texts]).mean(axis=0).astype(np.float64)
        for language, texts in SAMPLES.items()
        if language in encoder.languages
    }
    english = np.asarray(means.pop("en"))
    directions = np.linalg.svd(np.stack([mean - english for mean in means.values()]), full_matrices=False)[2]
    return english, np.asarray(directions[:DIRECTIONS])


def without_language(model: onnx.ModelProto, english: Floats, directions: Floats) -> onnx.ModelProto:
    """The heads without weights along the directions; English texts keep their logits on average."""
    parts = {constant.name: constant for constant in model.graph.initializer}
    weights, biases = (onnx.numpy_helper.to_array(parts[name]) for name in ("dense_weights", "biases"))
    along = directions.T @ (directions @ weights.astype(np.float64))
    _replace(parts["dense_weights"], weights - along)
    _replace(parts["biases"], biases + english @ along)
    return model


def _replace(constant: onnx.TensorProto, values: NDArray[Any]) -> None:
    before = onnx.numpy_helper.to_array(constant)
    constant.CopyFrom(onnx.numpy_helper.from_array(values.astype(before.dtype), constant.name))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bundle", type=Path)
    folder: Path = parser.parse_args().bundle
    encoder, _ = load_encoder(folder / "encoder")
    model = without_language(onnx.load(folder / "heads.onnx"), *language_directions(encoder))
    onnx.save(model, folder / "heads.onnx")
    manifest = json.loads((folder / "manifest.json").read_bytes())
    manifest["files"]["heads.onnx"] = sha256((folder / "heads.onnx").read_bytes())
    _write(folder, manifest)
    tagger = Tagger(read_bundle(folder))
    _write(folder, manifest | {"golden": [_golden(tagger, item["text"]) for item in manifest["golden"]]})


def _golden(tagger: Tagger, text: str) -> dict[str, object]:
    result = tagger.tag(Mail("", text))
    scores = {label: round(score, 4) for label, score in result.scores.items()}
    return {"text": text, "labels": [label.id for label in result.labels], "scores": scores}


def _write(folder: Path, manifest: dict[str, Any]) -> None:
    manifest["checksum"] = checksum_of(manifest)
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
