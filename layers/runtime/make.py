"""Makes a layer from its recipe unless it stands already; a layer half made never looks finished."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from layers.runtime import tree
from layers.runtime.built import Marker, read_marker, write_marker
from layers.runtime.recipes import Recipe


def standing(recipe: Recipe, architecture: str, built: Path) -> Marker | None:
    """The marker of the layer where it was made from the same input for the same processor."""
    marker = read_marker(built / recipe.name)
    fits = marker is not None and (marker.inputs, marker.architecture) == (recipe.inputs, architecture)
    return marker if fits else None


def make(recipe: Recipe, architecture: str, built: Path) -> Marker:
    """Make the layer in the folder `built`, in place of the one that stood there."""
    built.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".making-", dir=built) as place:
        folder = Path(place) / recipe.name
        folder.mkdir()
        recipe.fill(folder)
        tree.settle(folder)
        marker = Marker(
            name=recipe.name,
            architecture=architecture,
            inputs=recipe.inputs,
            content=tree.content_hash(folder),
            unzipped=tree.size(folder),
            zipped=tree.zipped_size(folder),
        )
        write_marker(folder, marker)
        folder.chmod(0o755)
        _replace(built / recipe.name, folder)
    return marker


def _replace(old: Path, new: Path) -> None:
    if old.exists():
        gone = Path(tempfile.mkdtemp(prefix=".gone-", dir=old.parent))
        old.rename(gone / "layer")
        new.rename(old)
        shutil.rmtree(gone)
    else:
        new.rename(old)
