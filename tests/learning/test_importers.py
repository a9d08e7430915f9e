"""Tables, folders of mails and open data sets, to rows."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tagging.learning.data.importing.importers import IMPORTERS, nlupp_run
from tagging.learning.data.open_sets.nlupp import DOMAINS, FOLDS
from tagging.learning.data.rows import DataError, Example

MAIL = b"Subject: Fee\r\n\r\nWhy this fee?"


def table(tmp_path: Path, content: str | bytes, name: str = "mine.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_a_table_keeps_every_column(tmp_path: Path) -> None:
    path = table(
        tmp_path,
        "id,text,labels,unknown,group,split,channel,subject\n"
        'm1,"Hello,\nmy ""card""",Lost Card|refund,fee,g1,train,web,\n'
        ",Second,,*,,,,A subject\n",
    )
    found = IMPORTERS["csv"](path)
    assert found.problems == ()
    assert found.rows == (
        Example("m1", 'Hello,\nmy "card"', frozenset({"lost_card", "refund"}), frozenset({"fee"}), "g1", "train",
            extra={"channel": "web"}),
        Example("mine-3", "A subject\nSecond", frozenset(), frozenset({"*"})),
    )  # fmt: skip
    assert found.names == {"lost_card": "Lost Card", "refund": "refund", "fee": "fee"}


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbfText,Labels\r\nGr\xc3\xb6\xc3\x9fe,a|b\r\n",
        "text;labels\nGröße;a|b\n".encode(),
        "labels\ttext\na|b\tGröße\n".encode(),
        "text,labels\nGröße,a|b\n".encode("utf-16"),
        "text,labels\rGröße,a|b\r".encode(),
    ],
    ids=["Excel's BOM", "semicolon", "tab", "UTF-16", "old Mac"],
)
def test_a_table_is_read_as_its_program_wrote_it(tmp_path: Path, content: bytes) -> None:
    found = IMPORTERS["csv"](table(tmp_path, content))
    assert found.problems == ()
    assert [(row.text, row.labels) for row in found.rows] == [("Größe", {"a", "b"})]


def test_lines_in_another_encoding_are_read_and_named(tmp_path: Path) -> None:
    found = IMPORTERS["csv"](table(tmp_path, "text,labels\nGröße,a\n".encode() + "Maß,b\n".encode("cp1252")))
    assert [row.text for row in found.rows] == ["Größe", "Maß"]
    (problem,) = found.problems
    assert not problem.skipped
    assert "1 of its lines not UTF-8, and read as Windows-1252: 3" in str(problem)


def test_labels_joined_by_something_else_are_read_and_named(tmp_path: Path) -> None:
    found = IMPORTERS["tsv"](table(tmp_path, "text\tlabels\nx\ta, b\ny\ta\nz\tb\n"))
    assert [row.labels for row in found.rows] == [{"a", "b"}, {"a"}, {"b"}]
    assert "labels are joined by ," in str(found.problems[0])
    one = IMPORTERS["tsv"](table(tmp_path, "text\tlabels\nx\tCards, lost\ny\tFees\n"))
    assert [row.labels for row in one.rows] == [{"cards_lost"}, {"fees"}]


def test_every_bad_row_of_a_table_is_told_as_a_spreadsheet_counts(tmp_path: Path) -> None:
    path = table(
        tmp_path,
        'id,text,labels\n1,fine,a\n\n2,,a\n1,again,a\n3,a,b,c\n4,x,???\n5,"open,a\n6,x,a\n',
    )
    found = IMPORTERS["csv"](path)
    assert [row.id for row in found.rows] == ["1", "6"]
    told = [(problem.row, problem.message) for problem in found.problems]
    assert [row for row, _ in told] == [4, 5, 6, 7, 8]
    reasons = ["has no text", "that of an earlier row", "has 4 cells", "no id can be made", "a quote that is not"]
    for (_, message), said in zip(told, reasons, strict=True):
        assert said in message


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("text,labl\nx,a\n", "no column labels: did you mean labl.; it has: text, labl"),
        ("a,b\n1,2\n", "no column text; it has: a, b; name the column of the texts by --text-column"),
        ("text,labels,text\nx,a,y\n", "2 columns are called text; rename one"),
        ("text,labels,Text\nx,a,y\n", "could be in any of the columns text, Text; name it by --text-column"),
        ("", "is empty"),
    ],
)
def test_a_table_without_the_columns_says_what_it_has(tmp_path: Path, content: str, said: str) -> None:
    with pytest.raises(DataError, match=said):
        IMPORTERS["csv"](table(tmp_path, content))
    with pytest.raises(DataError, match=r"nowhere.csv: cannot be read"):
        IMPORTERS["csv"](tmp_path / "nowhere.csv")


def test_mails_are_labelled_by_their_folders(tmp_path: Path) -> None:
    for place in ("Refund/2026/a.eml", "fees/b.eml", "none/c.txt", "loose.eml", "fees/bad.eml", "fees/image.png"):
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / place).write_bytes(
            b"Thanks" if place.endswith(".txt") else MAIL if place != "fees/bad.eml" else b""
        )
    (tmp_path / "loose.eml").write_bytes(MAIL + b"!")
    found = IMPORTERS["mails"](tmp_path)
    assert {row.id: (row.text, set(row.labels)) for row in found.rows} == {
        "Refund/2026/a.eml": ("Fee\nWhy this fee?", {"refund", "fees"}),
        "none/c.txt": ("Thanks", set()),
    }
    assert sorted(problem.message.split(";")[0] for problem in found.problems) == [
        "cannot be tagged: empty: no bytes",
        "lies in no label's folder",
    ]
    with pytest.raises(DataError, match="is no folder"):
        IMPORTERS["mails"](tmp_path / "nowhere")


@pytest.fixture
def nlupp(tmp_path: Path) -> Path:
    about = {"description": "about it"}
    intents = {"thank": ["general"], "card": ["banking"], "pool": ["hotels"]}
    ontology = {"intents": {name: about | {"domain": domain} for name, domain in intents.items()}}
    (tmp_path / "ontology.json").write_text(json.dumps(ontology))
    for domain, own in zip(DOMAINS, ("card", "pool"), strict=True):
        (tmp_path / domain).mkdir()
        for fold in range(FOLDS):
            rows = [{"text": f"{own} {fold}", "intents": [own]}, {"text": f"thanks {fold}", "intents": ["thank"]}]
            (tmp_path / domain / f"fold{fold}.json").write_text(json.dumps(rows))
    return tmp_path


def test_nlupp_keeps_its_folds_and_does_not_know_the_other_domains_labels(nlupp: Path) -> None:
    found = IMPORTERS["nlupp"](nlupp)
    assert len(found.rows) == 4 * FOLDS
    first = found.rows[0]
    assert (first.labels, first.unknown, first.split, first.source) == ({"card"}, {"pool"}, "fold0", "nlupp")
    assert found.names["card"] == "about it"


@pytest.mark.parametrize(("regime", "train"), [("low", 2), ("mid", 4), ("large", 36)])
def test_nlupps_official_runs_can_be_had_as_train_and_test(nlupp: Path, regime: str, train: int) -> None:
    rows = IMPORTERS["nlupp"](nlupp / "banking").rows
    assert not any(row.unknown for row in rows)
    run = nlupp_run(rows, regime, 1)
    assert sum(row.split == "train" for row in run) == train
    assert run[0].extra == {"domain": "banking", "fold": "0"}
    with pytest.raises(DataError, match="has the runs 0 to"):
        nlupp_run(rows, "mid", 10)
    with pytest.raises(DataError, match="of one domain"):
        nlupp_run(IMPORTERS["nlupp"](nlupp).rows, "low", 0)


def test_multidogos_unlabelled_conversations_say_nothing(tmp_path: Path) -> None:
    row = {"domain": "airline", "split": "train", "conversation": "c", "text": "book", "labels": ["bookflight"]}
    unlabelled = row | {"conversation": "d", "labels": []}
    (tmp_path / "conversations.json").write_text(json.dumps([row, unlabelled, row | {"text": "…"}]))
    found = IMPORTERS["multidogo"](tmp_path)
    assert [(row.labels, row.unknown, row.group) for row in found.rows] == [
        ({"bookflight"}, set(), "c"),
        (set(), {"bookflight"}, "d"),
    ]
    assert "has no text" in str(found.problems[0])
