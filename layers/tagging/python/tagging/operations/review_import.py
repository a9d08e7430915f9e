"""From files of reviews that people filled in to corrections: only of items in the queue, about what was asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from tagging.aws import CONNECTIONS
from tagging.corrections import REFUSALS, Refused
from tagging.operations.correcting import Answer, check_answers
from tagging.operations.correction_queue import find_reviews
from tagging.operations.review_file import BadLine, ReviewLine
from tagging.taxonomy import nearest

if TYPE_CHECKING:
    from tagging.corrections import Correction
    from tagging.kinds import Kind
    from tagging.operations.correcting import ServedTaxonomy
    from tagging.operations.deployment import Deployment
    from tagging.taxonomy import Taxonomy

Numbered = tuple[int, ReviewLine]


def check_reviews(
    deployment: Deployment,
    lines: Sequence[Numbered],
    by: Answer,
    served: Callable[[Kind], ServedTaxonomy],
    now: datetime,
) -> Iterator[tuple[int, Correction] | BadLine]:
    """The correction of each answered line with its number, or why it is none; lines without an answer are left out.

    `by`: who answers, and when; the other fields come from the line. Raises StageNotReadable, and botocore's errors.
    """
    answered = [(number, line) for number, line in lines if line.answered]
    taxonomies: list[ServedTaxonomy] = []

    def remembered(kind: Kind) -> ServedTaxonomy:
        taxonomies.append(served(kind))
        return taxonomies[-1]

    faults = _faults(deployment, answered)
    good = [each for each in answered if each[0] not in faults]
    checked = check_answers(deployment, [_answer(line, by) for _, line in good], remembered, now)
    for (number, line), correction in zip(good, checked, strict=True):
        if isinstance(correction, Refused):
            detail = f" ({correction.detail})" if correction.detail else ""
            faults[number] = f"{REFUSALS[correction.reason]}{detail}"
            continue
        about = {*_names_today(line.asked, taxonomies), *correction.yes}
        asked = tuple(label for label in correction.asked if label in about)
        why = _contradiction(correction, asked, [each.taxonomy for each in taxonomies])
        if why:
            faults[number] = why
        else:
            yield number, msgspec.structs.replace(correction, asked=asked)
    yield from (BadLine(number, why) for number, why in sorted(faults.items()))


def _names_today(names: Sequence[str], taxonomies: Sequence[ServedTaxonomy]) -> Iterator[str]:
    """What labels that were asked about are called today; those of which a `no` says nothing today are left out."""
    for name in names:
        for served in taxonomies:
            with suppress(Refused):
                yield served.current(name, yes=False)


def _answer(line: ReviewLine, by: Answer) -> Answer:
    """Blind: the file shows no label of the item."""
    return replace(
        by,
        item=line.id,
        yes=line.labels or (),
        complete=not line.cannot_tell,
        cannot_tell=line.cannot_tell,
        blind=True,
        note=line.note,
    )


def _faults(deployment: Deployment, lines: Sequence[Numbered]) -> dict[int, str]:
    """Why lines are no answers to a review, by their numbers."""
    reviews = find_reviews(deployment)
    with ThreadPoolExecutor(CONNECTIONS) as threads:
        entries = list(threads.map(lambda each: reviews.entry(each[1].id), lines))
    faults = {}
    for (number, line), entry in zip(lines, entries, strict=True):
        others = [label for label in line.labels or () if label not in line.asked]
        if entry is None:
            faults[number] = f"{line.id} is not in the review queue of stage {deployment.stage}"
        elif others:
            near = nearest(others[0], list(line.asked))
            faults[number] = f"{others[0]} is none of the labels that were asked about{near}"
    return faults


def _contradiction(correction: Correction, asked: Sequence[str], taxonomies: Sequence[Taxonomy]) -> str:
    """Why an answer cannot be about these labels; empty where it can."""
    if not asked and not correction.cannot_tell:
        return "none of the labels that were asked about is served any longer: export the queue again"
    exclusive = [head for taxonomy in taxonomies for head in taxonomy.heads if head.rules.exclusive]
    for head in exclusive:
        holding = [label.id for label in head.labels if label.id in correction.yes]
        if len(holding) > 1:
            return f"{' and '.join(holding)} exclude each other: head {head.id} has one label at most"
    return ""
