"""`tagging taxonomy`: is the file right, and what does its change mean for data, thresholds and stored rows?"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from tagging.learning.data import Effect, TaxonomyError, differences, read_taxonomy
from tagging.taxonomy import Taxonomy
from tagging.validation import InvalidDocument, from_json


def taxonomy(
    file: Annotated[Path, typer.Argument(metavar="FILE.yaml", help="The taxonomy to check.")],
    against: Annotated[
        Path | None, typer.Option(metavar="OLD.yaml|BUNDLE", help="Say what is different from this one.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON, nothing else.")] = False,
) -> None:
    """Check a taxonomy: every mistake with its line and what to write instead; exit 1 if there is any."""
    if not file.is_file():
        raise typer.BadParameter(f"{file} is no file")
    try:
        found = read_taxonomy(file)
    except TaxonomyError as error:
        if as_json:
            told = [{"line": line, "message": message} for line, message in error.mistakes]
            print(json.dumps({"file": str(file), "mistakes": told}, ensure_ascii=False))
        else:
            print(error)
        raise typer.Exit(1) from None
    effects = differences(_old(against), found) if against else ()
    if as_json:
        print(json.dumps(_as_json(file, found, effects, compared=against is not None), ensure_ascii=False))
    else:
        _show(found, effects, against)
    if any(effect.breaks for effect in effects):
        raise typer.Exit(1)


def _old(path: Path) -> Taxonomy:
    """The taxonomy of a file or of a bundle."""
    try:
        if path.is_dir():
            return from_json((path / "taxonomy.json").read_bytes(), Taxonomy)
        return read_taxonomy(path)
    except (OSError, InvalidDocument):
        raise typer.BadParameter(f"{path} holds no taxonomy.json that can be read") from None
    except TaxonomyError as error:
        raise typer.BadParameter(str(error)) from None


def _as_json(file: Path, found: Taxonomy, effects: tuple[Effect, ...], *, compared: bool) -> dict[str, Any]:
    heads = [
        {"id": head.id, "kind": head.kind, "when": head.when, "labels": [label.id for label in head.labels]}
        for head in found.heads
    ]
    told: dict[str, Any] = {"file": str(file), "version": found.version, "mistakes": [], "heads": heads}
    return told | ({"effects": [asdict(effect) for effect in effects]} if compared else {})


def _show(found: Taxonomy, effects: tuple[Effect, ...], against: Path | None) -> None:
    console = Console()
    table = Table(title=f"version {found.version}", title_justify="left", box=None, header_style="bold")
    for column in ("head", "kind", "labels"):
        table.add_column(column, overflow="fold")
    for head in found.heads:
        waits = f"{head.id}, where {head.when}" if head.when else head.id
        table.add_row(waits, head.kind, ", ".join(label.id for label in head.labels))
    console.print(table)
    if against and not effects:
        console.print(f"nothing is different from {against}", highlight=False)
    if effects:
        console.print(_effects(effects, against))


def _effects(effects: tuple[Effect, ...], against: Path | None) -> Table:
    table = Table(title=f"\nwhat is different from {against}", title_justify="left", header_style="bold", expand=True)
    for column in ("label", "change", "data", "thresholds", "stored rows"):
        table.add_column(column, overflow="fold")
    for effect in effects:
        style = "red" if effect.breaks else None
        table.add_row(effect.subject, effect.what, effect.data, effect.thresholds, effect.stored, style=style)
    return table
