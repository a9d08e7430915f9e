"""Converts HTML to the lines of text that a reader sees, with bounded work."""

from __future__ import annotations

import html
import re
from typing import NamedTuple

from lxml import etree

from tagging.mail.charsets import clean
from tagging.mail.html_page import Page

_CHUNK_CHARS = 4096
_DEPTH = 256
"""Parsing stops at this depth: for an unmatched end tag, libxml2 walks all open elements."""
_TAG = re.compile(r"<!--.*?(?:-->|\Z)|<(script|style)\b.*?(?:</\1|\Z)|<[^<>]*>?", re.I | re.S)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]\w{1,30});")
_WORD = re.compile(r"\w")


class HtmlText(NamedTuple):
    """The visible text of a page."""

    text: str
    """A line per block; lines of quoted blocks start with "> "."""
    chars_beyond: int
    """About how many characters the page has beyond the limit."""


def html_to_text(markup: str, chars: int) -> HtmlText:
    """At most `chars` characters of visible text.

    `markup` is clean text (`charsets.clean`): libxml2 accepts neither lone surrogates nor NUL. If the structure
    hides every word or is nested too deeply, tags are removed and all text is kept.
    """
    page = Page(chars)
    parser = etree.HTMLParser(target=page, recover=True, no_network=True, remove_pis=True)
    at = 0
    try:
        while at < len(markup) and page.chars < chars and page.depth < _DEPTH:
            parser.feed(markup[at : at + _CHUNK_CHARS])
            at += _CHUNK_CHARS
        parser.close()
    except etree.LxmlError:
        at = 0
    text = page.text()
    beyond = page.chars_beyond
    if at == 0 or not _WORD.search(text):
        text = without_tags(markup)
    elif at < len(markup) and page.chars < chars:
        text += "\n" + without_tags(markup[at:])
    else:
        beyond += len(without_tags(markup[at:]))
    text = clean(text)  # again: entities may encode invisible characters
    return HtmlText(text[:chars], beyond + max(0, len(text) - chars))


def without_tags(markup: str) -> str:
    """All text between tags, entities decoded, regardless of the structure."""
    text = _ENTITY.sub(lambda entity: html.unescape(entity[0]), _TAG.sub("\n", markup))
    return "\n".join(filter(None, map(str.strip, text.split("\n"))))  # a regex would be quadratic on spaces
