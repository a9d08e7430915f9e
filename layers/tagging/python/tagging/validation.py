"""Type-checked reading of external documents. Error messages never quote the document: it may hold customer text."""

from __future__ import annotations

import re
from typing import TypeVar

import msgspec

END = r"(?!\n)$"
"""End of text in a pattern, for Python and JSON Schema: Python's `$` alone accepts a trailing line break."""
_WITH_A_VALUE = re.compile(r"^Invalid (?:enum )?value .*", re.DOTALL)

Document = TypeVar("Document")


class InvalidDocument(ValueError):
    """A document does not match its type. The text: path and cause of the first error, `labels[0].id: expected …`."""


def from_json(content: bytes, document: type[Document]) -> Document:
    """Decode JSON as the type `document`. Raises InvalidDocument."""
    try:
        return msgspec.json.decode(content, type=document)
    except msgspec.MsgspecError as error:
        raise InvalidDocument(_error_message(error)) from None
    except UnicodeDecodeError as error:
        raise InvalidDocument(f"not UTF-8: {error.reason}") from None
    except RecursionError:
        raise InvalidDocument("nested too deep") from None


def from_data(content: object, document: type[Document], *, strict: bool = True) -> Document:
    """Convert plain data to the type `document`; numbers may be strings unless `strict`. Raises InvalidDocument."""
    try:
        return msgspec.convert(content, document, strict=strict)
    except msgspec.ValidationError as error:
        raise InvalidDocument(_error_message(error)) from None
    except UnicodeEncodeError as error:  # in a field name or an enum value
        raise InvalidDocument(f"not Unicode: {error.reason}") from None


def _error_message(error: msgspec.MsgspecError) -> str:
    text = str(error)
    cause, separator, path = text.rpartition(" - at `$")
    cause = _WITH_A_VALUE.sub("none of the values there are", cause if separator else text)
    cause = cause[:1].lower() + cause[1:]
    return f"{path.strip('.`')}: {cause}" if separator else cause
