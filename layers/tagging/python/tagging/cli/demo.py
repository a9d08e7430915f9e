"""`tagging demo`: the main job on the local cloud, from raw mails and images to rows, tickets and metrics."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer
from rich.console import Console

from tagging.cli.bundles import MailEncoder, load, shipped_bundle
from tagging.cli.canary import Canary, find_canary
from tagging.cli.canary_view import canary_document, print_canary
from tagging.cli.demo_view import print_run
from tagging.cli.errors import failed
from tagging.cli.lines import json_line
from tagging.cli.pointer_view import make_console
from tagging.cli.progress import show_progress
from tagging.cli.project import root
from tagging.cli.send import send_items
from tagging.cli.shadow import DemoShadow, find_demo_shadow
from tagging.kinds import IMAGE, MAIL, ItemKind, kind_of_encoder
from tagging.local import (
    FunctionNotStarted,
    ItemFile,
    ItemOutcome,
    ItemRun,
    TemplateError,
    find_images,
    find_mails,
    is_image,
    is_mail,
    run_items,
    skipped_files,
    summarise_metrics,
    synthesise,
)


def demo(
    mail: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder of .eml and .mbox files; no other items are run.")
    ] = None,
    images: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder of images; can be combined with --mail.")
    ] = None,
    encoder: Annotated[
        MailEncoder, typer.Option(help="Which of the shipped bundles tags mails.")
    ] = MailEncoder.ENGLISH,
    bundle: Annotated[
        Path | None, typer.Option(metavar="DIR", help="A bundle of your own, for mails or for images.")
    ] = None,
    challenger: Annotated[
        Path | None, typer.Option(metavar="DIR", help="A bundle that serves a share of the items, as a canary.")
    ] = None,
    shadow: Annotated[
        Path | None, typer.Option(metavar="DIR", help="A bundle that predicts every item and decides nothing.")
    ] = None,
    share: Annotated[float, typer.Option(min=0.01, max=0.99, help="The share of --challenger.")] = 0.5,
    stage: Annotated[
        str | None, typer.Option(help="Send the items through this stage: local is what `tagging local` runs.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document, nothing else.")] = False,
) -> None:
    """Run the whole path on this machine: mails and images in, labels, tickets and metrics out. No AWS account.

    Without folders of your own it runs on events/mails and events/images.
    """
    files = find_files(mail, images)
    if bundle is not None and encoder != MailEncoder.ENGLISH:
        raise typer.BadParameter("a bundle contains its encoder: give --bundle or --encoder")
    if challenger and shadow:
        raise typer.BadParameter("give one of --challenger and --shadow")
    if stage is not None and (bundle or challenger or shadow or encoder != MailEncoder.ENGLISH):
        raise typer.BadParameter("a stage has its bundles: promote a version there, with tagging promote")
    own = _own_bundles(bundle, encoder)
    champion = next(iter(own.values()), None)
    canary = find_canary(challenger, champion, share) if challenger else None
    beside = find_demo_shadow(shadow, champion) if shadow else None
    try:
        run = _run(files, own, canary or beside) if stage is None else send_items(stage, files)
    except (FunctionNotStarted, TemplateError) as error:
        raise failed("demo", str(error)) from None
    served = canary.compare(run, files) if canary else None
    if as_json:
        document = run_document(run)
        if canary and canary.pointer and served:
            document["canary"] = canary_document(canary.pointer, *served)
        if beside:
            document["shadow"] = beside.document
        print(json_line(document))
    else:
        print_run(run, Console())
        if canary and canary.pointer and served:
            print_canary(canary.pointer, *served, make_console())
        if beside:
            beside.print(run, make_console())
    if run.dead_letters or any(item.row is None for item in run.items):
        raise typer.Exit(1)


def find_files(mail: Path | None, images: Path | None) -> list[ItemFile]:
    """The items of these folders, or the samples where neither is named; BadParameter for a folder without items."""
    if mail is None and images is None:
        mail, images = (root() / kind.samples for kind in (MAIL, IMAGE))
    files: list[ItemFile] = []
    for folder, find, is_item, kind in (
        (mail, find_mails, is_mail, ".eml or .mbox files"),
        (images, find_images, is_image, "images"),
    ):
        if folder is not None:
            items = find(folder)
            if not items:
                raise typer.BadParameter(f"{folder} is not a folder with {kind}")
            files += items
            if skipped := skipped_files(folder, is_item):
                Console(stderr=True).print(f"{folder.name}: {skipped}", highlight=False, markup=False, soft_wrap=True)
    return files


def _own_bundles(bundle: Path | None, encoder: MailEncoder) -> dict[ItemKind, Path]:
    """The bundles that replace those of the local cloud, by kind; BadParameter for one that must not be served."""
    if bundle is not None:
        return {kind_of_encoder(load(bundle).bundle.encoder.kind): bundle}
    return {MAIL: shipped_bundle(MAIL, encoder)} if encoder != MailEncoder.ENGLISH else {}


def _run(files: list[ItemFile], own: Mapping[ItemKind, Path], beside: Canary | DemoShadow | None) -> ItemRun:
    with show_progress("starting the local cloud (the first time: synthesising its template)") as report:
        template = synthesise(root())
        for kind, bundle in own.items():
            template = template.with_bundle(root(), kind, bundle)
        prepare = beside.begin if beside else None
        finish = beside.compare if isinstance(beside, DemoShadow) else None

        def tagged(count: int) -> None:
            report("tagging", count, len(files))

        return run_items(root(), files, tagged, template, prepare=prepare, finish=finish)


def run_document(run: ItemRun) -> dict[str, Any]:
    """The run as --json prints it."""
    untagged = "not tagged: see dead_letters" if run.dead_letters else "not tagged in time"
    return {
        "items": [_item_document(item, untagged) for item in run.items],
        "rows": [row.to_document() for row in run.rows],
        "tickets": run.tickets,
        "quarantined": [
            {"id": row.id, "source": dict(row.source), **msgspec.to_builtins(row.revision.quarantine)}
            for row in run.rows
            if row.revision.quarantine is not None
        ],
        "dead_letters": run.dead_letters,
        "metrics": summarise_metrics(run.metrics),
        "seconds": round(run.seconds, 3),
    }


def _item_document(item: ItemOutcome, untagged: str) -> dict[str, Any]:
    """One item as `tagging tag` prints it, with its source, the state of its ticket and its time."""
    source = {"source": item.key, "seconds": round(item.seconds, 3)}
    if item.row is None:
        return {"id": item.id, "kind": item.kind, **source, "fault": untagged}
    row, revision = item.row, item.row.revision
    document = {"id": row.id, "kind": row.kind, **source, "ticket": row.ticket}
    if revision.quarantine is not None:
        return document | {"quarantine": msgspec.to_builtins(revision.quarantine)}
    return document | {
        "labels": list(revision.labels),
        "scores": dict(revision.scores or {}),
        "review": revision.review,
        "review_reasons": list(revision.review_reasons),
        "bundle": msgspec.to_builtins(revision.bundle),
        **({"spam": True} if row.spam else {}),
    }
