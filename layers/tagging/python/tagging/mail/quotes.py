"""Finds the lines of a mail that its sender wrote: quotes of earlier mails are cut, forwarded mails are kept.

A quote needs a mark (`>`, a separator, a full header block) or a program's introduction with an address; two field
names or a sentence that ends in "wrote:" are text. In doubt the text is kept.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from tagging.mail.lines import (
    Line,
    OwnText,
    cut_lines,
    has_kept_words,
    kept_text,
    lines_of,
    own_text,
    unmark,
)
from tagging.mail.marked_lines import cut_marked_lines, end_with_marks, mark_initials
from tagging.mail.pointers import announces_answers, points_below
from tagging.mail.quote_finder import Quote, find_quote, is_marked
from tagging.mail.quote_headers import field_of
from tagging.mail.recipients import is_recipient, with_domains, words_of_name
from tagging.mail.signatures import cut_device_lines, cut_signature
from tagging.mail.subjects import SubjectKind, begins_as_reply, kind_of_subject

_HEADER_LINES = 16
_NAME_WORDS = 2
_MAX_FORWARDS = 3
"""Nested forwards that are opened; deeper ones are kept unchanged."""


class _Correspondence(NamedTuple):
    """What headers say of a mail: it tells a forward from a reply where a program writes both alike."""

    kind: SubjectKind
    recipients: Collection[str]
    """Addresses and domains that the mail was sent to: what a customer answers came from one of them."""
    is_internal: bool
    """Its sender is of the organisation of a recipient."""
    answers: bool
    """It names a mail that it answers or forwards."""
    own: Collection[str]
    """Address and domain of its sender."""
    name: str
    """The name of its sender, perhaps with an address."""
    begins_as_reply: bool
    """The outermost prefix of its subject is that of a reply."""

    @property
    def is_reply(self) -> bool:
        """Whether its subject, or its headers without a subject that says else, tell that it answers another mail."""
        return self.kind == "reply" or (self.answers and not self.kind)


def strip_quotes(
    text: str,
    subject: str,
    recipients: Collection[str] = (),
    *,
    sender: str = "",
    name: str = "",
    answers: bool = False,
) -> OwnText:
    """The text without quotes and signature, and the cuts; a mail that is nothing but a quote keeps it, unmarked.

    `recipients` are addresses and domains that the mail was sent to; `sender` and `name` are those of its sender;
    `answers`: its headers name the mail that it answers.
    """
    lines = lines_of(text)
    mail = _Correspondence(
        kind_of_subject(subject),
        recipients,
        is_internal=is_recipient(sender, recipients),
        answers=answers,
        own=with_domains([sender]),
        name=name,
        begins_as_reply=begins_as_reply(subject),
    )
    _cut_quotes(lines, mail, _MAX_FORWARDS)
    return own_text(lines)


def _cut_quotes(lines: list[Line], mail: _Correspondence, forwards: int) -> None:
    quote = find_quote([line.text for line in lines])
    if mail.is_reply and (quote is None or quote.line):
        mark_initials(lines)
    if quote is None:
        bars = mail.is_reply and end_with_marks(lines)
        cut_marked_lines(lines, bars=bars, marked=mail.is_reply)
    elif forwards and (quote.forward or (mail.kind == "forward" and not _answers_forward(quote, mail))):
        _open_forward(lines, quote, mail, forwards)
        return
    else:
        _cut_quote(lines, quote, mail)
    cut_device_lines(lines)
    if not has_kept_words(lines):
        _keep(lines)
        cut_device_lines(lines)
    cut_signature(lines)
    _doubt_cuts(lines, lines)


def _open_forward(lines: list[Line], quote: Quote, mail: _Correspondence, forwards: int) -> None:
    """Keep the note above a forwarded mail and that mail, both without quotes and signatures."""
    above, headers, below = lines[: quote.line], lines[quote.line : quote.after], lines[quote.after :]
    cut_marked_lines(above)
    cut_lines(headers, "quote", marked=quote.marked)
    if is_marked([line.text for line in below[:_HEADER_LINES]]):
        unmark(below, outer=True)
    cut_device_lines(above)
    cut_signature(above)
    _cut_quotes(below, mail._replace(kind="reply", is_internal=False), forwards - 1)
    _doubt_cuts(below, above)
    if not has_kept_words(lines):
        _keep(lines)


def _cut_quote(lines: list[Line], quote: Quote, mail: _Correspondence) -> None:
    above, headers, below = lines[: quote.line], lines[quote.line : quote.after], lines[quote.after :]
    cut_marked_lines(above)
    is_kept = _is_kept(quote, mail)
    is_others = is_kept and bool(mail.recipients and quote.sender)
    is_others = is_others or _is_own(quote, mail, headers) or _is_colleagues_answer(quote, mail)
    first = [line.text for line in below[:_HEADER_LINES]]
    if is_kept and (quote.has_headers or (is_others and mail.is_internal)):
        unmark(below)
    elif is_marked(first):
        cut_lines(headers, "quote", marked=quote.marked and not is_others)
        bars = not any(line.startswith(">") for line in first)
        cut_marked_lines(below, in_quote=True, bars=bars, marked=not is_others)
    elif not (is_kept or announces_answers(kept_text(above))):
        cut_lines([*headers, *below], "quote", marked=quote.marked and not is_others and _is_reply(quote, mail))


def _is_own(quote: Quote, mail: _Correspondence, headers: list[Line]) -> bool:
    """Whether the sender, or somebody of the same organisation, wrote the quoted mail: perhaps we never got it.

    The same name with another address is the same person.
    """
    if not mail.is_internal and is_recipient(quote.sender, mail.own):
        return True
    if is_recipient(quote.sender, mail.recipients):
        return False
    name = words_of_name(mail.name)
    if len(name) < _NAME_WORDS:
        return False
    return any(name <= words_of_name(line.text) for line in headers if field_of(line.text) in ("from", None))


def _is_colleagues_answer(quote: Quote, mail: _Correspondence) -> bool:
    """Whether a recipient of another organisation wrote what somebody of ours answers: perhaps only he got it."""
    return mail.is_internal and bool(quote.sender) and not is_recipient(quote.sender, mail.own)


def _answers_forward(quote: Quote, mail: _Correspondence) -> bool:
    """Whether a mail answers a forward of ours: "Re: Fwd: …" above what a recipient wrote."""
    return mail.begins_as_reply and not mail.is_internal and is_recipient(quote.sender, mail.recipients)


def _is_reply(quote: Quote, mail: _Correspondence) -> bool:
    """Whether a mail answers the mail that it quotes, by its subject, or by its headers and the quoted sender.

    Headers alone prove no reply: programs name a forwarded mail in them, too. A colleague answers us, or reports what
    another colleague wrote.
    """
    if mail.kind:
        return mail.kind == "reply" or _answers_forward(quote, mail)
    is_ours = quote.sender in mail.recipients or (not mail.is_internal and is_recipient(quote.sender, mail.recipients))
    return mail.answers and is_ours


def _doubt_cuts(lines: list[Line], text: list[Line]) -> None:
    """No cut of `lines` is certain where the kept lines of `text` point at something below."""
    if any(line.marked for line in lines) and points_below(kept_text(text)):
        for line in lines:
            line.marked = False


def _keep(lines: list[Line]) -> None:
    """Keep the lines of a mail that is nothing but a quote, apart from device lines."""
    for line in lines:
        if line.cut != "device_line":
            line.cut = None
    unmark(lines)


def _is_kept(quote: Quote, mail: _Correspondence) -> bool:
    """Whether a quote may be what the sender reports, because others wrote it.

    A mail that is no reply may report it, and a reply of a colleague who adds us to a customer's mail.
    """
    if mail.kind == "reply" and not (mail.is_internal and quote.sender):
        return False
    return not (quote.asks_for_answers or is_recipient(quote.sender, mail.recipients))
