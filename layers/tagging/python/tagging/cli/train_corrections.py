"""`tagging train --corrections`: what people answered, from a stage or a file, as rows beside those of the data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import typer
from rich.console import Console

from tagging.cli.data import data_failed
from tagging.cli.data_view import print_problems
from tagging.cli.errors import operation_errors
from tagging.cli.options import reach_stage
from tagging.kinds import EncoderKind, kind_of_encoder

if TYPE_CHECKING:
    from tagging.learning.corrections import AnsweredItems, CorrectedRows, Rules
    from tagging.learning.data import Example
    from tagging.taxonomy import Taxonomy


@dataclass(frozen=True)
class CorrectionOptions:
    """The options of `train` about corrections."""

    source: str
    """A file, or a stage."""
    without_authors: Sequence[str]
    author_share: float | None
    hold_out: float | None
    strict: bool


@dataclass(frozen=True)
class EncoderFolder:
    """The encoder whose features are learned from."""

    folder: Path
    kind: EncoderKind


@dataclass(frozen=True)
class LearnedCorrections:
    """The rows that corrections give, and what the summary and the manifest say of them."""

    corrected: CorrectedRows
    source: str
    hold_out: float

    def document(self) -> dict[str, object]:
        """As --json prints it."""
        labels = {label: {"yes": yes, "no": no} for label, (yes, no) in self.corrected.by_label.items()}
        return {
            **self.about(),
            "authors": dict(self.corrected.by_author),
            "labels": labels,
            "left_out": dict(self.corrected.left_out),
        }

    def for_manifest(self) -> dict[str, object]:
        """What travels with the version: nobody's name; hashes of the items' ids, by which `forget` finds it."""
        from tagging.corrections import hashed_items

        return {**self.about(), "learned": hashed_items({row.id for row in self.corrected.rows})}

    def about(self) -> dict[str, object]:
        """Counts, and where the answers are from."""
        return {
            "source": self.source,
            "items": len(self.corrected.rows),
            "answers": sum(map(sum, self.corrected.by_label.values())),
            "people": len(self.corrected.by_author),
            "hold_out": self.hold_out,
        }


def read_corrected(
    options: CorrectionOptions,
    taxonomy: Taxonomy,
    encoder: EncoderFolder,
    rows: Sequence[Example],
    unused: Sequence[Example],
) -> LearnedCorrections:
    """The corrections beside these rows; lines of a file that cannot be used go to standard error.

    BadParameter where neither a file nor a stage has the name, Exit 1 where nothing of it can be used.
    """
    from tagging.learning.corrections import AUTHOR_SHARE, HOLD_OUT, Rules, rows_to_learn
    from tagging.learning.data import DataError, column_problems, kind_of, refuse

    rules = Rules(
        without_authors=options.without_authors,
        author_share=AUTHOR_SHARE if options.author_share is None else options.author_share,
        hold_out=HOLD_OUT if options.hold_out is None else options.hold_out,
    )
    answered = _read(options, encoder)
    corrected = rows_to_learn(answered, taxonomy, rows, unused, rules)
    everything = [*rows, *corrected.rows]
    problems = (*answered.problems, *column_problems(everything, taxonomy, options.source))
    print_problems(Console(stderr=True), problems)
    try:
        if options.strict:
            refuse(Path(options.source), corrected.rows, problems, strict=True)
        kind_of(everything)
    except DataError as error:
        raise data_failed(error) from None
    if not corrected.rows:
        console = Console(stderr=True)
        console.print(f"{options.source}: no correction that can be learned from", soft_wrap=True)
        print_left_out(console, corrected.left_out)
        raise typer.Exit(1)
    _check_authors(options, rules, answered)
    file = Path(options.source)
    return LearnedCorrections(corrected, file.name if file.is_file() else f"stage {options.source}", rules.hold_out)


def _check_authors(options: CorrectionOptions, rules: Rules, answered: AnsweredItems) -> None:
    """BadParameter for a name that nobody has: a slip would leave the answers in."""
    names = {each.author for each in answered.corrections}
    if unknown := sorted(set(rules.without_authors) - names):
        raise typer.BadParameter(
            f"--without-author {', '.join(unknown)}: {options.source} has answers of {', '.join(sorted(names))}"
        )


def _read(options: CorrectionOptions, encoder: EncoderFolder) -> AnsweredItems:
    from tagging.learning.corrections import read_corrections
    from tagging.learning.data import DataError

    file = Path(options.source)
    if file.suffix or file.is_file():
        try:
            return read_corrections(file)
        except DataError as error:
            raise data_failed(error) from None
    with operation_errors("train"):
        return _read_stage(reach_stage(options.source), encoder)


def _read_stage(stage: str, encoder: EncoderFolder) -> AnsweredItems:
    from tagging.corrections import ReviewTable
    from tagging.feature_log import LogError
    from tagging.learning.corrections import StageAnswers
    from tagging.model import BundleError, load_encoder, load_image_encoder
    from tagging.operations import OperationError, find_deployment, find_log
    from tagging.store import LabelTable

    deployment = find_deployment(stage)
    if not deployment.review_table:
        raise OperationError(f"stage {stage} has no review table: deploy it again")
    loaders = {"text": load_encoder, "image": load_image_encoder}
    try:
        _, version = loaders[encoder.kind](encoder.folder)
    except BundleError as error:
        raise typer.BadParameter(str(error)) from None
    answers = StageAnswers(
        ReviewTable(deployment.clients.dynamodb, deployment.review_table),
        LabelTable(deployment.clients.dynamodb, deployment.table),
        find_log(deployment),
        kind_of_encoder(encoder.kind).name,
        version,
    )
    try:
        return answers.read(datetime.now(UTC))
    except LogError as error:
        raise OperationError(str(error)) from None


def print_corrections(console: Console, learned: LearnedCorrections) -> None:
    """Two lines, and one for each reason why something was left out."""
    about, corrected = learned.about(), learned.corrected
    console.print(
        f"corrections ({learned.source}): {about['answers']} answers of {about['people']} people "
        f"about {about['items']} items",
        markup=False,
    )
    people = ", ".join(f"{author} {count}" for author, count in corrected.by_author.items())
    labels = ", ".join(f"{label} {yes} yes {no} no" for label, (yes, no) in corrected.by_label.items())
    console.print(f"  people: {people}", markup=False)
    console.print(f"  labels: {labels}", markup=False)
    print_left_out(console, corrected.left_out)


def print_left_out(console: Console, left_out: Mapping[str, int]) -> None:
    """A line for each reason."""
    for why, count in left_out.items():
        console.print(f"  left out: {count} {why}", style="yellow", markup=False)
