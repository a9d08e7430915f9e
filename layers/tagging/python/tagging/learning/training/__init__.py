"""training"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tagging.learning.training.bundle_folder import BundleContents, write_bundle
    from tagging.learning.training.golden_items import NoGoldenText
    from tagging.learning.training.mail_training import FittedHeads, learn_heads
    from tagging.learning.training.phrases import BY_HALF, KINDS, PhraseKind
    from tagging.learning.training.reference import reference_of, sentences_outside
    from tagging.learning.training.request import TrainRequest
    from tagging.learning.training.synthetic_mails import Style, compose_mails, mail_annotations
    from tagging.learning.training.train import LabelResult, TrainingSummary, train_bundle
    from tagging.learning.training.training_data import FOLDS, PhraseItems, TrainingData, prepare_training_data
else:
    from tagging import door

    __getattr__ = door(
        __name__,
        bundle_folder="BundleContents write_bundle",
        golden_items="NoGoldenText",
        mail_training="FittedHeads learn_heads",
        phrases="BY_HALF KINDS PhraseKind",
        reference="reference_of sentences_outside",
        request="TrainRequest",
        synthetic_mails="Style compose_mails mail_annotations",
        train="LabelResult TrainingSummary train_bundle",
        training_data="FOLDS PhraseItems TrainingData prepare_training_data",
    )
