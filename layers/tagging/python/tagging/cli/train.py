"""`tagging train`: a data set and a taxonomy in, a bundle out."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from tagging.cli.bundles import shipped_encoder
from tagging.cli.data import failed
from tagging.cli.data_view import show_problems
from tagging.cli.evaluation_data import learning_installed
from tagging.cli.train_view import as_figures, show_trained

if TYPE_CHECKING:  # scikit-learn takes a second to import, and is there only with the extra `learning`
    from tagging.learning.data import Problem, Row
    from tagging.learning.training import Trained, TrainRequest
    from tagging.taxonomy import Taxonomy

FEATURES = "~/.cache/tagging/features"


def train(
    data: Annotated[Path, typer.Option(metavar="FILE.jsonl", help="Rows to learn from.")],
    taxonomy: Annotated[Path, typer.Option(metavar="FILE.yaml", help="Heads and labels to learn.")],
    out: Annotated[Path, typer.Option(metavar="DIR", help="The bundle to write; one that is there is replaced.")],
    encoder: Annotated[
        Path | None, typer.Option(metavar="DIR", help="The shipped one, of texts or of images, if left out.")
    ] = None,
    seed: Annotated[int, typer.Option(help="The same rows and seed give the same bundle.")] = 0,
    strict: Annotated[bool, typer.Option(help="Stop at any row that cannot be used.")] = False,
    split: Annotated[list[str] | None, typer.Option(help="Only rows of this split; may stand more than once.")] = None,
    cache: Annotated[Path, typer.Option(metavar="DIR", help="Keeps features between trainings.")] = Path(FEATURES),
    as_json: Annotated[bool, typer.Option("--json", help="What was learned as JSON, nothing else.")] = False,
) -> None:
    """Learn labels from examples: in seconds, without a GPU, ready to be served."""
    with learning_installed():
        from tagging.learning.data import kind_of
        from tagging.learning.training import TrainRequest
    _check_place(out)
    found = _read(data, taxonomy, split, strict=strict)
    show_problems(Console(stderr=True), found.problems)
    request = TrainRequest(
        rows=found.rows,
        taxonomy=found.taxonomy,
        encoder=encoder or shipped_encoder(kind_of(found.rows)),
        out=out,
        seed=seed,
        cache=cache.expanduser(),
        about={"data": data.name, "data_sha256": found.sha256} | ({"splits": split} if split else {}),
        strict=strict,
    )
    trained = _train(request, data, quiet=as_json)
    if as_json:
        print(json.dumps(as_figures(trained, out), ensure_ascii=False))
    else:
        show_trained(Console(highlight=False), trained, out)


@dataclass(frozen=True)
class _Read:
    rows: tuple[Row, ...]
    taxonomy: Taxonomy
    problems: tuple[Problem, ...]
    sha256: str


def _read(data: Path, taxonomy_file: Path, splits: list[str] | None, *, strict: bool) -> _Read:
    """Rows and taxonomy with everything that is wrong with both: told together, before anything is learned."""
    from tagging.learning.data import DataError, TaxonomyError, column_problems, read_dataset, read_taxonomy, refuse

    wrong: list[str] = []
    taxonomy: Taxonomy | None = None
    try:
        taxonomy = read_taxonomy(taxonomy_file)
    except TaxonomyError as error:
        wrong.append(str(error))
    try:
        found = read_dataset(data, taxonomy)
        rows = tuple(row for row in found.rows if not splits or row.split in splits)
        problems = found.problems + (column_problems(rows, taxonomy, str(data)) if taxonomy else ())
        refuse(data, rows, problems, strict=strict)
    except DataError as error:
        if not wrong:
            raise failed(error) from None
        wrong.append(str(error))
    if taxonomy is None:
        Console(stderr=True).print("\n".join(wrong), highlight=False, markup=False, soft_wrap=True)
        raise typer.Exit(1)
    return _Read(rows, taxonomy, problems, found.sha256)


def _check_place(out: Path) -> None:
    """An hour of labelling is not to be lost because a folder of something else was replaced."""
    if out.exists() and not (out / "manifest.json").is_file() and (not out.is_dir() or any(out.iterdir())):
        raise typer.BadParameter(f"{out} is there and is no bundle; name a new folder or an earlier bundle")


def _train(request: TrainRequest, data: Path, *, quiet: bool) -> Trained:
    from tagging.learning.data import DataError
    from tagging.learning.heads import ExportError
    from tagging.learning.training import NoGoldenText, train_bundle
    from tagging.model import BundleError

    try:
        with Progress(console=Console(stderr=True, quiet=quiet), transient=True) as bars:
            stages = {stage: bars.add_task(stage, total=None) for stage in ("features", "heads", "bundle")}
            return train_bundle(
                request, lambda stage, done, total: bars.update(stages[stage], completed=done, total=total)
            )
    except (DataError, NoGoldenText) as error:
        raise typer.BadParameter(f"{data}: {error}") from None
    except (BundleError, ExportError) as error:
        raise typer.BadParameter(str(error)) from None
