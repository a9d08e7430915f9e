"""Binary heads as they are served: the one label is decided like a label of a multilabel head."""

from __future__ import annotations

from tagging.model.heads import ServedHeadKind
from tagging.model.heads.multilabel import Independent

KIND: ServedHeadKind = Independent()
