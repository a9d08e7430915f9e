"""Compares the shipped int8 encoder with the fp32 network that it was exported from, on real sentences.

Run in an environment with the extra `train-encoder`; `--record` writes the results into the encoder's manifest:
`python -m layers.mail_model.parity --data DIR --weights SCRATCH/network` where DIR holds `nlupp/`.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from layers.mail_model import encoder

VECTORS = ("mean of the last layer", "max of the last layer", "mean of an early layer")
SHIPPED = Path(__file__).parent / "bundle" / "encoder"


def sentences(data: Path, count: int) -> list[str]:
    """`count` sentences of NLU++, evenly spaced over both domains."""
    paths = sorted((data / "nlupp").glob("*/fold*.json"))
    texts = [row["text"] for path in paths for row in json.loads(path.read_text(encoding="utf-8"))]
    return [texts[round(index)] for index in np.linspace(0, len(texts) - 1, count)]


def cosines(folder: Path, texts: list[str], weights: Path | None) -> NDArray[np.float64]:
    """Cosine between int8 and fp32 for each text and each pooled vector: [texts, 3]."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(folder / "encoder.onnx", options, providers=["CPUExecutionProvider"])
    bert, words = encoder.original(weights), encoder.tokenizer()
    result = []
    for text in texts:
        ids = words.encode(text).ids
        int8 = session.run(["features"], {"ids": np.array([ids], dtype=np.int64)})[0][0]
        result.append((int8 * encoder.reference(bert, ids)).reshape(len(VECTORS), -1).sum(1))
    return np.array(result, dtype=np.float64)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder that holds nlupp/")
    parser.add_argument("--encoder", type=Path, default=SHIPPED)
    parser.add_argument("--weights", type=Path, help="the fine-tuned weights that the encoder was exported from")
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--record", action="store_true", help="write the results into the encoder's manifest")
    options = parser.parse_args()
    by_text = cosines(options.encoder, sentences(options.data, options.count), options.weights)
    vectors = {
        name: {"mean": round(float(column.mean()), 4), "min": round(float(column.min()), 4)}
        for name, column in zip(VECTORS, by_text.T, strict=True)
    }
    parity = {"measure": "cosine to fp32", "sentences": f"{options.count} of NLU++", "vectors": vectors}
    print(json.dumps(parity, indent=1))
    if options.record:
        path = options.encoder / "manifest.json"
        encoder.write_json(path, json.loads(path.read_text(encoding="utf-8")) | {"parity": parity})


if __name__ == "__main__":
    main()
