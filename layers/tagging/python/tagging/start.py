"""The start of a deployed function: its model loads in a thread while the rest of it is imported and wired."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from tagging.settings import Settings
from tagging.tagger import Tagger

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
            yield Start(settings, thread.submit(Tagger.load, Path(settings.bundle), threads=settings.threads))
        gc.freeze()
    finally:
        gc.enable()
