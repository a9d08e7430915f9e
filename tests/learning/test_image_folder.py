"""Folders of images with a table, and the open sets of images, to rows."""

from __future__ import annotations

from pathlib import Path

import pytest

from tagging.learning.data.importing.importers import IMPORTERS
from tagging.learning.data.row_fit import fit_row
from tagging.learning.data.rows import DataError, Example
from tagging.learning.data.taxonomies.taxonomy_file import read_taxonomy
from tests.image_bundle import image

KINDS = {"garment", "grocery", "screenshot", "other"}


def folder_with(folder: Path, table: str, *names: str) -> Path:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(image("garment"))
    (folder / "labels.csv").write_text(table)
    return folder


def test_a_table_of_ones_own_is_taken_as_it_is(tmp_path: Path) -> None:
    table = "file,labels,unknown,split,group,shop\na.png,T-Shirt|top,kids,test,g1,s1\nsub/b.png,,*,,,\n"
    found = IMPORTERS["images"](folder_with(tmp_path, table, "a.png", "sub/b.png"))
    one, other = found.rows
    assert (one.id, one.labels, one.unknown) == ("a.png", {"t_shirt", "top"}, {"kids"})
    assert (one.split, one.group, one.extra) == ("test", "g1", {"shop": "s1"})
    assert (other.id, other.labels, other.unknown) == ("sub/b.png", set(), {"*"})
    assert one.image
    assert one.image.path == tmp_path / "a.png"
    assert found.problems == ()


def test_rows_whose_image_cannot_be_read_are_all_told(tmp_path: Path) -> None:
    folder_with(tmp_path, "file,labels\na.png,x\nlost.png,x\n,x\nbad.png,x\n", "a.png")
    (tmp_path / "bad.png").write_text("no image")
    found = IMPORTERS["images"](tmp_path)
    assert [row.id for row in found.rows] == ["a.png"]
    assert [(problem.row, problem.message.split(":")[0]) for problem in found.problems] == [
        (3, "its image cannot be read; write its path from the folder of the table"),
        (4, "names no file"),
        (5, "its image cannot be tagged"),
    ]


def test_a_folder_without_a_table_or_its_columns_is_told_what_it_needs(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="is no folder"):
        IMPORTERS["images"](tmp_path / "nowhere")
    with pytest.raises(DataError, match=r"labels\.csv: cannot be read"):
        IMPORTERS["images"](tmp_path)
    (tmp_path / "labels.csv").write_text("image,labels\na.png,x\n")
    with pytest.raises(DataError, match="no column file"):
        IMPORTERS["images"](tmp_path)


OPEN_SETS = """\
source,file,split,tags,group
grocery,g1.png,train,citrus|fruit|orange,
grocery,g2.png,val,orange|pepper|variety:orange-bell-pepper|vegetables,
grocery,g3.png,train,brand:arla|dairy|lactose|medium-fat|milk|packages,
clothing,c1.png,train,clothing|top|t-shirt|kids,ann
clothing,c2.png,train,clothing|footwear|shoes,ann
clothing,c3.png,train,clothing|headwear|hat,bob
screenshots,s1.png,train,screenshot|dialog,f1
screenshots,s2.png,train,screenshot,f2
screenshots,s3.png,train,diagram,f3
aquarium,a1.png,train,fish|shark,
cards,k1.png,train,ace|king,
"""


@pytest.fixture
def rows(tmp_path: Path) -> dict[str, Example]:
    names = [line.split(",")[1] for line in OPEN_SETS.splitlines()[1:]]
    found = IMPORTERS["images"](folder_with(tmp_path, OPEN_SETS, *names))
    assert found.problems == ()
    return {row.id.removesuffix(".png"): row for row in found.rows}


def test_every_image_of_the_open_sets_has_one_kind(rows: dict[str, Example]) -> None:
    kinds = {name: (row.labels & KINDS) for name, row in rows.items()}
    assert {len(found) for found in kinds.values()} == {1}
    assert {name for name, found in kinds.items() if found == {"other"}} == {"s3", "a1", "k1"}
    assert rows["a1"].labels == {"other"}


def test_tags_become_labels_and_colours_no_fruit(rows: dict[str, Example]) -> None:
    assert rows["g1"].labels == {"grocery", "citrus", "fruit", "orange"}
    assert rows["g2"].labels == {"grocery", "pepper", "orange_bell_pepper", "vegetables"}
    assert rows["g3"].labels == {"grocery", "brand_arla", "dairy", "lactose_free", "medium_fat", "milk", "package"}
    assert rows["c2"].labels == {"garment", "shoes"}


def test_kids_is_unknown_where_a_sender_never_says_it(rows: dict[str, Example]) -> None:
    assert "kids" in rows["c1"].labels
    assert "kids" not in rows["c2"].unknown
    assert rows["c3"].unknown == {"kids"}


def test_what_a_screenshot_shows_is_unknown_where_its_description_names_nothing(rows: dict[str, Example]) -> None:
    assert (rows["s1"].labels, rows["s1"].unknown) == ({"screenshot", "dialog"}, set())
    assert rows["s2"].labels == {"screenshot"}
    assert {"dialog", "error", "menu"} < rows["s2"].unknown


def test_the_shipped_taxonomy_has_all_these_labels(rows: dict[str, Example], root: Path) -> None:
    taxonomy = read_taxonomy(root / "layers/image_model/taxonomy.yaml")
    assert all(fit_row(row, taxonomy).labels == row.labels for row in rows.values())
