"""Binary heads as they are learned: the one label is fitted like, and together with, labels of multilabel heads."""

from __future__ import annotations

from tagging.learning.heads import multilabel
from tagging.learning.heads.head_kind import TrainingHeadKind

KIND: TrainingHeadKind = multilabel.KIND
