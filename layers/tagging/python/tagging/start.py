"""The start of a deployed function: its model loads in a thread while the rest of it is imported and wired."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from tagging.item import Image
from tagging.model import Tagger, check_golden, load_bundle
from tagging.settings import Settings

if TYPE_CHECKING:
    from concurrent.futures import Future


class Start(Struct, frozen=True):
    """What a function is told, and its tagger on the way; `tagger.result()` waits for it and raises BundleError."""

    settings: Settings
    tagger: Future[Tagger]


@contextmanager
def starting() -> Iterator[Start]:
    """Begin to load the bundle that the environment names; import and wire the rest inside. Raises SettingsError.

    Most of the loading is onnxruntime's own work, which leaves Python free for the imports: AWS's clients take as long.
    What a start makes stays, so that no garbage is looked for during it, nor among what it made later.
    """
    settings = Settings.from_env()
    gc.disable()
    try:
        with ThreadPoolExecutor(1, "model") as thread:
            yield Start(settings, thread.submit(load_tagger, Path(settings.bundle), threads=settings.threads))
        gc.freeze()
    finally:
        gc.enable()


def load_tagger(folder: Path, *, threads: int = 1) -> Tagger:
    """Load a bundle of either kind and check that its golden items still get the labels they got when it was made.

    `threads`: how many the encoder uses. Raises BundleError, which names the file and the reason.
    """
    tagger = Tagger(load_bundle(folder, threads=threads))
    check_golden(tagger.bundle, tagger.tag, _decode_image)
    return tagger


def _decode_image(data: bytes, size: int) -> Image:
    from tagging.image import decode_image  # its packages are installed where a bundle for images is served

    return decode_image(data, size)
