"""The bars of `tagging benchmark unknown --only distance`."""

from __future__ import annotations

from pathlib import Path

from benchmarks.options import shipped_background, shipped_encoder
from benchmarks.quality.distance import measure_distance
from benchmarks.quality.distance_tests import NAME, OWN, UNLIKE, missed
from benchmarks.quality.unknown import train_and_tag
from benchmarks.quality.unknown_tests import UnknownTest
from tagging.learning.data import Example
from tagging.learning.training import TrainRequest
from tagging.taxonomy import Head, Label, Taxonomy

PLACES = ("Rome", "Oslo", "Bern", "Lima", "Cork", "Graz", "Kiel", "Linz")
SAID = {
    "I lost my card in {}, what now?": "card",
    "Please refund the trip to {} soon.": "refund",
    "When does the bus to {} leave today?": "bus",
    "My suitcase did not arrive in {}.": "suitcase",
    "Is there a room with a view of {}?": "room",
}
OTHERS = ("Hello. The volcano of {} is quiet.", "My parrot likes {} a lot.", "When does the train to {} leave?")


def test_the_reference_alone_finds_what_a_trained_tagger_does(tmp_path: Path) -> None:
    rows = [
        Example(f"{label}-{place}", said.format(place), frozenset({label}))
        for said, label in SAID.items()
        for place in PLACES
    ]
    labels = tuple(Label(id=label, description=label) for label in SAID.values())
    others = [said.format(place) for said in OTHERS for place in PLACES]
    test = UnknownTest(
        train=rows,
        test=rows[::3],
        unfit={"others": others},
        taxonomy=Taxonomy(version=1, heads=(Head(id="topic", kind="multiclass", labels=labels),)),
        without_rows=False,
        sources=("clinc150",),
    )
    found = measure_distance(test, shipped_encoder(), tmp_path, shipped_background())
    request = TrainRequest(
        rows,
        test.taxonomy,
        shipped_encoder(),
        tmp_path / "bundle",
        cache=tmp_path,
        aggregate="sentences",
        background=shipped_background(),
        background_without=test.sources,
    )
    tagged = train_and_tag(request, [[row.text for row in test.test], others])
    own, unfit = (sum("unlike_training" in each.review_reasons for each in group) / len(group) for group in tagged)
    assert found == {OWN: own, f"others{UNLIKE}": unfit}
    assert 0 < unfit < 1


def test_what_misses_its_bar_is_named() -> None:
    means = {
        f"{NAME}a: in scope, unlike training": 0.09,
        f"{NAME}a: far, unlike training": 0.69,
        f"{NAME}a: farther, unlike training": 0.99,
        f"{NAME}a: far left unlabelled": 0.1,
        "CLINC150: in scope, unlike training": 0.5,
    }
    assert [line.partition(": ")[2] for line in missed(means)] == [
        "a: in scope, unlike training: 0.090, at most 0.08",
        "a: far, unlike training: 0.690, at least 0.7",
        "0.840, at least 0.85",
    ]


def test_nothing_is_missed_where_all_bars_are_met_or_no_distance_is_measured() -> None:
    assert missed({f"{NAME}a: in scope, unlike training": 0.08, f"{NAME}a: far, unlike training": 0.85}) == []
    assert missed({"CLINC150: in scope, unlike training": 0.5}) == []
