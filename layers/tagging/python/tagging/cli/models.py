"""How commands find the versions and the pointer of a stage, and how they ask before they change something."""

from __future__ import annotations

import getpass
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from tagging.cli.errors import failed, operation_errors
from tagging.kinds import KINDS, Kind
from tagging.local import STAGE, shipped_path
from tagging.operations import (
    Deployment,
    Models,
    PointerPlan,
    ServedTaxonomy,
    VersionRefused,
    caller_name,
    find_deployment,
    find_models,
    kinds_with_models,
    read_served_taxonomy,
)
from tagging.serving import LAYER


class ModelKind(StrEnum):
    """The kinds of item that have versions."""

    MAIL = "mail"
    IMAGE = "image"


KindOption = Annotated[
    ModelKind | None, typer.Option("--kind", help="mail or image; by default that of the version, else mail.")
]
VersionArgument = Annotated[
    str, typer.Argument(metavar="VERSION", help="A version's id or its beginning, the folder of its bundle, or layer.")
]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]
Why = Annotated[str, typer.Option("--why", metavar="TEXT", help="Why; it is kept with the change.")]


def models_of(stage: str, kind: ModelKind | None, version: str | None = None) -> Models:
    """The models that a command is about: of the named kind, else of the kind that has the version, else of mails."""
    deployment = find_deployment(stage)
    kinds = [KINDS[kind].name] if kind else list(kinds_with_models(deployment))
    folder = [Path(version)] if version and Path(version).is_dir() else []
    candidates = [find_models(deployment, each, [*folder, *bundles_at_hand(each)]) for each in kinds]
    if not candidates:
        return find_models(deployment, KINDS["mail"].name)  # raises what the stage lacks
    if version == LAYER and len(candidates) > 1:
        raise typer.BadParameter("each kind has a bundle in its layer: give --kind mail or --kind image")
    return next((each for each in candidates if version and _has(each, version)), candidates[0])


def all_models(stage: str, kind: ModelKind | None) -> list[Models]:
    """The models of one kind, or of every kind that has some."""
    if kind is not None:
        return [models_of(stage, kind)]
    deployment = find_deployment(stage)
    kinds = list(kinds_with_models(deployment)) or [KINDS["mail"].name]
    return [find_models(deployment, each, bundles_at_hand(each)) for each in kinds]


def _has(models: Models, version: str) -> bool:
    try:
        models.resolve(version)
    except VersionRefused:
        return False
    return True


def served_taxonomies(deployment: Deployment) -> Callable[[Kind], ServedTaxonomy]:
    """Reads the taxonomy of the version that serves a kind; it raises VersionRefused where that is nowhere."""

    def served(kind: Kind) -> ServedTaxonomy:
        return read_served_taxonomy(find_models(deployment, kind, bundles_at_hand(kind)))

    return served


def bundles_at_hand(kind: str) -> list[Path]:
    """Bundles of the clone, one of which is probably that of the deployed layer."""
    model = KINDS[kind].model
    built = Path("build", "layers", model, "bundle")
    return [shipped_path(each) for each in (KINDS[kind].bundle, f"layers/{model}/multilingual/bundle", built)]


@contextmanager
def model_errors(command: str) -> Iterator[None]:
    """End the command in one line where a change is refused or AWS refuses a call."""
    with operation_errors(command):
        yield


def who(plan_or_models: PointerPlan | Models) -> str:
    """Who makes a change: the identity in AWS; on the local cloud the name of this machine's user."""
    models = plan_or_models.models if isinstance(plan_or_models, PointerPlan) else plan_or_models
    return identity(models.stage)


def identity(stage: str) -> str:
    """Who works on a stage: the identity in AWS; on the local cloud the name of this machine's user."""
    return f"local/{getpass.getuser()}" if stage == STAGE else caller_name()


def ask(command: str, question: str, *, yes: bool, as_json: bool) -> None:
    """Ask unless --yes; ends the command where the answer is no, or nobody answers."""
    if yes:
        return
    if as_json:
        raise typer.BadParameter("--json asks nothing: give --yes")
    try:
        if typer.confirm(question, err=True):
            return
    except typer.Abort:
        raise typer.BadParameter("nobody answers here, and nothing was changed: give --yes") from None
    raise failed(command, "nothing was changed")
