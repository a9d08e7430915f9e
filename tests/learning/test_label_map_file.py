"""Reading label maps, their mistakes, and the map that ships against the taxonomy that ships."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from tagging.learning.data.open_sets.label_map import LabelMap, LabelMapError
from tagging.learning.data.open_sets.label_map_file import read_label_map
from tagging.learning.data.open_sets.source_row import SourceRow
from tagging.learning.data.taxonomies.taxonomy_file import read_taxonomy
from tagging.taxonomy.taxonomy import Head, Label, Taxonomy

TAXONOMY = Taxonomy(
    version=1, heads=(Head(id="topic", kind="multilabel", labels=(Label(id="parcel", description="a parcel"),)),)
)


def content() -> dict[str, Any]:
    """A map without a mistake."""
    return {
        "version": 1,
        "labels": {"parcel": {"words": ["parcel"]}},
        "sources": {
            "one": {"read": 20, "says_yes": {"post": {"parcel": 17}}, "others": ["chat"]},
            "two": {"read": 20, "rows": {"mail": 5}, "says_yes": {"mail": {"parcel": 5}}},
        },
    }


def write(folder: Path, found: dict[str, Any]) -> Path:
    path = folder / "label_map.yaml"
    path.write_text(yaml.safe_dump(found))
    return path


def test_a_map_without_a_mistake_is_read(tmp_path: Path) -> None:
    found = read_label_map(write(tmp_path, content()), TAXONOMY)
    assert found.sources["one"].labels == {"post", "chat"}


def _one(**changes: Any) -> dict[str, Any]:
    found = content()
    found["sources"]["one"] |= changes
    return found


@pytest.mark.parametrize(
    ("found", "message"),
    [
        (_one(says_yes={"post": {"parcel": 16}}), "post says parcel, but 16 of 20 rows fit"),
        (_one(says_yes={"post": {"parcel": 21}}), "21 of 20"),
        (_one(says_yes={"post": {"letter": 20}}), "post names letter, which the taxonomy does not have"),
        (_one(leaves_open={"chat": ["parcel"]}), "chat is in others, but has a rule too"),
        (_one(says_yes={}), "positive in 1 sources; set one_source"),
        (_one(rows={"gone": 4}), "rows names gone"),
        (_one(annotated={"shop": ["letter"]}), "annotated shop names letter"),
        (
            _one(unsure=[{"any_of": ["gone"], "with_any_of": ["post"], "labels": ["parcel"], "why": "so"}]),
            "unsure names gone",
        ),
        (_one(read=0), "sources.one.read"),
        (_one(says_maybe={}), "says_maybe"),
        (content() | {"labels": {}}, "labels lacks parcel"),
        (content() | {"labels": {"parcel": {"words": ["("]}}}, "not a regular expression"),
        (content() | {"labels": {"parcel": {}, "letter": {}}}, "letter, which the taxonomy does not have"),
        (content() | {"labels": {"parcel": {"one_source": True}}}, "positive in 2 sources"),
    ],
)
def test_a_mistake_is_named_with_its_file_and_its_place(tmp_path: Path, found: dict[str, Any], message: str) -> None:
    path = write(tmp_path, found)
    with pytest.raises(LabelMapError) as raised:
        read_label_map(path, TAXONOMY)
    assert str(raised.value).startswith(f"{path}: ")
    assert message in str(raised.value)


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    path = write(tmp_path, _one(rows={"gone": 4}, says_yes={"post": {"letter": 3}}))
    with pytest.raises(LabelMapError, match=r"letter, which.*3 of 20.*rows names gone"):
        read_label_map(path, TAXONOMY)


@pytest.mark.parametrize("text", ["a: [", "- 1", "version: 1"])
def test_what_is_no_map_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "map.yaml"
    path.write_text(text)
    with pytest.raises(LabelMapError, match=r"map\.yaml"):
        read_label_map(path, TAXONOMY)
    with pytest.raises(LabelMapError, match="cannot be read"):
        read_label_map(tmp_path / "gone.yaml", TAXONOMY)


def test_a_row_the_map_does_not_know_names_the_file(tmp_path: Path) -> None:
    path = write(tmp_path, content())
    with pytest.raises(LabelMapError, match=r"label_map\.yaml, source one: the map has no rule for 'new'"):
        read_label_map(path, TAXONOMY).map_row(SourceRow("1", "one", "hm", ("new",)), TAXONOMY)


@pytest.fixture(scope="module")
def shipped(root: Path) -> tuple[Taxonomy, LabelMap]:
    taxonomy = read_taxonomy(root / "layers/mail_model/taxonomy.yaml")
    return taxonomy, read_label_map(root / "layers/mail_model/label_map.yaml", taxonomy)


def test_the_shipped_map_says_something_of_every_source_label(shipped: tuple[Taxonomy, LabelMap]) -> None:
    sizes = {name: len(source.labels) for name, source in shipped[1].sources.items()}
    assert sizes == {"nlupp": 62, "banking77": 77, "clinc150": 151, "multidogo": 43, "goemotions": 28}


def test_each_shipped_label_has_yes_and_no_in_two_sources_or_says_that_it_has_not(
    shipped: tuple[Taxonomy, LabelMap],
) -> None:
    """Told from the map alone: a row of every source label, without any words, in every domain."""
    taxonomy, found = shipped
    yes: dict[str, set[str]] = {label: set() for label in taxonomy.labels}
    no: dict[str, set[str]] = {label: set() for label in taxonomy.labels}
    for name, source in found.sources.items():
        for one in source.labels:
            row = found.map_row(SourceRow("1", name, "hm", (one,)), taxonomy)
            assert row is not None
            for label in taxonomy.labels:
                if label in row.labels:
                    yes[label].add(name)
                elif label not in row.unknown:
                    no[label].add(name)
    alone = {label for label in taxonomy.labels if min(len(yes[label]), len(no[label])) < 2}
    assert alone == {label for label, about in found.labels.items() if about.one_source} == {"wants_person"}


def test_the_shipped_taxonomy_is_a_support_desks(shipped: tuple[Taxonomy, LabelMap]) -> None:
    taxonomy = shipped[0]
    assert 16 <= len(taxonomy.labels) <= 28
    assert {head.id: head.kind for head in taxonomy.heads} == {
        "topic": "multilabel",
        "request": "multilabel",
        "speech_act": "multiclass",
        "wants_person": "binary",
        **dict.fromkeys(("money", "shop", "travel", "insurance", "devices", "access"), "multilabel"),
    }
    assert [head.id for head in taxonomy.heads if not head.pack] == ["topic", "request", "speech_act", "wants_person"]
    assert [label.id for label in taxonomy.labels.values() if not label.route] == ["only_closing"]
    assert all(2 <= len(label.examples) <= 4 for label in taxonomy.labels.values())


@pytest.mark.parametrize(
    ("row", "held"),
    [
        (("nlupp", "banking", "Just freeze that card", ("card", "cancel_close_leave_freeze")),
         {"bank_card", "cancel", "asks_for_action"}),
        (("nlupp", "hotels", "thanks, bye", ("thank", "end_call")), {"only_closing"}),
        (("nlupp", "banking", "how do I close my loan", ("how", "cancel_close_leave_freeze", "loan")), {"cancel"}),
        (("clinc150", "", "never mind", ("cancel",)), set()),
        (("clinc150", "", "i want to apply for a visa card", ("new_card",)), {"bank_card", "open_or_order"}),
        (("multidogo", "finance", "hi. i lost my card. check my balance too", ("reportlostcard", "checkbalance")),
         {"bank_card", "lost_or_stolen", "account", "balance", "reports_problem"}),
        (("banking77", "", "Which countries do you support?", ("country_support",)),
         {"abroad", "asks_for_information"}),
        (("goemotions", "", "Thanks for the advice", ("gratitude",)), {"only_closing"}),
        (("goemotions", "", "That theater is huge", ("neutral",)), set()),
    ],
)  # fmt: skip
def test_the_shipped_map_reads_rows_as_a_person_would(
    shipped: tuple[Taxonomy, LabelMap], row: tuple[str, str, str, tuple[str, ...]], held: set[str]
) -> None:
    taxonomy, found = shipped
    source, domain, text, labels = row
    mapped = found.map_row(SourceRow("1", source, text, labels, domain=domain), taxonomy)
    assert mapped is not None
    assert mapped.labels == held
