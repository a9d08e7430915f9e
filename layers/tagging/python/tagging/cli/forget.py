"""`tagging forget`: erases what is kept of one item, and lists what it cannot erase."""

from __future__ import annotations

import json
from typing import Annotated

import typer
from rich.console import Console

from tagging.cli.errors import operation_errors
from tagging.cli.options import AsJson, Stage
from tagging.operations import Erasure, erase_item, find_deployment

_JSON_FIELDS = ("id", "before", "ticket", "object_deleted", "corrections", "learned")


def forget(
    item: Annotated[str, typer.Argument(metavar="ID|s3://…", help="Item id, or s3://bucket/key[?versionId=…].")],
    delete_object: Annotated[
        bool, typer.Option("--object", help="Also delete the object version that it came from.")
    ] = False,
    stage: Stage = "dev",
    as_json: AsJson = False,
) -> None:
    """Erase an item's row, index entries, its key's pointer, its features in the log, and people's answers about it.

    What stays is its id and that it was forgotten, so that neither a late message nor `reconcile` brings it back. To
    repeat the command changes nothing. Exit 1 where there is no row, and for 15 minutes after the item was last
    decided if its features are kept: its batch may still write them.
    """
    with operation_errors("forget"):
        erasure = erase_item(find_deployment(stage), item, delete_object=delete_object)
    if as_json:
        print(json.dumps({name: getattr(erasure, name) for name in _JSON_FIELDS}))
        return
    for line in _lines(erasure):
        Console().print(line, highlight=False, markup=False, soft_wrap=True)


def _lines(erasure: Erasure) -> list[str]:
    if erasure.before:
        lines = [f"{erasure.id or 'its newest version'} was forgotten before: nothing is kept of it"]
    else:
        lines = [f"{erasure.id} is forgotten; its id stays, so that it is not tagged again"]
    if erasure.corrections:
        lines.append(f"{erasure.corrections} records of reviews and answers about it are erased")
    if erasure.learned:
        versions = ", ".join(erasure.learned)
        lines.append(f"not erased: what versions learned from answers about it: {versions}; later trainings do not")
    if erasure.ticket == "sent":
        lines.append("not erased: its ticket was sent; erase it where tickets are kept")
    elif erasure.ticket == "pending":
        lines.append("its ticket was not sent yet and never will be, unless it is being sent at this moment")
    source = erasure.source
    if erasure.object_deleted:
        lines.append("the object version is deleted")
    elif not erasure.before and "bucket" in source:
        lines.append(f"not erased: s3://{source['bucket']}/{source['key']} itself (--object deletes that version)")
    if "message" in source:
        lines.append(f"not erased: rows {erasure.id}~… of other content under this id (`tagging forget` erases each)")
    if not erasure.before:
        lines.append("not erased: a message that waits in a queue (14 days at most), the table's backups (35 days)")
    return lines
