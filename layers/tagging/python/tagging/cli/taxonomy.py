"""`tagging taxonomy`: mistakes in the file, and effects of its changes on data, thresholds and stored rows."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from tagging.taxonomy import Taxonomy

if TYPE_CHECKING:
    from tagging.learning.data import Effect


def taxonomy(
    file: Annotated[Path, typer.Argument(metavar="FILE.yaml", help="The taxonomy to check.")],
    against: Annotated[
        Path | None, typer.Option(metavar="OLD.yaml|BUNDLE", help="List the differences from this one.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON, nothing else.")] = False,
) -> None:
    """Check a taxonomy: every mistake with its line and what to write instead; exit 1 if there is any."""
    from tagging.learning.data import TaxonomyError, differences, read_taxonomy

    if not file.is_file():
        raise typer.BadParameter(f"{file} is not a file")
    try:
        checked = read_taxonomy(file)
    except TaxonomyError as error:
        if as_json:
            mistakes = [{"line": line, "message": message} for line, message in error.mistakes]
            print(json.dumps({"file": str(file), "mistakes": mistakes}, ensure_ascii=False))
        else:
            print(error)
        raise typer.Exit(1) from None
    effects = differences(_read_old(against), checked) if against else ()
    if as_json:
        document = _document(file, checked, effects if against else None)
        print(json.dumps(document, ensure_ascii=False))
    else:
        _print_taxonomy(checked, effects, against)
    if any(effect.breaks for effect in effects):
        raise typer.Exit(1)


def _read_old(path: Path) -> Taxonomy:
    """The taxonomy of a file or of a bundle."""
    from tagging.learning.data import TaxonomyError, read_taxonomy
    from tagging.validation import InvalidDocument, from_json

    try:
        if path.is_dir():
            return from_json((path / "taxonomy.json").read_bytes(), Taxonomy)
        return read_taxonomy(path)
    except (OSError, InvalidDocument):
        raise typer.BadParameter(f"{path} has no taxonomy.json that can be read") from None
    except TaxonomyError as error:
        raise typer.BadParameter(str(error)) from None


def _document(file: Path, checked: Taxonomy, effects: tuple[Effect, ...] | None) -> dict[str, Any]:
    heads = [
        {"id": head.id, "kind": head.kind, "when": head.when, "labels": [label.id for label in head.labels]}
        for head in checked.heads
    ]
    document: dict[str, Any] = {"file": str(file), "version": checked.version, "mistakes": [], "heads": heads}
    return document if effects is None else document | {"effects": [asdict(effect) for effect in effects]}


def _print_taxonomy(checked: Taxonomy, effects: tuple[Effect, ...], against: Path | None) -> None:
    console = Console()
    table = Table(title=f"version {checked.version}", title_justify="left", box=None, header_style="bold")
    for column in ("head", "kind", "labels"):
        table.add_column(column, overflow="fold")
    for head in checked.heads:
        name = f"{head.id}, where {head.when}" if head.when else head.id
        table.add_row(name, head.kind, ", ".join(label.id for label in head.labels))
    console.print(table)
    if against and not effects:
        console.print(f"no difference from {against}", highlight=False)
    if effects:
        console.print(_effect_table(effects, against))


def _effect_table(effects: tuple[Effect, ...], against: Path | None) -> Table:
    table = Table(title=f"\ndifferences from {against}", title_justify="left", header_style="bold", expand=True)
    for column in ("label", "change", "data", "thresholds", "stored rows"):
        table.add_column(column, overflow="fold")
    for effect in effects:
        style = "red" if effect.breaks else None
        table.add_row(effect.subject, effect.what, effect.data, effect.thresholds, effect.stored, style=style)
    return table
