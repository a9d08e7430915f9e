"""Consoles on sample mails."""

from __future__ import annotations

import pytest

from tagging.model import Tagger
from tagging.start import load_bundle
from tests.console.browser import Browser
from tests.console.sample import SampleSource, open_console
from tests.mail_bundle import write_mail_bundle


@pytest.fixture(scope="session")
def bundles(tmp_path_factory: pytest.TempPathFactory) -> tuple[Tagger, ...]:
    """A tiny bundle, and another version of it."""
    folder = tmp_path_factory.mktemp("bundles")
    return tuple(load_bundle(write_mail_bundle(folder / str(surer), surer=surer)) for surer in (0.0, 1.0))


@pytest.fixture
def source(tagger: Tagger) -> SampleSource:
    """Twelve mails, none of which is in the queue."""
    return SampleSource(tagger)


@pytest.fixture
def browser(source: SampleSource) -> Browser:
    return open_console(source)
