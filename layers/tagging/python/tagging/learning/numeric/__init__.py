"""numeric"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tagging.learning.numeric.arrays import Annotations, Bools, Floats, Floats32, Ints
    from tagging.learning.numeric.intervals import (
        FEWEST_POSITIVES,
        Bootstrap,
        Interval,
        Z,
        design_effect,
        groups_of,
        percentiles,
        reflected,
        wilson,
    )
    from tagging.learning.numeric.lbfgs import DenseRows, Loss, Rows, minimise
    from tagging.learning.numeric.logits import logit, sigmoid
    from tagging.learning.numeric.score_maps import FEWEST_NONE, ScoreMap, exclusive_maps, independent_maps
    from tagging.learning.numeric.similarity import Neighbourhood, neighbourhood
    from tagging.learning.numeric.sparse_rows import WideRows, wide_rows
    from tagging.learning.numeric.splits import split, split_evenly
    from tagging.learning.numeric.thresholds import by_level, smoothed_threshold, tuned_thresholds
else:
    from tagging import door

    __getattr__ = door(
        __name__,
        arrays="Annotations Bools Floats Floats32 Ints",
        intervals="Bootstrap FEWEST_POSITIVES Interval Z design_effect groups_of percentiles reflected wilson",
        lbfgs="DenseRows Loss Rows minimise",
        logits="logit sigmoid",
        score_maps="FEWEST_NONE ScoreMap exclusive_maps independent_maps",
        similarity="Neighbourhood neighbourhood",
        sparse_rows="WideRows wide_rows",
        splits="split split_evenly",
        thresholds="by_level smoothed_threshold tuned_thresholds",
    )
