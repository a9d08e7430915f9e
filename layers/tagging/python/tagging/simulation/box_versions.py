"""Bundles of the month in a box: a small encoder of words, and heads that read one group of its features."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

from tagging.learning.heads import Linear, export_heads
from tagging.learning.training import BundleContents, write_bundle
from tagging.model import Decision, Lexicon, load_encoder, sha256
from tagging.simulation.evidence import CRITICAL, LABELS, RATES, SEPARATION, SKILLS, UNUSED, WIDTH
from tagging.taxonomy import Head, Label, Taxonomy

WORDS = ("[UNK]", "[CLS]", "[SEP]", *(f"{label}{group}" for group in range(len(SKILLS)) for label in LABELS))
"""The encoder's pieces: one for each feature."""
TEXTS = ("Good morning.", " ".join(WORDS[UNUSED:]))
"""Golden texts: without any evidence, and with some of all."""
DESCRIPTIONS = {
    "order": "asks for a product or changes an order",
    "invoice": "about an invoice or a payment",
    "account": "about the customer's account",
    "refund": "wants money back",
    "delivery": "asks where a parcel is",
    "damaged": "something arrived broken",
    "praise": "says thank you",
    "legal": "names a lawyer or a law",
}


def box_taxonomy() -> Taxonomy:
    """Eight labels of one head; the critical one has an error budget."""
    labels = tuple(
        Label(id=label, description=DESCRIPTIONS[label], route=label, critical=label == CRITICAL) for label in LABELS
    )
    return Taxonomy(version=1, heads=(Head(id="topic", kind="multilabel", labels=labels),))


def write_box_bundles(folder: Path) -> list[Path]:
    """Write an encoder and a bundle for each of SKILLS to `folder`; the folders of the bundles."""
    encoder = _write_encoder(folder / "encoder")
    _, version = load_encoder(encoder)
    bundles = []
    for group in range(len(SKILLS)):
        contents = BundleContents(
            encoder=encoder,
            encoder_version=version,
            heads=export_heads(_heads(group), list(LABELS), WIDTH, version),
            lexicon=Lexicon((), ()),
            taxonomy=box_taxonomy(),
            decisions={label: Decision(threshold=0.5) for label in LABELS},
            statistics={},
            about={"data": f"drawn: group {group} of the evidence"},
            aggregate="whole",
        )
        bundles.append(folder / f"bundle{group}")
        write_bundle(bundles[-1], contents, TEXTS)
    return bundles


def _heads(group: int) -> Linear:
    """Calibrated logits: the posterior of evidence that is normal, SEPARATION apart."""
    weights = np.zeros((WIDTH, len(LABELS)))
    first = UNUSED + group * len(LABELS)
    weights[first : first + len(LABELS)] = np.eye(len(LABELS)) * SEPARATION
    return Linear(weights, np.log(RATES / (1 - RATES)) - SEPARATION**2 / 2).as_stored()


def _write_encoder(folder: Path) -> Path:
    """An encoder whose features are 1 for each word that is in the text, 0 for the others."""
    folder.mkdir(parents=True)
    nodes = [
        helper.make_node("OneHot", ["ids", "depth", "values"], ["each"]),
        helper.make_node("ReduceMax", ["each", "axis"], ["features"], keepdims=0),
    ]
    constants = {"depth": np.array(WIDTH), "values": np.array([0, 1], dtype=np.float32), "axis": np.array([1])}
    graph = helper.make_graph(
        nodes,
        "encoder",
        [helper.make_tensor_value_info("ids", TensorProto.INT64, [1, "pieces"])],
        [helper.make_tensor_value_info("features", TensorProto.FLOAT, [1, WIDTH])],
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10)
    onnx.checker.check_model(model)
    files = {"encoder.onnx": model.SerializeToString(deterministic=True), "tokenizer.json": _tokenizer()}
    for name, content in files.items():
        (folder / name).write_bytes(content)
    manifest = {
        "schema": "tagging.encoder/1",
        "files": {name: sha256(content) for name, content in files.items()},
        "sequence_length": 64,
        "dimension": WIDTH,
        "origin": "made for simulations",
    }
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


def _tokenizer() -> bytes:
    pieces = {word: number for number, word in enumerate(WORDS)}
    tokenizer = Tokenizer(models.WordLevel(pieces, unk_token=WORDS[0]))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    framing = [(word, pieces[word]) for word in WORDS[1:UNUSED]]
    tokenizer.post_processor = processors.TemplateProcessing(single="[CLS] $A [SEP]", special_tokens=framing)
    return bytes(tokenizer.to_str().encode())
