"""Training rows and test texts of `tagging benchmark unknown`: texts with a label, and texts that fit none.

CLINC150 (30 of its intents, 20 rows each), both domains of DSTC11 track 2, banking with one row a label too, and both
domains of NLU++ in its regime low, which is multilabel; each split draws other rows.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Literal, get_args

import numpy as np

from tagging.learning.data import (
    DSTC11_DOMAINS,
    Domain,
    Example,
    SourceRow,
    annotations_of,
    id_of,
    normalised,
    official_runs,
    read_clinc150,
    read_dstc11,
    read_nlupp,
    words_of,
)
from tagging.learning.numeric import Ints, split
from tagging.taxonomy import Head, Label, Taxonomy

HeadKind = Literal["multilabel", "multiclass"]
INTENTS, ROWS_PER_INTENT = 30, 20
OUT_OF_SCOPE = "oos"
MAIL_SIZES = (2, 4, 8)
MAX_TEXTS = 1000
TRAIN_SHARE = 0.6
NEAR_DUPLICATE = 0.6
"""Jaccard similarity of two texts' words from which they are on the same side of a split."""
IN_BOTH_DOMAINS = {
    "insurance": {"CheckAccountBalance", "ChangeAddress", "CreateAccount", "ReportBillingIssue"},
    "banking": {"CheckAccountBalance", "UpdateStreetAddress", "OpenBankingAccount", "DisputeCharge"},
}
"""Intents of each domain that the other one has too: texts with them are not out of scope there."""


@dataclass(frozen=True)
class UnknownTest:
    """Rows to train on, rows with labels to test on, and texts that fit no label."""

    train: Sequence[Example]
    test: Sequence[Example]
    unfit: Mapping[str, Sequence[str]]
    """Texts that fit no label, by their kind."""
    taxonomy: Taxonomy
    without_rows: bool
    """Whether it is learned from names and descriptions alone, too."""
    sources: Collection[str]
    """The data sets of all these texts: background rows of them must not be used."""


def clinc150(data: Path, seed: int, kind: HeadKind) -> UnknownTest:
    """Some intents to learn; out-of-scope rows, alone and as mails, and rows of the other intents fit none of them."""
    random, rows = np.random.default_rng(seed), read_clinc150(folder_of(data, "clinc150"))
    intents = sorted({row.labels[0] for row in rows} - {OUT_OF_SCOPE})
    chosen = {intents[index] for index in random.permutation(len(intents))[:INTENTS]}
    train = [row for row in rows if row.split == "train"]
    of_intent = {intent: [row for row in train if row.labels == (intent,)] for intent in sorted(chosen)}
    drawn = [own[index] for own in of_intent.values() for index in random.permutation(len(own))[:ROWS_PER_INTENT]]
    out_of_scope = [row.text for row in rows if row.labels == (OUT_OF_SCOPE,)]
    tested = [row for row in rows if row.split == "test" and row.labels != (OUT_OF_SCOPE,)]
    others = [row.text for row in tested if row.labels[0] not in chosen]
    return UnknownTest(
        train=examples_of(drawn),
        test=examples_of([row for row in tested if row.labels[0] in chosen]),
        unfit={
            "out-of-scope rows": out_of_scope,
            f"rows of the other {len(intents) - len(chosen)} intents": _drawn(others, random),
            **{f"mails of {size} out-of-scope rows": _mails(out_of_scope, size, random) for size in MAIL_SIZES},
        },
        taxonomy=taxonomy_of([row.labels[0] for row in drawn], kind),
        without_rows=False,
        sources=("clinc150",),
    )


def dstc11(data: Path, seed: int, kind: HeadKind, *, domain: str) -> UnknownTest:
    """One domain to learn; the texts of the other fit none of its labels, without the intents that both have."""
    rows = read_dstc11(folder_of(data, "dstc11"))
    own = [row for row in rows if row.domain == domain]
    others = [row for row in rows if row.domain != domain and row.labels[0] not in IN_BOTH_DOMAINS[row.domain]]
    examples = examples_of(own)
    labels = sorted({label for row in examples for label in row.labels})
    groups = near_duplicates([row.text for row in examples])
    part = split(annotations_of(examples, labels).positive, [TRAIN_SHARE, 1 - TRAIN_SHARE], seed, groups)
    return UnknownTest(
        train=[row for row, index in zip(examples, part, strict=True) if index == 0],
        test=[row for row, index in zip(examples, part, strict=True) if index == 1],
        unfit={
            "texts of the other domain": [row.text for row in others],
            "out-of-scope rows of CLINC150": _drawn(_out_of_scope(data), np.random.default_rng(seed)),
        },
        taxonomy=taxonomy_of([row.labels[0] for row in own], kind),
        without_rows=True,
        sources=("dstc11", "clinc150"),
    )


def one_row_each(data: Path, seed: int, kind: HeadKind) -> UnknownTest:
    """One row for each label of DSTC11 banking to learn, all others to test; the other domain fits none."""
    test, random = dstc11(data, seed, kind, domain="banking"), np.random.default_rng(seed)
    rows = [*test.train, *test.test]
    drawn = set()
    for label in test.taxonomy.labels:
        holding = sorted(row.id for row in rows if label in row.labels)
        drawn.add(holding[int(random.integers(len(holding)))])
    return replace(
        test,
        train=[row for row in rows if row.id in drawn],
        test=[row for row in rows if row.id not in drawn],
        without_rows=False,
    )


def nlupp(data: Path, seed: int, kind: HeadKind, *, domain: Domain) -> UnknownTest:  # noqa: ARG001 - always multilabel
    """About 100 rows of one domain to learn, the rows of the other 19 folds to test; CLINC150 has the rest."""
    domain_rows = read_nlupp(folder_of(data, "nlupp"), domain)
    run = next(islice(official_runs("low", domain_rows.folds), seed, None))
    labels = tuple(Label(id=label, description=domain_rows.descriptions[label]) for label in domain_rows.labels)
    return UnknownTest(
        train=[row for row, chosen in zip(domain_rows.rows, run.train, strict=True) if chosen],
        test=[row for row, chosen in zip(domain_rows.rows, run.test, strict=True) if chosen],
        unfit={"out-of-scope rows of CLINC150": _drawn(_out_of_scope(data), np.random.default_rng(seed))},
        taxonomy=Taxonomy(version=1, heads=(Head(id="intent", kind="multilabel", labels=labels),)),
        without_rows=False,
        sources=("nlupp", "clinc150"),
    )


def _out_of_scope(data: Path) -> list[str]:
    rows = read_clinc150(folder_of(data, "clinc150"))
    return [row.text for row in rows if row.labels == (OUT_OF_SCOPE,)]


def taxonomy_of(names: Sequence[str], kind: HeadKind) -> Taxonomy:
    """One head; the labels' names as words are their descriptions."""
    labels = tuple(Label(id=label, description=words_of(label)) for label in sorted({id_of(name) for name in names}))
    return Taxonomy(version=1, heads=(Head(id="topic", kind=kind, labels=labels),))


def near_duplicates(texts: Sequence[str]) -> Ints:
    """A number per text, equal for texts that are linked by word sets of a similarity of NEAR_DUPLICATE or more."""
    words = [set(normalised(text).split()) for text in texts]
    groups = np.arange(len(texts))
    for one, own in enumerate(words):
        for other in range(one):
            both = len(own & words[other])
            if both and both >= NEAR_DUPLICATE * len(own | words[other]):
                groups[groups == groups[one]] = groups[other]
    return groups


def examples_of(rows: Sequence[SourceRow]) -> list[Example]:
    """The rows with ids for labels."""
    return [Example(row.id, row.text, frozenset(map(id_of, row.labels)), source=row.source) for row in rows]


def _drawn(texts: Sequence[str], random: np.random.Generator) -> list[str]:
    return [texts[index] for index in random.permutation(len(texts))[:MAX_TEXTS]]


def _mails(texts: Sequence[str], size: int, random: np.random.Generator) -> list[str]:
    """Each text in one mail of `size` texts."""
    order = random.permutation(len(texts))
    sentences = [f"{text[:1].upper()}{text[1:]}".rstrip(".?! ") + "." for text in texts]
    return [" ".join(sentences[index] for index in order[start : start + size]) for start in range(0, len(texts), size)]


def folder_of(data: Path, source: str) -> Path:
    """A source's folder in `data`, or in `data/text`."""
    inside = data / "text" / source
    return inside if inside.is_dir() else data / source


UNKNOWN_TESTS: Mapping[str, Callable[[Path, int, HeadKind], UnknownTest]] = {
    "CLINC150": clinc150,
    **{f"DSTC11 {domain}": partial(dstc11, domain=domain) for domain in DSTC11_DOMAINS},
    "DSTC11 banking, one row a label": one_row_each,
    **{f"NLU++ {domain}, low": partial(nlupp, domain=domain) for domain in get_args(Domain)},
}
"""Name -> the test of one split, from the data folder, the split's seed and the kind of the head; raises DataError."""
