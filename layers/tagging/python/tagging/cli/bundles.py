"""Bundles that commands load: with the reader of their items, and the shipped one of each kind."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from tagging.cli.progress import show_progress
from tagging.cli.project import use_clone
from tagging.kinds import MAIL, ItemKind, find_kind, kind_of_encoder
from tagging.local import find_clone, path_or_shipped, shipped_path

if TYPE_CHECKING:  # they load onnxruntime, which no `--help` needs
    from tagging.intake import Inline
    from tagging.item import Item
    from tagging.kinds import Kind
    from tagging.model import Bundle, Tagger


class MailEncoder(StrEnum):
    """The bundles for mails that ship, by their encoder."""

    ENGLISH = "english"
    MULTILINGUAL = "multilingual"


@dataclass(frozen=True)
class Serving:
    """A bundle with what reads its items."""

    tagger: Tagger
    read: Callable[[Kind, bytes | Inline], Item]


def load(folder: Path, packs: Collection[str] = ("all",)) -> Tagger:
    """The tagger of a bundle with these packs on; BadParameter where it must not be served, or has no such pack."""
    from tagging.model import BundleError
    from tagging.start import load_bundle

    try:
        return load_bundle(path_or_shipped(folder), packs=packs)
    except BundleError as error:
        raise typer.BadParameter(str(error)) from None


def serve_each(
    kinds: Collection[Kind], bundle: Path | None, *, encoder: MailEncoder = MailEncoder.ENGLISH, heads: str = ""
) -> dict[Kind, Serving]:
    """What tags items of these kinds: `bundle`, whatever it is for, or the shipped one of each kind.

    `heads`: packs that are on for mails and texts, separated by commas.
    """
    folders = {kind: bundle or shipped_bundle(find_kind(kind), encoder) for kind in kinds}
    of_mails = {folder for kind, folder in folders.items() if find_kind(kind) == MAIL}
    servings = {folder: _serve(folder, split_heads(heads) if folder in of_mails else ()) for folder in folders.values()}
    return {kind: servings[folder] for kind, folder in folders.items()}


def shipped_bundle(kind: ItemKind, encoder: MailEncoder = MailEncoder.ENGLISH) -> Path:
    """Folder of the shipped bundle of a kind; BadParameter where there is none."""
    if kind == MAIL and encoder == MailEncoder.MULTILINGUAL:
        return multilingual_bundle()
    name = kind.bundle
    train = f"tagging train --data FILE.jsonl --taxonomy FILE.yaml --encoder {name}/encoder --out {name}"
    return _shipped(name, f"{name} holds no bundle for {kind.description}; train one ({train}), or give --bundle")


def shipped_encoder(kind: str) -> Path:
    """Folder of the shipped encoder for `text` or `image`; BadParameter where there is none."""
    name = f"{kind_of_encoder(kind).bundle}/encoder"
    return _shipped(name, f"{name} holds no encoder for {kind}s; give --encoder")


def multilingual_encoder() -> Path:
    """Folder of the multilingual encoder, made where it is not there yet; BadParameter where it cannot be made."""
    return _make_multilingual("multilingual_encoder")


def multilingual_bundle() -> Path:
    """Folder of the multilingual bundle for mails, its encoder made like `multilingual_encoder`."""
    return _make_multilingual("multilingual_bundle")


def _make_multilingual(name: str) -> Path:
    use_clone()
    try:
        from layers.mail_model.multilingual import recipe
    except ModuleNotFoundError as error:
        raise typer.BadParameter(f"the multilingual encoder needs the extra `learning`: no {error.name}") from None
    from layers.runtime.built import BuildError

    try:
        with show_progress("looking for the multilingual encoder (the first time: making it, half a minute)"):
            folder: Path = getattr(recipe, name)()
    except BuildError as error:
        raise typer.BadParameter(f"the multilingual encoder cannot be made: {error}") from None
    return folder


def _shipped(name: str, message: str) -> Path:
    folder = shipped_path(name)
    if (folder / "manifest.json").exists():
        return folder
    if find_clone() is None:
        message = f"this installation has no {name}: install a wheel that was built with it, or name another folder"
    raise typer.BadParameter(message)


def split_heads(option: str) -> tuple[str, ...]:
    """The names in an option: `money,shop`."""
    return tuple(name.strip() for name in option.split(",") if name.strip())


def _serve(folder: Path, packs: Collection[str]) -> Serving:
    tagger = load(folder, packs)
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
