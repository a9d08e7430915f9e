"""Training rows and test mails of `tagging benchmark mail`: mails composed of NLU++ utterances, and MultiDoGO.

NLU++ folds 0 to 14 train and 15 to 17 test. Folds 18 and 19 belong to the shipped bundle and are not used here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tagging.learning.data import DOMAINS, Domain, Example, annotations_of, id_of, read_multidogo, read_nlupp
from tagging.learning.numeric import Annotations
from tagging.learning.training import BY_HALF, PhraseKind, Style, compose_mails, mail_annotations
from tagging.taxonomy import Head, Label, Taxonomy

TRAINING_FOLDS, TEST_FOLDS = range(15), range(15, 18)
MAX_CONVERSATIONS = 3000
STYLE = Style(BY_HALF["benchmark"], times=6, bare=0.0, opened=1.0)
"""Greeting, opening and ending in every mail; six mails per utterance, to average over their combinations."""
PHRASE_LABELS: dict[PhraseKind, tuple[str, ...]] = {"greeting": ("greet",), "ending": ("end_call", "thank")}
"""NLU++ labels that an added phrase may express by chance: unknown in mails that have such a phrase."""


@dataclass(frozen=True)
class MailTest:
    """Rows to train on, and mails to test on."""

    name: str
    rows: Sequence[Example]
    texts: Sequence[str]
    annotations: Annotations
    taxonomy: Taxonomy
    repeats: int = 1
    """Number of mails that contain a test row: label counts are divided by it."""


def mail_tests(data: Path) -> Iterator[MailTest]:
    """Both domains of NLU++, then MultiDoGO. Raises DataError."""
    for domain in DOMAINS:
        yield composed_mails(data, domain)
    yield conversations(data)


def composed_mails(data: Path, domain: Domain) -> MailTest:
    """Train on one domain's utterances, test on mails of one to three of its held-out utterances."""
    source = read_nlupp(data, domain)
    test = [row for row, fold in zip(source.rows, source.folds, strict=True) if fold in TEST_FOLDS]
    mails = compose_mails([row.text for row in test], np.zeros(len(test), dtype=np.int64), STYLE, seed=1)
    annotations = mail_annotations(mails, annotations_of(test, source.labels))
    for kind, labels in PHRASE_LABELS.items():
        has_phrase = np.array([kind in mail.phrases for mail in mails])
        for column in [source.labels.index(label) for label in labels if label in source.labels]:
            annotations.observed[:, column] &= annotations.positive[:, column] | ~has_phrase
    return MailTest(
        name=f"NLU++ {domain}, composed mails",
        rows=[row for row, fold in zip(source.rows, source.folds, strict=True) if fold in TRAINING_FOLDS],
        texts=[mail.text for mail in mails],
        annotations=annotations,
        taxonomy=_taxonomy({label: source.descriptions[label] for label in source.labels}),
        repeats=STYLE.times,
    )


def conversations(data: Path) -> MailTest:
    """Train on MultiDoGO conversations that are labelled as wholes, test on those of its development split."""
    train, dev, taxonomy = conversation_rows(data)
    return MailTest(
        name="MultiDoGO, conversations labelled as wholes",
        rows=train,
        texts=[row.text for row in dev],
        annotations=annotations_of(dev, list(taxonomy.labels)),
        taxonomy=taxonomy,
    )


def conversation_rows(data: Path) -> tuple[list[Example], list[Example], Taxonomy]:
    """At most MAX_CONVERSATIONS rows to train on, and the rows of the development split. Raises DataError."""
    labelled = [row for row in read_multidogo(data) if row.labels]
    train, dev = (
        [Example(row.id, row.text, frozenset(map(id_of, row.labels))) for row in labelled if row.split == split]
        for split in ("train", "dev")
    )
    labels = sorted({label for row in train for label in row.labels})
    sample = np.random.default_rng(0).permutation(len(train))[:MAX_CONVERSATIONS]
    return [train[index] for index in sorted(sample)], dev, _taxonomy({label: label for label in labels})


def _taxonomy(descriptions: Mapping[str, str]) -> Taxonomy:
    """One head of independent labels."""
    labels = tuple(Label(id=label, description=description) for label, description in descriptions.items())
    return Taxonomy(version=1, heads=(Head(id="all", kind="multilabel", labels=labels),))
