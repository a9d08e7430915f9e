"""What the versions with a role say of one item, side by side, from its features in the feature log."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from msgspec import Struct

from tagging import model
from tagging.feature_log import LogError
from tagging.operations.deployment import Deployment
from tagging.operations.models import VersionRefused
from tagging.operations.what_if import find_log
from tagging.quarantine import Quarantined
from tagging.serving import LAYER, Pointer

if TYPE_CHECKING:
    from tagging.feature_log import LoggedItem
    from tagging.kinds import Kind
    from tagging.model import Bundle, LabelSet
    from tagging.store import Row


class VersionVerdict(Struct, frozen=True):
    """One version's answer on one item."""

    version: str
    role: str
    label_set: LabelSet | None
    why_not: str = ""
    """Where there is none."""


def roles_of(pointer: Pointer | None) -> list[tuple[str, str]]:
    """The versions with a role, each once: its name in the pointer, and the role."""
    if pointer is None:
        return [(LAYER, "champion")]
    named = [(pointer.champion, "champion")]
    if pointer.challenger is not None:
        named.append((pointer.challenger.version, "challenger"))
    named += [(shadow, "shadow") for shadow in pointer.shadows]
    if pointer.previous is not None:
        named.append((pointer.previous, "previous"))
    return list({version: (version, role) for version, role in reversed(named)}.values())[::-1]


def logged_item(deployment: Deployment, row: Row, kind: Kind) -> LoggedItem | None:
    """The item in the feature log; None where it was not kept, or not any longer. Raises botocore's errors."""
    if row.revision.log is None or not deployment.learning_bucket:
        return None
    try:
        return find_log(deployment).find_item(row.revision.log, kind, row.revision.bundle.encoder, row.id)
    except LogError:
        return None


def decide_side_by_side(
    item: LoggedItem, roles: list[tuple[str, str]], load: Callable[[str], Bundle]
) -> list[VersionVerdict]:
    """What each of these versions decides of a logged item, with scores and evidence; exact, nothing is encoded."""
    return [_verdict(item, version, role, load) for version, role in roles]


def _verdict(item: LoggedItem, version: str, role: str, load: Callable[[str], Bundle]) -> VersionVerdict:
    try:
        bundle = load(version)
        if not model.has_texts(item.features, bundle):
            return VersionVerdict(version, role, None, "the log lacks texts that it pools")
        prediction = model.predict(item.features, bundle)
        return VersionVerdict(version, role, model.decide(item.features, prediction, bundle, item.heads))
    except VersionRefused as error:
        return VersionVerdict(version, role, None, str(error))
    except Quarantined as error:
        return VersionVerdict(version, role, None, f"quarantined: {error.reason}")
