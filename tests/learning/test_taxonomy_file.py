"""Taxonomies as people write them: every mistake with its line and what to write instead."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
import yaml

from tagging.learning.data.label_names import id_of
from tagging.learning.data.rows import DataError, Example
from tagging.learning.data.taxonomies.first_taxonomy import first_taxonomy, write_first_taxonomy
from tagging.learning.data.taxonomies.taxonomy_file import TaxonomyError, read_taxonomy
from tagging.taxonomy.taxonomy import Taxonomy

WHOLE = """\
version: 3
heads:
  - id: topic
    kind: multilabel
    policy: {top: 2}
    labels:
      - {id: money, description: about money, owner: Ann}
      - {id: refund, description: back, parent: money, examples: [I want my money], goal: {min_precision: 0.9}}
      - {id: fee, description: a fee, parent: money, goal: {cost: {fp: 1, fn: 5}}}
      - {id: fax, description: a fax, deprecated: true}
  - {id: act, kind: binary, labels: [{id: asks, description: asks for something}]}
changes:
  - {rename: cash, to: money, since: 2}
  - {deprecate: fax, since: 3}
"""


def mistakes(tmp_path: Path, text: str | bytes) -> list[tuple[int, str]]:
    path = tmp_path / "taxonomy.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(TaxonomyError) as caught:
        read_taxonomy(path)
    assert str(caught.value).startswith(f"{path}:")
    return list(caught.value.mistakes)


def in_head(label: str, kind: str = "multilabel", more: str = "") -> str:
    return f"version: 1\nheads:\n- id: h\n  kind: {kind}\n{more}  labels:\n  - {{id: a, description: a}}\n  - {label}\n"


def test_a_whole_taxonomy_is_read_and_knows_what_follows(tmp_path: Path) -> None:
    path = tmp_path / "taxonomy.yaml"
    path.write_text(WHOLE)
    found = read_taxonomy(path)
    assert found.closed(["refund"]) == ("money", "refund")
    assert found.closed(["asks", "fee", "refund"]) == ("money", "refund", "fee", "asks")
    assert found.closed([]) == ()
    assert list(found.in_use().labels) == ["money", "refund", "fee", "asks"]
    assert found.in_use().in_use() == found.in_use()
    assert found.heads[0].policy != "thresholds"
    assert msgspec.json.decode(msgspec.json.encode(found), type=Taxonomy) == found


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        (in_head("{id: b, description: b, gaol: max_f1}"), 7, "unknown field gaol: did you mean goal?"),
        (in_head("{id: Lost Card!, description: b}"), 7, "write lost_card"),
        (in_head("{id: no, description: b}"), 7, 'put it into quotes: "no"'),
        (in_head("{id: b, description: b, examples: [c, 7]}"), 7, "examples, item 2: 7 is not a text to YAML"),
        (in_head("{id: b, description: b, parent: [c]}"), 7, "parent is wrong: expected `str | null`, got `array`"),
        (in_head("{id: b}"), 7, "description is missing; write description: …"),
        (in_head("{id: b, description: 5}"), 7, 'put it into quotes: "5"'),
        (in_head("{id: b, description: ''}"), 7, "description is empty"),
        (in_head("{id: b, description: b, critical: maybe}"), 7, "write true or false"),
        (in_head("{id: b, description: b, goal: {min_precision: 2}}"), 7, "write max_f1, {min_precision: 0.9}"),
        (in_head("{id: b, description: b, goal: best}"), 7, "goal is none of those there are"),
        (in_head("{id: b, description: b, parent: aa}"), 7, "does not exist: aa: did you mean a?"),
        (in_head("{id: b, description: b, parent: zzz}"), 7, "leave parent out"),
        (in_head("{id: b, description: b, parent: b}"), 7, "their own parents: b → b"),
        (in_head("{id: b, description: b, parent: a}", "multiclass"), 7, "a multiclass head gives one label"),
        (in_head("{id: a, description: b}"), 7, "label id used more than once: a"),
        (in_head("{id: b, description: b, description: c}"), 7, "description is written twice, first on line 7"),
        (in_head("{id: b, description: b}", "ordinal"), 4, "unknown; known kinds: multilabel, multiclass, binary"),
        (in_head("{id: b, description: b}", "binary"), 3, "exactly one label; write kind: multilabel"),
        (in_head("{id: b, description: b}", "multi-label"), 4, "did you mean multilabel?"),
        (in_head("{id: b, description: b}", "multiclass", "  policy: {top: 1}\n"), 5, "leave policy out"),
        (in_head("{id: b, description: b}", more="  policy: {top: 3}\n"), 5, "top: 3 of 2 labels"),
        (in_head("{id: b, description: b}", more="  policy: best\n"), 5, "write thresholds, {top: 3} or {sum: 0.9}"),
        (in_head("{id: b, description: b}") + "changes: [{rename: a, to: b, since: 1}]\n", 8, "from 2"),
        (in_head("{id: b, description: b}") + "changes: [{rename: x, since: 2}]\n", 8, "{rename: old_id, to: new_id"),
        (in_head("{id: b, description: b}") + "changes: [{rename: x, to: bb, since: 2}]\n", 8, "did you mean b?"),
        (in_head("{id: b, description: b}") + "changes: [{rename: a, to: b, since: 2}]\n", 8, "a was renamed"),
        (in_head("{id: b, description: b}") + "changes: [{rename: x, to: b, since: 2}]\n", 8, "write version: 2"),
        (in_head("{id: b, description: b}") + "changes: [{deprecate: b, since: 2}]\n", 8, "write deprecated: true"),
        (in_head("{id: b, description: b}") + "label: 1\n", 8, "unknown field label"),
        ("version: 1\nheads:\n\t- id: a\n", 3, "a tab; YAML is indented with spaces"),
        ("version: 1\nheads: [\n", 3, "not closed"),
        ("version: 1\nheads:\n- id: a: b\n", 3, "put the text into quotes"),
        ("a: &x [1]\nb: *x\n", 2, "an alias"),
        ("version: 1\nheads: " + "[" * 5000, 1, "lists within lists"),
        ("", 1, "the file is empty"),
        (b"version: 1\n# M\xfcnchen\n", 2, "save the file as UTF-8"),
        ("version: 1".encode("utf-16"), 1, "is UTF-16"),
    ],
)
def test_a_mistake_has_its_line_and_what_to_write(tmp_path: Path, text: str | bytes, line: int, said: str) -> None:
    found = mistakes(tmp_path, text)
    assert any(place == line and said in message for place, message in found), found


KINDS = """\
version: 1
heads:
- id: kind
  kind: multiclass
  labels:
  - {id: garment, description: clothes}
  - {id: grocery, description: food}
  - {id: fax, description: a fax, deprecated: true}
- id: mood
  kind: multilabel
  labels: [{id: angry, description: angry}]
- id: size
  kind: binary
  when: WHEN
  labels: [{id: large, description: large}]
- id: late
  kind: binary
  labels: [{id: later, description: later}]
"""


@pytest.mark.parametrize(
    ("when", "said"),
    [
        ("garmet", "no label: garmet: did you mean garment?"),
        ("zzz", "no label: zzz; write a label of an earlier head, or leave when out"),
        ("large", "waits for its own label large"),
        ("later", "waits for later of a later head; put that head first"),
        ("angry", "angry of a multilabel head"),
        ("fax", "fax, which is deprecated and never given"),
        ("no", 'put it into quotes: "no"'),
    ],
)
def test_a_condition_that_can_never_be_asked_has_its_line(tmp_path: Path, when: str, said: str) -> None:
    found = mistakes(tmp_path, KINDS.replace("WHEN", when))
    assert [line for line, _ in found] == [14]
    assert said in found[0][1]


def test_a_head_may_wait_for_a_label_and_brings_the_heads_it_waits_for(tmp_path: Path) -> None:
    path = tmp_path / "taxonomy.yaml"
    path.write_text(KINDS.replace("WHEN", "garment"))
    found = read_taxonomy(path)
    assert [head.id for head in found.needed(["size"])] == ["kind", "size"]
    assert [head.id for head in found.needed(["late", "mood"])] == ["mood", "late"]
    assert found.needed([head.id for head in found.heads]) == found.heads
    assert [head.when for head in found.in_use().heads] == [None, None, "garment", None]
    assert msgspec.json.decode(msgspec.json.encode(found), type=Taxonomy) == found


def test_all_mistakes_are_told_at_once_from_top_to_bottom(tmp_path: Path) -> None:
    text = in_head("{id: B, description: 5}").replace("version: 1", "version: one") + "changes: 3\n"
    lines = [line for line, _ in mistakes(tmp_path, text)]
    assert lines == sorted(lines)
    assert set(lines) == {1, 7, 8}


def test_a_parent_in_another_head_and_a_circle_are_told_once(tmp_path: Path) -> None:
    text = WHOLE.replace("asks for something", "asks, parent: money").replace("owner: Ann", "parent: refund")
    told = [message for _, message in mistakes(tmp_path, text)]
    assert sum("in another head" in message for message in told) == 1
    assert sum("their own parents" in message for message in told) == 1


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(TaxonomyError, match=r"nowhere.yaml:1: cannot be read: No such file"):
        read_taxonomy(tmp_path / "nowhere.yaml")


def rows(*labels: str) -> list[Example]:
    return [Example(str(place), "text", frozenset(one.split())) for place, one in enumerate(labels)]


def test_a_first_taxonomy_can_be_read_and_has_every_label_most_frequent_first(tmp_path: Path) -> None:
    path = tmp_path / "first.yaml"
    strange = {"refund": 'Refund: "now" # please', "no": "no"}
    write_first_taxonomy(path, rows("refund", "refund card", "no", "refund"), strange)
    found = read_taxonomy(path)
    assert list(found.labels) == ["refund", "card", "no"]
    assert found.labels["refund"].description == 'Refund: "now" # please'
    assert found.heads[0].kind == "multilabel"
    with pytest.raises(FileExistsError):
        write_first_taxonomy(path, rows("refund"), {})
    with pytest.raises(DataError, match="no row has a label"):
        write_first_taxonomy(tmp_path / "empty.yaml", rows("", ""), {})


@pytest.mark.parametrize(
    ("labels", "kind"), [(["a", "b"] * 20, "multiclass"), (["a", ""] * 20, "binary"), (["a b", "a"] * 20, "multilabel")]
)
def test_the_head_is_of_the_kind_that_the_rows_show(labels: list[str], kind: str) -> None:
    written = yaml.safe_load(first_taxonomy(rows(*labels), {}, "first.yaml"))
    assert written["heads"][0]["kind"] == kind


@pytest.mark.parametrize(
    ("name", "made"),
    [("Lost card!", "lost_card"), ("Größe", "grosse"), ("2FA", "label_2fa"), ("LostCard", "lost_card"), ("???", "")],
)
def test_ids_are_made_of_names(name: str, made: str) -> None:
    assert id_of(name) == made
