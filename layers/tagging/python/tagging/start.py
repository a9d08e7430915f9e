"""The start of a deployed function: the model loads in a thread while the rest is imported and built."""

from __future__ import annotations

import gc
from collections.abc import Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from tagging.item import Image
from tagging.model import BundleError, Tagger, check_golden, read_bundle
from tagging.settings import Settings
from tagging.taxonomy import UnknownPack

if TYPE_CHECKING:
    from concurrent.futures import Future


class Start(Struct, frozen=True):
    """Settings and loading tagger of a function; `tagger.result()` waits for it and raises BundleError."""

    settings: Settings
    tagger: Future[Tagger]


@contextmanager
def starting() -> Iterator[Start]:
    """Start loading the bundle that the environment names; import and build the rest inside. Raises SettingsError.

    onnxruntime does most of the loading and releases Python for the imports: the AWS clients take about as long.
    Objects made during the start live as long as the process, so the garbage collector is off and then frozen.
    """
    settings = Settings.from_env()
    gc.disable()
    try:
        with ThreadPoolExecutor(1, "model") as thread:
            yield Start(settings, _load(thread, settings))
        gc.freeze()
    finally:
        gc.enable()


def load_bundle(folder: Path, *, packs: Collection[str] = (), threads: int = 1) -> Tagger:
    """Load a bundle of either kind and check that its golden items still get their recorded labels.

    `packs`: the packs of its taxonomy that are on ("all": every pack). `threads`: threads of the encoder.
    Raises BundleError, which names the file and the reason.
    """
    tagger = Tagger(read_bundle(folder, threads=threads))
    check_golden(tagger.bundle, tagger.tag, decode_golden)
    try:
        return Tagger(tagger.bundle.with_packs(packs))
    except UnknownPack as error:
        raise BundleError(folder / "taxonomy.json", str(error), "name one of them, or none") from None


def _load(thread: ThreadPoolExecutor, settings: Settings) -> Future[Tagger]:
    packs = settings.packs.split(",") if settings.packs else ()
    return thread.submit(load_bundle, Path(settings.bundle), packs=packs, threads=settings.threads)


def decode_golden(data: bytes, size: int) -> Image:
    from tagging.image import decode_image  # its packages are only in the layers of tag_image

    return decode_image(data, size)
