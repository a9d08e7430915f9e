"""Counts what a reader does, in steps and characters: the same on every machine, however busy it is."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from types import CodeType, FrameType

from tagging.mail import charsets, plain_text, quotes, signatures
from tagging.mail import headers as mail_headers
from tagging.mail import html as html_text

_READERS = (
    *(charsets.decode, charsets.clean, mail_headers.decode_words, mail_headers.decode_parameters),
    *(
        mail_headers.decode_base64,
        html_text.html_to_text,
        html_text.without_tags,
        plain_text.readable,
        plain_text.unflow,
    ),
    *(plain_text.has_words, quotes.own_words, signatures.cut_signature),
)
_FIRST_ARGUMENT: dict[CodeType, str] = {each.__code__: each.__code__.co_varnames[0] for each in _READERS}


@dataclass
class Work:
    """What one reading took."""

    steps: int = 0
    """Calls, in Python and from Python into C."""
    handed: int = 0
    """Bytes and characters that were given to decoders, patterns and parsers, each time they were given."""


def work_of(reading: Callable[[], object]) -> Work:
    """Count while it reads; what it raises goes on."""
    work = Work()

    def profile(frame: FrameType, event: str, _argument: object) -> None:
        if event in {"call", "c_call"}:
            work.steps += 1
            if event == "call" and (name := _FIRST_ARGUMENT.get(frame.f_code)):
                work.handed += len(frame.f_locals[name])

    sys.setprofile(profile)
    try:
        reading()
    finally:
        sys.setprofile(None)
    return work
