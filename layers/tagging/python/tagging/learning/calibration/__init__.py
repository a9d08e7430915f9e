"""calibration"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tagging.learning.calibration.decision_tuning import tune_decisions
    from tagging.learning.calibration.out_of_fold import OutOfFold, assignment_of, scores_for
    from tagging.learning.calibration.review_tuning import tune_review
else:
    from tagging import door

    __getattr__ = door(
        __name__,
        decision_tuning="tune_decisions",
        out_of_fold="OutOfFold assignment_of scores_for",
        review_tuning="tune_review",
    )
