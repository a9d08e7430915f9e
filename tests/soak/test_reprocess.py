"""The soak of reprocessing, small: calls are counted, nothing is timed."""

from __future__ import annotations

import pytest

from tagging.operations import object_versions
from tests.soak.reprocess_listing import run_listing


def test_a_listing_that_is_interrupted_twice_reads_each_page_once_more_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(object_versions, "_PAGE", 100)
    account, wrong = run_listing(3_000, page=100)
    assert not +wrong
    assert account.calls["list"] == 30 + 2
    assert account.calls["keep"] == 29, "the last page ends the run"
    assert account.calls["rows"] == 30 + 1, "the page that was interrupted while it was sent is compared again"
