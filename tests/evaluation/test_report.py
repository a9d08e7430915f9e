"""The report as text: what a mail says is escaped, nothing comes from elsewhere, equal figures make equal pages."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import msgspec
import numpy as np
import pytest
from jinja2 import UndefinedError
from msgspec import structs

from tagging.learning.data.rows import Example
from tagging.learning.evaluation.evaluation import evaluate_predictions
from tagging.learning.evaluation.explanation import Explainer
from tagging.learning.evaluation.mistakes import suspected_annotations, worst_mistakes
from tagging.learning.evaluation.predictions import PredictionSet, predict_rows
from tagging.learning.report import ReportSource, render_report
from tagging.learning.report.html import render
from tagging.learning.report.plot import Plot
from tagging.learning.report.summary import per_hundred
from tagging.learning.report.threshold_choices import threshold_choices
from tagging.model.tagger import Tagger
from tagging.taxonomy.taxonomy import Taxonomy
from tests.evaluation.conftest import by_hand, made_rows

SOURCE = ReportSource(bundle="desk", data="rows.jsonl", sha256="ab" * 32, skipped=0)
EVIL = "<script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\"> & <b>bold</b>"


@pytest.fixture
def predictions(tiny: Tagger) -> PredictionSet:
    """80 rows with mistakes, in the worst of which a text is markup, and so is its id and its source."""
    random = np.random.default_rng(0)
    yes = random.random((80, 5)) < [0.4, 0.3, 0.2, 0.2, 0.1]
    scores = np.clip(random.normal(0.3 + 0.4 * yes, 0.15), 0, 1).round(4)
    yes[0], scores[0] = True, 0.0
    rows = made_rows(tiny, yes)
    rows[0] = replace(rows[0], id=EVIL, text=EVIL, source=EVIL, extra={"channel": EVIL})
    return by_hand(tiny, rows, scores)


@pytest.fixture
def html(predictions: PredictionSet) -> str:
    return render_report(evaluate_predictions(predictions), predictions, SOURCE)


class Elements(HTMLParser):
    """Which elements a page has, and their attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, name: str, attributes: list[tuple[str, str | None]]) -> None:
        self.found.append((name, dict(attributes)))


def test_no_text_of_a_mail_becomes_markup(html: str) -> None:
    elements = Elements(html).found
    assert [name for name, _ in elements].count("script") == 1
    assert not {"img", "iframe", "object", "link"} & {name for name, _ in elements}
    assert not [attributes for _, attributes in elements if any(name.startswith("on") for name in attributes)]
    assert "&lt;script&gt;document.title=&#39;owned&#39;" in html


def test_nothing_comes_from_elsewhere(html: str) -> None:
    assert not re.search(r"https?://|@import|url\(", html)
    links = [attributes["href"] for name, attributes in Elements(html).found if name == "a"]
    assert all(link and link.startswith("#") for link in links)
    ids = {attributes.get("id") for _, attributes in Elements(html).found}
    assert {link[1:] for link in links if link} <= ids
    policy = next(a["content"] for _, a in Elements(html).found if a.get("http-equiv") == "Content-Security-Policy")
    assert "default-src 'none'" in str(policy)


def test_the_page_says_what_a_manager_asks_first(html: str) -> None:
    for told in ("Of 100 mails like these", "fully right", "sent to review", "missed", "shipping", "No unproven label"):
        assert told in html
    assert html.index("<h2>Route by route") < html.index("<h2>Labels") < html.index("<h2>Worst mistakes")


def test_an_unproven_label_is_named_on_the_first_screen(predictions: PredictionSet) -> None:
    result = evaluate_predictions(predictions)
    unproven = structs.replace(
        result, labels=(structs.replace(result.labels[0], meets_objective=False), *result.labels[1:])
    )
    html = render_report(unproven, predictions, SOURCE)
    first = html[: html.index("<h2>Labels")]
    assert "Unproven labels" in first
    assert "#label-late" in first


def test_an_unproven_label_of_which_the_data_say_nothing_is_named_too(tiny: Tagger) -> None:
    silent = list(tiny.bundle.taxonomy.labels)[4]
    unproven = structs.replace(tiny.bundle.decisions[silent], meets_objective=False)
    bundle = structs.replace(tiny.bundle, decisions=dict(tiny.bundle.decisions) | {silent: unproven})
    yes = np.zeros((30, 5), dtype=bool)
    yes[:10] = [True, True, True, True, False]
    unknown = np.zeros_like(yes)
    unknown[:, 4] = True
    tagger = Tagger(bundle)
    predictions = by_hand(tagger, made_rows(tagger, yes, unknown), np.where(yes, 0.9, 0.1))
    html = render_report(evaluate_predictions(predictions), predictions, SOURCE)
    assert "No unproven label" not in html
    assert f'<span class="label">{silent}</span>' in html
    assert f"#label-{silent}" not in html


def test_the_same_figures_make_the_same_page(predictions: PredictionSet, html: str) -> None:
    assert render_report(evaluate_predictions(predictions), predictions, SOURCE) == html


def test_rows_without_routes_intervals_or_whole_answers_still_make_a_page(tiny: Tagger) -> None:
    yes = np.zeros((3, 5), dtype=bool)
    yes[0, 0] = True
    unknown = np.ones_like(yes) & ~yes
    unknown[1:, 0] = False
    predictions = by_hand(tiny, made_rows(tiny, yes, unknown), np.full((3, 5), 0.2))
    html = render_report(evaluate_predictions(predictions), predictions, SOURCE)
    assert "Fewer than 200 mails" in html
    assert "nan" not in re.sub(r"<style>.*?</style>|<script>.*?</script>", "", html, flags=re.S)


def test_templates_escape_text_and_attributes(tmp_path: Path) -> None:
    template = tmp_path / "page.html"
    template.write_text(
        '{% extends "layout.html" %}{% block body %}<p title="{{ value }}">{{ value }}</p>{% endblock %}'
    )
    template.with_suffix(".css").write_text("p > a { color: red; }")
    html = render(template, title="</title>", value='"><script>\0')
    assert '<p title="&#34;&gt;&lt;script&gt;\ufffd">&#34;&gt;&lt;script&gt;\ufffd</p>' in html
    assert "<title>&lt;/title&gt;</title>" in html
    assert "p > a { color: red; }" in html


def test_a_template_that_lacks_a_value_is_an_error(tmp_path: Path) -> None:
    template = tmp_path / "page.html"
    template.write_text('{% extends "layout.html" %}{% block body %}{{ missing }}{% endblock %}')
    template.with_suffix(".css").write_text("")
    with pytest.raises(UndefinedError, match="missing"):
        render(template, title="page")


def test_charts_escape_texts_titles_and_names() -> None:
    plot = Plot(100, 100, (10, 10, 10, 10))
    plot.dot((0.5, 0.5), 3, "now", "<b>")
    plot.bar((0, 0.5), (0, 1), "now", "<b>")
    plot.x_ticks([(0, "<b>")])
    plot.y_name("<b>")
    svg = plot.svg('"<b>')
    assert "<b>" not in svg
    assert svg.count("&lt;b&gt;") == 5
    assert '<circle class="now" cx="50.0" cy="50.0" r="3">' in svg
    assert '<rect class="now" x="10.0" y="10.0" width="39.0" height="80.0">' in svg


@pytest.mark.parametrize(
    ("shares", "told"),
    [
        ([1, 0, 0, 0], [100, 0, 0, 0]),
        ([1 / 3] * 3, [34, 33, 33]),
        ([0.995, 0.005], [100, 0]),
        ([0.006, 0.994], [1, 99]),
    ],
)
def test_whole_numbers_of_a_hundred_add_up(shares: list[float], told: list[int]) -> None:
    assert per_hundred(shares) == told


def test_the_worst_mistake_is_the_surest_and_a_critical_one_counts_twice(tiny: Tagger) -> None:
    yes = np.zeros((3, 5), dtype=bool)
    scores = np.full((3, 5), 0.1)
    scores[1, 0], scores[2, 1] = 0.8, 0.9
    result = worst_mistakes(by_hand(tiny, made_rows(tiny, yes), scores), 5)
    assert [one.row for one in result] == [2, 1]
    assert result[0].wrong == (("broken", 0.9),)
    content = msgspec.json.decode(msgspec.json.encode(tiny.bundle.taxonomy))
    content["heads"][0]["labels"][0]["critical"] = True
    strict = Tagger(structs.replace(tiny.bundle, taxonomy=msgspec.convert(content, Taxonomy)))
    assert [one.row for one in worst_mistakes(by_hand(strict, made_rows(strict, yes), scores), 5)] == [1, 2]


def test_a_turned_answer_is_suspected_and_a_right_one_is_not(tiny: Tagger) -> None:
    yes = np.zeros((40, 5), dtype=bool)
    yes[:20, 0] = True
    scores = np.where(yes, 0.9, 0.1).astype(float)
    yes[3, 0], yes[30, 0] = False, True
    result = suspected_annotations(by_hand(tiny, made_rows(tiny, yes), scores), 10)
    assert {(one.row, one.holds) for one in result} == {(3, False), (30, True)}
    unknown = np.zeros_like(yes)
    unknown[3, 0] = True
    assert {one.row for one in suspected_annotations(by_hand(tiny, made_rows(tiny, yes, unknown), scores), 10)} == {30}


def test_threshold_choices_by_hand() -> None:
    scores = np.array([0.95, 0.85, 0.75, 0.65, 0.55, 0.45, 0.35, 0.25, 0.15, 0.05])
    yes = np.array([1, 1, 1, 0, 1, 0, 0, 0, 0, 0], dtype=bool)
    result = {one.name: one for one in threshold_choices(scores, yes, 0.8)}
    assert (result["now"].precision, result["now"].recall, result["now"].per_hundred) == (1.0, 0.5, 20.0)
    assert (result["precision 90%"].precision, result["precision 90%"].recall) == (1.0, 0.75)
    assert (result["recall 90%"].recall, result["recall 90%"].precision) == (1.0, 0.8)
    assert result["best F1"].f1 == pytest.approx(8 / 9)


def test_wrong_labels_show_the_words_that_spoke_for_them(tiny: Tagger, tiny_bundle: Path) -> None:
    rows = [Example("a", "The parcel from the <b>bakery</b> is late.", frozenset())]
    predictions = predict_rows(tiny, rows)
    html = render_report(evaluate_predictions(predictions), predictions, SOURCE, Explainer(tiny, tiny_bundle))
    assert re.search(r'<span class="for" style="--part:\d+%" title="\+\d+\.\d+">late\.</span>', html)
    assert "not what deleting the word would change" in html
    assert "&lt;b&gt;bakery&lt;/b&gt;</span>" in html
