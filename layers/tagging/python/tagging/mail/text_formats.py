"""Recognises and converts formats of text that are not what their part declares, or that few programs write."""

from __future__ import annotations

import re

_SAMPLE = 20_000
_MARKUP_START = re.compile(
    rb"\s*(?:\xef\xbb\xbf)?<(?:!doctype html|html|head|body|meta|style)\b"
    rb"|\s*(?:\xef\xbb\xbf)?<(?P<tag>div|p|table|span|font|center|b|h[1-6])\b[^<>]{0,500}>(?=.{0,20000}</(?P=tag)>)",
    re.I | re.S,
)
_LAYOUT_TAG = re.compile(rb"<br ?/?>|</(?:p|div|td|tr|li|span|font|a|b|strong|em)>", re.I)
_FEW_TAGS = 3
_ENRICHED_PARAMETER = re.compile(r"<param>[^<]{0,200}</param>", re.I)
_ENRICHED_TAG = re.compile(r"</?[A-Za-z-]{1,40}>")

DATA_URL = re.compile(
    rb"data:[\w/+.-]{0,60}(?:;[\w=+.-]{1,60}){0,6}?;base64,[A-Za-z0-9+/=%\s]*+"
    rb"|data:image/[\w+.-]{1,40}(?:;[\w=.-]{1,40}){0,6},[^\"'<>\s]*+",
    re.I,
)
"""An image embedded in HTML: megabytes without a word."""
_INVISIBLE_START = re.compile(rb"<(!--|style\b|script\b)", re.I)
_INVISIBLE_END = {
    b"!--": re.compile(rb"-->"),
    b"style": re.compile(rb"</style\s*>", re.I),
    b"script": re.compile(rb"</script\s*>", re.I),
}
_MAX_REMOVED = 10_000


def is_markup(data: bytes) -> bool:
    """Whether a part declared as plain text is HTML: it begins with an element, or tags lay it out."""
    sample = data[:_SAMPLE]
    if b"<" not in sample or not (b"</" in sample or b"<br" in sample or b"<BR" in sample or b"<!" in sample):
        return False
    return _MARKUP_START.match(sample) is not None or len(_LAYOUT_TAG.findall(sample)) >= _FEW_TAGS


def without_enriched_tags(text: str) -> str:
    """Text of text/enriched (RFC 1896): a single line end is a space, `<<` is `<`."""
    joined = re.sub(r"\n(\n*)", lambda ends: ends[1] or " ", text)
    pieces = _ENRICHED_PARAMETER.sub("", joined).split("<<")
    return "<".join(_ENRICHED_TAG.sub("", piece) for piece in pieces)


def without_invisible_elements(markup: bytes) -> bytes:
    """Markup without styles, scripts and comments, which may be larger than the limit of HTML."""
    kept: list[bytes] = []
    at = 0
    for _ in range(_MAX_REMOVED):
        start = _INVISIBLE_START.search(markup, at)
        end = start and _INVISIBLE_END[start[1].lower()].search(markup, start.end())
        if not start or not end:
            break
        kept.append(markup[at : start.start()])
        at = end.end()
    return b"".join([*kept, markup[at:]])
