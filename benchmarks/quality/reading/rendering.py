"""Blocks of a mail as lines of plain text and as markup, in the form of a program."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Literal

from benchmarks.quality.reading.earlier_mail import EarlierMail
from benchmarks.quality.reading.html_quotes import BREAKS, LineStyle, html_lines
from benchmarks.quality.reading.plain_quotes import marked, wrapped
from benchmarks.quality.reading.programs import PROGRAMS
from benchmarks.quality.reading.texts import Language

Layout = Literal["as written", "wrapped", "spaced"]
"""Of a writer's own lines in plain text; `spaced`: each paragraph is followed by an empty line."""
BlockRole = Literal["text", "signature", "device", "legal", "server"]

SIGNATURES = {
    "gmail": ('<span class="gmail_signature_prefix">-- </span><br><div dir="ltr" class="gmail_signature">', "</div>"),
    "thunderbird": ('<div class="moz-signature">-- <br>', "</div>"),
    "outlook_web": ('<div id="Signature">', "</div>"),
}
LINE_STYLES: list[tuple[LineStyle, str, str]] = [
    (("", "\n", "\n"), "<pre>", "</pre>"),
    (("<tr><td>", "</td></tr>", "<tr><td>&nbsp;</td></tr>"), "<table>", "</table>"),
    (("<li>", "</li>", ""), "<ul>", "</ul>"),
    (BREAKS, '<blockquote style="margin:0 0 0 40px;border:none;padding:0px">', "</blockquote>"),
    (BREAKS, '<p dir="ltr" style="margin-top:0">', "</p>"),
]
"""Other ways to mark up a customer's own text: before, after and instead of lines, and around them."""
OUTLOOK_STYLE = """<style><!--
/* Style Definitions */
p.MsoNormal, li.MsoNormal {margin:0cm; font-size:11.0pt; font-family:"Calibri",sans-serif;}
--></style><!--[if gte mso 9]><xml><o:shapedefaults v:ext="edit" spidmax="1026" /></xml><![endif]-->"""
DEVICE_LINES = {
    "outlook_mobile": ('<div id="ms-outlook-mobile-signature" dir="auto">', "</div>"),
    "ios_mail": ('<br id="lineBreakAtBeginningOfSignature"><div dir="ltr">', "</div>"),
    "proton": ('<div class="protonmail_signature_block-proton">', "</div>"),
}


@dataclass(frozen=True)
class Text:
    """Lines that nobody quotes. `role`: who adds them; `server`: a mail server, outside the markup of the program."""

    lines: tuple[str, ...]
    role: BlockRole = "text"


@dataclass(frozen=True)
class Quote:
    """A quoted or forwarded mail; `continued`: the rest of a quote that an answer interrupts."""

    mail: EarlierMail
    form: Literal["quote", "forward", "continued"] = "quote"


@dataclass(frozen=True)
class AnsweredQuote:
    """A quote with unmarked answers between its lines. `style`: markup around an answer, such as a colour."""

    mail: EarlierMail
    answers: tuple[str, ...]
    style: tuple[str, str]


Block = Text | Quote | AnsweredQuote


def plain_lines(blocks: Sequence[Block], program: str, language: Language, layout: Layout) -> list[str]:
    """The lines of the plain text of a mail."""
    lines: list[str] = []
    for block in blocks:
        if isinstance(block, Text):
            lines += _laid_out(block.lines, layout)
        elif isinstance(block, Quote):
            lines += ["", *_plain_quote(block, program, language), ""]
        else:
            lines += ["", *PROGRAMS[program].plain(block.mail, language)]
    return lines


def markup(
    blocks: Sequence[Block], program: str, language: Language, own: tuple[LineStyle, str, str] | None = None
) -> str:
    """The HTML of a mail. `own`: the markup of the text of its writer, that of the program if left out."""
    before, after = PROGRAMS[program].body
    inside = [
        _own_text(block, own)
        if own and isinstance(block, Text) and block.role == "text"
        else _html_block(block, program, language)
        for block in blocks
        if not _by_server(block)
    ]
    first = isinstance(blocks[0], Text) and blocks[0].role == "server"
    outside = ["\n".join(html_lines(block.lines) for block in blocks if isinstance(block, Text) and _by_server(block))]
    top, end = (outside, []) if first else ([], outside)
    style = OUTLOOK_STYLE if program.startswith("outlook") else ""
    head = f'<html><head><meta http-equiv="Content-Type" content="text/html">{style}</head><body>'
    return "\n".join([head, *top, before, *inside, after, *end, "</body></html>"])


def _own_text(block: Text, own: tuple[LineStyle, str, str]) -> str:
    style, before, after = own
    return f"{before}{html_lines(block.lines, style)}{after}"


def _by_server(block: Block) -> bool:
    return isinstance(block, Text) and block.role == "server"


def _laid_out(lines: Sequence[str], layout: Layout) -> Sequence[str]:
    if layout == "spaced":
        return [part for line in lines for part in ([line, ""] if line.strip() else [])]
    return [part for line in lines for part in wrapped(line)] if layout == "wrapped" else lines


def _plain_quote(block: Quote, program: str, language: Language) -> list[str]:
    if block.form == "continued":
        return marked(block.mail.lines)
    return (PROGRAMS[program].plain if block.form == "quote" else PROGRAMS[program].plain_forward)(block.mail, language)


def _html_block(block: Block, program: str, language: Language) -> str:
    style = PROGRAMS[program].lines
    if isinstance(block, Text):
        lines, wrapper = list(block.lines), ("", "")
        if block.role == "signature" and "-- " in lines and program in SIGNATURES:
            start = lines.index("-- ")
            above, lines, wrapper = html_lines(lines[:start], style), lines[start + 1 :], SIGNATURES[program]
            return f"{above}{wrapper[0]}{html_lines(lines, style)}{wrapper[1]}"
        if block.role == "device":
            wrapper = DEVICE_LINES.get(program, wrapper)
        return f"{wrapper[0]}{html_lines(lines, style)}{wrapper[1]}"
    if isinstance(block, AnsweredQuote):
        source = PROGRAMS[program].html(block.mail, language)
        for answer in (escape(line, quote=False) for line in block.answers):
            source = source.replace(answer, f"{block.style[0]}{answer}{block.style[1]}")
        return source
    if block.form == "continued":
        return f'<blockquote type="cite">{html_lines(block.mail.lines, style)}</blockquote>'
    return (PROGRAMS[program].html if block.form == "quote" else PROGRAMS[program].html_forward)(block.mail, language)
