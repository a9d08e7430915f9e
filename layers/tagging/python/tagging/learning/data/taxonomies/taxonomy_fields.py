"""Finds all mistaken fields of a taxonomy file, each with its correction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
from msgspec import inspect

from tagging.learning.data.label_names import id_of
from tagging.taxonomy import FORMS, HEAD_KINDS, Change, Head, Label, Mistake, Name, Place, Taxonomy, Text, nearest
from tagging.validation import InvalidDocument, from_data

ITEMS: dict[str, Any] = {"heads": Head, "labels": Label, "changes": Change, "examples": Text}
"""Field -> type of the items of its list."""
INSTEAD = {
    "kind": f"one of {', '.join(HEAD_KINDS)}",
    "version": "version: 1, a whole number",
    "heads": "a list of heads, each beginning with `- id: …`",
    "labels": "a list of labels, each beginning with `- id: …`",
    "changes": "a list of changes",
    "examples": "a list of texts: [first text, second text]",
}
SHORT_FORMS = {
    "goal": "max_f1, {min_precision: 0.9}, {min_recall: 0.8} or {cost: {fp: 1, fn: 5}}",
    "policy": "thresholds, {top: 3} or {sum: 0.9}",
}


def mistaken_fields(content: object, written: Mapping[Place, str]) -> Iterator[Mistake]:
    """Every field that is unknown, missing or wrong; consistency is `mistakes_in`'s. `written`: scalars as in the file.

    Validation by type stops at the first mistake; this reports all.
    """
    return _of(Taxonomy, content, (), written)


def _of(model: Any, content: object, place: Place, written: Mapping[Place, str]) -> Iterator[Mistake]:
    if model is Change and isinstance(content, dict):
        yield from (Mistake(place, message) for message in _of_change(content))
    elif not (isinstance(model, type) and issubclass(model, msgspec.Struct)):
        if why := _unfit(content, model):
            yield Mistake(place, _of_value(_name_at(place), model, content, written.get(place), why))
    elif content is None and not place:
        yield Mistake(place, "the file is empty; write version: 1, and heads with their labels")
    elif not isinstance(content, dict):
        yield Mistake(place, "fields are expected here; write `name: value`, one a line")
    else:
        yield from _of_fields(model, content, place, written)


def _of_fields(
    model: type[msgspec.Struct], content: dict[Any, Any], place: Place, written: Mapping[Place, str]
) -> Iterator[Mistake]:
    fields = {field.encode_name: field for field in msgspec.structs.fields(model)}
    for name in content.keys() - fields.keys():
        hint = nearest(name, list(fields)) or "; there are " + ", ".join(fields)
        yield Mistake((*place, name), f"unknown field {name}{hint}")
    for name, field in fields.items():
        given, where = content.get(name), (*place, name)
        if name not in content:
            if field.required:
                yield Mistake(where, f"{name} is missing; write {INSTEAD.get(name, name + ': …')}")
        elif name in ITEMS and isinstance(given, list) and given:
            for number, item in enumerate(given):
                yield from _of(ITEMS[name], item, (*where, number), written)
        elif why := _unfit(given, field.type):
            yield Mistake(where, _of_value(name, field.type, given, written.get(where), why))


def _unfit(value: object, expected: Any) -> str:
    """Why a value is not of the expected type; "" where it is."""
    try:
        from_data(value, expected)
    except InvalidDocument as error:
        return str(error)
    return ""


def _of_change(change: dict[Any, Any]) -> Iterator[str]:
    """Mistakes of a change, with the forms that it may have."""
    if not _unfit(change, Change):
        return
    given = [name for key, value in change.items() if key != "since" for name in _listed(value)]
    wrong = [name for name in given if isinstance(name, str) and _unfit(name, Name)]
    yield from (f"{name} is not snake_case; write {id_of(name) or 'an id such as lost_card'}" for name in wrong)
    since = next(field.type for field in msgspec.structs.fields(Change) if field.name == "since")
    if _unfit(change.get("since"), since):
        yield "since is missing or wrong; write since: the version of the taxonomy in which it changed, from 2"
    elif not wrong:
        begun = [kind for kind in FORMS if kind in change]
        yield f"a change that cannot be read; write {' or '.join(FORMS[kind] for kind in begun or FORMS)}"


def _of_value(name: str, expected: Any, value: object, written: str | None, why: str) -> str:
    """The correction of a value that is not of the expected type; `why` is the validation's message."""
    info = inspect.type_info(expected)
    either = info.types if isinstance(info, inspect.UnionType) else (info,)
    text = next((kind for kind in either if isinstance(kind, inspect.StrType)), None)
    if name in SHORT_FORMS:
        return f"{name} is none of those there are; write {SHORT_FORMS[name]}"
    if text and text.pattern and isinstance(value, str):
        return f"{name} {value!r} is not snake_case; write {id_of(value) or 'letters, digits and _'}"
    if text and written is not None and value is not None and not isinstance(value, str):
        return f'{name}: {written} is not a text to YAML; put it into quotes: "{written}"'
    if isinstance(info, inspect.BoolType):
        return f"{name}: {written}; write true or false"
    if value is None or value == "":
        return f"{name} is empty; write {INSTEAD.get(name, 'a text, or leave it out if it may be left out')}"
    if value == []:
        return f"{name} are empty; write {INSTEAD.get(name, 'at least one')}"
    return f"{name} is wrong; write {INSTEAD[name]}" if name in INSTEAD else f"{name} is wrong: {why}"


def _name_at(place: Place) -> str:
    """`examples, item 2` for the second item of a list."""
    *_, field, number = place
    return f"{field}, item {int(number) + 1}"


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else [value]
