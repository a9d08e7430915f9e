"""Shared fixtures: one moto server, a bundle of each kind, and a harness for each."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # read when numpy is loaded: on small matrices threads only wait

from tagging.aws import share_loader
from tagging.local.moto_server import MotoServer
from tagging.model.tagger import Tagger
from tagging.start import load_bundle
from tests.image_bundle import write_image_bundle
from tests.service_harness import IMAGES, MAILS, ServiceHarness, open_harness

ROOT = Path(__file__).parents[1]


def pytest_configure() -> None:
    share_loader()
    gc.disable()  # collecting ten thousand tests makes millions of objects, none of which is garbage


def pytest_collection_finish() -> None:
    gc.freeze()  # they live as long as the tests: no later search for garbage visits them
    gc.enable()


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def moto(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Endpoint of a moto server that lives as long as the tests."""
    server = MotoServer(tmp_path_factory.mktemp("moto") / "moto.log")
    yield server.endpoint
    server.stop()


@pytest.fixture(scope="session")
def tagger() -> Tagger:
    """The shipped mail bundle with all its packs."""
    return load_bundle(ROOT / "layers/mail_model/bundle", packs=["all"])


@pytest.fixture(scope="session")
def image_bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of a tiny image bundle."""
    return write_image_bundle(tmp_path_factory.mktemp("images") / "made")


@pytest.fixture(scope="session")
def image_tagger(image_bundle: Path) -> Tagger:
    return load_bundle(image_bundle)


@pytest.fixture
def harness(moto: str, tagger: Tagger) -> Iterator[ServiceHarness]:
    """A harness for mails with its own clients, so that a test may break them."""
    with open_harness(moto, tagger, MAILS) as opened:
        yield opened


@pytest.fixture
def image_harness(moto: str, image_tagger: Tagger) -> Iterator[ServiceHarness]:
    with open_harness(moto, image_tagger, IMAGES) as opened:
        yield opened


@pytest.fixture(params=["harness", "image_harness"])
def each_harness(request: pytest.FixtureRequest) -> ServiceHarness:
    """A harness for mails, then one for images: for tests that hold for all kinds."""
    harness: ServiceHarness = request.getfixturevalue(request.param)
    return harness
