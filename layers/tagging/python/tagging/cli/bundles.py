"""Bundles that commands load: with the reader of their items, and the shipped one of each kind."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from tagging.cli.project import use_clone
from tagging.kinds import ItemKind, find_kind, kind_of_encoder
from tagging.local import find_clone, path_or_shipped, shipped_path

if TYPE_CHECKING:  # they load onnxruntime, which no `--help` needs
    from tagging.intake import Inline
    from tagging.item import Item
    from tagging.kinds import Kind
    from tagging.model import Bundle, Tagger


@dataclass(frozen=True)
class Serving:
    """A bundle with what reads its items."""

    tagger: Tagger
    read: Callable[[Kind, bytes | Inline], Item]


def load(folder: Path) -> Tagger:
    """The tagger of a bundle; BadParameter where it must not be served."""
    from tagging.model import BundleError
    from tagging.start import load_bundle

    try:
        return load_bundle(path_or_shipped(folder))
    except BundleError as error:
        raise typer.BadParameter(str(error)) from None


def serve_each(kinds: Collection[Kind], bundle: Path | None) -> dict[Kind, Serving]:
    """What tags items of these kinds: `bundle`, whatever it is for, or the shipped one of each kind."""
    folders = {kind: bundle or shipped_bundle(find_kind(kind)) for kind in kinds}
    servings = {folder: _serve(folder) for folder in dict.fromkeys(folders.values())}
    return {kind: servings[folder] for kind, folder in folders.items()}


def shipped_bundle(kind: ItemKind) -> Path:
    """Folder of the shipped bundle of a kind; BadParameter where there is none."""
    name = kind.bundle
    train = f"tagging train --data FILE.jsonl --taxonomy FILE.yaml --encoder {name}/encoder --out {name}"
    return _shipped(name, f"{name} holds no bundle for {kind.description}; train one ({train}), or give --bundle")


def shipped_encoder(kind: str) -> Path:
    """Folder of the shipped encoder for `text` or `image`; BadParameter where there is none."""
    name = f"{kind_of_encoder(kind).bundle}/encoder"
    return _shipped(name, f"{name} holds no encoder for {kind}s; give --encoder")


def multilingual_encoder() -> Path:
    """Folder of the multilingual encoder, made where it is not there yet; BadParameter where it cannot be made."""
    use_clone()
    from layers.mail_model.multilingual.recipe import multilingual_encoder as make
    from layers.runtime.built import BuildError

    try:
        return make()
    except BuildError as error:
        raise typer.BadParameter(f"the multilingual encoder cannot be made: {error}") from None


def shipped_background(encoder: Path) -> Path | None:
    """The background that ships; None where it is not there, or is for another encoder."""
    path, own = shipped_path("layers/mail_model/background.npz"), shipped_path("layers/mail_model/bundle/encoder")
    manifests = [folder / "manifest.json" for folder in (own, encoder)]
    if not all(file.exists() for file in (path, *manifests)):
        return None
    return path if manifests[0].read_bytes() == manifests[1].read_bytes() else None


def _shipped(name: str, message: str) -> Path:
    folder = shipped_path(name)
    if (folder / "manifest.json").exists():
        return folder
    if find_clone() is None:
        message = f"this installation has no {name}: install a wheel that was built with it, or name another folder"
    raise typer.BadParameter(message)


def _serve(folder: Path) -> Serving:
    tagger = load(folder)
    return Serving(tagger, _reader(tagger.bundle))


def _reader(bundle: Bundle) -> Callable[[Kind, bytes | Inline], Item]:
    return _READERS[kind_of_encoder(bundle.encoder.kind).name](bundle)


def _mail_reader(bundle: Bundle) -> Callable[[Kind, bytes | Inline], Item]:
    from tagging.mail import mail_reader

    return mail_reader(bundle)


def _image_reader(bundle: Bundle) -> Callable[[Kind, bytes | Inline], Item]:
    from tagging.image import image_reader

    return image_reader(bundle)


_READERS: Mapping[str, Callable[[Bundle], Callable[[Kind, bytes | Inline], Item]]] = {
    "mail": _mail_reader,
    "image": _image_reader,
}
"""The reader of each kind's items, which the function files name too."""
