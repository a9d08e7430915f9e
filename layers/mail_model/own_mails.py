"""Mails composed of sentences of our own writing: one or two acts between context, politeness and history.

Open data sets hold single requests, and most of a mail is context. Heads that never learned from context give it
labels, more of them the longer a mail is. The sentences of `own_mails.yaml` are dealt to POOLS; a mail is composed of
one pool, and all rows of a pool stay on one side of each training fold.
"""

from __future__ import annotations

from collections.abc import Iterator

from layers.mail_model.mail_composer import POOLS, REPORTS, Composer, Sentences
from tagging.learning.data import Example
from tagging.taxonomy import Taxonomy

SOURCE = "our mails"
ROUNDS, MAILS_PER_SENTENCE = 8, 2
"""Mails of each kind of act in each pool, at least, and for each of its sentences; as many mails of a few words."""
FAREWELL_ROUNDS = 60
"""Mails of a few words that only say goodbye, in each pool."""
THANKS_ROUNDS, TELLING_ROUNDS = 40, 40
"""Mails of each pool that only thank, and that only tell."""
AROUND_ACTS = ("context", "context", "context", "praise")
AROUND_REPORTS = ("context", "context", "trouble", "trouble")
AROUND_THANKS = ("context", "praise", "story", "story")
AROUND_NOTHING = ("context", "context", "context", "story")
"""Kinds of sentences in the body of a mail, each as likely as it is frequent here."""
ALONE = {
    "thanks": "only_closing",
    "farewell": "only_closing !",
    "context": "",
    "story": "",
    "statement": "",
    "notice": "!",
    "subject": "",
    "signature": "?only_closing !",
}
"""Kinds of sentences that are rows of their own, and their labels; with `!` no label of a pack holds."""


def mail_rows(taxonomy: Taxonomy, seed: int = 0) -> list[Example]:
    """All mails, and the sentences alone; most labels of packs are unknown, and of several acts the first counts."""
    in_packs = frozenset(taxonomy.labels) - frozenset(taxonomy.with_packs(()).labels)
    acts = [label for label in taxonomy.labels if taxonomy.head_of(label) == "speech_act"]
    sentences, rows = Sentences.read(), list[Example]()
    for pool in range(POOLS):
        dealt = sentences.dealt(pool)
        composer = Composer(dealt, seed + pool)
        for text, labels in [*_single_sentences(dealt), *_mails(dealt, composer), *_short_mails(dealt, composer)]:
            names = labels.replace("!", "").split()
            present = {name for name in names if name not in acts} | {*[act for act in acts if act in names][:1]}
            of_packs = frozenset[str]() if "!" in labels else in_packs
            unknown = of_packs | ({name[1:] for name in names if name.startswith("?")} - present)
            present -= {name for name in names if name.startswith("?")}
            row_id, group = f"{SOURCE}-{len(rows) + 1}", f"{SOURCE} {pool}"
            rows.append(Example(row_id, text, frozenset(present), unknown, source=SOURCE, group=group))
    return rows


def _single_sentences(sentences: Sentences) -> Iterator[tuple[str, str]]:
    by_kind = sentences.by_kind
    for labels, of_labels in [
        *sentences.acts.items(),
        *sentences.short.items(),
        *((labels, by_kind[kind]) for kind, labels in ALONE.items()),
    ]:
        for sentence in of_labels:
            yield from ((text, labels) for text in sentences.fillings(sentence))


def _mails(sentences: Sentences, composer: Composer) -> Iterator[tuple[str, str]]:
    for labels, of_labels in sentences.acts.items():
        for _ in range(max(ROUNDS, MAILS_PER_SENTENCE * len(of_labels))):
            matter, all_labels = composer.acts(labels)
            yield composer.mail(matter, AROUND_REPORTS if REPORTS in labels else AROUND_ACTS), all_labels
    for _ in range(THANKS_ROUNDS):
        yield composer.mail(composer.thanks(), AROUND_THANKS), "only_closing"
    for _ in range(TELLING_ROUNDS):
        yield composer.mail([], AROUND_NOTHING), ""


def _short_mails(sentences: Sentences, composer: Composer) -> Iterator[tuple[str, str]]:
    for labels, of_labels in sentences.short.items():
        for _ in range(MAILS_PER_SENTENCE * len(of_labels)):
            matter, all_labels = composer.short(labels)
            yield composer.few_words(matter), all_labels
    for _ in range(FAREWELL_ROUNDS):
        yield composer.few_words(composer.some(sentences.by_kind["farewell"], 2)), "only_closing"
