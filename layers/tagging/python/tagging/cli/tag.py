"""`tagging tag`: files to label sets, without AWS, through the `Tagger` that Lambda serves."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import rich.table
import typer
from rich.console import Console
from rich.text import Text

from tagging.cli.bundles import MailEncoder, Serving, serve_each
from tagging.cli.explain import explanation_documents, formatted_explanations, load_explainer, load_neighbours
from tagging.cli.lines import json_line
from tagging.cli.progress import track
from tagging.cli.review_view import format_left_out, format_review, left_out_document
from tagging.cli.tag_table import check_copy, is_table, write_copy
from tagging.item import Mail
from tagging.kinds import find_kind
from tagging.local import ItemFileError, LocalItem, find_items, one_line, path_or_shipped, skipped_files, table_items
from tagging.quarantine import Quarantined

if TYPE_CHECKING:
    from tagging.learning.data import Table
    from tagging.model import Tagger

Explain = Callable[[Mail], list[Any]]
"""Why each label of a mail was assigned: JSON documents for `--json`, else texts to be printed."""


def tag(
    paths: Annotated[
        list[Path],
        typer.Argument(metavar="PATH…", help=".eml, .mbox, .txt, .jsonl, images, or folders of them; .csv, .tsv."),
    ],
    bundle: Annotated[
        Path | None, typer.Option(help="Folder of the bundle to use; by default the shipped one of each kind.")
    ] = None,
    encoder: Annotated[
        MailEncoder, typer.Option(help="Without --bundle: which of the shipped bundles tags mails and texts.")
    ] = MailEncoder.ENGLISH,
    heads: Annotated[
        str, typer.Option(metavar="NAME,…|all", help="Packs to turn on: labels of one industry, such as money,shop.")
    ] = "",
    explain: Annotated[
        bool, typer.Option("--explain", help="Show why each label was assigned, and what was left out.")
    ] = False,
    examples: Annotated[
        Path | None, typer.Option(metavar="FILE.jsonl", help="With --explain: rows, the nearest of which are shown.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE.csv", help="Copy of the one .csv or .tsv, with columns of labels and review."),
    ] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Let --out replace a file.")] = False,
    text_column: Annotated[
        str | None, typer.Option(metavar="NAME", help=".csv, .tsv: the column of the texts, if not found by itself.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line, nothing else.")] = False,
) -> None:
    """Tag mails, texts and images on this machine.

    Of a folder, images in any format are shown, also those that cannot be read, such as HEIC or PDF. Files that are
    neither mails, texts nor images are counted in one line; hidden files and those of the system are left out.
    """
    if out:
        check_copy(paths, out, overwrite=overwrite)
    tables, items = _find_items([path_or_shipped(path) for path in paths], text_column)
    servings = serve_each({item.kind for item in items}, bundle, encoder=encoder, heads=heads)
    taggers = (serving.tagger for kind, serving in servings.items() if find_kind(kind).explainable)
    text_tagger = next(taggers, None)
    if explain and text_tagger is None:
        raise typer.BadParameter("only labels of mails and texts can be explained")
    explainer = _explain_with(text_tagger, examples, as_json) if explain and text_tagger else None
    results: Iterable[dict[str, Any]] = (_tag_item(item, servings[item.kind], explainer) for item in items)
    if not (as_json and sys.stdout.isatty()):
        results = track(results, "tagging", len(items))
    if as_json:
        results = _printed(results)
    if out:
        summary = write_copy(tables[0], results, out)
        if not as_json:
            Console().print(f"{out}: {summary}", highlight=False, markup=False, soft_wrap=True)
    elif as_json:
        for _ in results:
            pass
    else:
        Console().print(_table(results))


def _find_items(paths: list[Path], text_column: str | None) -> tuple[list[Table], list[LocalItem]]:
    """The tables among these files, and all items. BadParameter where there are none, or a file cannot be read."""
    tables: list[Table] = []
    items: list[LocalItem] = []
    if text_column and not any(map(is_table, paths)):
        raise typer.BadParameter("--text-column is for .csv and .tsv")
    try:
        for path in paths:
            if is_table(path):
                table, rows = table_items(path, text_column)
                tables.append(table)
                items += rows
                for problem in table.problems:
                    Console(stderr=True).print(f"tagging: {problem}", highlight=False, markup=False, soft_wrap=True)
            else:
                items += find_items(path)
                if path.is_dir() and (skipped := skipped_files(path)):
                    Console(stderr=True).print(f"tagging: {skipped}", highlight=False, markup=False, soft_wrap=True)
    except ItemFileError as error:
        raise typer.BadParameter(str(error)) from None
    if not items:
        raise typer.BadParameter(f"no .eml, .mbox, .txt, .jsonl, image or row in {', '.join(map(str, paths))}")
    return tables, items


def _printed(results: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The results, each printed as a line of JSON as it passes."""
    for result in results:
        print(json_line(result), flush=True)
        yield result


def _explain_with(tagger: Tagger, examples: Path | None, as_json: bool) -> Explain:
    explainer = load_explainer(tagger)
    neighbours = load_neighbours(tagger, examples) if examples else None
    documents = explanation_documents if as_json else formatted_explanations
    return lambda mail: list(documents(explainer, mail, neighbours))


def _tag_item(item: LocalItem, serving: Serving, explain: Explain | None = None) -> dict[str, Any]:
    """One item's line of JSON: its label set, or its quarantine."""
    document: dict[str, Any] = {"id": item.id, "kind": item.kind}
    try:
        content = serving.read(item.kind, item.content())
        label_set = serving.tagger.tag(content)
    except Quarantined as error:
        return document | {"quarantine": {"reason": error.reason, "detail": error.detail}}
    document |= {
        "labels": [label.id for label in label_set.labels],
        "scores": dict(label_set.scores),
        "review": label_set.review,
        "review_reasons": list(label_set.review_reasons),
        "bundle": msgspec.to_builtins(label_set.bundle),
    }
    if isinstance(content, Mail):
        document |= {"spam": True} if content.spam else {}
        if explain:
            document |= {"explanation": explain(content), "left_out": left_out_document(content.left_out)}
    return document


def _table(results: Iterable[dict[str, Any]]) -> rich.table.Table:
    table = rich.table.Table(box=None, header_style="bold", padding=(0, 2, 0, 0))
    table.add_column("item", overflow="fold", max_width=36)
    table.add_column("labels, with their scores", overflow="fold")
    for result in results:
        table.add_row(Text(one_line(result["id"])), _format_result(result))  # a path may look like markup
    return table


def _format_result(result: dict[str, Any]) -> Text:
    """The labels, the highest scores first, or the reason of the quarantine."""
    if "quarantine" in result:
        text = Text(f"quarantined: {result['quarantine']['reason']}", style="red")
        detail = result["quarantine"]["detail"]
        return text.append(f"  {detail}", style="dim") if detail else text
    text = Text("spam  ", style="yellow") if "spam" in result else Text()
    if result["review"]:
        text.append(f"{format_review(result['review_reasons'])}  ", style="yellow")
    labels = sorted(result["labels"], key=lambda label: -result["scores"][label])
    for label in labels:
        text.append(label, style="bold").append(f" {result['scores'][label]:.2f}  ", style="dim")
    for explanation in result.get("explanation", ()):
        text.append("\n").append_text(explanation)
    if not (labels or result["review"]):
        text.append("none", style="dim")
    for line in format_left_out(result["left_out"]) if "left_out" in result else ():
        text.append(f"\n  {line}", style="dim")
    return text
