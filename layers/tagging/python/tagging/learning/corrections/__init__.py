"""Corrections as rows to learn from: what counts of people's answers, and the content of the items."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tagging.learning.corrections.answered_items import AnsweredItem, AnsweredItems
    from tagging.learning.corrections.corrected_rows import (
        AUTHOR_SHARE,
        HOLD_OUT,
        CorrectedRows,
        Rules,
        rows_to_learn,
    )
    from tagging.learning.corrections.correction_file import read_corrections
    from tagging.learning.corrections.stage_corrections import StageAnswers
else:
    from tagging import door

    __getattr__ = door(
        __name__,
        answered_items="AnsweredItem AnsweredItems",
        corrected_rows="AUTHOR_SHARE CorrectedRows HOLD_OUT Rules rows_to_learn",
        correction_file="read_corrections",
        stage_corrections="StageAnswers",
    )
