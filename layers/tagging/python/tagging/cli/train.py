"""`tagging train`: a data set and a taxonomy in, a bundle out."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from tagging.cli.bundles import MailEncoder, multilingual_encoder, shipped_encoder
from tagging.cli.data import data_failed
from tagging.cli.data_view import print_problems
from tagging.cli.evaluation_data import learning_installed
from tagging.cli.progress import show_progress
from tagging.cli.train_corrections import CorrectionOptions, EncoderFolder, print_corrections, read_corrected
from tagging.cli.train_view import print_training, training_document
from tagging.local import shipped_background

if TYPE_CHECKING:
    from tagging.learning.data import Example, Problem
    from tagging.learning.training import TrainingSummary, TrainRequest
    from tagging.taxonomy import Taxonomy

FEATURE_CACHE = "~/.cache/tagging/features"


def train(
    taxonomy: Annotated[Path, typer.Option(metavar="FILE.yaml", help="Heads and labels to learn.")],
    out: Annotated[Path, typer.Option(metavar="DIR", help="The bundle to write; an existing one is replaced.")],
    data: Annotated[
        Path | None,
        typer.Option(metavar="FILE.jsonl", help="Rows to learn from; without, names and descriptions must do."),
    ] = None,
    unlabelled: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Without --data: texts like those to tag, one a line or a row.")
    ] = None,
    encoder: Annotated[
        Path | None,
        typer.Option(metavar="DIR|multilingual", help="By default the shipped one, of texts or of images."),
    ] = None,
    background: Annotated[
        str | None,
        typer.Option(
            metavar="FILE|off",
            help="Texts that fit no label, one a line or a row; by default those that ship, as features.",
        ),
    ] = None,
    seed: Annotated[int, typer.Option(help="The same rows and seed give the same bundle.")] = 0,
    strict: Annotated[bool, typer.Option(help="Stop at any row that cannot be used.")] = False,
    split: Annotated[list[str] | None, typer.Option(help="Only rows of this split (repeatable).")] = None,
    corrections: Annotated[
        str | None,
        typer.Option(metavar="STAGE|FILE.jsonl", help="Learn from what people answered, too: of a stage, or a file."),
    ] = None,
    without_author: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Leave a person's answers out (repeatable).")
    ] = None,
    author_share: Annotated[
        float | None, typer.Option(min=0.01, max=1, help="The most that one person gives of a label: .3 by default.")
    ] = None,
    hold_out: Annotated[
        float | None,
        typer.Option(min=0, max=0.9, help="Share of the answers that measure to keep for the gate: .2 by default."),
    ] = None,
    cache: Annotated[Path, typer.Option(metavar="DIR", help="Keeps features between trainings.")] = Path(FEATURE_CACHE),
    as_json: Annotated[bool, typer.Option("--json", help="The results as JSON, nothing else.")] = False,
) -> None:
    """Learn labels from examples: in seconds, without a GPU, ready to be served."""
    from tagging.learning.data import kind_of

    with learning_installed():
        from tagging.learning.training import TrainRequest
    _check_out(out)
    if (data is not None or corrections is not None) and unlabelled is not None:
        raise typer.BadParameter("--unlabelled is for a training without --data: with rows, it would not be used")
    if corrections is None and (without_author or author_share is not None or hold_out is not None):
        raise typer.BadParameter("--without-author, --author-share and --hold-out are about --corrections: name them")
    inputs = _read(data, taxonomy, split, strict=strict, alone=corrections is None)
    print_problems(Console(stderr=True), inputs.problems)
    if encoder is not None and str(encoder) == MailEncoder.MULTILINGUAL and not encoder.exists():
        encoder = multilingual_encoder()
    kind = kind_of(inputs.rows)
    encoder = encoder or shipped_encoder(kind)
    learned = None
    if corrections is not None:
        options = CorrectionOptions(corrections, without_author or (), author_share, hold_out, strict)
        learned = read_corrected(options, inputs.taxonomy, EncoderFolder(encoder, kind), inputs.rows, inputs.unused)
        inputs = replace(
            inputs,
            rows=(*inputs.rows, *learned.corrected.rows),
            about={**inputs.about, "corrections": learned.for_manifest()},
        )
    request = TrainRequest(
        rows=inputs.rows,
        taxonomy=inputs.taxonomy,
        encoder=encoder,
        out=out,
        seed=seed,
        cache=cache.expanduser(),
        background=_background(background, encoder),
        unlabelled=unlabelled,
        about=inputs.about,
        strict=strict,
    )
    trained = _train(request, data)
    if as_json:
        document = {**training_document(trained, out), **({"corrections": learned.document()} if learned else {})}
        print(json.dumps(document, ensure_ascii=False))
    else:
        console = Console(highlight=False)
        print_training(console, trained, out)
        if learned:
            print_corrections(console, learned)
    _check_labels(inputs.problems)


def _check_labels(problems: Sequence[Problem]) -> None:
    """Exit 1 where several rows were left out for the same label that the taxonomy lacks: perhaps it was renamed."""
    from tagging.learning.data import UNDECLARED

    rows = Counter(problem.message for problem in problems if problem.message.startswith(UNDECLARED))
    several = sum(count for count in rows.values() if count > 1)
    if several:
        why = "their labels are not in the taxonomy; declare a rename under changes:, or add the labels"
        Console(stderr=True).print(f"{several} rows were not learned from: {why}", style="red", soft_wrap=True)
        raise typer.Exit(1)


@dataclass(frozen=True)
class _Inputs:
    rows: tuple[Example, ...]
    taxonomy: Taxonomy
    problems: tuple[Problem, ...]
    about: Mapping[str, object]
    """What the manifest says about the data."""
    unused: tuple[Example, ...] = ()
    """Rows of other splits."""


def _read(data: Path | None, taxonomy_file: Path, splits: list[str] | None, *, strict: bool, alone: bool) -> _Inputs:
    """Rows and taxonomy; everything that is wrong with both is printed together, before anything is learned.

    Only if the rows stand `alone`, labels that they cannot teach are a problem.
    """
    from tagging.learning.data import DataError, TaxonomyError, column_problems, read_dataset, read_taxonomy, refuse

    mistakes: list[str] = []
    taxonomy: Taxonomy | None = None
    try:
        taxonomy = read_taxonomy(taxonomy_file)
    except TaxonomyError as error:
        mistakes.append(str(error))
    if data is None:
        if taxonomy is None:
            raise typer.BadParameter("\n".join(mistakes))
        return _Inputs((), taxonomy, (), {})
    try:
        dataset = read_dataset(data, taxonomy)
        rows = tuple(row for row in dataset.rows if not splits or row.split in splits)
        problems = dataset.problems + (column_problems(rows, taxonomy, str(data)) if taxonomy and alone else ())
        refuse(data, rows, problems, strict=strict)
    except DataError as error:
        if not mistakes:
            raise data_failed(error) from None
        mistakes.append(str(error))
    if taxonomy is None:
        Console(stderr=True).print("\n".join(mistakes), highlight=False, markup=False, soft_wrap=True)
        raise typer.Exit(1)
    about = {"data": data.name, "data_sha256": dataset.sha256} | ({"splits": splits} if splits else {})
    unused = tuple(row for row in dataset.rows if splits and row.split not in splits)
    return _Inputs(rows, taxonomy, problems, about, unused)


def _background(option: str | None, encoder: Path) -> Path | None:
    """The file of the option, or the one that ships; None for `off`."""
    if option is None:
        return shipped_background(encoder)
    return None if option == "off" else Path(option)


def _check_out(out: Path) -> None:
    """BadParameter where the folder holds something other than a bundle, which would be lost."""
    if out.exists() and not (out / "manifest.json").is_file() and (not out.is_dir() or any(out.iterdir())):
        raise typer.BadParameter(f"{out} exists and is not a bundle; name a new folder or an earlier bundle")


def _train(request: TrainRequest, data: Path | None) -> TrainingSummary:
    from tagging.learning.data import DataError
    from tagging.learning.heads import ExportError
    from tagging.learning.training import NoGoldenText, train_bundle
    from tagging.model import BundleError

    try:
        with show_progress("features") as report:
            return train_bundle(request, report)
    except (DataError, NoGoldenText) as error:
        raise typer.BadParameter(str(error) if data is None else f"{data}: {error}") from None
    except (BundleError, ExportError) as error:
        raise typer.BadParameter(str(error)) from None
