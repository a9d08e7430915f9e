"""Checks of who serves a deployed stage: pointer and versions, the missing promotion, what a deployment will change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from tagging.aws import AwsError, error_code
from tagging.kinds import KINDS
from tagging.model import BundleError
from tagging.operations.check import Check
from tagging.operations.deployment import find_deployment
from tagging.operations.errors import StageNotReadable
from tagging.operations.models import Models, find_models, kinds_with_models
from tagging.operations.pointer_history import read_state
from tagging.serving import LAYER, MANIFEST, Pointer, VersionMissing, check_files, files_in
from tagging.taxonomy import Taxonomy

if TYPE_CHECKING:
    from tagging.model import VersionParts

SHOWN = 5
"""Labels of a list that are named."""


def check_serving(stage: str, requirements: Mapping[str, Any], root: Path) -> Iterator[Check]:
    """Two lines for each kind: who serves now, and what the bundle of this project changes when it is deployed.

    None where the stage is not deployed or the account cannot be read, which other checks report.
    """
    try:
        deployment = find_deployment(stage)
    except StageNotReadable:
        return
    for kind in kinds_with_models(deployment):
        folder = root / requirements["bundles"].get(f"{kind}_model", KINDS[kind].bundle)
        try:
            yield from _check_kind(find_models(deployment, kind, [folder]), folder)
        except StageNotReadable as error:
            yield Check("account", f"who serves {kind}", "missing", str(error), "deploy again")
        except AwsError as error:
            todo = "allow what ReaderPolicyArn allows"
            yield Check("account", f"who serves {kind}", "missing", f"cannot be read: {error_code(error)}", todo)


def _check_kind(models: Models, folder: Path) -> Iterator[Check]:
    state = read_state(models)
    good = state.last_good
    now, options = f"who serves {models.kind}", f"--kind {models.kind} --stage {models.stage}"
    versions = {} if good is None else {version: _read(models, version) for version in good.versions}
    champion = None if good is None else versions.get(good.champion)
    if state.fault:
        yield Check("account", now, "missing", f"{state.fault}; {state}", f"tagging pointer restore {options}")
    elif damaged := [f"{version}: {parts}" for version, parts in versions.items() if isinstance(parts, str)]:
        yield Check("account", now, "missing", "; ".join(damaged), f"tagging rollback {options}, or promote another")
    elif good is not None and _is_foreign(champion, models.layer.encoder):
        yield _missing_promotion(models, good, now, options)
    else:
        yield Check("account", now, "ok", str(state))
    yield _next_deployment(models, good, champion, folder)


def _read(models: Models, version: str) -> VersionParts | str:
    """The parts of a version for whatever encoder it was made, or why it must not be served."""
    try:
        files = models.store.read_version(version)
        return check_files(files, version, str(msgspec.json.decode(files[MANIFEST])["encoder"]))
    except (BundleError, VersionMissing, msgspec.DecodeError, KeyError, TypeError) as error:
        return " ".join(str(error).split())


def _is_foreign(parts: VersionParts | str | None, encoder: str) -> bool:
    return parts is not None and not isinstance(parts, str) and parts.manifest.encoder != encoder


def _missing_promotion(models: Models, pointer: Pointer, name: str, options: str) -> Check:
    """The layer's bundle serves in place of the champion: which promotion ends that."""
    encoder, champion = models.layer.encoder, pointer.champion
    found = f"{champion} is the champion, for another encoder than the deployed {encoder}: the layer's bundle serves"
    fitting = [each for each in models.store.version_ids() if not _is_foreign(_read(models, each), encoder)]
    choice = fitting[0] if len(fitting) == 1 else LAYER if not fitting else f"VERSION (one of {', '.join(fitting)})"
    return Check("account", name, "missing", found, f"tagging promote {choice} {options}")


def _next_deployment(
    models: Models, pointer: Pointer | None, champion: VersionParts | str | None, folder: Path
) -> Check:
    """What deploying the bundle in this folder changes for the items that the champion serves."""
    name = f"next deployment of {models.kind}"
    try:
        manifest, taxonomy = _bundle_in(folder)
    except (OSError, msgspec.MsgspecError, KeyError, TypeError):
        return Check("account", name, "skipped", f"{folder.name} holds no bundle")
    version, encoder = str(manifest["checksum"])[:12], str(manifest["encoder"])
    if pointer is None or pointer.champion == LAYER or champion is None or isinstance(champion, str):
        found = "the same bundle" if version == models.layer.version else f"{models.layer.version} → {version}"
        return Check("account", name, "ok", f"{found} serves from the layer")
    if champion.manifest.encoder != encoder:
        found = f"brings encoder {encoder}, and {pointer.champion} was made for {champion.manifest.encoder}: "
        todo = f"after it: tagging versions push {folder}, then tagging promote {version}"
        return Check("account", name, "missing", f"{found}until a promotion the layer's bundle will serve", todo)
    served, deployed = models.taxonomy(champion).in_use(), taxonomy.with_packs(models.layer.packs).in_use()
    unknown = [label for label in served.labels if label not in deployed.labels]
    unserved = [label for label in deployed.labels if label not in served.labels]
    parts = [f"{pointer.champion} serves on"]
    parts += [f"not known to it, together (other) in metrics: {_listed(unknown)}"] if unknown else []
    parts += [f"known to it, but not assigned: {_listed(unserved)}"] if unserved else []
    unwatched = [label for label in served.critical_labels if label not in deployed.critical_labels]
    if unwatched:
        parts.append(f"without an alarm: {_listed(unwatched)}")
        return Check("account", name, "missing", "; ".join(parts), f"deploy the bundle of {pointer.champion}")
    return Check("account", name, "ok", "; ".join(parts))


def _bundle_in(folder: Path) -> tuple[Mapping[str, Any], Taxonomy]:
    files = files_in(folder)
    return msgspec.json.decode(files[MANIFEST]), msgspec.json.decode(files["taxonomy.json"], type=Taxonomy)


def _listed(labels: Sequence[str]) -> str:
    more = f" and {len(labels) - SHOWN} more" if len(labels) > SHOWN else ""
    return ", ".join(labels[:SHOWN]) + more
