"""Tiny real bundles of one encoder, a bucket of models on moto, and a service that reads its pointer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tagging.model.tagger import Tagger
from tagging.serving.model_store import ModelStore, StoredPointer
from tagging.serving.pointer import Change, Pointer
from tagging.serving.serving import Serving
from tagging.serving.version_files import files_of, version_id
from tagging.start import load_bundle
from tests.mail_bundle import write_mail_bundle
from tests.service_harness import MAILS, ServiceHarness, open_harness

BY = Change("anna", "2026-11-28T12:00:00.000+00:00", "a test")


@pytest.fixture(scope="session")
def bundles(tmp_path_factory: pytest.TempPathFactory) -> tuple[Tagger, ...]:
    """The layer's bundle and three others with the same encoder and labels, and other heads."""
    folder = tmp_path_factory.mktemp("bundles")
    return tuple(load_bundle(write_mail_bundle(folder / str(surer), surer=surer)) for surer in (0.0, 1.0, 2.0, 3.0))


@pytest.fixture
def serving_harness(moto: str, bundles: tuple[Tagger, ...]) -> Iterator[ServiceHarness]:
    with open_harness(moto, bundles[0], MAILS) as harness:
        yield harness


@dataclass
class Models:
    """A bucket of models, and the service that serves from it; every batch reads the pointer."""

    store: ModelStore
    harness: ServiceHarness
    bundles: tuple[Tagger, ...]
    now: float = 0.0
    seen: StoredPointer | None = field(default=None)

    def clock(self) -> float:
        self.now += 60.0
        return self.now

    def id(self, number: int) -> str:
        return version_id(self.bundles[number].bundle)

    def heads(self, number: int) -> str:
        return self.bundles[number].bundle.version.heads

    def files(self, number: int) -> dict[str, bytes]:
        bundle = self.bundles[number].bundle
        return files_of(Path(bundle.folder), bundle)

    def push(self, *numbers: int) -> None:
        for number in numbers:
            self.store.write_version(self.id(number), self.files(number))

    def point(self, change: Callable[[Pointer | None], Pointer]) -> Pointer:
        """Change the pointer as a command does."""
        seen = self.store.read_pointer()
        pointer = change(None if seen is None else seen.pointer)
        self.store.write_pointer(pointer, seen)
        return pointer

    def put_raw(self, content: bytes) -> None:
        self.harness.clients.s3.put_object(Bucket=self.store.bucket, Key=self.store.pointer_key, Body=content)


@pytest.fixture
def models(serving_harness: ServiceHarness, bundles: tuple[Tagger, ...]) -> Models:
    store = ModelStore(serving_harness.clients.s3, serving_harness.bucket, "mail")
    models = Models(store, serving_harness, bundles)
    models.harness = serving_harness.having(serving=Serving(bundles[0], store, clock=models.clock))
    return models
