"""`tagging tag`: files to label sets, without AWS, through the `Tagger` that Lambda serves."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table
from rich.text import Text

from tagging.cli.bundles import Serving, serve_each
from tagging.cli.explain import explained, explainer_of, neighbours_of, spoken_for
from tagging.item import Mail
from tagging.local import ItemFileError, LocalItem, find_items
from tagging.quarantine import Untaggable

if TYPE_CHECKING:  # it loads onnxruntime, which no `--help` needs
    from tagging.model import Tagger

Explain = Callable[[Mail], list[Any]]
"""Why each label of a mail was given: for `--json` what JSON holds, else explanations to be printed."""


def tag(
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATH…", help=".eml, .mbox, .txt, .jsonl, images, or folders of them.")
    ],
    bundle: Annotated[
        Path | None, typer.Option(help="Folder of the bundle to serve; the shipped one of each kind if left out.")
    ] = None,
    explain: Annotated[bool, typer.Option("--explain", help="Say why each label was given.")] = False,
    examples: Annotated[
        Path | None, typer.Option(metavar="FILE.jsonl", help="With --explain: rows, of which the nearest are shown.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line, nothing else.")] = False,
) -> None:
    """Tag mails, texts and images on this machine."""
    try:
        items = [item for path in paths for item in find_items(path)]
    except ItemFileError as error:
        raise typer.BadParameter(str(error)) from None
    if not items:
        raise typer.BadParameter(f"no .eml, .mbox, .txt, .jsonl or image in {', '.join(map(str, paths))}")
    serving = serve_each({item.kind for item in items}, bundle)
    texts = next((each.tagger for kind, each in serving.items() if kind != "image"), None)
    if explain and texts is None:
        raise typer.BadParameter("only labels of mails and texts can be explained")
    why = _explaining(texts, examples, as_json) if explain and texts else None
    results = (tag_item(item, serving[item.kind], why) for item in items)
    if as_json:
        for each in results:
            print(json.dumps(each, ensure_ascii=False), flush=True)
    else:
        progress = Console(stderr=True)
        Console().print(_table(track(results, "tagging", len(items), console=progress, transient=True)))


def _explaining(tagger: Tagger, examples: Path | None, as_json: bool) -> Explain:
    explainer = explainer_of(tagger, tagger.bundle.folder)
    if not as_json:
        return lambda mail: list(explainer.explain(mail))
    neighbours = neighbours_of(tagger, examples) if examples else None
    return lambda mail: explained(explainer, mail, neighbours)


def tag_item(item: LocalItem, serving: Serving, why: Explain | None = None) -> dict[str, Any]:
    """One item's line of JSON: its label set, or its quarantine."""
    named = {"id": item.id, "kind": item.kind}
    try:
        found = serving.read(item.kind, item.content())
        label_set = serving.tagger.tag(found)
    except Untaggable as error:
        return named | {"quarantine": {"reason": error.reason, "detail": error.detail}}
    spam = {"spam": True} if isinstance(found, Mail) and found.spam else {}
    told = named | {
        "labels": [label.id for label in label_set.labels],
        "scores": dict(label_set.scores),
        "review": label_set.review,
        "bundle": msgspec.to_builtins(label_set.bundle),
    }
    return told | spam | ({"explanation": why(found)} if why and isinstance(found, Mail) else {})


def _table(results: Iterable[dict[str, Any]]) -> Table:
    table = Table(box=None, header_style="bold", padding=(0, 2, 0, 0))
    table.add_column("item", overflow="fold", max_width=48)
    table.add_column("labels, with their scores", overflow="fold")
    for each in results:
        table.add_row(each["id"], _told(each))
    return table


def _told(result: dict[str, Any]) -> Text:
    """What a person reads of one result: the labels given, the surest first."""
    if "quarantine" in result:
        return Text(f"quarantined: {result['quarantine']['reason']}", style="red")
    told = Text("spam  ", style="yellow") if "spam" in result else Text()
    if result["review"]:
        told.append("review  ", style="yellow")
    given = sorted(result["labels"], key=lambda label: -result["scores"][label])
    for label in given:
        told.append(label, style="bold").append(f" {result['scores'][label]:.2f}  ", style="dim")
    for why in result.get("explanation", ()):
        told.append("\n").append_text(spoken_for(why))
    return told if given or result["review"] else told.append("none", style="dim")
