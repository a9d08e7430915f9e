"""Tables as people export them: labels in lists, columns or rows, odd charsets and quotes, and files that are none."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from tagging.learning.data.importing.imported import Imported
from tagging.learning.data.importing.table_columns import ColumnNames
from tagging.learning.data.importing.table_rows import read_table_rows
from tagging.learning.data.rows import DataError

A, B, C = "I want my money back", "Where is my parcel?", "Cannot sign in"


def read(tmp_path: Path, content: str | bytes, named: ColumnNames | None = None) -> Imported:
    path = tmp_path / "mine.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_table_rows(path, named=named)


def labels(imported: Imported) -> list[set[str]]:
    return [set(row.labels) for row in imported.rows]


REFUND, DELIVERY, BOTH = {"refund"}, {"delivery"}, {"refund", "delivery"}


@pytest.mark.parametrize(
    ("both", "one"),
    [
        ('"[""refund"", ""delivery""]"', '"[""delivery""]"'),
        ("\"['refund', 'delivery']\"", "['delivery']"),
        ("['refund' 'delivery']", "['delivery']"),
        ("\"('refund', 'delivery')\"", "('delivery',)"),
        ("\"{'refund', 'delivery'}\"", "{'delivery'}"),
        ('"[refund, delivery]"', "[delivery]"),
        ('"{""refund"": true, ""delivery"": true, ""login"": false}"', '"{""delivery"": true}"'),
        ("refund; delivery", "delivery"),
        ("refund|delivery", "delivery"),
        ('"refund\ndelivery"', "delivery"),
        ('"refund, delivery"', "delivery"),
        ("refund / delivery", "delivery"),
        ("refund delivery", "delivery"),
        ("__refund__ | delivery |", "|delivery"),
    ],
)
def test_several_labels_in_a_cell_are_parted(tmp_path: Path, both: str, one: str) -> None:
    one_cell = f'"{one}"' if "," in one and not one.startswith('"') else one
    imported = read(tmp_path, f"text,labels\n{A},{both}\n{B},{one_cell}\n{C},refund\n")
    assert labels(imported) == [BOTH, DELIVERY, REFUND]


def test_names_with_a_comma_are_parted_only_where_their_parts_are_labels(tmp_path: Path) -> None:
    table = f'text,labels\n{A},"refund, delivery"\n{B},"delivery, login"\n'
    assert labels(read(tmp_path, table)) == [BOTH, {"delivery", "login"}]
    kept = read(tmp_path, f'text,labels\n{A},"Cards, lost"\n{B},"Cards, stolen"\n')
    assert labels(kept) == [{"cards_lost"}, {"cards_stolen"}]
    assert 'the label "Cards, lost" was taken for one name' in str(kept.problems[0])


def test_a_list_that_holds_no_names_is_refused(tmp_path: Path) -> None:
    imported = read(tmp_path, f'text,labels\n{A},"[{{""name"": ""refund""}}]"\n{B},delivery\n')
    assert labels(imported) == [DELIVERY]
    assert "a list of lists or of objects; write their names, joined by |" in str(imported.problems[0])


@pytest.mark.parametrize(
    ("table", "unknown"),
    [
        (f"text,refund,delivery\n{A},1,0\n{B},0,1\n{C},1,1\n", set()),
        (f"text,refund,delivery\n{A},1.0,0.0\n{B},0.0,1.0\n{C},1.0,1.0\n", set()),
        (f"text;refund;delivery\n{A};x;\n{B};;X\n{C};x;x\n", set()),
        (f"refund\tdelivery\ttext\nTRUE\tFALSE\t{A}\nFalse\tTrue\t{B}\ntrue\ttrue\t{C}\n", set()),
        (f"text,agent,refund,delivery\n{A},ann,yes,no\n{B},bob,no,yes\n{C},bob,yes,yes\n", set()),
        (f"text,refund,delivery\n{A},1,\n{B},0,1\n{C},1,1\n", {"delivery"}),
    ],
)
def test_a_column_for_each_label_is_read(tmp_path: Path, table: str, unknown: set[str]) -> None:
    imported = read(tmp_path, table)
    assert labels(imported) == [REFUND, DELIVERY, BOTH]
    assert set(imported.rows[0].unknown) == unknown
    assert "labels are the columns refund, delivery" in imported.notes


def test_a_label_that_no_row_has_is_a_column_among_the_others(tmp_path: Path) -> None:
    imported = read(tmp_path, f"text,refund,login,delivery,never,number\n{A},1,0,0,0,5\n{B},0,0,1,0,6\n")
    assert imported.notes == ("labels are the columns refund, login, delivery, never",)
    assert imported.rows[0].extra == {"number": "5"}


@pytest.mark.parametrize(
    "table",
    [
        f"id,text,labels\n1,{A},refund\n1,{A},delivery\n2,{B},delivery\n",
        f"text,labels\n{A},refund\n{B},delivery\n{A},delivery\n",
        f"id,text,labels\n1,{A},refund\n1,,delivery\n2,{B},delivery\n",
        f",text,labels\n0,{A},refund\n0,{A},delivery\n1,{B},delivery\n",
        f"ticket_id,text,labels\n7,{A},delivery\n7,{A},refund\n8,{B},delivery\n",
    ],
)
def test_a_row_for_each_label_becomes_one_row_an_item(tmp_path: Path, table: str) -> None:
    imported = read(tmp_path, table)
    assert labels(imported) == [BOTH, DELIVERY]
    assert "rows that repeat an item with a further label: 1, joined" in imported.notes


def test_a_text_that_is_labelled_twice_among_many_stays_two_rows(tmp_path: Path) -> None:
    rows = "".join(f"text number {number},refund\n" for number in range(50))
    assert len(read(tmp_path, f"text,labels\n{A},refund\n{A},delivery\n{rows}").rows) == 52


@pytest.mark.parametrize(
    "content",
    [
        "sep=;\r\nText;Labels\r\nGröße, 5 €;refund\r\n".encode("utf-8-sig"),
        '"sep=;"\ntext;labels\nGröße, 5 €;refund\n'.encode(),
        "sep=;\r\ntext;labels\r\nGröße, 5 €;refund\r\n".encode("utf-16"),
        b"\xfe\xff" + "text\tlabels\nGröße, 5 €\trefund\n".encode("utf-16-be"),
        'text,labels\n"Größe, 5 €",refund\n'.encode("utf-32"),
        "text;labels\nGröße, 5 €;refund\n".encode("cp1252"),
        "'text','labels'\n'Größe, 5 €','refund'\n".encode(),
        "text|labels\nGröße, 5 €|refund\n".encode(),
        'text, labels\n"Größe, 5 €", "refund"\n'.encode(),
    ],
    ids=["sep=", "quoted sep=", "UTF-16 sep=", "UTF-16 BE", "UTF-32", "Windows-1252", "apostrophes", "bar", "spaces"],
)
def test_charset_and_delimiter_are_those_of_the_program(tmp_path: Path, content: bytes) -> None:
    imported = read(tmp_path, content)
    assert [row.text for row in imported.rows] == ["Größe, 5 €"]
    assert labels(imported) == [REFUND]


def test_utf_16_without_a_bom_is_read(tmp_path: Path) -> None:
    imported = read(tmp_path, f"text\tlabels\n{A}\trefund\n".encode("utf-16-le"))
    assert (imported.rows[0].text, labels(imported)) == (A, [REFUND])


def test_words_for_nothing_are_empty_cells(tmp_path: Path) -> None:
    imported = read(tmp_path, f",text,labels,agent\n0,{A},nan,NULL\n1,{B},None,ann\n2,NaN,refund,bob\n3,{C},N/A,n/a\n")
    assert [(row.text, set(row.labels), dict(row.extra)) for row in imported.rows] == [
        (A, set(), {}),
        (B, set(), {"agent": "ann"}),
        (C, set(), {}),
    ]
    assert "cells hold N/A, NULL, NaN, None, n/a, nan, and were read as empty" in imported.notes[0]
    assert [problem.message for problem in imported.problems] == ["has no text"]


@pytest.mark.parametrize(
    ("table", "text"),
    [
        (f"Subject,Body,Category\nHello,{A},refund\n", f"Hello\n{A}"),
        (f"Ticket ID,Title,Ticket Description,Intent\n1,Hello,{A},refund\n", f"Hello\n{A}"),
        (f"ticket,customer_comment,tags\n17,{A},refund\n", A),
        (f"Betreff;Nachricht;Kategorie\nHallo;{A};refund\n", f"Hallo\n{A}"),
        (f"subject,label\n{A},refund\n", A),
        (f"text,label,label_text\n{A},0,refund\n", A),
        (f"text,label_1,label_2\n{A},refund,\n", A),
    ],
)
def test_columns_are_found_by_their_names(tmp_path: Path, table: str, text: str) -> None:
    imported = read(tmp_path, table)
    assert (imported.rows[0].text, labels(imported)) == (text, [REFUND])


def test_columns_can_be_named(tmp_path: Path) -> None:
    table = f"a,b,c,d\n{A},refund,1,x y\n{B},delivery,0,y z\n"
    imported = read(tmp_path, table, ColumnNames("A", ("b", "c")))
    assert labels(imported) == [{"refund", "c"}, {"delivery"}]
    assert imported.rows[0].extra == {"d": "x y"}
    with pytest.raises(DataError, match="row 1: no column e; it has: a, b, c, d"):
        read(tmp_path, table, ColumnNames("e", ("b",)))


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (f"description,comment,labels\n{A},{B},refund\n", "any of the columns description, comment; name it by --text"),
        (
            f"text,category,intent\n{A},refund,x y\n",
            "any of the columns category, intent; name it, or several, by --label",
        ),
        (f"{A},refund\n{B},delivery\n", "no column text; it has: I want my money back, refund"),
    ],
)
def test_columns_that_could_be_meant_are_named_and_none_is_guessed(tmp_path: Path, table: str, message: str) -> None:
    with pytest.raises(DataError, match=message):
        read(tmp_path, table)


@pytest.mark.parametrize(
    "table",
    [
        f'text,labels\n"{A},refund\n"{B}",delivery\n{C},login\n',
        f'labels,text\nrefund,"{A}\ndelivery,{B}\nlogin,{C}\n',
        f'text,labels\n"{A} ""now,refund\n{B},delivery\n"{C}",login\n',
    ],
)
def test_a_quote_that_is_not_closed_costs_its_own_row_alone(tmp_path: Path, table: str) -> None:
    imported = read(tmp_path, table)
    assert [row.text for row in imported.rows] == [B, C]
    assert [(problem.row, problem.message.split(";")[0]) for problem in imported.problems] == [
        (2, "opens a quote that is not closed")
    ]


def test_quotes_within_texts_are_kept(tmp_path: Path) -> None:
    table = 'text,labels\n"He said \\"hi, you\\" and left",refund\n5" screen,delivery\n'
    assert [row.text for row in read(tmp_path, table).rows] == ['He said "hi, you" and left', '5" screen']


def zipped(name: str) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr(name, "application/vnd.oasis.opendocument.spreadsheet" if name == "mimetype" else "x")
    return data.getvalue()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (zipped("xl/workbook.xml"), "an Excel workbook; export the sheet as CSV"),
        (zipped("mimetype"), "an OpenDocument spreadsheet; export the sheet as CSV"),
        (zipped("Index/Document.iwa"), "a Numbers document; export the sheet as CSV"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "an old Excel workbook; export the sheet as CSV"),
        (b"PAR1" + bytes(8), "a Parquet file; write it as CSV"),
        (b"<html><table><tr><td>text</td></tr></table>", "markup"),
        (b'{"text": "a", "labels": []}\n', "JSON; write one object a line"),
        (b"\x1f\x8b\x08" + bytes(8), "compressed by gzip; unpack it first"),
        (bytes(100), "no text file; export the table as CSV"),
    ],
)
def test_other_files_are_refused_by_their_content(tmp_path: Path, content: bytes, kind: str) -> None:
    with pytest.raises(DataError, match=f"mine.csv is {kind}") as error:
        read(tmp_path, content)
    assert "\n" not in str(error.value)


def test_names_that_would_be_confused_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r'"C\+\+" and "C#" and "C" would be one label, c'):
        read(tmp_path, f"text,labels\n{A},C++\n{B},C++\n{C},C#\nx y,C\n")


def test_names_that_are_nearly_equal_are_named(tmp_path: Path) -> None:
    names = ["wifi", "wiifi", "Wi-Fi", "refund", "refunds", "login", "size s", "size m", "Lost", "lost ", "LOST!"]
    imported = read(tmp_path, "text,labels\n" + "".join(f"text {name},{name}\n" for name in names))
    told = " ".join(problem.message for problem in imported.problems)
    for pair in ('"wifi" (1 rows) and "wiifi"', '"Wi-Fi" (1 rows) and "wifi"', '"refund" (1 rows) and "refunds"'):
        assert pair in told
    assert '"LOST!" and "Lost" and "lost" were taken for one label, lost' in told
    assert "size" not in told


def test_labels_of_any_script_have_an_id_and_keep_their_name(tmp_path: Path) -> None:
    names = {
        "Größe": "grosse",
        "возврат денег": "vozvrat_deneg",
        "ίδιο": "idio",
        "환불": "hwanbul",
        "退款": "u9000_u6b3e",
        "שלום": "shinlamedvavmem",
        "A\u011fr\u0131": "agri",
        "😡": "pouting_face",
        "4. Stock": "label_4_stock",
    }
    imported = read(tmp_path, "text,labels\n" + "".join(f"text {name},{name}\n" for name in names))
    assert {name: label for label, name in imported.names.items()} == names
    assert imported.problems == ()


def test_a_label_as_long_as_a_text_is_named(tmp_path: Path) -> None:
    imported = read(tmp_path, f"text,labels\n{A},{'refund me please ' * 20}\n{B},delivery\n")
    assert all(len(label) <= 64 for row in imported.rows for label in row.labels)
    assert "is the text in the column of labels?" in str(imported.problems[0])
