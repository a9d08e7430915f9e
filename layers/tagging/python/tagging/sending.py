"""Sends the outputs of a batch's rows that are due, each channel in turn."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import Executor

from tagging.intake import Job
from tagging.store import LabelChangeQueue, OutputChannel, Resolution, Row
from tagging.telemetry import Run

Channel = OutputChannel | LabelChangeQueue


class TicketRefused(Exception):
    """A ticket or another output was refused: it stays pending, its message goes back. The text is the error code."""


def send_outputs(
    channels: Iterable[Channel], run: Run, resolved: Sequence[tuple[Job, Resolution]], threads: Executor
) -> list[tuple[Job, tuple[Row, str]]]:
    """Send the stored content of every pending output; returns the rows and names of those that were accepted.

    The other outputs of an item wait for its ticket. Of an item's revisions in one batch, the last one counts.
    """
    sent: list[tuple[Job, tuple[Row, str]]] = []
    waiting: dict[str, str] = {}
    for channel in channels:
        name = channel.name
        pending = [(job, each.row) for job, each in resolved if each.row.state(name) == "pending"]
        rows = {row.id: row for _, row in sorted(pending, key=lambda pair: len(pair[1].earlier))}
        contents = {id: str(row.outputs[name].content) for id, row in rows.items() if id not in waiting}
        refused = waiting | dict(channel.send(contents, threads))
        if name == "ticket":
            waiting = refused
        for job, row in pending:
            if row.id in refused:
                run.fail(job.message, row.id, TicketRefused(refused[row.id]))
            else:
                sent.append((job, (row, name)))
    return sent
