"""`tagging correct`: a person's answer about the labels of one item, or a CSV of answers."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from tagging.cli.errors import failed, operation_errors
from tagging.cli.models import identity, served_taxonomies
from tagging.cli.options import AsJson, Stage
from tagging.cli.send_answers import SentAnswers, file_time, send_answers
from tagging.corrections import REFUSALS, Correction, Refused, answer_time, author_of
from tagging.operations import (
    Answer,
    Deployment,
    InvalidArgument,
    check_answers,
    find_deployment,
    find_reviews,
    parse_words,
    read_answer_table,
    send_corrections,
)

PATIENCE_S = 60.0
"""Seconds for which a single answer is awaited."""
_SHOWN = 20
"""Bad lines that are printed; --json prints all."""

correct = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@correct.command("correct", context_settings={"ignore_unknown_options": True})
def send(
    item: Annotated[str, typer.Argument(metavar="[ID]", help="The item's id; none with --csv.")] = "",
    labels: Annotated[
        list[str] | None, typer.Argument(metavar="+LABEL -LABEL…", help="+refund: it holds. -payment: it does not.")
    ] = None,
    complete: Annotated[
        bool, typer.Option("--complete", help="All labels were looked at: those that are not named do not hold.")
    ] = False,
    unseen: Annotated[
        list[str] | None, typer.Option("--unseen", metavar="LABEL", help="Withdraw what the author said of it.")
    ] = None,
    cannot_tell: Annotated[bool, typer.Option("--cannot-tell", help="Looked at, and not to be decided.")] = False,
    blind: Annotated[
        bool, typer.Option("--blind", help="The labels that the item has were not known: the answer measures.")
    ] = False,
    note: Annotated[str, typer.Option("--note", metavar="TEXT", help="For people; in no log.")] = "",
    table: Annotated[
        Path | None,
        typer.Option("--csv", metavar="FILE", help="A line each: id, labels or yes and no, author?, answered_at?."),
    ] = None,
    author: Annotated[str, typer.Option("--author", help="Who answers; by default, who the credentials say.")] = "",
    stage: Stage = "dev",
    as_json: AsJson = False,
) -> None:
    """Say which labels of an item hold. Exit 1 where an answer was not recorded.

    A label that is not named was not looked at, unless --complete. One answer is awaited; those of a CSV are sent, and
    `tagging show ID` prints them seconds later. To send a file again does no harm.
    """
    with operation_errors("correct"):
        deployment = find_deployment(stage)
        find_reviews(deployment)
        answer = Answer(
            item=item,
            author=author or author_of(identity(stage)),
            answered_at=answer_time(datetime.now(UTC)),
            source="cli",
            unseen=tuple(unseen or ()),
            complete=complete,
            cannot_tell=cannot_tell,
            blind=blind,
            note=note,
        )
        if table is not None:
            if item or labels or unseen or cannot_tell:
                raise InvalidArgument("--csv names its items and labels itself")
            _send_table(deployment, table, answer, as_json=as_json)
        else:
            if not item:
                raise InvalidArgument("name an item, or a file with --csv")
            if not (labels or unseen or complete or cannot_tell):
                raise InvalidArgument("say of a label whether it holds, +refund or -refund, or give --cannot-tell")
            yes, no = parse_words(" ".join(labels or ()))
            _send_one(deployment, replace(answer, yes=yes, no=no), as_json=as_json)


def _send_one(deployment: Deployment, answer: Answer, *, as_json: bool) -> None:
    """Send an answer and wait until it is recorded."""
    (correction,) = check_answers(deployment, [answer], served_taxonomies(deployment), datetime.now(UTC))
    if isinstance(correction, Refused):
        raise failed("correct", _sentence(correction))
    begin = time.monotonic()
    send_corrections(deployment, [correction])
    recorded = _await(deployment, correction)
    seconds = time.monotonic() - begin
    if as_json:
        document = json.loads(correction.to_body())
        print(json.dumps(document | {"id": correction.id, "recorded": recorded, "seconds": round(seconds, 1)}))
    elif recorded:
        print(f"{correction.item}: recorded after {seconds:.1f} s, as answered by {correction.author}")
    if not recorded:
        raise failed(
            "correct", f"sent, but not recorded within {PATIENCE_S:.0f} s: see tagging show and tagging review rejected"
        )


def _await(deployment: Deployment, correction: Correction) -> bool:
    """Whether the answer stands in the review table before patience ends."""
    reviews, deadline = find_reviews(deployment), time.monotonic() + PATIENCE_S
    while correction not in reviews.of_item(correction.item):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.2)
    return True


def _send_table(deployment: Deployment, table: Path, default: Answer, *, as_json: bool) -> None:
    """Send the answers of a file; a line that cannot be recorded is told, and stops no other."""
    saved_at = file_time(table)
    lines = list(read_answer_table(table, replace(default, source="csv", answered_at=saved_at)))
    bad = {line.number: line.mistake for line in lines if line.answer is None}
    readable = [(line.number, line.answer) for line in lines if line.answer is not None]
    answers = [answer for _, answer in readable]
    good: list[tuple[int, Correction]] = []
    checked = check_answers(deployment, answers, served_taxonomies(deployment), datetime.now(UTC))
    for (number, _), correction in zip(readable, checked, strict=True):
        if isinstance(correction, Refused):
            bad[number] = _sentence(correction)
        else:
            good.append((number, correction))
    done = send_answers("correct", deployment, good, saved_at)
    bad |= done.mistakes
    twice = len(good) - len({correction.id for _, correction in good})
    _print_table(sorted(bad.items()), done, twice, as_json=as_json)
    if bad:
        raise typer.Exit(1)


def _print_table(bad: Sequence[tuple[int, str]], done: SentAnswers, twice: int, *, as_json: bool) -> None:
    if as_json:
        mistakes = [{"line": number, "mistake": mistake} for number, mistake in bad]
        counts = {"sent": done.sent, "repeated": twice, "recorded_before": done.recorded_before}
        print(json.dumps(counts | {"mistakes": mistakes}, ensure_ascii=False))
        return
    console = Console(highlight=False, soft_wrap=True)
    again = f" ({twice} of them twice in the file, which counts once)" if twice else ""
    before = f"; recorded before: {done.recorded_before}" if done.recorded_before else ""
    console.print(f"answers sent: {done.sent}{again}{before}; lines refused: {len(bad)}")
    for number, mistake in bad[:_SHOWN]:
        console.print(f"line {number}: {escape(mistake)}")
    if len(bad) > _SHOWN:
        console.print(f"and {len(bad) - _SHOWN} more lines: --json prints all")


def _sentence(refused: Refused) -> str:
    """Why an answer cannot be recorded; of a field that is wrong, only what is wrong with it."""
    if refused.reason == "wrong_schema" and refused.detail:
        return refused.detail
    return f"{REFUSALS[refused.reason]} ({refused.detail})" if refused.detail else REFUSALS[refused.reason]
