"""Months whose truth is known: seeded traffic and people, on the code that summarises, asks, estimates and warns."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tagging.simulation.fortnight import Shop, simulate_fortnight
    from tagging.simulation.kept_copy import fingerprint, keep, read_kept
    from tagging.simulation.memory_stage import ResourceNames
    from tagging.simulation.month import Month, MonthDay, run_month
    from tagging.simulation.month_figures import Figure, LabelRow, figures, label_rows
    from tagging.simulation.month_picture import draw_month
    from tagging.simulation.picture import Mark, Panel, Point, draw
    from tagging.simulation.reviewers import Habits
    from tagging.simulation.rhythm import WEEKDAYS, Restlessness, arrivals, seasonal, wandering
    from tagging.simulation.stage_copy import StageCopy, write_copy
    from tagging.simulation.story import Outage, Story
else:
    from tagging import door

    __getattr__ = door(
        __name__,
        fortnight="Shop simulate_fortnight",
        kept_copy="fingerprint keep read_kept",
        memory_stage="ResourceNames",
        month="Month MonthDay run_month",
        month_figures="Figure LabelRow figures label_rows",
        month_picture="draw_month",
        picture="Mark Panel Point draw",
        reviewers="Habits",
        rhythm="WEEKDAYS Restlessness arrivals seasonal wandering",
        stage_copy="StageCopy write_copy",
        story="Outage Story",
    )
