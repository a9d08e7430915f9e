"""The recipe of the background that ships: texts of the open data sets, as features.

Run in an environment with the extras `cli` and `learning`; `--data` is the folder that holds the sources' folders:
`python -m layers.mail_model.background --data DIR`
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from layers.mail_model.desk_rows import HERE, folder_of, is_plain
from tagging.learning.data import READERS, SourceRow, normalised, read_dstc11
from tagging.learning.features import (
    Encoded,
    ItemTexts,
    compose_background,
    encode_all,
    encode_background,
    item_texts,
    public_grams,
    write_background,
)
from tagging.model import load_encoder

FILE = HERE / "background.npz"
READ = READERS | {"dstc11": read_dstc11}
ROWS = {"clinc150": 400, "goemotions": 170, "banking77": 80, "nlupp": 120, "multidogo": 60, "dstc11": 60}
LICENCES = {
    "clinc150": "CLINC150 (Larson et al. 2019), CC BY 3.0",
    "goemotions": "GoEmotions (Demszky et al. 2020), Apache-2.0",
    "banking77": "BANKING77 (Casanueva et al. 2020), CC BY 4.0",
    "nlupp": "NLU++ (Casanueva et al. 2022), CC BY 4.0",
    "multidogo": "MultiDoGO (Peskov et al. 2019), CDLA-Permissive-1.0",
    "dstc11": "DSTC11 track 2 (Gung et al. 2023), CDLA-Permissive-2.0",
}
TESTED = {"test", "dev", "fold18", "fold19"}
"""Splits of which no row is taken."""
MAX_SENTENCES = 6


def read_items(data: Path, seed: int = 0) -> dict[str, list[ItemTexts]]:
    """Rows of each source, spread over its labels. Raises DataError."""
    random = np.random.default_rng(seed)
    return {source: _drawn(READ[source](folder_of(data, source)), most, random) for source, most in ROWS.items()}


def _drawn(rows: Sequence[SourceRow], most: int, random: np.random.Generator) -> list[ItemTexts]:
    """At most so many short rows that are in no test split, spread evenly over the labels, each text once."""
    by_label: dict[str, list[str]] = {}
    for index in random.permutation(len(rows)):
        row = rows[index]
        if row.split not in TESTED and row.labels and (row.source != "goemotions" or is_plain(row)):
            by_label.setdefault(row.domain + row.labels[0], []).append(row.text)
    drawn: dict[str, ItemTexts] = {}
    while len(drawn) < most and by_label:
        for label in sorted(by_label):
            text = by_label[label].pop()
            if not by_label[label]:
                del by_label[label]
            item = item_texts(text)
            if len(item.sentences) <= MAX_SENTENCES:
                drawn.setdefault(normalised(text), item)
    return list(drawn.values())[:most]


def read_public(data: Path, pieces: Callable[[str], Sequence[str]]) -> dict[str, NDArray[np.uint32]]:
    """Source -> n-grams that five of its training rows have: they are nobody's secret, and any version may hold them.

    Not of NLU++, by which n-grams of few rows are measured.
    """
    public = {}
    for source in ROWS.keys() - {"nlupp"}:
        texts = {row.text for row in READ[source](folder_of(data, source)) if row.split not in TESTED}
        public[source] = public_grams(pieces(text) for text in sorted(texts))
    return public


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the folder that holds the sources' folders")
    parser.add_argument("--encoder", type=Path, default=HERE / "bundle" / "encoder")
    parser.add_argument("--cache", type=Path, help="a folder that keeps features")
    options = parser.parse_args()
    encoder, version = load_encoder(options.encoder)

    def encode(texts: Sequence[str]) -> Encoded:
        return encode_all(encoder, texts, options.cache, version)

    background = encode_background(compose_background(read_items(options.data)), encode, version, LICENCES)
    background = replace(background, public=read_public(options.data, encoder.pieces))
    write_background(FILE, background)
    texts = len(background.items.encoded.dense)
    print(f"{FILE}: {len(background.groups)} items of {texts} texts, {FILE.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
