"""Corrections as rows to learn from: what counts of people's answers, and the content of the items."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tagging.learning.corrections.corrected_rows import (
        AUTHOR_SHARE,
        HOLD_OUT,
        AnsweredItem,
        CorrectedRows,
        Rules,
        corrected_rows,
    )
    from tagging.learning.corrections.correction_file import CorrectionFile, read_corrections
else:
    from tagging import door

    __getattr__ = door(
        __name__,
        corrected_rows="AUTHOR_SHARE AnsweredItem CorrectedRows HOLD_OUT Rules corrected_rows",
        correction_file="CorrectionFile read_corrections",
    )
