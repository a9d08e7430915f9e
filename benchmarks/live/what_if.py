"""`tagging benchmark what-if`: what `what-if` foretells, beside what the service then decides with the new version."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from msgspec.structs import replace
from PIL import Image

from benchmarks.live.logged_stage import EPOCH, LoggedItem, LoggedStage, Reader, figures_of_kinds, open_stage
from benchmarks.options import AsJson
from benchmarks.quality.reading.composing import compose
from benchmarks.report import report
from tagging.cli.project import root
from tagging.image import image_reader
from tagging.kinds import KINDS
from tagging.mail import mail_reader
from tagging.model import read_version
from tagging.operations import (
    LogReplay,
    MovedVersion,
    Verdict,
    champion_files,
    compare_hours,
    move_thresholds,
    push_files,
)
from tagging.serving import LAYER
from tagging.start import load_bundle

SAMPLES = (
    *("bananas.webp", "fruit.jpg", "milk.png", "mug.jpg", "pullover.jpg"),
    *("screenshot.jpg", "settings.png", "trousers.webp", "tshirt.jpg"),
)
"""Of `events/images`."""
Answer = dict[str, tuple[Verdict, Verdict]]
"""By item: what the champion decides, and what the candidate would."""


@dataclass
class Figures:
    """Decisions that were foretold, by what the service then decided."""

    compared: int = 0
    changed: int = 0
    """Those in which champion and candidate differ."""
    differ: int = 0
    """Those that came otherwise: labels, reasons for review, whether a ticket is due, quarantine."""

    def check_champion(self, answer: Answer, served: Mapping[str, Verdict]) -> None:
        """Compare what was said of the champion with what it decided."""
        self._check({item: champion for item, (champion, _) in answer.items()}, served)

    def check_candidate(self, answer: Answer, served: Mapping[str, Verdict]) -> None:
        """Compare what was said of the candidate with what it decided once it served."""
        self.changed += sum(champion != candidate for champion, candidate in answer.values())
        self._check({item: candidate for item, (_, candidate) in answer.items()}, served)

    def _check(self, said: Mapping[str, Verdict], served: Mapping[str, Verdict]) -> None:
        self.compared += len(said)
        self.differ += len(said.keys() ^ served.keys())
        self.differ += sum(replace(said[item], routes=()) != served[item] for item in said.keys() & served.keys())


def what_if(
    mails: Annotated[int, typer.Option(min=1, help="Composed mails.")] = 300,
    images: Annotated[int, typer.Option(min=1, help="Parts of the sample images.")] = 150,
    seed: Annotated[int, typer.Option(help="The same seed gives the same items.")] = 1,
    as_json: AsJson = False,
) -> None:
    """Set thresholds, ask `what-if`, promote, tag all items again: 0 may differ in labels, reasons or ticket due.

    Each answer is computed twice: before the items are tagged by the version that serves, and after. Exits 1 where one
    item differs, or none changes.
    """
    figures = figures_of_kinds(measure, {"mail": mails, "image": images}, seed)
    report("what-if: items that were decided otherwise than foretold", figures, as_json)
    if any(figures[f"{kind}_differ"] or not figures[f"{kind}_changed"] for kind in ITEMS):
        raise typer.Exit(1)


def measure(endpoint: str, kind: str, count: int, seed: int) -> Figures:
    """What was foretold of so many items of a kind, beside what came."""
    samples = ITEMS[kind]
    tagger = load_bundle(root() / KINDS[kind].bundle, packs=["all"])
    with open_stage(endpoint, tagger, samples.reader) as stage:
        contents = samples.contents(count, seed)
        some = tuple(sorted(head.id for head in tagger.bundle.taxonomy.heads[1:3]))
        items = [
            stage.put(f"{number}", each, some if number % 5 == 0 else None) for number, each in enumerate(contents)
        ]
        stage.tag(items)
        return follow(stage, items, samples.moves)


def follow(stage: LoggedStage, items: Sequence[LoggedItem], moves: Sequence[Mapping[str, float]]) -> Figures:
    """Each change of thresholds is foretold twice, promoted, and followed by the service."""
    figures, waiting = Figures(), list[Answer]()
    for step, each in enumerate(moves):
        moved = _set(stage, each)
        early = _foretell(stage, moved)  # from the second step on, rows have what the version before decided
        stage.tag(items)
        if step:  # the first answers are read from batches
            stage.compact()
        served = stage.decided()
        late = _foretell(stage, moved)
        for answer in waiting:
            figures.check_candidate(answer, served)
        for answer in (early, late):
            figures.check_champion(answer, served)
        waiting = [early, late]
        stage.promote(moved.version)
    stage.tag(items)
    stage.compact()
    for answer in waiting:
        figures.check_candidate(answer, stage.decided())
    return figures


def _set(stage: LoggedStage, moves: Mapping[str, float]) -> MovedVersion:
    """Push the version with these thresholds, as `thresholds set --stage` does."""
    _, files = champion_files(stage.models)
    deployed = stage.service.serving.layer.bundle
    moved = move_thresholds(files, read_version(files, Path("champion"), deployed), moves)
    push_files(stage.models, moved.files, moved.version, deployed)
    return moved


def _foretell(stage: LoggedStage, moved: MovedVersion) -> Answer:
    """The answer of `tagging what-if VERSION`, item by item."""
    pointer = stage.models.store.read_pointer()
    champion_id = LAYER if pointer is None else pointer.pointer.champion
    champion, candidate = stage.models.scoring(champion_id), stage.models.scoring(moved.version)
    with ThreadPoolExecutor(8) as threads:
        version = stage.models.layer.version if champion_id == LAYER else champion_id
        replay = LogReplay(stage.models, version, champion, candidate, threads)
        compared = compare_hours(stage.log, replay, EPOCH)
        return {each.row.id: (each.champion, each.candidate) for each in compared}


def _mails(count: int, seed: int) -> Iterator[bytes]:
    return (compose(seed, number).raw for number in range(count))


def _images(count: int, seed: int) -> Iterator[bytes]:
    """Parts of the sample images, mirrored or not."""
    rng = np.random.default_rng(seed)
    samples = [root() / "events/images" / name for name in SAMPLES]
    for number in range(count):
        with Image.open(samples[number % len(samples)]) as image:
            width, height = image.size
            left, top = (int(rng.integers(0, side // 3 + 1)) for side in (width, height))
            right, bottom = (int(rng.integers(side * 2 // 3, side + 1)) for side in (width, height))
            part = image.convert("RGBA").convert("RGB").crop((left, top, right, bottom))
        out = io.BytesIO()
        (part.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if rng.random() < 0.5 else part).save(out, "PNG")
        yield out.getvalue()


@dataclass(frozen=True)
class Items:
    """What is measured of a kind."""

    reader: Reader
    contents: Callable[[int, int], Iterator[bytes]]
    """So many items of a seed."""
    moves: Sequence[Mapping[str, float]]
    """Thresholds that are set one after the other."""


ITEMS: Mapping[str, Items] = {
    "mail": Items(
        mail_reader,
        _mails,
        ({"refund": 0.2}, {"asks_for_action": 0.9, "billing": 0.15}, {"document": 0.3, "order": 0.9}),
    ),
    "image": Items(  # other heads wait for garment, package, fruit and screenshot
        image_reader,
        _images,
        ({"garment": 0.4}, {"package": 0.2, "t_shirt": 0.1}, {"garment": 0.99, "fruit": 0.3, "screenshot": 0.9}),
    ),
}
