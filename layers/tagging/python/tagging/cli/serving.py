"""Bundles as `tagging tag` serves them: one for mails and texts, one for images, each loaded where it is needed."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

import typer

from tagging.cli.project import root
from tagging.intake import Inline, Kind
from tagging.item import Item
from tagging.model import Bundle, BundleError, Tagger
from tagging.start import load_tagger

MAILS = "layers/mail_model/bundle"
IMAGES = "layers/image_model/bundle"


@dataclass(frozen=True)
class Serving:
    """A bundle with what reads its items."""

    tagger: Tagger
    read: Callable[[Kind, bytes | Inline], Item]


def serve(folder: Path) -> Serving:
    """Load a bundle of either kind; BadParameter where it cannot be served."""
    try:
        tagger = load_tagger(folder)
        return Serving(tagger, _reader(tagger.bundle))
    except BundleError as error:
        raise typer.BadParameter(str(error)) from None


def serve_each(kinds: Collection[Kind], bundle: Path | None) -> dict[Kind, Serving]:
    """What tags items of these kinds: the bundle given, whatever it is for, or the shipped one of each kind."""
    folders: dict[Kind, Path] = {kind: bundle or shipped(kind) for kind in kinds}
    loaded = {folder: serve(folder) for folder in dict.fromkeys(folders.values())}
    return {kind: loaded[folder] for kind, folder in folders.items()}


def shipped(kind: Kind) -> Path:
    """Folder of the shipped bundle for items of a kind; BadParameter while there is none for images."""
    if kind != "image":
        return root() / MAILS
    if not (root() / IMAGES / "manifest.json").exists():
        train = f"tagging train --data FILE.jsonl --taxonomy FILE.yaml --encoder {IMAGES}/encoder --out {IMAGES}"
        raise typer.BadParameter(f"{IMAGES} holds no bundle for images; train one ({train}), or give --bundle")
    return root() / IMAGES


def _reader(bundle: Bundle) -> Callable[[Kind, bytes | Inline], Item]:
    if bundle.encoder.kind == "image":
        from tagging.image import image_reader

        return image_reader(bundle)
    from tagging.mail import mail_reader

    return mail_reader(bundle)
