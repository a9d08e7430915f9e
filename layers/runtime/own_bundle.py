"""A bundle of your own for a stage: what it lacks is said before anything is built or synthesised."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from layers.runtime.built import BuildError
from layers.runtime.functions import DeployedFunction

if TYPE_CHECKING:
    from tagging.model import Bundle


def own_bundle(root: Path, function: DeployedFunction) -> Bundle:
    """Load the function's own bundle, without its golden items; raises BuildError with what to change."""
    from tagging.kinds import kind_of_encoder
    from tagging.model import BundleError, read_bundle  # loads onnxruntime, which other stages do not need

    assert function.own is not None
    setting, folder = f"{function.kind}_bundle", root / function.own
    if not (folder / "manifest.json").is_file():
        raise BuildError(f"{setting}: {function.own} is no bundle: name a folder that tagging train wrote")
    try:
        bundle = read_bundle(folder)
    except BundleError as error:
        raise BuildError(f"{setting}: {error}") from None
    kind = kind_of_encoder(bundle.encoder.kind)
    if kind != function.item:
        raise BuildError(
            f"{setting}: {function.own} is a bundle for {kind.description}: name it in {kind.name}_bundle, "
            f"or train one for {function.item.description}"
        )
    return bundle
