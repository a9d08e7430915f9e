"""Images measured: figures, and a report that shows small copies of them."""

from __future__ import annotations

import json
import re
from base64 import b64decode
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from typer.testing import CliRunner

from tagging.cli.main import app
from tests.image_rows import write_images, write_rows_file


@pytest.fixture
def rows(tmp_path: Path) -> list[dict[str, Any]]:
    return write_images(tmp_path)


def run(*words: object, exit_code: int = 0) -> str:
    done = CliRunner(env={"COLUMNS": "200"}).invoke(app, [*map(str, words)])
    assert done.exit_code == exit_code, done.output
    return done.output if exit_code else done.stdout


def evaluated(bundle: Path, file: Path, *more: object) -> dict[str, Any]:
    result: dict[str, Any] = json.loads(run("evaluate", "--bundle", bundle, "--data", file, "--json", *more))
    return result


def test_labels_heads_and_parts_of_images_are_measured(
    image_bundle: Path, rows: list[dict[str, Any]], tmp_path: Path
) -> None:
    result = evaluated(image_bundle, write_rows_file(tmp_path / "rows.jsonl", rows))
    assert result["data"]["item"] == "picture"
    assert result["data"]["fully_labelled"] == 48
    heads = {head["id"]: head for head in result["heads"]}
    assert heads["kind"]["confusion"]["labels"] == ["garment", "grocery", "other", "(none)"]
    assert {part["column"] for part in result["slices"]} == {"source"}
    assert result["whole"]["micro_f1"]["value"] > 0.9


def test_a_head_is_measured_where_it_should_be_asked_and_a_label_not_asked_is_not_given(
    image_bundle: Path, rows: list[dict[str, Any]], tmp_path: Path
) -> None:
    # Called groceries although they are garments: what garments have was never asked of them.
    wrong = [row | {"labels": ["garment", "light_top"]} if row["source"] == "grocery" else row for row in rows]
    result = evaluated(image_bundle, write_rows_file(tmp_path / "rows.jsonl", wrong))
    heads = {head["id"]: head for head in result["heads"]}
    assert heads["garment_tags"]["rows"] == 32
    label = next(label for label in result["labels"] if label["id"] == "light_top")
    assert label["recall"]["value"] == pytest.approx(8 / 24, abs=1e-4)


def test_the_report_shows_small_copies_of_the_worst_mistakes(
    image_bundle: Path, rows: list[dict[str, Any]], tmp_path: Path
) -> None:
    wrong = [row | {"labels": ["other"]} if row["source"] == "grocery" else row for row in rows]
    page = tmp_path / "report.html"
    evaluated(image_bundle, write_rows_file(tmp_path / "rows.jsonl", wrong), "--report", page)
    told = page.read_text()
    assert "Of 100 images like these" in told
    assert "img-src data:" in told
    copies = re.findall(r'src="data:image/webp;base64,([^"]+)"', told)
    assert len(copies) >= 10
    with Image.open(BytesIO(b64decode(copies[0]))) as copy:
        assert copy.size == (128, 96)


def test_a_bundle_of_the_other_kind_is_refused_in_one_line(
    rows: list[dict[str, Any]], tmp_path: Path, root: Path
) -> None:
    file = write_rows_file(tmp_path / "rows.jsonl", [row | {"labels": []} for row in rows])
    mails = root / "layers/mail_model/bundle"
    assert "this bundle is for mails and texts" in " ".join(
        run("evaluate", "--bundle", mails, "--data", file, exit_code=2).replace("\u2502", " ").split()
    )


def test_two_bundles_are_compared_on_images(image_bundle: Path, rows: list[dict[str, Any]], tmp_path: Path) -> None:
    file = write_rows_file(tmp_path / "rows.jsonl", rows)
    result = json.loads(run("compare", image_bundle, image_bundle, "--data", file, "--json"))
    assert (result["safe"], result["rows"]) == (True, 48)


def test_a_folder_of_images_becomes_a_bundle_by_three_commands(tmp_path: Path, image_bundle: Path) -> None:
    rows = write_images(tmp_path / "photos")
    table = "".join(f"{row['path']},{'|'.join(row['labels'])}\n" for row in rows)
    (tmp_path / "photos/labels.csv").write_text(f"file,labels\n{table}")
    run("import", "images", tmp_path / "photos", "--out", tmp_path / "rows.jsonl", "--taxonomy", tmp_path / "t.yaml")
    assert "7 labels" in (tmp_path / "t.yaml").read_text()
    run("data", tmp_path / "rows.jsonl", "--taxonomy", tmp_path / "t.yaml")
    places = ("--out", tmp_path / "bundle", "--encoder", image_bundle / "encoder", "--cache", tmp_path / "features")
    names = ("--data", tmp_path / "rows.jsonl", "--taxonomy", tmp_path / "t.yaml")
    told = json.loads(run("train", *names, *places, "--json"))
    assert (told["kind"], told["rows"]) == ("image", 48)
    assert "pooling: the whole image" in run("train", *names, *places)


def test_the_report_distinguishes_labels_of_heads_that_did_not_run(
    image_bundle: Path, rows: list[dict[str, Any]], tmp_path: Path
) -> None:
    wrong = [row | {"labels": ["garment", "light_top"]} if row["source"] == "grocery" else row for row in rows]
    page = tmp_path / "report.html"
    evaluated(image_bundle, write_rows_file(tmp_path / "rows.jsonl", wrong), "--report", page)
    told = page.read_text()
    assert '<span class="quiet">holds, head did not run</span><span class="chip lacking">light_top</span>' in told
