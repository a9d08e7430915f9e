"""calibration"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tagging.learning.calibration.decision_tuning import OutOfFold, assignment_of, scores_for, tune_decisions
else:
    from tagging import door

    __getattr__ = door(
        __name__,
        decision_tuning="OutOfFold assignment_of scores_for tune_decisions",
    )
