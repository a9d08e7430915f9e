"""Finds the lines of a mail that its sender wrote: quotes of earlier mails are cut, forwarded mails are kept.

A quote needs a mark (`>`, a separator, a full header block) or a program's introduction with an address; two field
names or a sentence that ends in "wrote:" are text. In doubt the text is kept.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from tagging.mail.patterns import compile_lazily
from tagging.mail.plain_text import has_words
from tagging.mail.quote_finder import Quote, find_quote, is_marked
from tagging.mail.quote_headers import LINE_CHARS
from tagging.mail.quote_intros import is_intro
from tagging.mail.signatures import strip_signature
from tagging.mail.subjects import SubjectKind, kind_of_subject

_HEADER_LINES = 16
_MAX_FORWARDS = 3
"""Nested forwards that are opened; deeper ones are kept unchanged."""
_MARK = compile_lazily(r"(?:[>|] ?)+")
_POINTS_BELOW = compile_lazily(
    r"\b(?:answer|comment|repl(?:y|ie)|response|note|remark)s?\b.{0,40}\b(?:below|inline|in[- ]line|underneath"
    r"|in (?:red|blue|green|purple|bold|capitals|caps|colou?r)|between)\b"
    r"|\b(?:inline|in (?:red|blue|green|purple)(?: below)?|between the lines|in your text)\b",
    re.I,
)


def strip_quotes(text: str, subject: str, recipients: Collection[str] = ()) -> str:
    """The text without quotes and signature; a mail that is nothing else keeps them, unmarked.

    `subject` and the domains of the mail's `recipients` tell a forward from a reply where a program writes both alike:
    what a customer answers came from a recipient.
    """
    own = _strip_quotes(text, kind_of_subject(subject), recipients, _MAX_FORWARDS)
    return own if has_words(own) else text


def _strip_quotes(text: str, kind: SubjectKind, recipients: Collection[str], forwards: int) -> str:
    lines = text.split("\n")
    quote = find_quote(lines)
    if quote is None:
        own = _without_quoted_lines(lines)
        return strip_signature(own) if has_words(own) else strip_signature(_unquoted(lines))
    above, below = _without_quoted_lines(lines[: quote.line]), lines[quote.after :]
    marked = is_marked(below)
    if marked and not any(line.startswith(">") for line in below[:_HEADER_LINES]):
        below = [f">{line[1:]}" if line.startswith("|") else line for line in below]
    if (quote.forward or kind == "forward") and forwards:
        inner = _strip_quotes(_unquoted(below), "reply", recipients, forwards - 1)
        return "\n\n".join(piece for piece in (strip_signature(above), inner) if has_words(piece))
    if marked:
        own = f"{above}\n{_without_quoted_lines(below)}".strip("\n")
    elif _is_kept(quote, kind, recipients) or _POINTS_BELOW.search(above[-4 * LINE_CHARS :]):
        own = "\n".join([above, *lines[quote.line :]]).strip("\n")
    else:
        own = above
    return strip_signature(own) if has_words(own) else strip_signature(_unquoted(lines))


def _is_kept(quote: Quote, kind: SubjectKind, recipients: Collection[str]) -> bool:
    """Whether an unmarked quote in a mail that is no reply may be what the sender reports: others wrote it."""
    if kind == "reply":
        return False
    return not any(
        quote.domain == domain or quote.domain.endswith(f".{domain}") or domain.endswith(f".{quote.domain}")
        for domain in recipients
        if quote.domain
    )


def _without_quoted_lines(lines: list[str]) -> str:
    """The lines outside quotes, also without an introduction such as "Jane <jane@…> writes:" above a quote."""
    kept: list[str] = []
    in_quote = False
    for line in lines:
        mark = line[:1]
        if mark != ">" and not (mark == "|" and (in_quote or _ends_in_intro(kept))):
            kept.append(line)
            in_quote = False
        elif not in_quote:
            while kept and not kept[-1].strip():
                kept.pop()
            if _ends_in_intro(kept):
                kept.pop()
            kept.append("")
            in_quote = True
    return "\n".join(kept).strip("\n")


def _ends_in_intro(lines: list[str]) -> bool:
    """Whether the last line with words is an introduction; a blank line or a removed quote may follow it."""
    last = next((line for line in reversed(lines[-2:]) if line.strip()), "")
    return is_intro(last)


def _unquoted(lines: list[str]) -> str:
    unmarked = (_MARK.sub("", line, count=1) if line.startswith((">", "|")) else line for line in lines)
    return "\n".join(unmarked).strip("\n")
