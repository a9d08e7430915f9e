"""Reads the label map from YAML and reports all its mistakes at once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import yaml
from pydantic import ValidationError

from tagging.learning.data.open_sets.label_map import LabelMap, LabelMapError, Source
from tagging.taxonomy import Taxonomy

LEAST_FIT = 0.85
"""Share of the rows read that must fit before a source label may make a label positive."""
FEWEST_SOURCES = 2
"""Sources that a label needs positives from, unless it is marked `one_source`."""


def read_label_map(path: Path, taxonomy: Taxonomy) -> LabelMap:
    """Read the map and check it against the taxonomy. Raises LabelMapError with all mistakes at once."""
    try:
        label_map = LabelMap.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise LabelMapError(f"{path}: cannot be read: {error}") from None
    except ValidationError as error:
        wrong = (f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors(include_url=False))
        raise LabelMapError(f"{path}: {'; '.join(wrong)}") from None
    label_map = label_map.model_copy(update={"file": str(path)})
    mistakes = [*_mistakes_in_labels(label_map, taxonomy)]
    for name, source in label_map.sources.items():
        mistakes += (f"{name}: {mistake}" for mistake in _mistakes_in_source(source, taxonomy))
    if mistakes:
        raise LabelMapError(f"{path}: {'; '.join(mistakes)}")
    return label_map


def _mistakes_in_labels(label_map: LabelMap, taxonomy: Taxonomy) -> Iterator[str]:
    for label in taxonomy.labels.keys() - label_map.labels.keys():
        yield f"labels lacks {label}"
    for label in label_map.labels.keys() - taxonomy.labels.keys():
        yield f"labels has {label}, which the taxonomy does not have"
    for label, about in label_map.labels.items():
        try:
            re.compile(about.pattern)
        except re.error as error:
            yield f"{label}: a word is not a regular expression: {error}"
        sources = [name for name, source in label_map.sources.items() if any(label in held for held in _yes(source))]
        if about.one_source != (len(sources) < FEWEST_SOURCES):
            yield f"{label}: positive in {len(sources)} sources; set one_source if that is intended, or remove it"


def _mistakes_in_source(source: Source, taxonomy: Taxonomy) -> Iterator[str]:
    for name, ours in _mentions(source):
        for label in sorted(set(ours) - taxonomy.labels.keys()):
            yield f"{name} names {label}, which the taxonomy does not have"
    for name, held in source.says_yes.items():
        read = source.rows.get(name, source.read)
        for label, fit in held.items():
            if not LEAST_FIT * read <= fit <= read:
                yield f"{name} says {label}, but {fit} of {read} rows fit: at least {LEAST_FIT:.0%} must"
    twice = set(source.others) & {*source.says_yes, *source.says_no, *source.leaves_open}
    for name in sorted(twice):
        yield f"{name} is in others, but has a rule too"
    for rule in source.unsure:
        for name in sorted({*rule.any_of, *rule.with_any_of} - source.labels):
            yield f"unsure names {name}, which no other field names"
    for name in sorted(source.rows.keys() - source.labels):
        yield f"rows names {name}, which no other field names"


def _yes(source: Source) -> Iterator[frozenset[str]]:
    yield from (frozenset(held) for held in source.says_yes.values())


def _mentions(source: Source) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Every field of a source that names our labels, with those."""
    yield from ((name, tuple(held)) for name, held in source.says_yes.items())
    yield from source.says_no.items()
    yield from source.leaves_open.items()
    yield from ((f"annotated {domain}", ours) for domain, ours in source.annotated.items())
    yield from (("unsure", rule.labels) for rule in source.unsure)
