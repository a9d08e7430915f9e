"""Consoles on sample mails."""

from __future__ import annotations

import pytest

from tagging.model import Tagger
from tests.console.sample import Browser, SampleSource, open_console


@pytest.fixture
def source(tagger: Tagger) -> SampleSource:
    """Twelve mails, none of which is in the queue."""
    return SampleSource(tagger)


@pytest.fixture
def browser(source: SampleSource) -> Browser:
    return open_console(source)
