"""From a text to its label set."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from tagging.mail.parser import Mail, text_mail
from tagging.model.bundle import read_bundle
from tagging.model.manifest import Aggregate, Decision
from tagging.model.tagger import Tagger
from tagging.quarantine import Quarantined
from tagging.start import load_bundle


@pytest.fixture(scope="module")
def tiny(tiny_bundle: Path) -> Tagger:
    return load_bundle(tiny_bundle)


def given(tagger: Tagger, text: str, subject: str = "") -> set[str]:
    return {label.id for label in tagger.tag(text_mail(text, subject)).labels}


def test_several_labels_of_several_heads_hold_for_one_mail(tiny: Tagger) -> None:
    found = given(tiny, "My parcel from the tailor is late. Let me speak to somebody at the tailor.")
    assert found >= {"late", "wants_person"}
    assert "broken" not in found


def test_of_a_multiclass_head_at_most_one_label_holds_and_its_scores_add_up_to_one(tiny: Tagger) -> None:
    found = tiny.tag(text_mail("The toy shop is terrible, I am furious. What a wonderful florist, I am delighted."))
    assert len({label.id for label in found.labels} & {"angry", "happy"}) <= 1
    assert found.scores["angry"] + found.scores["happy"] == pytest.approx(1, abs=2e-4)


def test_evidence_is_the_max_scoring_sentence(tiny: Tagger) -> None:
    mail = Mail("Parcel", "The bakery is next to the station.\nThe vase from the florist arrived broken. Bye.")
    (label,) = [label for label in tiny.tag(mail).labels if label.id == "broken"]
    assert label.evidence is not None
    assert mail.full_text[slice(*label.evidence)] == "The vase from the florist arrived broken."


def test_only_the_heads_asked_for_answer(tiny: Tagger) -> None:
    found = tiny.tag(text_mail("My parcel from the tailor is late."), heads=["topic"])
    assert list(found.scores) == ["late", "broken"]
    assert [label.head for label in found.labels] == ["topic"]


@pytest.mark.parametrize("text", ["12345", "!!!", "👍🎉", "0049 171 555", "2,50 €", "٣٤٥", "½"])
@pytest.mark.parametrize("heads", [None, ["topic"]])
def test_no_head_answers_to_a_text_without_letters(tiny: Tagger, text: str, heads: list[str] | None) -> None:
    always = {label_id: replace(decision, threshold=0.0) for label_id, decision in tiny.bundle.decisions.items()}
    tagger = Tagger(replace(tiny.bundle, decisions=always))
    for mail in (text_mail(text), Mail(text, ""), Mail(f"Re: {text}", "")):
        found = tagger.tag(mail, heads)
        assert (found.labels, found.scores) == ((), {})
        assert "no_label" in found.review_reasons


@pytest.mark.parametrize("text", ["ok", "no. 12", "ჩემი ამანათი", "包裹", "طرد", "Re: a"])
def test_a_letter_of_any_script_is_a_text_for_the_heads(tiny: Tagger, text: str) -> None:
    assert tiny.tag(Mail(text, "")).scores


def test_a_head_that_does_not_exist_is_an_error(tiny: Tagger) -> None:
    with pytest.raises(Quarantined, match="no head colour"):
        tiny.tag(text_mail("x"), heads=["topic", "colour"])


@pytest.mark.parametrize("aggregate", ["sentences", "whole", "both"])
def test_every_aggregate_finds_what_a_single_sentence_says(
    make_tiny_bundle: Callable[[Aggregate], Path], aggregate: Aggregate
) -> None:
    tagger = load_bundle(make_tiny_bundle(aggregate))
    found = tagger.tag(text_mail("The vase from the tailor arrived broken."))
    assert "broken" in {label.id for label in found.labels}
    assert all((label.evidence is None) == (aggregate == "whole") for label in found.labels)


def test_both_lies_between_sentences_and_whole(make_tiny_bundle: Callable[[Aggregate], Path]) -> None:
    mail = text_mail("My parcel from the tailor is late. The bakery is next to the station. It rains a lot here.")
    sentences, whole, both = (
        load_bundle(make_tiny_bundle(aggregate)).tag(mail).scores["late"]
        for aggregate in ("sentences", "whole", "both")
    )
    assert min(sentences, whole) <= both <= max(sentences, whole)


@pytest.mark.parametrize("text", ["👍", "a \udc80 b", "x" * 100_000, "word " * 20_000, "\x00 1", "好" * 3000])
def test_strange_texts_get_finite_scores(tiny: Tagger, text: str) -> None:
    found = tiny.tag(Mail("", text))
    assert all(math.isfinite(score) and 0 <= score <= 1 for score in found.scores.values())


def test_the_same_mail_gets_the_same_label_set(tiny: Tagger) -> None:
    mail = text_mail("My parcel from the tailor is late.")
    assert tiny.tag(mail) == tiny.tag(mail)


@pytest.mark.parametrize(
    ("subject", "text", "labels"),
    [
        ("", "My card was stolen yesterday.", {"bank_card", "lost_or_stolen", "reports_problem"}),
        ("Refund", "Hello,\n\nyou charged me twice. I want my money back.\n\nAnna", {"refund"}),
        ("", "What is the wifi password? And is there a gym?", {"technical", "asks_for_information"}),
        ("", "I would like to speak to a human being.", {"wants_person"}),
        ("", "Many thanks.\nI was robbed.", {"reports_problem", "lost_or_stolen"}),
    ],
)
def test_the_shipped_bundle_says_what_a_reader_would(tagger: Tagger, subject: str, text: str, labels: set[str]) -> None:
    assert given(tagger, text, subject) >= labels


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("", "Thank you so much, that's all!"),
        ("Re: Your new card", "Many thanks for your help. Have a nice weekend."),
        ("Thanks", "Perfect, thank you.\n\nBest regards\nTom"),
    ],
)
def test_thanks_alone_go_nowhere_and_need_no_review(tagger: Tagger, subject: str, text: str) -> None:
    found = tagger.tag(text_mail(text, subject))
    labels = [label.id for label in found.labels]
    assert labels == ["only_closing"]
    assert tagger.bundle.taxonomy.routes(labels) == ()
    assert not found.review


@pytest.mark.parametrize(
    "text",
    [
        "Guten Tag, ich habe meine Karte verloren und brauche bitte eine neue.",
        "Hello,\n\nthe marmot on our lawn hums Schubert in B flat every evening.",
        "Marmots hum Schubert.",
    ],
)
def test_what_the_bundle_cannot_speak_of_is_for_a_person(tagger: Tagger, text: str) -> None:
    """It is reviewed, or taken for a report, which the front desk reads."""
    found = tagger.tag(text_mail(text))
    assert found.review or tagger.bundle.taxonomy.routes(label.id for label in found.labels) == ("front_desk",)


def test_a_mail_that_goes_somewhere_needs_no_review(tagger: Tagger) -> None:
    assert not tagger.tag(text_mail("Hello,\nmy card was stolen.\nThe sun was out and we had a good time.")).review


def changed(bundle: Path, decisions: dict[str, Decision]) -> Tagger:
    """The bundle with other decisions."""
    loaded = read_bundle(bundle)
    return Tagger(replace(loaded, decisions=dict(loaded.decisions) | decisions))


def test_an_unproven_label_is_named_and_sends_its_mail_to_a_person(tiny_bundle: Path) -> None:
    unproven = changed(tiny_bundle, {"late": Decision(threshold=0.6, meets_objective=False)})
    found = unproven.tag(text_mail("My parcel from the tailor is late."))
    assert (found.unproven, found.review) == (("late",), True)
    assert unproven.tag(text_mail("The vase from the tailor arrived broken.")).unproven == ()


def test_a_score_too_uncertain_to_act_on_sends_the_mail_to_a_person(tiny_bundle: Path) -> None:
    mail = text_mail("My parcel from the tailor is late.")
    score = Tagger(read_bundle(tiny_bundle)).tag(mail).scores["late"]
    band = (round(score - 0.01, 4), min(1.0, round(score + 0.01, 4) + 0.01))
    assert not Tagger(read_bundle(tiny_bundle)).tag(mail).review
    assert changed(tiny_bundle, {"late": Decision(threshold=0.6, review=band)}).tag(mail).review
