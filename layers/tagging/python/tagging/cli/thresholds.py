"""`tagging thresholds`: shows how thresholds were set, and makes a version with others that keeps its heads."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tagging import model  # loads numpy and onnxruntime, which no `--help` needs
from tagging.cli.models import KindOption, ModelKind, all_models, model_errors, models_of
from tagging.cli.options import AsJson, parse_time, stage_option
from tagging.cli.pointer_view import make_console
from tagging.cli.thresholds_view import expectation, print_moved, print_thresholds
from tagging.model import BundleError
from tagging.operations import (
    Expected,
    Models,
    MovedVersion,
    VersionRefused,
    champion_files,
    deployed_bundle,
    expected_quality,
    find_deployment,
    find_log,
    move_thresholds,
    push_files,
    shown_thresholds,
    write_folder,
)
from tagging.serving import files_of, version_id

if TYPE_CHECKING:
    from tagging.model import Bundle

thresholds = typer.Typer(add_completion=False, help="Thresholds of labels: show, set.", no_args_is_help=True)

Folder = Annotated[Path | None, typer.Option("--bundle", metavar="DIR", help="A bundle's folder, instead of a stage.")]


StageIfAny = Annotated[
    str | None,
    typer.Option(
        "--stage",
        help="The version that serves a stage, by default dev: tagging-STAGE, or local.",
        callback=stage_option,
    ),
]


@thresholds.command("show")
def show(
    bundle: Folder = None,
    stage: StageIfAny = None,
    since: Annotated[
        str | None, typer.Option(metavar="TIME", help="Expected precision and recall, by scores of items since: 14d.")
    ] = None,
    kind: KindOption = None,
    as_json: AsJson = False,
) -> None:
    """Show each label's threshold, and how it was set: tuned on labelled rows, by hand, or by a policy.

    `unproven`: the label did not reach its objective on labelled rows; items with it are reviewed. Expectations are
    those of calibrated scores in the feature log, not answers of people.
    """
    expected: dict[str, Expected] = {}
    if bundle is not None:
        _only_one(stage or since)
        of_folder = _read(bundle)
        version, shown = version_id(of_folder), list(shown_thresholds(of_folder, of_folder.taxonomy))
    else:
        start = None if since is None else parse_time(since)
        with model_errors("thresholds show"):
            models = models_of(stage or "dev", kind)
            version = champion_files(models)[0]
            champion = models.scoring(version)
            shown = list(shown_thresholds(champion, champion.taxonomy))
            if start is not None:
                expected = expected_quality(find_log(find_deployment(stage or "dev")), models, champion, start)
    if as_json:
        labels = [asdict(each) | expectation(expected.get(each.label)) for each in shown]
        print(json.dumps({"version": version, "thresholds": labels}))
    else:
        print_thresholds(version, shown, expected, make_console())


@thresholds.command("set")
def set_thresholds(
    moves: Annotated[
        list[str], typer.Argument(metavar="LABEL VALUE [LABEL VALUE …]", help="Labels and their new thresholds.")
    ],
    bundle: Folder = None,
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="The new bundle, with --bundle.")] = None,
    stage: StageIfAny = None,
    kind: KindOption = None,
    as_json: AsJson = False,
) -> None:
    """Make a version with other thresholds and the same heads; nothing serves it before it is promoted.

    With --stage it is made of the version that serves, and pushed; with --bundle it is written to --out. It has passed
    its self-test. Where the label's objective is a floor, a threshold that was set by hand has no proof: its items are
    reviewed.
    """
    values = parse_moves(moves)
    if bundle is None:
        if out is not None:
            raise typer.BadParameter("--out is the folder of a new bundle: give --bundle too")
        _set_on_stage(values, stage or "dev", kind, as_json=as_json)
        return
    _only_one(stage)
    if out is None or out.exists():
        raise typer.BadParameter(f"{out} exists already" if out else "give --out, the folder of the new bundle")
    base = _read(bundle)
    with model_errors("thresholds set"):
        moved = _moved(files_of(bundle, base), base, values)
        write_folder(moved, bundle, out)
    print_moved(moved, values, f"written to {out}", f"tagging versions push {out}", as_json=as_json)


def parse_moves(words: Sequence[str]) -> dict[str, float]:
    """Labels and values of the command line. Raises BadParameter."""
    if len(words) % 2:
        raise typer.BadParameter("write a value behind each label: refund .6")
    moves: dict[str, float] = {}
    for label, value in zip(words[::2], words[1::2], strict=True):
        if label in moves:
            raise typer.BadParameter(f"{label} has two values: {moves[label]:g} and {value}")
        try:
            moves[label] = float(value)
        except ValueError:
            raise typer.BadParameter(f"the threshold of {label} is a number from 0 to 1, not {value}") from None
    return moves


def models_with_label(stage: str, kind: ModelKind | None, label: str) -> Models:
    """The models of the kind whose champion has this label, else of the named kind or of mails."""
    candidates = all_models(stage, kind)
    for models in candidates:
        with suppress(VersionRefused):
            if label in models.check(champion_files(models)[0]).decisions:
                return models
    return candidates[0]


def _set_on_stage(values: dict[str, float], stage: str, kind: ModelKind | None, *, as_json: bool) -> None:
    with model_errors("thresholds set"):
        models = models_with_label(stage, kind, next(iter(values)))
        version, files = champion_files(models)
        deployed = deployed_bundle(models)
        base = model.read_version(files, Path(version), deployed)
        moved = _moved(files, base, values)
        push_files(models, moved.files, moved.version, deployed)
    next_command = f"tagging what-if {moved.version} --since 14d --stage {stage}"
    print_moved(moved, values, f"pushed to stage {stage}", next_command, as_json=as_json)


def _moved(files: dict[str, bytes], base: Bundle, values: dict[str, float]) -> MovedVersion:
    try:
        return move_thresholds(files, base, values)
    except model.ThresholdRefused as error:
        raise typer.BadParameter(f"{error}; nothing was changed") from None


def _read(folder: Path) -> Bundle:
    try:
        return model.read_bundle(folder)
    except BundleError as error:
        raise typer.BadParameter(f"{error}; nothing was changed") from None


def _only_one(stage: str | None) -> None:
    if stage is not None:
        raise typer.BadParameter("--bundle is a folder: without --stage and --since")
