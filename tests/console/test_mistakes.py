"""Mistakes in the console: where people and the version differ, and what people say of a moved threshold."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from msgspec.structs import replace

from tagging.corrections import Correction
from tests.console.browser import Browser
from tests.console.sample import NEWER, NOW, SampleSource

MISSED, WRONG = "mail-000", "mail-010"
"""Their scores of `refund` are .41 and .93; only the second one has it."""


def answer(source: SampleSource, item: str, author: str, *yes: str) -> None:
    at = (NOW - timedelta(hours=1)).isoformat(timespec="milliseconds")
    source.send(
        Correction(item=item, author=author, answered_at=at, source="cli", yes=yes, asked=("refund",), complete=True)
    )


@pytest.fixture
def answered(source: SampleSource, browser: Browser) -> Browser:
    """Anna finds a wrong label and a missing one; of the latter, Carla does not; Ben, who does not count, differs."""
    answer(source, WRONG, "role/anna")
    answer(source, WRONG, "role/ben", "refund")
    for author in ("role/anna", "role/dora"):
        answer(source, MISSED, author, "refund")
    answer(source, MISSED, "role/carla")
    return browser


def listed(browser: Browser, **parameters: str) -> set[str]:
    return set(re.findall(r'class="beginning" href="/item\?id=([^"]+)"', browser.text("/mistakes", **parameters)))


def test_mistakes_are_listed_by_label_kind_and_day_with_what_each_person_said(answered: Browser) -> None:
    page = answered.text("/mistakes", when="yesterday")
    assert "Refund for the blue jacket" in page
    assert re.search(r"missed refund</span> <span[^>]*>score 0.41; anna yes, carla no, dora yes<", page)
    assert re.search(r"not refund</span> <span[^>]*>score 0.93; anna no<", page)
    assert listed(answered) == {MISSED, WRONG}
    assert listed(answered, what="wrong") == {WRONG}
    assert listed(answered, what="missed") == {MISSED}
    assert listed(answered, what="disputed") == {MISSED}
    assert listed(answered, label="refund") == {MISSED, WRONG}
    assert listed(answered, label="cancel") == set()


def test_a_long_list_of_mistakes_has_pages(answered: Browser) -> None:
    """The sample's summaries have the two items on each of 28 days and today."""
    pages = [answered.text("/mistakes", after=str(after)) for after in (0, 15, 45, 60)]
    assert [page.count('class="beginning"') for page in pages] == [15, 15, 11, 0]
    assert ["Older mistakes" in page for page in pages] == [True, True, False, False]
    assert answered.get("/mistakes", after="-1").status == 200


def test_the_page_of_a_label_counts_them(answered: Browser) -> None:
    page = answered.text("/label", id="refund")
    assert re.search(r"what=wrong\">28 items</a>: given", page)
    assert re.search(r"what=missed\">28 items</a>: not given", page)
    assert "none: people differ" in page


def test_a_what_if_says_what_people_answered_about_the_items_that_move(answered: Browser) -> None:
    threshold = answered.console.site.source.served("mail").thresholds["refund"]
    assert 0.41 < threshold < 0.93
    lower, higher = (answered.text("/what-if", id="refund", threshold=each) for each in ("0.4", "0.95"))
    assert re.search(r"would gain refund by their score.*<b>28</b> have it, <b>0</b> do not", lower)
    assert re.search(r"would lose refund by their score.*<b>0</b> have it, <b>28</b> do not", higher)
    assert "nothing would change" in answered.text("/what-if", id="refund", threshold=f"{threshold:.2f}")


def test_labels_are_ordered_by_their_numbers(browser: Browser) -> None:
    def order(by: str) -> list[str]:
        return re.findall(
            r'<th scope="row"><a href="/label\?kind=mail&amp;id=(\w+)"', browser.text("/labels", order=by)
        )

    assert order("precision")[:3] == ["cancel", "refund", "billing"]
    assert order("recall")[:3] == ["billing", "refund", "cancel"]
    assert set(order("items")) == set(order("")) == set(order("precision"))


def test_after_a_change_of_who_serves_pages_say_whose_numbers_they_show(source: SampleSource, browser: Browser) -> None:
    serves = f'Now <span class="code">{NEWER}</span> serves'
    assert serves not in browser.text("/labels") + browser.text("/label", id="refund")
    now = source.served("mail")
    source.served = lambda _: replace(now, version=NEWER, id=NEWER)
    source.summaries = lambda *_: {}
    for page in (browser.text("/labels"), browser.text("/label", id="refund")):
        assert serves in page
    assert "has not scored the items yet" in browser.text("/mistakes")
