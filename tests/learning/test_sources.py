"""Reading the open data sets, on tiny files of their form made here."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tagging.learning.data.open_sets.banking77 import read_banking77
from tagging.learning.data.open_sets.clinc150 import SPLITS, read_clinc150
from tagging.learning.data.open_sets.dstc11 import read_dstc11
from tagging.learning.data.open_sets.goemotions import read_goemotions
from tagging.learning.data.open_sets.multidogo import read_multidogo
from tagging.learning.data.open_sets.nlupp import DOMAINS, FOLDS
from tagging.learning.data.open_sets.source_row import SourceRow
from tagging.learning.data.open_sets.sources import READERS, nlupp_rows
from tagging.learning.data.rows import DataError


def put(folder: Path, files: dict[str, Any]) -> Path:
    """Write files: a string as it is, anything else as JSON."""
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        text = content if isinstance(content, str) else json.dumps(content)
        (folder / name).write_text(text, encoding="utf-8", newline="")
    return folder


BANKING77 = {"train.csv": 'text,intent\n"Where is\nit, please?",card_arrival\n', "test.csv": "text,intent\nHm,other\n"}
CLINC150 = {"data_full.json": {split: [[f"say {split}", "oos" if "oos" in split else "time"]] for split in SPLITS}}
CHAT = {"domain": "airline", "split": "dev", "conversation": "7-x", "text": "hi. a seat", "labels": ["seat", "pass"]}
MULTIDOGO = {"conversations.json": [CHAT, CHAT | {"labels": []}]}
GOEMOTIONS = {
    "labels.txt": "joy\nanger\n",
    "train.tsv": "So\x85glad\t0\ta1\nOh\t0,1\ta2\n",
    "dev.tsv": "No\t1\ta3\n",
    "test.tsv": "",
}


@pytest.mark.parametrize("inside", ["", "banking77/"])
def test_banking77_keeps_its_splits(tmp_path: Path, inside: str) -> None:
    found = read_banking77(put(tmp_path, {inside + name: text for name, text in BANKING77.items()}))
    assert found == (
        SourceRow("banking77-train-1", "banking77", "Where is\nit, please?", ("card_arrival",), "train"),
        SourceRow("banking77-test-1", "banking77", "Hm", ("other",), "test"),
    )


def test_clinc150_joins_what_is_out_of_scope_to_its_splits(tmp_path: Path) -> None:
    found = read_clinc150(put(tmp_path, {f"clinc150/{name}": text for name, text in CLINC150.items()}))
    assert [row.split for row in found] == ["train", "val", "test"] * 2
    assert [row.labels for row in found] == [("time",)] * 3 + [("oos",)] * 3
    assert len({row.id for row in found}) == 6


def test_dstc11_rows_have_the_domain_of_their_file(tmp_path: Path) -> None:
    line = json.dumps({"id": "4", "text": "Add my son.", "labels": ["AddDependent"]})
    found = read_dstc11(put(tmp_path, {"dstc11/banking.jsonl": "", "dstc11/insurance.jsonl": f"{line}\n\n"}))
    assert found == (SourceRow("dstc11-insurance-1", "dstc11", "Add my son.", ("AddDependent",), domain="insurance"),)


@pytest.mark.parametrize("line", ["{", "[]", '{"text": "no labels"}'])
def test_a_line_of_dstc11_that_is_no_row_is_named(tmp_path: Path, line: str) -> None:
    with pytest.raises(DataError, match="line 2"):
        read_dstc11(put(tmp_path, {"banking.jsonl": f"\n{line}", "insurance.jsonl": ""}))


def test_multidogo_groups_by_conversation_and_keeps_its_domain(tmp_path: Path) -> None:
    first, second = read_multidogo(put(tmp_path, MULTIDOGO))
    assert (first.labels, first.group, first.domain, first.split) == (("seat", "pass"), "7-x", "airline", "dev")
    assert second.labels == ()
    assert first.id != second.id


def test_goemotions_names_emotions_and_keeps_odd_line_ends_inside_comments(tmp_path: Path) -> None:
    found = read_goemotions(put(tmp_path, GOEMOTIONS))
    assert [(row.text, row.labels, row.split) for row in found] == [
        ("So\x85glad", ("joy",), "train"),
        ("Oh", ("joy", "anger"), "train"),
        ("No", ("anger",), "dev"),
    ]


def test_nlupp_rows_carry_their_fold_and_domain(tmp_path: Path) -> None:
    files: dict[str, Any] = {"ontology.json": {"intents": {"thank": {"description": "thanks", "domain": ["general"]}}}}
    for domain in DOMAINS:
        files |= {f"{domain}/fold{fold}.json": [{"text": "ta", "intents": ["thank"]}] for fold in range(FOLDS)}
    found = nlupp_rows(put(tmp_path, files))
    assert len(found) == len({row.id for row in found}) == 2 * FOLDS
    assert found[-1] == SourceRow("nlupp-hotels-19-0", "nlupp", "ta", ("thank",), "fold19", domain="hotels")


@pytest.mark.parametrize("name", READERS)
def test_a_folder_without_the_data_names_the_missing_file(name: str, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=f"{name}.* is missing"):
        READERS[name](tmp_path)


@pytest.mark.parametrize(
    ("name", "files", "message"),
    [
        ("banking77", BANKING77 | {"test.csv": "intent,text\n"}, r"test\.csv: its first line"),
        ("banking77", BANKING77 | {"test.csv": ""}, r"test\.csv: its first line"),
        ("banking77", BANKING77 | {"test.csv": "text,intent\nHm,a\nsecret\n"}, r"test\.csv: row 2 is not"),
        ("banking77", BANKING77 | {"test.csv": 'text,intent\n"secret,a\n'}, r"test\.csv is not CSV"),
        ("clinc150", {"data_full.json": {"train": []}}, r"data_full\.json does not hold the splits"),
        ("clinc150", {"data_full.json": "{"}, r"data_full\.json is not JSON"),
        ("clinc150", {"data_full.json": CLINC150["data_full.json"] | {"val": [["secret"]]}}, "val, row 0 is not"),
        ("clinc150", {"data_full.json": CLINC150["data_full.json"] | {"val": {}}}, "val is not a list"),
        ("multidogo", {"conversations.json": "secret"}, r"conversations\.json is not JSON"),
        ("multidogo", {"conversations.json": {}}, r"conversations\.json is not a list"),
        ("multidogo", {"conversations.json": [CHAT, CHAT | {"text": None}]}, "row 1 lacks"),
        ("multidogo", {"conversations.json": [CHAT | {"labels": "seat"}]}, "row 0 has no list"),
        ("goemotions", GOEMOTIONS | {"dev.tsv": "secret\t2\ta\n"}, r"dev\.tsv: row 0 is not"),
        ("goemotions", GOEMOTIONS | {"dev.tsv": "secret\n"}, r"dev\.tsv: row 0 is not"),
    ],
)
def test_a_file_of_another_form_is_named_without_its_content(
    name: str, files: dict[str, Any], message: str, tmp_path: Path
) -> None:
    with pytest.raises(DataError, match=message) as raised:
        READERS[name](put(tmp_path, files))
    assert "secret" not in str(raised.value)


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    put(tmp_path, BANKING77 | GOEMOTIONS)
    for name in ("test.csv", "dev.tsv"):
        (tmp_path / name).write_bytes(b"text,intent\n\xff,a\n")
    with pytest.raises(DataError, match=r"test\.csv is not CSV in UTF-8"):
        read_banking77(tmp_path)
    with pytest.raises(DataError, match=r"dev\.tsv is not UTF-8"):
        read_goemotions(tmp_path)
