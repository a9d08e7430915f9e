"""What is wrong with a document, said without quoting it: the sender of a mail must not be read in a log."""

from __future__ import annotations

import re

import msgspec

END = r"(?!\n)$"
"""The end of a text in a pattern, in Python as in JSON Schema: Python's `$` alone lets a last line break pass."""
_WITH_A_VALUE = re.compile(r"^(Invalid (?:enum )?value) .*", re.DOTALL)


def told(error: msgspec.MsgspecError) -> str:
    """`labels[0].id: expected …`: the place in the document, where there is one, and what was expected there."""
    whole = str(error)
    said, found, place = whole.rpartition(" - at `$")
    said = _WITH_A_VALUE.sub("none of the values there are", said if found else whole)
    said = said[:1].lower() + said[1:]
    return f"{place.strip('.`')}: {said}" if found else said
