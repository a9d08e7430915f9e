"""Counts the work of a reader in calls and characters: the same on every machine."""

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
    *(plain_text.has_words, quotes.strip_quotes, signatures.strip_signature),
)
_FIRST_ARGUMENT: dict[CodeType, str] = {reader.__code__: reader.__code__.co_varnames[0] for reader in _READERS}


@dataclass
class Work:
    """The work of reading one input."""

    steps: int = 0
    """Calls, in Python and from Python into C."""
    processed: int = 0
    """Bytes and characters passed to decoders, patterns and parsers, counted each time."""


def work_of(reading: Callable[[], object]) -> Work:
    """Count calls while `reading` runs; its exceptions propagate."""
    work = Work()

    def profile(frame: FrameType, event: str, _argument: object) -> None:
        if event in {"call", "c_call"}:
            work.steps += 1
            if event == "call" and (name := _FIRST_ARGUMENT.get(frame.f_code)):
                work.processed += len(frame.f_locals[name])

    sys.setprofile(profile)
    try:
        reading()
    finally:
        sys.setprofile(None)
    return work
