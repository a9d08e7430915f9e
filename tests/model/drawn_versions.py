"""Versions and features drawn at random: taxonomies with conditions, policies and parents, heads, references, texts."""

from __future__ import annotations

from typing import get_args

import numpy as np
from msgspec.structs import replace

from tagging.learning.heads import Linear, export_heads
from tagging.model import Bundle, Features, Lexicon, OnnxModel, Reference, ReviewRule, unit_vectors
from tagging.model.features import CutFeatures, Sentence
from tagging.model.manifest import Aggregate, Decision
from tagging.taxonomy import Head, Label, Policy, Taxonomy

DIMENSION = 24
PIECES = tuple("abcdefgh")
Rng = np.random.Generator


def chance(rng: Rng, probability: float) -> bool:
    return bool(rng.random() < probability)


def draw_taxonomy(rng: Rng) -> Taxonomy:
    """Up to six heads; each may wait for a label of an earlier one that gives at most one."""
    heads: list[Head] = []
    for number in range(rng.integers(1, 7)):
        kind = str(rng.choice(["multilabel", "multiclass", "binary"]))
        count = 1 if kind == "binary" else int(rng.integers(2, 12))
        names = [f"h{number}_{each}" for each in range(count)]
        labels = [
            Label(
                id=name,
                description=name,
                route=f"route{rng.integers(3)}" if chance(rng, 0.4) else None,
                parent=names[place - 1] if place and kind == "multilabel" and chance(rng, 0.3) else None,
            )
            for place, name in enumerate(names)
        ]
        policy = None
        if kind == "multilabel" and chance(rng, 0.3):
            policy = Policy(top=int(rng.integers(1, count + 1))) if chance(rng, 0.5) else Policy(sum=rng.random())
        single = [label.id for head in heads if head.rules.assigns_one for label in head.labels]
        heads.append(
            Head(
                id=f"h{number}",
                kind=kind,
                labels=tuple(labels),
                policy=policy or "thresholds",
                when=str(rng.choice(single)) if single and chance(rng, 0.6) else None,
                pack=number > 0 and chance(rng, 0.2),
            )
        )
    return Taxonomy(version=1, heads=tuple(heads))


def draw_decision(rng: Rng, *, beside_none: bool, bands: bool) -> Decision:
    breakpoints = ((-2.0, 0.05), (0.0, 0.3), (1.5, 0.9)) if chance(rng, 0.3) else ()
    low = float(rng.random())
    return Decision(
        threshold=float(rng.choice([0.0, 0.2, 0.3, 0.5, 0.5, 0.7, 1.0])),
        slope=float(rng.uniform(0.3, 2)),
        intercept=float(rng.normal()),
        breakpoints=breakpoints,
        beside_none=beside_none,
        meets_objective=chance(rng, 0.7),
        review=(low, min(low + 0.2, 1.0)) if bands and chance(rng, 0.4) else None,
    )


def draw_version(rng: Rng, base: Bundle, *, text: bool) -> Bundle:
    """A version with the encoder of `base`, which is for texts or images."""
    taxonomy = draw_taxonomy(rng)
    bands = chance(rng, 0.3)
    decisions = {}
    for head in taxonomy.heads:
        beside_none = chance(rng, 0.5)
        for label in head.labels:
            decisions[label.id] = draw_decision(rng, beside_none=beside_none, bands=bands)
    grams = (*PIECES, "a b") if text and chance(rng, 0.6) else ()
    lexicon = Lexicon(grams, tuple(rng.random(len(grams)) + 0.5), 0.6)
    linear = Linear(rng.normal(size=(DIMENSION + len(grams), len(decisions))), rng.normal(size=len(decisions)))
    heads = OnnxModel(export_heads(linear.as_stored(), list(decisions), DIMENSION, "drawn").content)
    aggregate: Aggregate = str(rng.choice(get_args(Aggregate))) if text else "whole"
    manifest = replace(
        base.manifest,
        aggregate=aggregate,
        sentence_share=float(rng.random()),
        sentence_penalty=0.3 if chance(rng, 0.3) else 0.0,
    )
    rule = ReviewRule(float(rng.normal()), float(rng.normal()), float(rng.random()))
    version = replace(
        base,
        taxonomy=taxonomy,
        decisions=decisions,
        heads=heads,
        lexicon=lexicon,
        manifest=manifest,
        reference=draw_reference(rng) if chance(rng, 0.7) else None,
        review=None if bands else rule,
        packs=(),
    )
    packs = [pack for pack in taxonomy.packs if chance(rng, 0.5)]
    return version.with_packs(packs)


def draw_reference(rng: Rng) -> Reference:
    count = int(rng.choice([2, 3, 4, 40]))
    vectors = rng.normal(size=(count, DIMENSION)).astype(np.float32)
    vectors[count // 2] = vectors[0]  # neighbours may be equally near
    return Reference(
        mean=rng.normal(size=DIMENSION).astype(np.float32) / 10,
        vectors=unit_vectors(vectors),
        cut=0.6,
        penalty=3.0 if chance(rng, 0.5) else 0.0,
        outside=1 if chance(rng, 0.3) else 0,
        contrast=0.2,
    )


def draw_features(rng: Rng, version: Bundle, *, text: bool, cuts: bool = True) -> Features:
    if not text:
        return Features(_dense(rng, version, 1), reasons=frozenset({"text_cut"} if chance(rng, 0.1) else ()))
    count = int(rng.integers(1, 6))
    texts = count + int(count > 1)
    return Features(
        dense=_dense(rng, version, texts),
        pieces=tuple(tuple(rng.choice(PIECES, rng.integers(0, 9))) for _ in range(texts)),
        sentences=tuple(
            Sentence((place, place + 1), int(rng.integers(1, 9)), chance(rng, 0.5)) for place in range(count)
        ),
        cuts=tuple(
            CutFeatures(str(rng.choice(["footer", "signature"])), draw_features(rng, version, text=True, cuts=False))
            for _ in range(int(rng.integers(0, 3)) if cuts and chance(rng, 0.5) else 0)
        ),
        reasons=frozenset({"other_language"} if chance(rng, 0.1) else ()),
        unread=chance(rng, 0.2),
        wordless=chance(rng, 0.05),
        final="undelivered" if chance(rng, 0.05) else None,
        headings=int(rng.integers(0, 2)),
    )


def _dense(rng: Rng, version: Bundle, texts: int) -> np.ndarray:
    """Some rows near a vector of the reference, some far from all."""
    rows = rng.normal(size=(texts, DIMENSION)).astype(np.float32) / 4
    if version.reference is not None and chance(rng, 0.6):
        rows += version.reference.vectors[rng.integers(len(version.reference.vectors))] + version.reference.mean
    return rows
