"""A small shop: versions learned from a part of its table of messages, and mails drawn from the rest."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from functools import cache
from pathlib import Path

import numpy as np

from tagging.intake import StoredObject
from tagging.item import Facts, facts_of
from tagging.learning.data import IMPORTERS, Example
from tagging.learning.training import TrainRequest, train_bundle
from tagging.local import shipped_background, shipped_path
from tagging.mail import parse_mail
from tagging.model import Encoder, Features, Tagger, encode
from tagging.serving import version_id
from tagging.simulation.evidence import Bools
from tagging.simulation.rhythm import Floats, arrivals, wandering
from tagging.simulation.stage import Arrived
from tagging.simulation.story import Story
from tagging.simulation.traffic import HourOfItems
from tagging.start import load_bundle
from tagging.store import source_fields
from tagging.taxonomy import Head, Label, Taxonomy

TABLE = "events/examples/shop.csv"
LABELS = {
    "account": ("about the customer's account or password", "front_desk"),
    "damaged": ("something arrived broken or does not work", "workshop"),
    "delivery": ("asks where a parcel is or when it comes", "shipping"),
    "invoice": ("about an invoice or how to pay", "accounting"),
    "praise": ("says thank you or praises the shop", None),
    "refund": ("wants money back", "accounting"),
}
"""Description and route of each label."""
CRITICAL, DRIFTING = "refund", "damaged"
WEIGHTS = {"account": 0.7, "damaged": 0.5, "delivery": 1.4, "invoice": 1.0, "praise": 0.5, "refund": 1.0}
"""How often texts with a label arrive, relative to texts without any."""
LEARNED = (40, 96)
"""Rows that each version learns from; mails have the texts of the rows after the last one."""
NAMES = ("Ada", "Bilal", "Chiara", "Dmitri", "Elif", "Femi", "Greta", "Hugo", "Ines", "Jonas", "Kaya", "Luis")


def shop_taxonomy() -> Taxonomy:
    """Six labels of one head; money back is critical, and rows with it can be listed."""
    labels = tuple(
        Label(id=name, description=text, route=route, critical=name == CRITICAL, index=name == CRITICAL)
        for name, (text, route) in LABELS.items()
    )
    return Taxonomy(version=1, heads=(Head(id="topic", kind="multilabel", labels=labels),))


def shop_rows(seed: int) -> list[Example]:
    """The rows of the table in a drawn order."""
    rows = list(IMPORTERS["csv"](shipped_path(TABLE)).rows)
    return [rows[place] for place in np.random.default_rng(seed).permutation(len(rows))]


def train_versions(rows: Sequence[Example], encoder: Path, folder: Path) -> list[Tagger]:
    """A version for each of LEARNED, written to `folder`."""
    taggers = []
    for count in LEARNED:
        out = folder / f"shop{count}"
        about = {"data": TABLE, "rows_learned": count}
        background = shipped_background(encoder)
        train_bundle(
            TrainRequest(rows[:count], shop_taxonomy(), encoder, out, cache=folder, background=background, about=about)
        )
        taggers.append(load_bundle(out))
    return taggers


@dataclass(frozen=True)
class Message:
    """A text of the table, read and encoded once for all mails that have it."""

    text: str
    labels: frozenset[str]
    facts: Facts
    features: Features


class ShopTraffic:
    """Mails to the shop; contents are made when somebody asks for them."""

    def __init__(
        self, story: Story, rows: Sequence[Example], encoder: Encoder, taggers: Sequence[Tagger], bucket: str
    ) -> None:
        self._random = np.random.default_rng(story.seed)
        self._story = story
        self._bucket = bucket
        self._messages = [_message(row, encoder) for row in rows]
        self._weights = self._label_weights(story)
        self._truth = np.array([[label in each.labels for label in self.labels] for each in self._messages])
        self._given = {version_id(tagger.bundle): _given(tagger, self._messages, self.labels) for tagger in taggers}
        self._counts = np.zeros(24, dtype=np.int64)
        self.contents: dict[str, tuple[str, bytes]] = {}
        """Key and content of each mail by item id."""

    @property
    def labels(self) -> Sequence[str]:
        """All labels."""
        return tuple(LABELS)

    def hour(self, start: datetime, day: int) -> HourOfItems:
        """See `Traffic`."""
        if start.hour == 0:
            self._counts = arrivals(self._random, self._story.a_day, start.weekday(), self._story.hours)
        count = int(self._counts[start.hour])
        chosen = self._random.choice(len(self._messages), size=count, p=self._chances(day))
        seconds = np.sort(self._random.uniform(0, 900, count))
        items = [
            self._arrived(self._messages[place], start + timedelta(seconds=float(second)))
            for place, second in zip(chosen, seconds, strict=True)
        ]
        by_version: dict[str, Bools] = {version: given[chosen] for version, given in self._given.items()}
        return HourOfItems(items, self._truth[chosen], by_version)

    def _label_weights(self, story: Story) -> Floats:
        """The weight of each label by day [days, labels]."""
        factors = wandering(self._random, story.total, len(LABELS), story.restlessness)
        if story.drift is not None:
            factor, day = story.drift
            factors[story.reference + day - 1 :, self.labels.index(DRIFTING)] *= factor
        return np.asarray(factors * np.array([WEIGHTS[label] for label in self.labels]))

    def _chances(self, day: int) -> Floats:
        weights = self._weights[day]
        each = np.array([np.prod(weights[row], initial=1.0) for row in self._truth])
        return np.asarray(each / each.sum())

    def _arrived(self, message: Message, at: datetime) -> Arrived:
        name = str(self._random.choice(NAMES))
        key = f"{at:%Y/%m/%d}/{at:%H%M%S}-{self._random.integers(16**6):06x}"
        content = _mail(message.text, name, at)
        etag = hashlib.md5(content, usedforsecurity=False).hexdigest()
        source = StoredObject(self._bucket, key, etag=etag, sequencer=f"{int(at.timestamp()):016x}")
        self.contents[source.item_id] = (key, content)
        return Arrived(source.item_id, at, message.features, source_fields(source), message.facts)


def _message(row: Example, encoder: Encoder) -> Message:
    mail = parse_mail(_mail(row.text, NAMES[0], datetime(2026, 1, 1)))
    return Message(row.text, row.labels, facts_of(mail), encode(mail, encoder))


def _mail(text: str, name: str, at: datetime) -> bytes:
    sender, sent = f"{name} <{name.lower()}@customer.example>", format_datetime(at)
    headers = f"From: {sender}\nTo: help@shop.example\nDate: {sent}\nSubject: Contact form\n"
    return headers.encode() + _body(text)


@cache
def _body(text: str) -> bytes:
    """The content of a mail with its own headers."""
    mail = EmailMessage()
    mail.set_content(text)
    return mail.as_bytes()


def _given(tagger: Tagger, messages: Sequence[Message], labels: Sequence[str]) -> Bools:
    """What a version gives to each message [messages, labels]."""
    rows = []
    for each in messages:
        given = {label.id for label in tagger.decide(each.features, tagger.predict(each.features)).labels}
        rows.append([label in given for label in labels])
    return np.array(rows)
