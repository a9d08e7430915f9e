"""Cutting texts into sentences, always bounded."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagging.model.sentences import MOST_CHARACTERS, MOST_SENTENCES, TAIL, mail_sentences, split_sentences


def cut(text: str) -> list[str]:
    return [text[start:end] for start, end in split_sentences(text)]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("I lost it. Please help!", ["I lost it.", "Please help!"]),
        ("Hi Mr. Smith, I called on 5 Jan. 2024 at 9 p.m. as agreed.", None),
        ("It costs 3.50 in the U.S. version, e.g. No. 5 or fig. 2.", None),
        ("The answer was no. We left.", ["The answer was no.", "We left."]),
        ("Really?! Yes...", ["Really?!", "Yes..."]),
        ('He said "no." Then he left.', ['He said "no."', "Then he left."]),
        ("Hello\n\nbye", ["Hello", "bye"]),
        ("Dear all,\nplease call", ["Dear all,", "please call"]),
        ("one line that a program has broken after about sixty letters\nand goes on here", None),
        ("one line that is long enough to have been broken by a program\n- but this is a list", 2),
        ("👍\n---\n", []),
        ("", []),
    ],
)
def test_sentences_end_where_a_reader_would_end_them(text: str, sentences: list[str] | int | None) -> None:
    found = cut(text)
    if isinstance(sentences, int):
        assert len(found) == sentences
    else:
        assert found == ([text] if sentences is None else sentences)


@given(st.text(st.sampled_from("aB. !?\n\t…\u2019'\"-1é🙂"), max_size=800))
def test_any_text_gives_ordered_trimmed_spans_within_the_bounds(text: str) -> None:
    spans = split_sentences(text)
    assert len(spans) <= MOST_SENTENCES
    before = 0
    for start, end in spans:
        assert before <= start < end <= start + MOST_CHARACTERS
        assert text[start:end] == text[start:end].strip()
        before = end


@given(st.text(st.sampled_from("ab .\n1"), max_size=400))
def test_a_text_within_the_bounds_loses_no_word(text: str) -> None:
    spans = split_sentences(text, most=10_000)
    kept = "".join("".join(text[start:end].split()) for start, end in spans)
    assert [c for c in kept if c.isalnum()] == [c for c in text if c.isalnum()]


def test_a_sentence_too_long_for_the_encoder_is_split_between_words() -> None:
    text = "word " * 200
    found = cut(text)
    assert len(found) == 4
    assert " ".join(found).split() == text.split()


def test_of_too_many_sentences_the_first_and_the_last_are_kept() -> None:
    found = cut("\n\n".join(f"sentence {number}" for number in range(100)))
    assert len(found) == MOST_SENTENCES
    assert found[0] == "sentence 0"
    assert found[-TAIL:] == [f"sentence {number}" for number in range(100 - TAIL, 100)]


def test_the_subject_is_a_sentence_of_its_own() -> None:
    assert mail_sentences("Lost card\nplease help", len("Lost card")) == ((0, 9), (10, 21))


def test_the_subject_of_a_reply_speaks_only_where_the_body_is_silent() -> None:
    subject = "Re: Lost card"
    assert mail_sentences(f"{subject}\nThank you", len(subject)) == ((14, 23),)
    assert mail_sentences(f"{subject}\n:-)", len(subject)) == ((0, 13),)


def test_a_text_without_words_is_one_sentence() -> None:
    assert mail_sentences("👍👍", 0) == ((0, 2),)


@pytest.mark.parametrize("text", ["!" * 200_000, "! " * 100_000, '."' * 100_000, " " * 200_000, "a" * 200_000])
def test_long_runs_of_one_character_are_split_in_bounded_work(text: str) -> None:
    assert len(split_sentences(text)) <= MOST_SENTENCES
