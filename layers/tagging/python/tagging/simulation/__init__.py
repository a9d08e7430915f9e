"""Months whose truth is known: seeded traffic and people, on the code that summarises, asks, estimates and warns."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tagging.simulation.rhythm import WEEKDAYS, Restlessness, arrivals, seasonal, wandering
else:
    from tagging import door

    __getattr__ = door(
        __name__,
        rhythm="WEEKDAYS Restlessness arrivals seasonal wandering",
    )
