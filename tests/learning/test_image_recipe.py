"""The recipe of the image bundle's heads: which rows it takes, and how its check reads tags."""

from __future__ import annotations

from pathlib import Path

import pytest

from layers.image_model.check import labels_of
from layers.image_model.heads import taxonomy_of_images
from layers.image_model.image_rows import image_rows, training_rows
from tests.image_bundle import image


def test_val_and_a_source_left_out_are_not_learned_from(tmp_path: Path) -> None:
    images = tmp_path / "images"
    (images / "cards").mkdir(parents=True)
    lines = ["source,file,split,tags,group"]
    for number in range(12):
        source = "cards" if number % 2 else "grocery"
        name = f"cards/{number}.png"
        (images / name).write_bytes(image("other", above=number))
        lines.append(f"{source},{name},{'val' if number < 2 else 'train'},{'ace' if number % 2 else 'fruit|kiwi'},")
    (images / "labels.csv").write_text("\n".join(lines) + "\n")
    rows = image_rows(tmp_path, taxonomy_of_images())
    assert [row.split == "val" for row in rows] == [number < 2 for number in range(12)]
    assert {row.split for row in rows} <= {"train", "calibration", "val"}
    assert len(training_rows(rows)) == 10
    assert {row.source for row in training_rows(rows, "cards")} == {"grocery"}
    assert rows[0].labels == {"grocery", "fruit", "kiwi"}


@pytest.mark.parametrize(
    ("tag", "labels"),
    [
        ("t-shirt", ("t_shirt",)),
        ("variety:royal-gala", ("royal_gala",)),
        ("variety:yellow-onion", ("onion",)),
        ("brand:arla", ("brand_arla",)),
        ("packages", ("package",)),
        ("orange", ("orange", "orange_bell_pepper")),
        ("footwear", ("shoes",)),
    ],
)
def test_a_tag_is_told_by_labels_of_the_taxonomy(tag: str, labels: tuple[str, ...]) -> None:
    assert labels_of(tag) == labels
    assert set(labels) <= set(taxonomy_of_images().labels)
