"""What people keep below their signatures is cut there: calendars, working hours, holidays; nowhere else."""

from __future__ import annotations

import pytest

from tagging.item import Cut
from tagging.mail.signatures import strip_signature

SIGNATURE = "Are you open on Sunday?\n\nKind regards,\nKim Alder\nAlder Ltd"


@pytest.mark.parametrize(
    "line",
    [
        "Book a meeting with me: https://calendly.com/kim",
        "Schedule a call: <https://cal.com/kim/15>",
        "Buchen Sie hier einen Termin mit mir: https://calendly.com/kim",
    ],
)
def test_a_line_that_only_names_a_calendar_is_cut_and_marked(line: str) -> None:
    own = strip_signature(f"{SIGNATURE}\n\n{line}")
    assert own.text == "Are you open on Sunday?\n\nKind regards,"
    assert own.cuts[-1] == Cut("signature", line, marked=True)


@pytest.mark.parametrize(
    "line",
    [
        "Calendly does not work: https://calendly.com/kim",
        "Book a call with me: https://air.example/kim",
        "Cancel my meeting: https://calendly.com/kim",
    ],
)
def test_a_line_with_other_words_or_another_page_is_kept(line: str) -> None:
    assert strip_signature(f"Hello.\n\n{line}").text == f"Hello.\n\n{line}"


NOTES = [
    "My working hours may not be your working hours. Please do not feel obliged to reply in the evening.",
    "We will be closed from 24 December to 2 January. Orders placed after 20 December are delivered in January.",
    "Merry Christmas and a happy new year!",
    "Frohe Weihnachten und einen guten Rutsch!",
]


@pytest.mark.parametrize("note", NOTES)
def test_a_note_below_a_signature_is_cut_as_a_guess(note: str) -> None:
    own = strip_signature(f"{SIGNATURE}\n\n{note}")
    assert own.text == "Are you open on Sunday?\n\nKind regards,"
    assert not any(cut.marked for cut in own.cuts)


@pytest.mark.parametrize("note", NOTES)
def test_the_same_words_without_a_signature_are_kept(note: str) -> None:
    assert note in strip_signature(f"Are you open on Sunday?\n\n{note}").text
    assert note in strip_signature(f"{SIGNATURE}\n\nThe parcel is late.\n\n{note}").text


@pytest.mark.parametrize(
    "text",
    [
        "Are we closed out of our account on Monday?",
        "Is our office closed to your courier?",
        "Our office is closed, Kim?",
        "Season tickets please",
    ],
)
def test_a_question_or_another_paragraph_below_a_signature_is_kept(text: str) -> None:
    assert strip_signature(f"{SIGNATURE}\n\n{text}").text == f"{SIGNATURE}\n\n{text}"


YAHOO = """__._,_.___
Posted by: Kim <kim@customer.example>
Reply via web post • Reply to sender • Start a new topic • Messages in this topic (1)
Visit Your Group
Privacy • Unsubscribe • Terms of Use
__,_._,___"""
MSN = f"{'_' * 65}\nGet a FREE credit report and pay your bills online with MSN Money! http://msn.example"


def test_footers_of_providers_are_cut_and_a_complaint_about_one_is_kept() -> None:
    assert strip_signature(f"Are you open?\n\n{YAHOO}") == ("Are you open?", (Cut("footer", YAHOO, marked=True),))
    assert strip_signature(f"Are you open?\n{MSN}") == ("Are you open?", (Cut("footer", MSN, marked=False),))
    complaint = f"Hello.\n{'_' * 65}\nI cannot pay my bills with MSN Money: http://msn.example"
    assert strip_signature(complaint).text == complaint
    below = f"{YAHOO}\n\nCancel it."
    assert strip_signature(f"Hello.\n\n{below}").text.endswith(below)
