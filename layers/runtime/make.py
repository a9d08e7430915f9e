"""Builds a layer from its recipe; an unfinished layer never looks finished."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from layers.runtime import tree
from layers.runtime.built import Marker, read_marker, write_marker
from layers.runtime.recipes import Recipe


def current_layer(recipe: Recipe, architecture: str, built: Path) -> Marker | None:
    """The marker of the layer in the folder `built`; None unless it has the same input and processor."""
    marker = read_marker(built / recipe.name)
    current = marker is not None and (marker.inputs, marker.architecture) == (recipe.inputs, architecture)
    return marker if current else None


def make(recipe: Recipe, architecture: str, built: Path) -> Marker:
    """Build the layer in the folder `built`; replaces the previous one."""
    built.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".making-", dir=built) as temporary:
        folder = Path(temporary) / recipe.name
        folder.mkdir()
        recipe.fill(folder)
        tree.normalise(folder)
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
        removed = Path(tempfile.mkdtemp(prefix=".gone-", dir=old.parent))
        old.rename(removed / "layer")
        new.rename(old)
        shutil.rmtree(removed)
    else:
        new.rename(old)
