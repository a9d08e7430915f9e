"""A tiny real bundle for images: an encoder that sees an 8 x 8 grid of colours, and heads with weights by hand."""

from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from PIL import Image

from tagging.learning.heads.heads_file import export_heads
from tagging.learning.heads.logistic import Linear
from tagging.learning.training.bundle_folder import BundleContents, write_bundle
from tagging.model.encoder_files import load_image_encoder
from tagging.model.manifest import Decision, sha256
from tagging.taxonomy.taxonomy import Head, Label, Taxonomy

SIZE, GRID = 32, 8
TAXONOMY = Taxonomy(
    version=1,
    heads=(
        Head(
            id="kind",
            kind="multiclass",
            labels=(
                Label(id="garment", description="mostly red", route="fashion"),
                Label(id="grocery", description="mostly green", route="food"),
                Label(id="other", description="mostly blue"),
            ),
        ),
        Head(
            id="garment_tags",
            kind="multilabel",
            when="garment",
            labels=(
                Label(id="light_top", description="lighter above than below"),
                Label(id="light_left", description="lighter on the left than on the right"),
            ),
        ),
        Head(id="fresh", kind="binary", when="grocery", labels=(Label(id="ripe", description="lighter below"),)),
        Head(id="sweet", kind="binary", when="ripe", labels=(Label(id="sugary", description="lighter on the right"),)),
        Head(id="exposure", kind="multilabel", labels=(Label(id="dark", description="hardly any light"),)),
    ),
)
COLOURS = {"garment": (180, 40, 40), "grocery": (40, 180, 40), "other": (40, 40, 180)}


def image(kind: str, *, above: int = 60, left: int = 40, form: str = "PNG", **options: object) -> bytes:
    """An image file of one colour, lighter by so much in its upper and left halves."""
    pixels = np.full((48, 64, 3), COLOURS[kind], dtype=np.int64)
    pixels[:24] += above
    pixels[:, :32] += left
    found = io.BytesIO()
    Image.fromarray(pixels.clip(0, 255).astype(np.uint8)).save(found, form, **options)
    return found.getvalue()


def write_image_bundle(folder: Path, *, threshold: float = 0.5) -> Path:
    """Write encoder and bundle to `folder`, which is to be new; the bundle's own folder. `threshold`: of all labels."""
    encoder = write_encoder(folder / "encoder")
    _, version = load_image_encoder(encoder)
    labels = list(TAXONOMY.labels)
    contents = BundleContents(
        encoder=encoder,
        encoder_version=version,
        heads=export_heads(_linear(labels), labels, 3 * GRID * GRID, version),
        lexicon=None,
        taxonomy=TAXONOMY,
        decisions={label: Decision(threshold=threshold) for label in labels},
        statistics={},
        about={"data": "made by hand"},
        aggregate="whole",
    )
    write_bundle(folder / "bundle", contents, [image("garment"), image("grocery", above=-40, left=-40)])
    return folder / "bundle"


def write_encoder(folder: Path) -> Path:
    """An encoder whose features are the mean colours of GRID x GRID squares, 0 to 1: [1, 3 * GRID * GRID]."""
    folder.mkdir(parents=True)
    step, width = SIZE // GRID, 3 * GRID * GRID
    nodes = [
        helper.make_node("Cast", ["pixels"], ["wide"], to=TensorProto.FLOAT),
        helper.make_node("Mul", ["wide", "scale"], ["unit"]),
        helper.make_node("Transpose", ["unit"], ["planes"], perm=[0, 3, 1, 2]),
        helper.make_node("AveragePool", ["planes"], ["grid"], kernel_shape=[step, step], strides=[step, step]),
        helper.make_node("Reshape", ["grid", "flat"], ["features"]),
    ]
    graph = helper.make_graph(
        nodes,
        "encoder",
        [helper.make_tensor_value_info("pixels", TensorProto.UINT8, [1, SIZE, SIZE, 3])],
        [helper.make_tensor_value_info("features", TensorProto.FLOAT, [1, width])],
        [
            numpy_helper.from_array(np.array(1 / 255, dtype=np.float32), "scale"),
            numpy_helper.from_array(np.array([1, width], dtype=np.int64), "flat"),
        ],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10)
    onnx.checker.check_model(model)
    content = model.SerializeToString(deterministic=True)
    (folder / "encoder.onnx").write_bytes(content)
    manifest = {
        "schema": "tagging.image_encoder/1",
        "files": {"encoder.onnx": sha256(content)},
        "size": SIZE,
        "dimension": width,
        "origin": "made by hand",
    }
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


def _linear(labels: list[str]) -> Linear:
    """Weights [3 * GRID * GRID, labels] of the statements in TAXONOMY."""
    planes = np.zeros((len(labels), 3, GRID, GRID))
    biases = np.zeros(len(labels))
    cells, half = GRID * GRID, GRID // 2
    for plane, kind in enumerate(("garment", "grocery", "other")):
        planes[labels.index(kind), plane] = 40 / cells
    for label, sign in (("light_top", 1), ("ripe", -1)):
        planes[labels.index(label), :, :half] = sign * 100 / cells
        planes[labels.index(label), :, half:] = -sign * 100 / cells
    for label, sign in (("light_left", 1), ("sugary", -1)):
        planes[labels.index(label), :, :, :half] = sign * 100 / cells
        planes[labels.index(label), :, :, half:] = -sign * 100 / cells
    planes[labels.index("dark")] = -40 / cells
    biases[labels.index("dark")] = 8
    return Linear(planes.reshape(len(labels), -1).T, biases).as_stored()
