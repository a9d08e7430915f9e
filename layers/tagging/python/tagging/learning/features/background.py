"""Background: texts that training takes to have none of a taxonomy's labels, as features, in one file."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from tagging.learning.data import DataError
from tagging.learning.features.background_texts import BackgroundTexts, compose_background, read_texts
from tagging.learning.features.encoded_items import EncodedItems, encode_items
from tagging.learning.features.features import FEWEST_ITEMS, Encoded
from tagging.learning.numeric import Bools, Floats32, Ints, WideRows
from tagging.model import Lexicon, n_grams

LEVELS = 127
"""Dense features are kept as whole numbers up to this, with a scale per text."""
FEATURES = ".npz"
SCHEMA = "tagging.background/1"
PUBLIC = "public_"
"""Before the name of a source: the array of its public n-grams."""


@dataclass(frozen=True)
class Background:
    """Items without labels; their texts are kept as features."""

    items: EncodedItems
    """Over `items.encoded`, whose pieces are empty: n-grams are in `grams`."""
    grams: tuple[NDArray[np.uint32], ...]
    """For each text, a hash of each of its n-grams."""
    groups: Ints
    """Items that have texts in common have the same number, from 0 [items]."""
    sources: tuple[str, ...]
    """Where each item comes from [items]."""
    encoder: str
    """The version of the encoder that made the features."""
    licences: Mapping[str, str]
    """Source -> its origin and licence."""
    public: Mapping[str, NDArray[np.uint32]] = field(default_factory=dict)
    """Source -> hashes of the n-grams that at least FEWEST_ITEMS of all its texts have."""

    def take(self, chosen: Bools) -> Background:
        """The items marked True."""
        sources = tuple(source for source, taken in zip(self.sources, chosen, strict=True) if taken)
        items = self.items.take(chosen)
        return Background(items, self.grams, self.groups[chosen], sources, self.encoder, self.licences, self.public)

    def without(self, sources: Collection[str]) -> Background:
        """The items, and the public n-grams, of other sources."""
        kept = self.take(np.array([source not in sources for source in self.sources], dtype=bool))
        return replace(kept, public={source: ids for source, ids in self.public.items() if source not in sources})

    def items_with(self, gram: str) -> int:
        """How many items have an n-gram in their texts; at least FEWEST_ITEMS where it is public."""
        number = gram_id(gram)
        return max(self._items_of_gram[number], FEWEST_ITEMS if number in self._public else 0)

    @cached_property
    def _public(self) -> frozenset[int]:
        return frozenset(number for ids in self.public.values() for number in ids.tolist())

    @cached_property
    def _items_of_gram(self) -> Counter[int]:
        texts_of: list[set[int]] = [{text} for text in self.items.full_texts.tolist()]
        for item, text in zip(self.items.item_of.tolist(), self.items.sentences.tolist(), strict=True):
            texts_of[item].add(text)
        return Counter(
            gram for texts in texts_of for gram in {gram for text in texts for gram in self.grams[text].tolist()}
        )

    def wide_features(self, lexicon: Lexicon) -> WideRows:
        """The features of all texts with this lexicon's columns, as `heads.wide_features` computes them."""
        column_of = {gram_id(gram): column for column, gram in enumerate(lexicon.grams)}
        frequency = np.array(lexicon.idf, dtype=np.float32)
        ends, columns, values = [0], [], [np.zeros(0, dtype=np.float32)]
        for ids in self.grams:
            known = sorted({column_of[number] for number in ids.tolist() if number in column_of})
            weights = frequency[known]
            columns += known
            length = np.float32(np.sqrt(np.sum(weights * weights))) if known else np.float32(1)
            values.append(weights * np.float32(lexicon.weight) / length)
            ends.append(len(columns))
        dense = self.items.encoded.dense
        cells = (np.concatenate(values), np.array(columns, dtype=np.int64), np.array(ends))
        rest = sparse.csr_array(cells, shape=(len(dense), len(lexicon.grams)), dtype=np.float32)
        width = dense.shape[1]
        return WideRows(dense, rest, np.arange(width), np.arange(width, width + len(lexicon.grams)))


def gram_id(gram: str) -> int:
    """A hash of an n-gram of word pieces, in 32 bits."""
    return int.from_bytes(hashlib.blake2s(gram.encode(), digest_size=4).digest(), "little")


def public_grams(texts: Iterable[Sequence[str]]) -> NDArray[np.uint32]:
    """Hashes of the n-grams that at least FEWEST_ITEMS of these texts, as word pieces, have."""
    count = Counter(gram for pieces in texts for gram in n_grams(pieces))
    return np.array(sorted({gram_id(gram) for gram, items in count.items() if items >= FEWEST_ITEMS}), dtype=np.uint32)


def encode_background(
    texts: BackgroundTexts,
    encode: Callable[[Sequence[str]], Encoded],
    encoder_version: str,
    licences: Mapping[str, str] | None = None,
) -> Background:
    """The background of these texts."""
    items = encode_items(texts.items, encode)
    grams = tuple(
        np.array(sorted({gram_id(gram) for gram in n_grams(pieces)}), dtype=np.uint32)
        for pieces in items.encoded.pieces
    )
    encoded = Encoded(items.encoded.dense, ())
    items = EncodedItems(encoded, items.full_texts, items.sentences, items.item_of)
    return Background(items, grams, texts.groups, tuple(texts.sources), encoder_version, licences or {})


def load_background(path: Path, encode: Callable[[Sequence[str]], Encoded], encoder_version: str) -> Background:
    """The background in a file of features, or of texts (see `read_texts`), for this encoder. Raises DataError."""
    if path.suffix != FEATURES:
        return encode_background(compose_background({path.name: read_texts(path)}), encode, encoder_version)
    background = read_background(path)
    if background.encoder != encoder_version:
        raise DataError(
            f"{path} holds features of encoder {background.encoder}, not of {encoder_version}: name a file of texts"
        )
    return background


def write_background(path: Path, background: Background) -> None:
    """Write the file; the same background gives the same bytes."""
    dense = background.items.encoded.dense
    scales = np.abs(dense).max(axis=1) / LEVELS
    about = {"schema": SCHEMA, "encoder": background.encoder, "licences": dict(background.licences)}
    names, source_of = np.unique(background.sources, return_inverse=True)
    public: dict[str, Any] = {PUBLIC + source: ids for source, ids in sorted(background.public.items())}
    with path.open("wb") as file:
        np.savez_compressed(
            file,
            about=np.array(json.dumps(about)),
            dense=np.rint(dense / np.maximum(scales, 1e-12)[:, None]).astype(np.int8),
            scales=scales.astype(np.float32),
            grams=np.concatenate(background.grams),
            gram_ends=np.cumsum([len(ids) for ids in background.grams]).astype(np.int32),
            full_texts=background.items.full_texts.astype(np.int32),
            sentences=background.items.sentences.astype(np.int32),
            item_of=background.items.item_of.astype(np.int32),
            groups=background.groups.astype(np.int32),
            source_names=names,
            source_of=source_of.astype(np.int32),
            **public,
        )


def read_background(path: Path) -> Background:
    """Read a file of `write_background`. Raises DataError."""
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        about = json.loads(str(arrays["about"]))
        if about["schema"] != SCHEMA:
            raise DataError(f"{path} is {about['schema']}, not {SCHEMA}")
        dense: Floats32 = arrays["dense"].astype(np.float32) * arrays["scales"][:, None]
        index = {name: arrays[name].astype(np.int64) for name in ("full_texts", "sentences", "item_of", "groups")}
        return Background(
            items=EncodedItems(Encoded(dense, ()), index["full_texts"], index["sentences"], index["item_of"]),
            grams=tuple(np.split(arrays["grams"], arrays["gram_ends"][:-1])),
            groups=index["groups"],
            sources=tuple(arrays["source_names"][arrays["source_of"]].tolist()),
            encoder=str(about["encoder"]),
            licences=dict(about["licences"]),
            public={name.removeprefix(PUBLIC): ids for name, ids in arrays.items() if name.startswith(PUBLIC)},
        )
    except FileNotFoundError:
        raise DataError(f"{path} is missing") from None
    except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile):
        raise DataError(f"{path} is not a background file of this program") from None
