"""Binary heads as they are served: the one label is decided as a multilabel head decides each of its own."""

from __future__ import annotations

from tagging.model.heads import ServedHeadKind
from tagging.model.heads.multilabel import Independent

KIND: ServedHeadKind = Independent()
