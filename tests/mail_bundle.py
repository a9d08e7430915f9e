"""A tiny real bundle for mails: an encoder that sees which of a few words are there, and heads with weights by hand."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

from tagging.learning.heads.heads_file import export_heads
from tagging.learning.heads.logistic import Linear
from tagging.learning.training.bundle_folder import BundleContents, write_bundle
from tagging.model.encoder_files import load_encoder
from tagging.model.manifest import Decision, sha256
from tagging.model.ngrams import Lexicon
from tagging.taxonomy.taxonomy import Head, Label, Taxonomy

LENGTH = 64
WORDS = ("card", "angry", "thank", "human")
PIECES = {piece: number for number, piece in enumerate(("[UNK]", "[CLS]", "[SEP]", *WORDS))}
TAXONOMY = Taxonomy(
    version=1,
    heads=(
        Head(
            id="topic",
            kind="multilabel",
            labels=(
                Label(id="card", description="about a card", route="banking", index=True),
                Label(id="angry", description="is angry", route="complaints"),
                Label(id="thanks", description="says thanks"),
            ),
        ),
        Head(id="person", kind="binary", labels=(Label(id="wants_person", description="wants a person"),)),
    ),
)


def write_mail_bundle(folder: Path, *, surer: float = 0.0, taxonomy: Taxonomy = TAXONOMY) -> Path:
    """Write encoder and bundle to `folder`, which is to be new; the bundle's own folder.

    `surer` is added to every logit's distance from 0: another version of the heads that gives the same labels.
    `taxonomy`: at most four labels, which hold where a text has the words of WORDS, in that order.
    """
    encoder = write_encoder(folder / "encoder")
    _, version = load_encoder(encoder)
    labels = list(taxonomy.labels)
    contents = BundleContents(
        encoder=encoder,
        encoder_version=version,
        heads=export_heads(_linear(len(labels), 6 + surer), labels, len(PIECES), version),
        lexicon=Lexicon((), ()),
        taxonomy=taxonomy,
        decisions={label: Decision(threshold=0.5) for label in labels},
        statistics={},
        about={"data": "made by hand"},
        aggregate="whole",
    )
    write_bundle(folder / "bundle", contents, ["I lost my card.", "Thank you very much."])
    return folder / "bundle"


def write_encoder(folder: Path) -> Path:
    """An encoder whose features are 1 for each piece that is in the text, 0 for the others: [1, pieces]."""
    folder.mkdir(parents=True)
    width = len(PIECES)
    nodes = [
        helper.make_node("OneHot", ["ids", "depth", "values"], ["each"]),
        helper.make_node("ReduceMax", ["each", "axis"], ["features"], keepdims=0),
    ]
    graph = helper.make_graph(
        nodes,
        "encoder",
        [helper.make_tensor_value_info("ids", TensorProto.INT64, [1, "pieces"])],
        [helper.make_tensor_value_info("features", TensorProto.FLOAT, [1, width])],
        [
            numpy_helper.from_array(np.array(width, dtype=np.int64), "depth"),
            numpy_helper.from_array(np.array([0, 1], dtype=np.float32), "values"),
            numpy_helper.from_array(np.array([1], dtype=np.int64), "axis"),
        ],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10)
    onnx.checker.check_model(model)
    files = {"encoder.onnx": model.SerializeToString(deterministic=True), "tokenizer.json": _tokenizer()}
    for name, content in files.items():
        (folder / name).write_bytes(content)
    manifest = {
        "schema": "tagging.encoder/1",
        "files": {name: sha256(content) for name, content in files.items()},
        "sequence_length": LENGTH,
        "dimension": width,
        "origin": "made by hand",
    }
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


def _tokenizer() -> bytes:
    tokenizer = Tokenizer(models.WordLevel(PIECES, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    framing = [("[CLS]", PIECES["[CLS]"]), ("[SEP]", PIECES["[SEP]"])]
    tokenizer.post_processor = processors.TemplateProcessing(single="[CLS] $A [SEP]", special_tokens=framing)
    return bytes(tokenizer.to_str().encode())


def _linear(labels: int, distance: float) -> Linear:
    """Weights [pieces, labels]: each label holds where its word is there."""
    weights = np.zeros((len(PIECES), labels))
    for label, word in enumerate(WORDS):
        weights[PIECES[word], label] = 2 * distance
    return Linear(weights, np.full(labels, -distance)).as_stored()
