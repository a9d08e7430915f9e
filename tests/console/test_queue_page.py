"""The queue in the console: what is shown before an answer, what an answer becomes, and how it is taken back."""

from __future__ import annotations

import re

from msgspec.structs import replace

from tagging.corrections import author_of, check_correction, current_answers, parse_correction
from tagging.quality import Raised
from tests.console.browser import Browser
from tests.console.sample import RECENT, SampleSource

MEASURED = ("mail-000", "mail-001", "mail-002")


def shown_item(page: str) -> str:
    match = re.search(r'name="item" value="([^"]*)"', page)
    assert match
    return match[1]


def fields(page: str, **answers: str) -> dict[str, str]:
    """The form of a page with these answers."""
    names = re.findall(r'<input type="radio" name="(label:[a-z_]+)" value="no"', page)
    return {
        **dict.fromkeys(names, "no"),
        **{f"label:{label}": state for label, state in answers.items()},
        **dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page)),
    }


def answer(browser: Browser, action: str, purpose: str = "measure", **answers: str) -> str:
    """Answer the item that waits; its id."""
    page = browser.text("/queue", purpose=purpose)
    assert browser.post("/answer", action=action, **fields(page, **answers)).status == 303
    return shown_item(page)


def test_an_item_that_measures_is_shown_without_labels_scores_and_evidence(
    source: SampleSource, browser: Browser
) -> None:
    source.draw("mail-001")
    page = browser.text("/queue")
    assert "You charged me twice" in page
    assert source.rows["mail-001"].revision.labels
    assert "<mark>" not in page
    assert 'value="yes" checked' not in page
    assert "/item?" not in page
    assert RECENT not in page.replace(f'name="version" value="{RECENT}"', "")


def test_an_item_that_teaches_has_its_labels_ticked_and_its_evidence_marked(
    source: SampleSource, browser: Browser
) -> None:
    source.draw("mail-001", purpose="teach", labels=("refund",))
    page = browser.text("/queue")
    ticked = set(re.findall(r'name="label:(\w+)" value="yes" checked', page))
    assert ticked == set(source.rows["mail-001"].revision.labels)
    assert "<mark>" in page
    assert page.index('name="label:refund"') < page.index('name="label:billing"')


def test_a_label_has_the_same_key_on_every_item(source: SampleSource, browser: Browser) -> None:
    source.draw("mail-000")
    source.draw("mail-001", purpose="teach", labels=("refund",))
    row = source.rows["mail-002"]
    source.rows["mail-002"] = replace(row, revision=replace(row.revision, heads=("request",)))

    def keys(page: str) -> dict[str, str]:
        return {label: key for key, label in re.findall(r"<kbd>(\w)</kbd><span class=\"name\">(\w+)<", page)}

    measures, teaches = (keys(browser.text("/queue", purpose=each)) for each in ("measure", "teach"))
    some = keys(browser.text("/item", id="mail-002"))
    assert measures == teaches
    assert 1 < len(some) < len(measures)
    assert some.items() <= measures.items()


def test_a_complete_answer_is_a_correction_that_the_function_records(source: SampleSource, browser: Browser) -> None:
    source.draw(*MEASURED)
    assert answer(browser, "complete", refund="yes", cancel="unseen") == "mail-000"
    (sent,) = source.sent
    assert parse_correction(sent.to_body()) == sent
    check_correction(sent)
    assert (sent.yes, sent.unseen, sent.complete, sent.blind, sent.version) == (
        ("refund",),
        ("cancel",),
        True,
        True,
        RECENT,
    )
    assert set(sent.asked) == set(source.served("mail").taxonomy.labels)
    assert sent.answers["billing"] is False
    assert (sent.author, sent.source) == (author_of(source.author), "console")
    assert shown_item(browser.text("/queue")) == "mail-001"


def test_undo_withdraws_the_answer_and_shows_the_item_as_it_was_answered(
    source: SampleSource, browser: Browser
) -> None:
    source.draw(*MEASURED)
    answer(browser, "complete", refund="yes")
    back = browser.post("/undo", kind="mail")
    page = browser.text("/queue", item="mail-000")
    assert back.headers["Location"] == "/queue?kind=mail&item=mail-000"
    assert current_answers(source.sent) == {}
    assert 'name="label:refund" value="yes" checked' in page
    assert browser.post("/answer", action="complete", **fields(page, billing="yes")).status == 303
    assert source.sent[-1].blind
    assert current_answers(source.sent)["mail-000", "billing"].yes


def test_cannot_tell_answers_no_label(source: SampleSource, browser: Browser) -> None:
    source.draw(*MEASURED)
    answer(browser, "cannot_tell", refund="yes")
    assert source.sent[0].cannot_tell
    assert source.sent[0].answers == {}


def test_a_skipped_item_comes_last_and_is_no_answer(source: SampleSource, browser: Browser) -> None:
    source.draw(*MEASURED[:2])
    assert [answer(browser, "skip"), answer(browser, "complete")] == list(MEASURED[:2])
    assert [each.item for each in source.sent] == ["mail-001"]
    page = browser.text("/queue")
    assert "Nothing is waiting" in page
    assert "You skipped 1" in page
    page = browser.text("/queue", kind="image")
    assert "You skipped" not in page
    assert "Undo" not in page


def test_where_nothing_waits_to_teach_the_page_leads_to_what_measures(source: SampleSource, browser: Browser) -> None:
    source.draw(*MEASURED)
    assert re.search(r"Nothing waits to teach, but <a[^>]*>3 others</a> do", browser.text("/queue", purpose="teach"))


def test_progress_counts_the_answers_of_the_week(source: SampleSource, browser: Browser) -> None:
    source.draw(*MEASURED)
    answer(browser, "complete")
    answer(browser, "complete")
    assert "2 of 30 this week, 2 by you now" in browser.text("/queue")
    page = browser.text("/queue", item="mail-000")  # once more, as after the browser's way back
    browser.post("/answer", action="complete", **fields(page))
    browser.post("/answer", action="skip", **fields(page))
    page = browser.text("/queue")
    assert "2 of 30 this week, 2 by you now" in page
    assert re.search(r'to measure <span class="quiet">1</span>', page)
    assert "2 of 30 this week<" in Browser(browser.console).enter().text("/queue")


def test_one_of_three_items_teaches_where_both_wait(source: SampleSource, browser: Browser) -> None:
    source.draw("mail-000", "mail-001", "mail-002", "mail-003")
    source.draw("mail-004", "mail-005", purpose="teach")
    items = [answer(browser, "complete", purpose="") for _ in range(6)]
    assert items == ["mail-000", "mail-001", "mail-004", "mail-002", "mail-003", "mail-005"]
    assert [each.blind for each in source.sent] == [True, True, False, True, True, False]


def test_an_answer_that_no_label_applies_is_shown_as_that(browser: Browser) -> None:
    browser.post("/answer", action="complete", **fields(browser.text("/item", id="mail-000")))
    assert '<span class="state">no label</span>' in browser.text("/item", id="mail-000")


def test_after_a_promotion_what_measures_comes_first(source: SampleSource, browser: Browser) -> None:
    source.raised = (Raised(label="refund", until="2026-12-01T00:00:00.000+00:00", factor=2.0, why="promotion"),)
    source.draw("mail-000", "mail-001", "mail-002")
    source.draw("mail-004", purpose="teach")
    items = [answer(browser, "complete", purpose="") for _ in range(4)]
    assert items == ["mail-000", "mail-001", "mail-002", "mail-004"]


def test_an_answer_from_the_page_of_an_item_never_measures(source: SampleSource, browser: Browser) -> None:
    source.draw("mail-000")
    page = browser.text("/item", id="mail-000")
    assert browser.post("/answer", action="complete", **fields(page, refund="yes")).status == 303
    assert not source.sent[0].blind
    assert "Your answer was sent" in browser.text("/item", id="mail-000")


def test_of_an_item_that_nobody_can_read_people_cannot_tell(source: SampleSource, browser: Browser) -> None:
    source.draw("mail-000")
    del source.mails["mail-000"]
    page = browser.text("/queue")
    assert "deleted before it was read" in page
    assert 'value="complete"' not in page
    sent = dict(re.findall(r'<input type="hidden" name="([\w:]+)" value="([^"]*)"', page))
    assert browser.post("/answer", action="cannot_tell", **sent).status == 303
    assert source.sent[0].cannot_tell
    assert source.sent[0].blind


def test_what_is_ticked_is_marked_whichever_version_gave_it(source: SampleSource, browser: Browser) -> None:
    """The item has labels of an earlier version, one of which the champion does not give."""
    source.draw("mail-001", purpose="teach")
    row = source.rows["mail-001"]
    kept = row.revision.labels[1:]
    source.rows["mail-001"] = replace(row, revision=replace(row.revision, labels=kept))
    page = browser.text("/queue")
    marked = {label for labels in re.findall(r'class="why">([^<]*)<', page) for label in labels.split(", ")}
    assert marked
    assert marked <= set(kept) == set(re.findall(r'name="label:(\w+)" value="yes" checked', page))


def test_a_label_that_is_served_no_longer_is_not_answered(source: SampleSource, browser: Browser) -> None:
    source.draw("mail-000")
    response = browser.post("/answer", action="complete", item="mail-000", mode="queue", **{"label:gone": "yes"})
    assert response.status == 400
    assert not source.sent
