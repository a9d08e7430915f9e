"""`tagging versions`: lists, shows, pushes and retires the versions of a stage."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from tagging import model  # read_bundle loads onnxruntime, which no `--help` needs
from tagging.cli.models import (
    KindOption,
    ModelKind,
    VersionArgument,
    Yes,
    all_models,
    ask,
    model_errors,
    models_of,
)
from tagging.cli.options import AsJson, Stage
from tagging.cli.pointer_view import difference_document, difference_lines, make_console
from tagging.kinds import KINDS, kind_of_encoder
from tagging.model import BundleError
from tagging.operations import (
    ListedVersion,
    Models,
    VersionDifference,
    VersionRefused,
    difference,
    list_versions,
    push_version,
    read_state,
    retire_version,
    role_of,
)
from tagging.serving import LAYER

if TYPE_CHECKING:
    from tagging.model import VersionParts

versions = typer.Typer(add_completion=False, help="Versions of heads: list, show, push, retire.", no_args_is_help=True)


@versions.command("list")
def list_all(kind: KindOption = None, stage: Stage = "dev", as_json: AsJson = False) -> None:
    """List the pushed versions, the newest first, with their roles. Exit 1 where one must not be served."""
    with model_errors("versions list"):
        listed = [each for models in all_models(stage, kind) for each in list_versions(models)]
    if as_json:
        for each in listed:
            print(json.dumps(_listed_document(each), ensure_ascii=False))
    elif listed:
        _print_list(listed, make_console())
    else:
        make_console().print("no version was pushed: the bundles of the layers serve")
    if any(each.fault for each in listed):
        raise typer.Exit(1)


@versions.command("show")
def show_version(
    version: VersionArgument, kind: KindOption = None, stage: Stage = "dev", as_json: AsJson = False
) -> None:
    """Show a version: its role, what it was trained on, its labels, and what it changes beside the champion."""
    with model_errors("versions show"):
        models = models_of(stage, kind, version)
        version = models.resolve(version)
        parts = models.check(version)
        pointer = read_state(models).last_good
        champion = pointer.champion if pointer is not None else LAYER
        role, change = role_of(version, pointer), _beside(models, champion, parts)
    if as_json:
        print(json.dumps(_document(version, models, parts, role, change), ensure_ascii=False))
    else:
        _print_version(version, models, parts, role, change, make_console())


@versions.command("push")
def push(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of a bundle, as `tagging train` writes it.")],
    stage: Stage = "dev",
    as_json: AsJson = False,
) -> None:
    """Upload the version of a bundle: everything but its encoder. Nothing serves it before it is promoted.

    It is checked as functions check it, self-test included. Pushed again, it changes nothing.
    """
    if not (folder / "manifest.json").is_file():
        raise typer.BadParameter(f"{folder} is no bundle: it has no manifest.json; nothing was pushed")
    try:
        bundle = model.read_bundle(folder)  # its golden items are tried when the version has been checked
    except BundleError as error:
        raise typer.BadParameter(f"{error}; nothing was pushed") from None
    with model_errors("versions push"):
        models = models_of(stage, ModelKind(kind_of_encoder(bundle.encoder.kind).name), str(folder))
        pushed = push_version(models, bundle)
    if as_json:
        print(json.dumps(asdict(pushed)))
        return
    console = make_console()
    what = f"{pushed.labels} labels, {pushed.bytes / 1024:,.0f} KB, for {KINDS[pushed.kind].plural}"
    was = "pushed" if pushed.written else "was there already"
    console.print(f"{pushed.version} {was}: {what}", markup=False)
    console.print(f"  next: tagging promote {pushed.version} --canary .05 --stage {stage}", markup=False)


@versions.command("retire")
def retire(
    version: VersionArgument, kind: KindOption = None, stage: Stage = "dev", yes: Yes = False, as_json: AsJson = False
) -> None:
    """Mark a version without a role as no longer needed; the bucket removes it 90 days after it was pushed."""
    with model_errors("versions retire"):
        models = models_of(stage, kind, version)
        version = models.resolve(version)
        if version == LAYER:
            raise typer.BadParameter("layer is the deployed bundle: a deployment replaces it")
        if not as_json:
            make_console().print(f"stage {stage}, {KINDS[models.kind].plural}: retires {version}", markup=False)
        ask("versions retire", "retire it?", yes=yes, as_json=as_json)
        retire_version(models, version)
    if as_json:
        print(json.dumps({"version": version, "kind": models.kind, "retired": True}))
    else:
        make_console().print(f"{version} is retired; to take it back, push it again", markup=False)


def _beside(models: Models, champion: str, parts: VersionParts) -> VersionDifference | None:
    try:
        return difference(models, models.check(champion), parts)
    except VersionRefused:
        return None


def _listed_document(each: ListedVersion) -> dict[str, Any]:
    return asdict(each) | {"pushed": each.pushed.isoformat(), "fault": each.fault or None}


def _print_list(listed: list[ListedVersion], console: Console) -> None:
    table = Table(box=box.SIMPLE_HEAD, header_style="bold", padding=(0, 1, 0, 0), show_edge=False)
    for name in ("version", "kind", "role", "pushed", "labels", ""):
        table.add_column(name, overflow="fold", justify="right" if name == "labels" else "left")
    for each in listed:
        fault = Text(each.fault, style="red")
        pushed = each.pushed.strftime("%Y-%m-%d %H:%M")
        table.add_row(each.version, each.kind, Text(each.role), pushed, str(each.labels or ""), fault)
    console.print(table)


def _document(
    version: str, models: Models, parts: VersionParts, role: str, change: VersionDifference | None
) -> dict[str, Any]:
    return {
        "version": version,
        "kind": models.kind,
        "role": role,
        "encoder": parts.manifest.encoder,
        "heads": parts.version.heads,
        "thresholds": parts.version.thresholds,
        "about": _without_hashes(parts.manifest.about),
        "labels": [
            {"id": label.id, "threshold": parts.decisions[label.id].threshold, "critical": label.critical}
            for label in parts.taxonomy.labels.values()
        ],
        "beside_champion": difference_document(change),
    }


def _without_hashes(about: Mapping[str, Any]) -> dict[str, Any]:
    """What is said about the data, without the hashes of the items that were learned from: there may be thousands."""
    corrections = about.get("corrections")
    if not isinstance(corrections, dict):
        return dict(about)
    return {**about, "corrections": {name: each for name, each in corrections.items() if name != "learned"}}


def _print_version(
    version: str, models: Models, parts: VersionParts, role: str, change: VersionDifference | None, console: Console
) -> None:
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    table.add_row("version", f"{version}, for {KINDS[models.kind].plural}, encoder {parts.manifest.encoder}")
    table.add_row("role", role or "none")
    about = parts.manifest.about
    if "data" in about:
        table.add_row("trained on", Text(f"{about['data']} ({about.get('rows', '?')} rows)"))
    if change is not None and role != "champion":
        for name, text in difference_lines(change):
            table.add_row(name, Text(f"beside the champion: {text}" if name == "labels" else text))
    console.print(table)
    labels = Table(box=box.SIMPLE_HEAD, header_style="bold", padding=(0, 1, 0, 0), show_edge=False)
    for name in ("label", "threshold", "head", "route"):
        labels.add_column(name, overflow="fold", justify="right" if name == "threshold" else "left")
    for label in parts.taxonomy.labels.values():
        id = Text(label.id).append(" critical" if label.critical else "", style="bold")
        threshold = f"{parts.decisions[label.id].threshold:.2f}"
        labels.add_row(id, threshold, parts.taxonomy.head_of(label.id), label.route or "")
    console.print(labels)
