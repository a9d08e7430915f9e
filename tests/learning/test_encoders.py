"""Hugging Face folders become encoders of ours, with the features that the network's definition gives."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest

from tagging.learning.encoders.checkpoint import read_checkpoint
from tagging.learning.encoders.convert import ConvertRequest, convert_folder
from tagging.learning.encoders.errors import EncoderError
from tagging.learning.encoders.graph import build_graph
from tagging.learning.encoders.weights import Int4Table
from tagging.model.encoder_files import load_encoder
from tagging.model.onnx_model import OnnxModel
from tagging.model.unigram import UnigramTokenizer
from tests.learning.reference_networks import features_of, states_of
from tests.learning.tiny_checkpoints import Checkpoint, write_checkpoint, write_safetensors

FAMILIES = ("bert", "mpnet", "xlm-roberta")
TEXT = "The card is late, where is my parcel?"
LENGTH = 20


@pytest.fixture(params=FAMILIES)
def checkpoint(request: pytest.FixtureRequest, tmp_path: Path) -> Checkpoint:
    return write_checkpoint(tmp_path / "model", request.param)


def asked(checkpoint: Checkpoint, out: Path) -> ConvertRequest:
    return ConvertRequest(checkpoint.folder, out, sequence_length=LENGTH)


def ids_of(checkpoint: Checkpoint, text: str = TEXT) -> list[int]:
    checkpoint.tokenizer.no_padding()
    checkpoint.tokenizer.enable_truncation(LENGTH)
    return list(checkpoint.tokenizer.encode(text).ids)


def test_the_fp32_graph_computes_what_the_network_is_defined_as(checkpoint: Checkpoint) -> None:
    weights = read_checkpoint(checkpoint.folder, LENGTH)
    centre = np.random.default_rng(0).normal(size=(3, 32)).astype(np.float32)
    ids = ids_of(checkpoint)
    model = OnnxModel(build_graph(weights, 1, centre, int8=False).SerializeToString())
    features, tokens = model.run(["features", "tokens"], {"ids": np.array([ids])})
    states = states_of(checkpoint, ids)
    assert np.abs(tokens[0] - states[-1]).max() < 0.05  # word embeddings have 8 bits
    assert features[0] @ features_of(states, 1, centre) / 3 > 0.9995


def test_a_converted_folder_is_an_encoder_near_to_its_network(checkpoint: Checkpoint, tmp_path: Path) -> None:
    done = convert_folder(asked(checkpoint, tmp_path / "out"))
    encoder, version = load_encoder(tmp_path / "out")
    assert encoder.languages == done.languages == ("en", "ru")
    assert done.parity.cosines.mean() > 0.98
    assert len(encoder.encode(TEXT).pieces) == len(ids_of(checkpoint)) - 2
    states = states_of(checkpoint, ids_of(checkpoint))
    assert np.corrcoef(encoder.token_vectors(TEXT).ravel(), states[-1].ravel())[0, 1] > 0.99
    convert_folder(asked(checkpoint, tmp_path / "again"))
    assert load_encoder(tmp_path / "again")[1] == version


def test_centred_features_of_different_texts_differ(checkpoint: Checkpoint, tmp_path: Path) -> None:
    convert_folder(asked(checkpoint, tmp_path / "out"))
    encoder, _ = load_encoder(tmp_path / "out")
    one, other = (encoder.encode(text).features for text in (TEXT, "please cancel my order, thanks."))
    assert one @ other / 3 < 0.9


@pytest.mark.parametrize("family", FAMILIES)
def test_weights_in_an_onnx_file_are_those_in_safetensors(family: str, tmp_path: Path) -> None:
    folders = [
        write_checkpoint(tmp_path / "tensors", family, prefix="model.").folder,
        write_checkpoint(tmp_path / "onnx", family, as_onnx=True).folder,
    ]
    one, other = (build_graph(read_checkpoint(folder, LENGTH), 1).SerializeToString() for folder in folders)
    assert one == other


@pytest.mark.parametrize("family", FAMILIES)
def test_pruning_leaves_out_other_scripts_and_changes_no_other_text(family: str, tmp_path: Path) -> None:
    checkpoint = write_checkpoint(tmp_path / "model", family)
    whole = convert_folder(replace(asked(checkpoint, tmp_path / "whole"), languages=("en",)))
    pruned = convert_folder(replace(asked(checkpoint, tmp_path / "pruned"), languages=("en",), prune=True))
    assert whole.pieces - pruned.pieces >= 4
    one, other = (load_encoder(tmp_path / name)[0] for name in ("whole", "pruned"))
    assert one.pieces(TEXT) == other.pieces(TEXT)
    assert one.token_vectors(TEXT) == pytest.approx(other.token_vectors(TEXT), abs=1e-4)
    assert len(one.pieces("моя карта")) == 2
    assert set(one.pieces("моя карта")).isdisjoint(other.pieces("моя карта"))
    assert len(other.token_vectors("моя карта")) >= 4


def test_xlm_r_gets_the_tokeniser_that_loads_fast(tmp_path: Path) -> None:
    checkpoint = write_checkpoint(tmp_path / "model", "xlm-roberta")
    convert_folder(asked(checkpoint, tmp_path / "out"))
    encoder, _ = load_encoder(tmp_path / "out")
    assert isinstance(encoder._tokenizer, UnigramTokenizer)
    for text in (TEXT, "моя карта опоздала", "漢字 и ½"):
        assert list(encoder.pieces(text)) == checkpoint.tokenizer.encode(text).tokens[1:-1]
    assert "<mask>" not in encoder.pieces("no <mask> here")


def test_four_bits_are_gathered_as_they_are_defined(tmp_path: Path) -> None:
    weights = read_checkpoint(write_checkpoint(tmp_path / "model", "bert").folder, LENGTH)
    random = np.random.default_rng(1)
    nibbles = random.integers(0, 16, (5, 1, 32))
    scales = random.uniform(0.5, 1, (5, 1, 1)).astype(np.float16)
    packed = (nibbles[..., :16] | nibbles[..., 16:] << 4).astype(np.uint8)
    table = Int4Table(packed, scales)
    expected = ((nibbles - 8) * scales.astype(np.float32)).reshape(5, 32)
    assert table.floats(np.arange(5)) == pytest.approx(expected)
    bare = replace(weights, words=table, layers=())
    tokens = OnnxModel(build_graph(bare, 0).SerializeToString()).run(["tokens"], {"ids": np.array([[4, 0, 2]])})[0][0]
    x = expected[[4, 0, 2]] + weights.positions[:3]
    x = (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + 1e-5)
    assert tokens == pytest.approx(x * weights.norm.weight + weights.norm.bias, abs=0.01)


def break_config(folder: Path, **changes: object) -> None:
    path = folder / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def drop_tensor(folder: Path) -> None:
    tensors = {"embeddings.word_embeddings.weight": np.zeros((80, 32), dtype=np.float32)}
    write_safetensors(folder / "model.safetensors", tensors)


MISTAKES = {
    "another family": (lambda folder: break_config(folder, model_type="t5"), "is of the family t5: only bert"),
    "another activation": (lambda folder: break_config(folder, hidden_act="relu"), "hidden_act is relu, only gelu"),
    "no folder": (shutil.rmtree, "config.json is missing"),
    "no weights": (
        lambda folder: (folder / "model.safetensors").unlink(),
        "model.safetensors or model.onnx is missing",
    ),
    "half a file": (
        lambda folder: (folder / "model.safetensors").write_bytes(b"\x10\0\0\0\0\0\0\0{"),
        "not a complete",
    ),
    "a layer is missing": (drop_tensor, "lacks the weights embeddings.position_embeddings.weight"),
    "no tokeniser": (lambda folder: (folder / "tokenizer.json").unlink(), "has no tokenizer.json"),
    "a broken tokeniser": (lambda folder: (folder / "tokenizer.json").write_text("{"), "tokenizer.json is broken"),
    "no languages": (lambda folder: (folder / "README.md").unlink(), "give --languages"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_folder_that_cannot_be_converted_is_refused_in_one_line(mistake: str, tmp_path: Path) -> None:
    checkpoint = write_checkpoint(tmp_path / "model", "bert")
    spoil, message = MISTAKES[mistake]
    spoil(checkpoint.folder)
    with pytest.raises(EncoderError, match=message) as error:
        convert_folder(asked(checkpoint, tmp_path / "out"))
    assert "\n" not in str(error.value)


def test_too_long_a_sequence_names_what_the_folder_has(tmp_path: Path) -> None:
    checkpoint = write_checkpoint(tmp_path / "model", "mpnet")
    with pytest.raises(EncoderError, match="has positions for 24 tokens: a sequence of 256 is too long"):
        convert_folder(ConvertRequest(checkpoint.folder, tmp_path / "out"))


def test_a_tokeniser_of_another_network_is_refused(tmp_path: Path) -> None:
    checkpoint = write_checkpoint(tmp_path / "model", "bert")
    few = {name: values[:9] if "word" in name else values for name, values in checkpoint.tensors.items()}
    write_safetensors(checkpoint.folder / "model.safetensors", few)
    with pytest.raises(EncoderError, match="its table of embeddings 9 rows"):
        convert_folder(asked(checkpoint, tmp_path / "out"))


def test_the_graph_is_valid_onnx(tmp_path: Path) -> None:
    weights = read_checkpoint(write_checkpoint(tmp_path / "model", "mpnet").folder, LENGTH)
    onnx.checker.check_model(build_graph(weights, 1), full_check=True)
