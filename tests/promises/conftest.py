"""The option `--times`: how many inputs the promise tests try; `make soak` tries thirty times as many."""

from __future__ import annotations

import pytest

from tagging.model.tagger import Tagger
from tagging.start import load_bundle
from tests.mail_bundle import write_mail_bundle


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--times", type=int, default=1, help="try this many times as many inputs as `make test` does")


@pytest.fixture(scope="session")
def times(request: pytest.FixtureRequest) -> int:
    """How many times as many inputs as in `make test`."""
    times: int = request.config.getoption("--times", 1)
    return times


@pytest.fixture(scope="session")
def mail_tagger(tmp_path_factory: pytest.TempPathFactory) -> Tagger:
    """A tiny bundle for mails, loaded."""
    return load_bundle(write_mail_bundle(tmp_path_factory.mktemp("mails") / "made"))


@pytest.fixture(scope="session")
def newer_mail_tagger(tmp_path_factory: pytest.TempPathFactory) -> Tagger:
    """A version with the same encoder and labels, and surer heads."""
    return load_bundle(write_mail_bundle(tmp_path_factory.mktemp("mails") / "newer", surer=1.0))
