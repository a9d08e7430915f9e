"""The stage of the month in a box, and the versions that may serve it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tagging.model import Tagger
from tagging.serving import files_of
from tagging.simulation.box_versions import write_box_bundles
from tagging.simulation.memory_stage import KIND, ResourceNames, VirtualClock, open_memory, stage_of
from tagging.simulation.stage import SimulatedStage
from tagging.start import load_bundle

THREADS = 4


@dataclass(frozen=True)
class Box:
    """An empty stage, and the versions that may serve it; the first one does, as the bundle of the layer."""

    stage: SimulatedStage
    taggers: list[Tagger]
    versions: Path
    """The layer `versions`: a folder for each kind."""


@contextmanager
def open_box(clock: VirtualClock) -> Iterator[Box]:
    """A stage of its own, gone at the end."""
    names = ResourceNames()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tagging-box-")))
        threads = stack.enter_context(ThreadPoolExecutor(THREADS))
        clients = stack.enter_context(open_memory(clock, names))
        taggers = [load_bundle(bundle) for bundle in write_box_bundles(folder)]
        stage = stage_of(clients, names, taggers[0], threads)
        for tagger in taggers:
            stage.push(tagger)
        yield Box(stage, taggers, write_layer(folder / "versions", taggers[0]))


def write_layer(folder: Path, tagger: Tagger) -> Path:
    """The layer `versions` of one bundle: without its encoder; its folder."""
    for name, content in files_of(tagger.bundle.folder, tagger.bundle).items():
        (folder / KIND / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / KIND / name).write_bytes(content)
    return folder
