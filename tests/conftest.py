"""What many tests stand on: one moto server, a bundle of each kind, and a desk for each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tagging.local.moto_server import MotoServer
from tagging.model.tagger import Tagger
from tagging.start import load_tagger
from tests.desk import MAILS, PICTURES, Desk, open_desk
from tests.picture_bundle import write_picture_bundle

ROOT = Path(__file__).parents[1]


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
    """The bundle that ships."""
    return load_tagger(ROOT / "layers/mail_model/bundle")


@pytest.fixture(scope="session")
def picture_bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of a tiny bundle for pictures."""
    return write_picture_bundle(tmp_path_factory.mktemp("pictures") / "made")


@pytest.fixture(scope="session")
def picture_tagger(picture_bundle: Path) -> Tagger:
    return load_tagger(picture_bundle)


@pytest.fixture
def desk(moto: str, tagger: Tagger) -> Iterator[Desk]:
    """One for mails. Its clients are its own, so that a test may break them."""
    with open_desk(moto, tagger, MAILS) as opened:
        yield opened


@pytest.fixture
def picture_desk(moto: str, picture_tagger: Tagger) -> Iterator[Desk]:
    with open_desk(moto, picture_tagger, PICTURES) as opened:
        yield opened


@pytest.fixture(params=["desk", "picture_desk"])
def each_desk(request: pytest.FixtureRequest) -> Desk:
    """One for mails, then one for pictures: for what holds whatever is tagged."""
    found: Desk = request.getfixturevalue(request.param)
    return found
