"""Documents from outside, checked by type; what is wrong is said without quoting it: no mail may be read in a log."""

from __future__ import annotations

import re
from typing import TypeVar

import msgspec

END = r"(?!\n)$"
"""The end of a text in a pattern, in Python as in JSON Schema: Python's `$` alone lets a last line break pass."""
_WITH_A_VALUE = re.compile(r"^Invalid (?:enum )?value .*", re.DOTALL)

Document = TypeVar("Document")


class InvalidDocument(ValueError):
    """A document is not what it should be. The text: the first mistake with its place, `labels[0].id: expected …`."""


def from_json(content: bytes, document: type[Document]) -> Document:
    """JSON as what it should be. Raises InvalidDocument."""
    try:
        return msgspec.json.decode(content, type=document)
    except msgspec.MsgspecError as error:
        raise InvalidDocument(_told(error)) from None
    except UnicodeDecodeError as error:
        raise InvalidDocument(f"not UTF-8: {error.reason}") from None
    except RecursionError:
        raise InvalidDocument("nested too deep") from None


def from_data(content: object, document: type[Document], *, strict: bool = True) -> Document:
    """Plain data as what it should be; a text that spells a number is one if not `strict`. Raises InvalidDocument."""
    try:
        return msgspec.convert(content, document, strict=strict)
    except msgspec.ValidationError as error:
        raise InvalidDocument(_told(error)) from None
    except UnicodeEncodeError as error:  # a field's name, or a value that must be one of a few
        raise InvalidDocument(f"not Unicode: {error.reason}") from None


def _told(error: msgspec.MsgspecError) -> str:
    whole = str(error)
    said, found, place = whole.rpartition(" - at `$")
    said = _WITH_A_VALUE.sub("none of the values there are", said if found else whole)
    said = said[:1].lower() + said[1:]
    return f"{place.strip('.`')}: {said}" if found else said
