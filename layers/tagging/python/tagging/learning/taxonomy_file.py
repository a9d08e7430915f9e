"""Reading a taxonomy as people write it, YAML: every mistake with its line and what to write instead, all at once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from tagging.learning.label_names import id_of
from tagging.learning.yaml_places import Placed, YamlError, read_places
from tagging.taxonomy import Head, HeadKind, Label, Taxonomy
from tagging.taxonomy_changes import FORMS
from tagging.taxonomy_rules import Mistake, Place, mistakes_in, nearest

GOALS = "max_f1, {min_precision: 0.9}, {min_recall: 0.8} or {cost: {fp: 1, fn: 5}}"
POLICIES = "thresholds, {top: 3} or {sum: 0.9}"
INSTEAD = {
    "version": "version: 1, a whole number",
    "heads": "a list of heads, each beginning with `- id: …`",
    "labels": "a list of labels, each beginning with `- id: …`",
    "changes": "a list of changes",
    "examples": "a list of texts: [first text, second text]",
}
SHORT_FORMS = {"goal": GOALS, "policy": POLICIES}


class TaxonomyError(Exception):
    """The file is no taxonomy; the message has a line for each mistake: file, line, what to write instead."""

    def __init__(self, path: Path, mistakes: list[tuple[int, str]]) -> None:
        self.path = path
        self.mistakes = tuple(mistakes)
        """Line in the file, from 1, and what to write there."""
        super().__init__("\n".join(f"{path}:{line}: {message}" for line, message in mistakes))


def read_taxonomy(path: Path) -> Taxonomy:
    """Read `taxonomy.yaml`. Raises TaxonomyError with all mistakes at once."""
    try:
        placed = read_places(_text(path))
    except YamlError as error:
        raise TaxonomyError(path, [(error.line, str(error))]) from None
    found = [*placed.mistakes, *mistakes_in(placed.content if isinstance(placed.content, dict) else {})]
    try:
        taxonomy = Taxonomy.model_validate(placed.content)
    except ValidationError as error:
        found += _of_fields(error, placed)
    if found:
        # Two rules may find the same thing; a file's mistakes are read from top to bottom.
        told = dict.fromkeys((placed.line(mistake.place), mistake.message) for mistake in found)
        raise TaxonomyError(path, sorted(told))
    return taxonomy


def _text(path: Path) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise TaxonomyError(path, [(1, f"cannot be read: {error.strerror}")]) from None
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise TaxonomyError(path, [(1, "is UTF-16; save the file as UTF-8")])
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise TaxonomyError(path, [(line, "a character that is not UTF-8; save the file as UTF-8")]) from None


def _of_fields(error: ValidationError, placed: Placed) -> Iterator[Mistake]:
    """What pydantic found wrong with single fields; consistency was told before, of the plain data."""
    for one in error.errors(include_url=False):
        place = one["loc"]
        short = next((field for field in SHORT_FORMS if field in place), None)
        if short:
            upto = place[: place.index(short) + 1]
            yield Mistake(upto, f"{short} is none of those there are; write {SHORT_FORMS[short]}")
        elif place[:1] == ("changes",) and len(place) > 1:
            yield Mistake(place[:2], _of_change(one, placed.content["changes"][place[1]]))
        elif one["type"] == "too_short" and one["input"]:
            continue  # pydantic counts only the items without a mistake, and those have been told
        elif place or one["type"] != "value_error":
            yield Mistake(place, _of_field(one, place, placed))


def _of_change(one: ErrorDetails, change: object) -> str:
    """Which of the forms a change should have; the one it has begun, if it has."""
    if one["type"] == "string_pattern_mismatch":
        return f"{one['input']} is not snake_case; write {id_of(str(one['input'])) or 'an id such as lost_card'}"
    if one["loc"][-1] == "since":
        return "since is missing or wrong; write since: the version of the taxonomy in which it changed, from 2"
    begun = [kind for kind in FORMS if isinstance(change, dict) and kind in change]
    return f"a change that cannot be read; write {' or '.join(FORMS[kind] for kind in begun or FORMS)}"


def _of_field(one: ErrorDetails, place: Place, placed: Placed) -> str:
    name, kind, given = str(place[-1] if place else "the file"), one["type"], one["input"]
    said = placed.written.get(place)
    if kind == "extra_forbidden":
        model = _model_at(place[:-1])
        known = list(model.model_fields)
        return f"unknown field {name}{nearest(name, known) or '; there are ' + ', '.join(known)}"
    if kind == "missing":
        return f"{name} is missing; write {INSTEAD.get(name, name + ': …')}"
    if kind == "string_pattern_mismatch":
        return f"{name} {given!r} is not snake_case; write {id_of(str(given)) or 'letters, digits and _'}"
    if kind == "string_type" and said is not None and given is not None:
        return f'{name}: {said} is not a text to YAML; put it into quotes: "{said}"'
    if kind == "literal_error" and name == "kind":
        known = list(get_args(HeadKind))
        return f"kind {said} does not exist{nearest(said, known) or '; write ' + ', '.join(known[:-1]) + ' or binary'}"
    if kind.startswith("bool"):
        return f"{name}: {said}; write true or false"
    if kind == "string_too_short" or given is None:
        return f"{name} is empty; write {INSTEAD.get(name, 'a text, or leave it out if it may be left out')}"
    if kind == "too_short":
        return f"{name} are empty; write {INSTEAD.get(name, 'at least one')}"
    if kind in ("model_type", "model_attributes_type", "dict_type"):
        return "fields are expected here; write `name: value`, one a line"
    return f"{name} is wrong; write {INSTEAD.get(name, one['msg'].lower())}"


def _model_at(place: Place) -> type[BaseModel]:
    """The model whose fields stand at a place."""
    depth: dict[int, Any] = {0: Taxonomy, 2: Head, 4: Label}
    found: type[BaseModel] = depth.get(len(place), Label)
    return found
