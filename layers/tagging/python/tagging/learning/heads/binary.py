"""Binary heads as they are learned: the one label like a multilabel head's, and fitted together with those."""

from __future__ import annotations

from tagging.learning.heads import multilabel
from tagging.learning.heads.head_kind import TrainingHeadKind

KIND: TrainingHeadKind = multilabel.KIND
