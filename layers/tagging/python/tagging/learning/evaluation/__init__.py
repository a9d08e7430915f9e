"""evaluation"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tagging.learning.evaluation.calibration_quality import (
        brier_skill,
        calibration_error,
        calibration_slope,
        chance_errors,
    )
    from tagging.learning.evaluation.comparison import Comparison, Gate, compare
    from tagging.learning.evaluation.evaluation import Evaluation, NothingToEvaluate, evaluate_predictions
    from tagging.learning.evaluation.explanation import NOT_AN_EFFECT, Explainer, Explanation, TextPart
    from tagging.learning.evaluation.item_quality import quality_of_partial_rows
    from tagging.learning.evaluation.label_quality import CALIBRATION_POSITIVES, LabelQuality
    from tagging.learning.evaluation.metric_values import MetricValue
    from tagging.learning.evaluation.mistakes import Mistake, Suspect, suspected_annotations, worst_mistakes
    from tagging.learning.evaluation.predictions import PredictionSet, predict_rows
    from tagging.learning.evaluation.review_quality import ReviewQuality, split_reasons
    from tagging.learning.evaluation.triage import TRIAGE
else:
    from tagging import door

    __getattr__ = door(
        __name__,
        calibration_quality="brier_skill calibration_error calibration_slope chance_errors",
        comparison="Comparison Gate compare",
        evaluation="Evaluation NothingToEvaluate evaluate_predictions",
        explanation="Explainer Explanation NOT_AN_EFFECT TextPart",
        item_quality="quality_of_partial_rows",
        label_quality="CALIBRATION_POSITIVES LabelQuality",
        metric_values="MetricValue",
        mistakes="Mistake Suspect suspected_annotations worst_mistakes",
        predictions="PredictionSet predict_rows",
        review_quality="ReviewQuality split_reasons",
        triage="TRIAGE",
    )
