"""`tagging benchmark canary`: which items a challenger serves, beside a computation of its own from salt and ids."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from fractions import Fraction
from typing import Annotated

import typer

from benchmarks.options import AsJson, shipped_bundle
from benchmarks.report import report
from tagging.model import Tagger
from tagging.serving import Change, Generation, Pointer, challenged, promoted
from tagging.start import load_bundle

BY = Change("benchmark", "2026-11-28T12:00:00.000+00:00", "a canary")
CHAMPION, CHALLENGER = "a" * 12, "b" * 12
SHARES = (0.05, 0.25)
"""A canary, and the same challenger after it has grown."""


def canary(
    ids: Annotated[int, typer.Option(min=1, help="Items.")] = 100_000,
    as_json: AsJson = False,
) -> None:
    """Exact shares: 0 items on the other side than an independent computation says, and none switches back.

    Exits 1 where one does.
    """
    champion = load_bundle(shipped_bundle())
    items = [f"canary/{number}" for number in range(ids)]
    pointer = promoted(None, "mail", CHAMPION, BY)
    figures: dict[str, object] = {"items": ids}
    served: list[set[str]] = []
    wrong = 0
    for share in SHARES:
        pointer = challenged(pointer, "mail", CHALLENGER, share, BY)
        served.append(served_by_challenger(pointer, champion, items))
        expected = recomputed(pointer, items)
        wrong += len(served[-1] ^ expected)
        figures |= {f"served_at_{share}": len(served[-1]), f"recomputed_at_{share}": len(expected)}
    back = len(served[0] - served[1])
    figures |= {"on_the_wrong_side": wrong, "switched_back": back}
    report("canary: items that the challenger serves", figures, as_json)
    if wrong or back:
        raise typer.Exit(1)


def served_by_challenger(pointer: Pointer, champion: Tagger, items: Sequence[str]) -> set[str]:
    """The items that a function's batch would give to the challenger."""
    challenger = Tagger(champion.bundle)
    generation = Generation(pointer.generation, champion, pointer, challenger)
    return {item for item in items if generation.tagger_for(item) is challenger}


def recomputed(pointer: Pointer, items: Sequence[str]) -> set[str]:
    """The same by SHA-256 of salt and id alone, with exact fractions: the first 16 hexadecimal digits, of 2^64."""
    assert pointer.challenger is not None
    salt, share = pointer.challenger.salt, Fraction(pointer.challenger.share)
    return {
        item
        for item in items
        if Fraction(int(hashlib.sha256(f"{salt}{item}".encode()).hexdigest()[:16], 16), 2**64) < share
    }
