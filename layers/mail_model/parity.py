"""How far the shipped int8 encoder is from the fp32 network that it was made of, on real sentences.

Run in an environment with the extra `train-encoder`; `--record` writes the figures into the encoder's manifest:
`python layers/mail_model/parity.py --data DIR` where DIR holds `nlupp/`.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import encoder  # type: ignore[import-not-found]  # beside this script; mypy knows it by its path from the root
import numpy as np
import onnxruntime
from numpy.typing import NDArray

VECTORS = ("mean of the last layer", "max of the last layer", "mean of an early layer")
SHIPPED = Path(__file__).parent / "bundle" / "encoder"


def sentences(data: Path, count: int) -> list[str]:
    """`count` sentences of NLU++, evenly spaced over both domains."""
    paths = sorted((data / "nlupp").glob("*/fold*.json"))
    texts = [row["text"] for path in paths for row in json.loads(path.read_text(encoding="utf-8"))]
    return [texts[round(place)] for place in np.linspace(0, len(texts) - 1, count)]


def cosines(folder: Path, texts: list[str], weights: Path | None) -> NDArray[np.float64]:
    """Cosine between int8 and fp32 for each text and each pooled vector: [texts, 3]."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(folder / "encoder.onnx", options, providers=["CPUExecutionProvider"])
    bert, words = encoder.original(weights), encoder.tokenizer()
    found = []
    for text in texts:
        ids = words.encode(text).ids
        int8 = session.run(["features"], {"ids": np.array([ids], dtype=np.int64)})[0][0]
        found.append((int8 * encoder.reference(bert, ids)).reshape(len(VECTORS), -1).sum(1))
    return np.array(found, dtype=np.float64)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--data", type=Path, required=True, help="folder that holds nlupp/")
    arguments.add_argument("--encoder", type=Path, default=SHIPPED)
    arguments.add_argument("--weights", type=Path, help="what the encoder was made of, where that was fine-tuned")
    arguments.add_argument("--count", type=int, default=500)
    arguments.add_argument("--record", action="store_true", help="write the figures into the encoder's manifest")
    chosen = arguments.parse_args()
    found = cosines(chosen.encoder, sentences(chosen.data, chosen.count), chosen.weights)
    figures = {
        name: {"mean": round(float(column.mean()), 4), "min": round(float(column.min()), 4)}
        for name, column in zip(VECTORS, found.T, strict=True)
    }
    parity = {"measure": "cosine to fp32", "sentences": f"{chosen.count} of NLU++", "vectors": figures}
    print(json.dumps(parity, indent=1))
    if chosen.record:
        path = chosen.encoder / "manifest.json"
        encoder.write_json(path, json.loads(path.read_text(encoding="utf-8")) | {"parity": parity})


if __name__ == "__main__":
    main()
