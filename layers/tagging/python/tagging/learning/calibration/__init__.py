"""calibration"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tagging.learning.calibration.decision_tuning import OutOfFold, decide, scores_for, told
else:
    from tagging import door

    __getattr__ = door(
        __name__,
        decision_tuning="OutOfFold decide scores_for told",
    )
