"""Who serves: the pointer's versions in memory, read again at the start of a batch."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable
from concurrent.futures import Executor, Future

from tagging.aws import AwsError
from tagging.model import BundleError, OtherEncoder, Tagger
from tagging.serving.generation import Generation
from tagging.serving.model_store import ModelStore, StoredPointer, VersionMissing
from tagging.serving.pointer import LAYER, Fault, Pointer
from tagging.serving.version_files import load_version, version_id

REFRESH_S = 2.0
"""Seconds for which a pointer that was read is taken as current."""
PATIENCE_S = 1.0
"""Seconds that a batch waits for the pointer."""


class PointerUnavailable(Exception):
    """No pointer has been read since the environment started, so nobody knows who serves: the batch goes back."""


class Serving:
    """Knows who serves. Used by one thread at a time; `store` is None where there is no bucket of models."""

    def __init__(
        self,
        layer: Tagger,
        store: ModelStore | None = None,
        *,
        threads: int = 1,
        clock: Callable[[], float] = time.monotonic,
        patience_s: float = PATIENCE_S,
    ) -> None:
        self.layer = layer
        """The bundle of the deployed layer."""
        self._store = store
        self._threads = threads
        self._clock = clock
        self._patience_s = patience_s
        self._stored: StoredPointer | None = None
        self._current: Generation | None = None if store is not None else Generation(0, layer)
        self._read_at = float("-inf")
        self._stale = False
        """Whether the last reading of the pointer failed."""
        self._missed = False
        """Whether a shadow could not be read."""
        self._loaded = {LAYER: layer} if store is None else {LAYER: layer, version_id(layer.bundle): layer}

    def decided_by(self, item_id: str) -> dict[str, object]:
        """Log fields of an item of the batch that began last: its generation, and the id of the version that served."""
        if self._current is None:
            return {}
        version = version_id(self._current.tagger_for(item_id).bundle)
        return {"generation": self._current.number, "version": version}

    @property
    def shadow(self) -> tuple[str, str] | None:
        """Ids of the champion and the first shadow of the batch that began last; None without one."""
        return None if self._current is None else self._current.first_shadow(self.layer)

    def refuse_shadow(self, version: str) -> None:
        """Do not ask a shadow again, after a fault; it is counted."""
        if self._current is not None:
            self._current.failed.add(version)

    def challenged(self, item_ids: Iterable[str]) -> int:
        """How many of these items of the batch that began last the challenger served."""
        now = self._current
        return 0 if now is None else sum(now.tagger_for(each) is now.challenger for each in item_ids)

    @property
    def labels(self) -> Collection[str] | None:
        """The labels of the champion; None while nobody serves."""
        return None if self._current is None else self._current.champion.bundle.taxonomy.labels

    @property
    def faults(self) -> tuple[Fault, ...]:
        """What is wrong with who serves."""
        of_versions = () if self._current is None else self._current.faults
        if self._current is not None and self._current.failed and "ShadowRefused" not in of_versions:
            of_versions = (*of_versions, "ShadowRefused")
        return (*of_versions, "PointerStale") if self._stale else of_versions

    def begin(self, executor: Executor) -> Callable[[], Generation]:
        """Start to read the pointer, if it is due; the result is called when the first item is to be tagged.

        Called again, it returns the same generation: a batch uses one. It raises PointerUnavailable if no pointer has
        ever been read. After any other fault the last good generation serves on.
        """
        reading: Future[StoredPointer | None] | None = None
        if self._store is not None and self._clock() - self._read_at >= REFRESH_S:
            reading = executor.submit(self._store.read_pointer, self._stored)
        answer: list[Generation] = []

        def current() -> Generation:
            if not answer:
                answer.append(self._current_after(reading))
            return answer[0]

        return current

    def _current_after(self, reading: Future[StoredPointer | None] | None) -> Generation:
        cause: Exception | None = None
        if reading is not None:
            self._read_at = self._clock()
            try:
                self._adopt(reading.result(timeout=self._patience_s))
                self._stale = False
            except Exception as error:  # any fault of the pointer: who served before serves on
                self._stale, cause = True, error
        if self._current is None:
            self._read_at = float("-inf")  # the next batch asks again
            raise PointerUnavailable from cause
        return self._current

    def _adopt(self, stored: StoredPointer | None) -> None:
        """Let a pointer serve, if it is another than the one that serves. Raises what loading its versions raises."""
        if self._current is not None and stored is self._stored and not self._missed:
            return
        if stored is None:
            if self._stored is not None:
                raise VersionMissing("the pointer disappeared")
            self._current = Generation(0, self.layer)
            return
        pointer = stored.pointer
        if self._stored is not None and pointer.generation < self._stored.pointer.generation:
            raise VersionMissing(f"the pointer went back to generation {pointer.generation}")
        self._current = self._generation(pointer)
        self._stored = stored
        kept = {LAYER, version_id(self.layer.bundle), *pointer.versions}
        self._loaded = {version: tagger for version, tagger in self._loaded.items() if version in kept}

    def _generation(self, pointer: Pointer) -> Generation:
        """Load who serves by this pointer. Raises botocore's errors only, and those not for a shadow."""
        faults: dict[Fault, None] = {}
        self._missed = False
        candidates = (pointer.champion, pointer.previous, LAYER)
        champion = next(filter(None, (self._tagger(version, faults) for version in candidates if version)))
        share = pointer.challenger
        challenger = None if share is None else self._tagger(share.version, faults)
        if challenger is champion:
            challenger = None
        shadows = tuple(filter(None, (self._shadow(version, faults) for version in pointer.shadows)))
        return Generation(pointer.generation, champion, pointer, challenger, shadows, tuple(faults))

    def _shadow(self, version: str, faults: dict[Fault, None]) -> Tagger | None:
        """A version that only predicts; where it is not loaded, items are tagged all the same.

        It is refused where it must not be loaded; where S3 fails, the next reading of the pointer tries again.
        """
        refused: dict[Fault, None] = {}
        tagger = None
        try:
            tagger = self._tagger(version, refused)
        except AwsError:
            self._missed = True
        if tagger is None or refused:
            faults["ShadowRefused"] = None
            return None
        return tagger

    def _tagger(self, version: str, faults: dict[Fault, None]) -> Tagger | None:
        """The tagger of a version; None, and its fault noted, if the version must not be served."""
        if version in self._loaded:
            return self._loaded[version]
        assert self._store is not None
        try:
            tagger = load_version(self._store.read_version(version), version, self.layer.bundle, threads=self._threads)
        except OtherEncoder:  # a deployment is on its way: the layer's bundle serves meanwhile
            faults["LayerServes"] = None
            return self.layer
        except (BundleError, VersionMissing):
            faults["VersionRefused"] = None
            return None
        self._loaded[version] = tagger
        return tagger
