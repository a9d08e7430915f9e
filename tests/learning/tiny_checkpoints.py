"""Tiny Hugging Face folders with random weights."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

Array = NDArray[np.float32]
HIDDEN, HEADS, INNER, LAYERS, POSITIONS = 32, 4, 64, 3, 24
WORDS = [
    "the",
    "card",
    "is",
    "late",
    "where",
    "my",
    "parcel",
    "an",
    "order",
    "was",
    "lost",
    "please",
    "cancel",
    "it",
    "thanks",
    "##s",
    "##ed",
]
CYRILLIC = ["карта", "опоздала", "где", "моя"]
SCALE = 0.2
SELF = "attention.self"
BERT = [f"{SELF}.query", f"{SELF}.key", f"{SELF}.value", "attention.output.dense", "attention.output.LayerNorm"]
MPNET = [*(f"attention.attn.{part}" for part in "qkvo"), "attention.LayerNorm"]


@dataclass(frozen=True)
class Checkpoint:
    """A folder and what it was written from."""

    folder: Path
    family: str
    tensors: dict[str, Array]
    tokenizer: Tokenizer


def write_checkpoint(folder: Path, family: str, *, as_onnx: bool = False, prefix: str = "") -> Checkpoint:
    """A network of `family` with its tokeniser in a new folder."""
    folder.mkdir(parents=True)
    tokenizer = unigram() if family == "xlm-roberta" else _word_pieces(family)
    tokenizer.save(str(folder / "tokenizer.json"))
    tensors = random_tensors(family, tokenizer.get_vocab_size())
    config = {
        "model_type": family,
        "hidden_act": "gelu",
        "num_hidden_layers": LAYERS,
        "num_attention_heads": HEADS,
        "layer_norm_eps": 1e-5,
    }
    (folder / "config.json").write_text(json.dumps(config))
    (folder / "README.md").write_text("---\nlanguage:\n- en\n- ru\nlicense: mit\n---\n# A network\n")
    if as_onnx:
        _write_onnx(folder / "model.onnx", tensors)
    else:
        write_safetensors(folder / "model.safetensors", {prefix + name: values for name, values in tensors.items()})
    return Checkpoint(folder, family, tensors, tokenizer)


def random_tensors(family: str, rows: int) -> dict[str, Array]:
    """The parameters of a network, with the names that transformers gives them."""
    random = np.random.default_rng(7)
    names = MPNET if family == "mpnet" else BERT
    shapes: dict[str, tuple[int, ...]] = {
        "embeddings.word_embeddings.weight": (rows, HIDDEN),
        "embeddings.position_embeddings.weight": (POSITIONS + (0 if family == "bert" else 2), HIDDEN),
        "embeddings.LayerNorm": (HIDDEN,),
    }
    if family == "mpnet":
        shapes["encoder.relative_attention_bias.weight"] = (32, HEADS)
    else:
        shapes["embeddings.token_type_embeddings.weight"] = (2 if family == "bert" else 1, HIDDEN)
    for layer in (f"encoder.layer.{number}" for number in range(LAYERS)):
        shapes |= {f"{layer}.{part}": (HIDDEN, HIDDEN) for part in names[:4]}
        shapes |= {f"{layer}.intermediate.dense": (INNER, HIDDEN), f"{layer}.output.dense": (HIDDEN, INNER)}
        shapes |= {f"{layer}.{names[4]}": (HIDDEN,), f"{layer}.output.LayerNorm": (HIDDEN,)}
    tensors: dict[str, Array] = {}
    for name, shape in shapes.items():
        if name.endswith(".weight"):
            tensors[name] = random.normal(0, 1, shape).astype(np.float32)
            continue
        middle = 1 if name.endswith("LayerNorm") else 0
        tensors[f"{name}.weight"] = (middle + random.normal(0, SCALE, shape)).astype(np.float32)
        tensors[f"{name}.bias"] = random.normal(0, SCALE, shape[:1]).astype(np.float32)
    return tensors


def _word_pieces(family: str) -> Tokenizer:
    first, last = ("<s>", "</s>") if family == "mpnet" else ("[CLS]", "[SEP]")
    pieces = dict.fromkeys(
        [
            "[PAD]",
            "[UNK]",
            first,
            last,
            *CYRILLIC,
            *WORDS,
            *"abcdefghijklmnopqrstuvwxyz.,",
            *(f"##{c}" for c in "abcdefghijklmnopqrstuvwxyz"),
        ]
    )
    tokenizer = Tokenizer(models.WordPiece({piece: number for number, piece in enumerate(pieces)}, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.BertProcessing((last, 3), (first, 2))
    tokenizer.add_special_tokens(["[PAD]", "[UNK]", first, last])
    tokenizer.enable_padding(length=20)
    return tokenizer


def unigram() -> Tokenizer:
    letters = sorted(set("abcdefghijklmnopqrstuvwxyz.,-" + "".join(CYRILLIC) + "é漢字½1\u20442ﬁ@_ABCDEF<>ms"))
    pieces = [("<s>", 0.0), ("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), ("\u2581", -3.0)]
    pieces += [(f"\u2581{word}", -4.0 - place / 10) for place, word in enumerate([*WORDS, *CYRILLIC])]
    pieces += [(letter, -8.0 - place / 10) for place, letter in enumerate(letters)] + [("<mask>", 0.0)]
    tokenizer = Tokenizer(models.Unigram(pieces, unk_id=3, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence([normalizers.Replace("\u200b", " "), normalizers.NFKC()])
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace()])
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    tokenizer.add_special_tokens(["<s>", "<pad>", "</s>", "<unk>", "<mask>"])
    return tokenizer


def write_safetensors(path: Path, tensors: dict[str, Array]) -> None:
    """The file by its definition: the length of a JSON header, the header, the values."""
    header, values = {"__metadata__": {"format": "pt"}}, b""
    for name, tensor in tensors.items():
        content = tensor.astype("<f4").tobytes()
        offsets = [len(values), len(values) + len(content)]
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": offsets}
        values += content
    encoded = json.dumps(header).encode()
    path.write_bytes(len(encoded).to_bytes(8, "little") + encoded + values)


def _write_onnx(path: Path, tensors: dict[str, Array]) -> None:
    """Parameters as torch's exporter stores them: weights of linear layers transposed, under a number."""
    from onnx import TensorProto, helper, numpy_helper, save

    nodes, constants = [], []
    for place, (name, values) in enumerate(tensors.items()):
        linear = values.ndim == 2 and not name.startswith("embeddings") and "relative" not in name
        stored = f"onnx::MatMul_{place}" if linear else name
        constants.append(numpy_helper.from_array(np.ascontiguousarray(values.T if linear else values), stored))
        if linear:
            scope = "/" + name.removesuffix(".weight").replace("encoder.layer.", "encoder/layer.").replace(".", "/")
            scope = scope.replace("encoder/layer/", "encoder/layer.")
            nodes.append(
                helper.make_node("MatMul", [f"input_{place}", stored], [f"output_{place}"], name=f"{scope}/MatMul")
            )
    graph = helper.make_graph(
        nodes, "exported", [], [helper.make_tensor_value_info("x", TensorProto.FLOAT, None)], constants
    )
    save(helper.make_model(graph), path)
