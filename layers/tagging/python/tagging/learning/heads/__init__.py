"""heads"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tagging.learning.heads.conditions import Assignment, assign_labels, conditioned_annotations
    from tagging.learning.heads.descriptions import Directions, Prior, description_prior, example_rows
    from tagging.learning.heads.head_fit import HeadTrainer, wide_features
    from tagging.learning.heads.head_kind import training_kind
    from tagging.learning.heads.heads_file import ExportError, HeadsFile, check_agreement, export_heads
    from tagging.learning.heads.logistic import (
        Features,
        Hyperparameters,
        Linear,
        Rotated,
        balanced_sample_weights,
        fit,
        hyperparameters_for,
        learnable,
        rotate,
    )
    from tagging.learning.heads.multiclass import fit_exclusive
    from tagging.learning.heads.pooling import (
        CHEAPEST_FIRST,
        Choice,
        Labelled,
        PooledLogits,
        Pooling,
        choose_pooling,
        fit_heads,
        predict_out_of_fold,
    )
    from tagging.learning.heads.similarity_prior import SimilarityPrior, label_directions, standardised
else:
    from tagging import door

    __getattr__ = door(
        __name__,
        conditions="Assignment assign_labels conditioned_annotations",
        descriptions="Directions Prior description_prior example_rows",
        head_fit="HeadTrainer wide_features",
        head_kind="training_kind",
        heads_file="ExportError HeadsFile check_agreement export_heads",
        logistic="Features Hyperparameters Linear Rotated balanced_sample_weights fit hyperparameters_for learnable "
        "rotate",
        multiclass="fit_exclusive",
        similarity_prior="SimilarityPrior label_directions standardised",
        pooling="CHEAPEST_FIRST Choice Labelled PooledLogits Pooling choose_pooling fit_heads predict_out_of_fold",
    )
