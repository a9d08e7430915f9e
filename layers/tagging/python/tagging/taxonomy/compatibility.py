"""Whether a taxonomy can take the place of an earlier one, and which labels it renamed."""

from __future__ import annotations

from tagging.taxonomy.changes import Change
from tagging.taxonomy.taxonomy import Taxonomy


def incompatible(old: Taxonomy, new: Taxonomy) -> tuple[str, ...]:
    """Why the new taxonomy cannot replace the old one; labels may be added, not removed
    or changed, unless its `changes` declare it."""
    reasons = []
    names, declared = renamed(old, new), {name for change in _since(old, new) for name in change.old}
    kinds = [{head.id: head.kind for head in taxonomy.heads} for taxonomy in (old, new)]
    conditions = [{head.id: head.when or "every item" for head in taxonomy.heads} for taxonomy in (old, new)]
    for label_id, label in old.labels.items():
        now = names.get(label_id, label_id)
        if now not in new.labels:
            if not label.deprecated and now not in declared:
                reasons.append(f"label {label_id} is gone")
            continue
        heads = old.head_of(label_id), new.head_of(now)
        if heads[0] != heads[1]:
            reasons.append(f"label {label_id} moved from head {heads[0]} to {heads[1]}")
        elif kinds[0][heads[0]] != kinds[1][heads[1]]:
            reasons.append(f"head {heads[0]}, which decides {label_id}, was {kinds[0][heads[0]]}")
        elif conditions[0][heads[0]] != conditions[1][heads[0]]:
            change = f"ran for {conditions[0][heads[0]]}, now for {conditions[1][heads[0]]}"
            reasons.append(f"head {heads[0]}, which decides {label_id}, {change}")
        if label.critical and not new.labels[now].critical:
            reasons.append(f"label {label_id} is no longer critical")
        if label.route and label.route != new.labels[now].route:
            reasons.append(f"label {label_id} no longer goes to {label.route}")
    earlier = {name for change in old.changes for name in change.old} - set(old.labels)
    reasons += [f"label {label_id} is an id of an earlier version" for label_id in new.labels if label_id in earlier]
    return tuple(reasons)


def renamed(old: Taxonomy, new: Taxonomy) -> dict[str, str]:
    """Label of `old` -> its id in `new`, for those that were renamed since."""
    names = {label_id: label_id for label_id in old.labels}
    for change in _since(old, new):
        for label_id, now in names.items():
            if change.rename == now and change.to is not None:
                names[label_id] = change.to
    return {label_id: now for label_id, now in names.items() if now != label_id}


def _since(old: Taxonomy, new: Taxonomy) -> list[Change]:
    return [change for change in new.changes if change.since > old.version]
