"""The mail programs: how each marks up lines, quotes and forwards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from benchmarks.quality.reading import html_quotes, plain_quotes
from benchmarks.quality.reading.html_quotes import HtmlQuote, LineStyle
from benchmarks.quality.reading.plain_quotes import PlainQuote


@dataclass(frozen=True)
class Program:
    """A mail program. The forward functions show a forwarded mail."""

    plain: PlainQuote
    html: HtmlQuote
    plain_forward: PlainQuote
    html_forward: HtmlQuote
    lines: LineStyle = html_quotes.DIVS
    body: tuple[str, str] = ("", "")
    """Markup around everything."""
    marks_lines: bool = False
    """Each quoted line or element bears a mark, so that its user can answer below it."""
    marks_quote: bool = True
    """A mark shows where the quote begins and what it is; False: only a sentence, an indent or "|" does."""
    mobile: bool = False
    flowed: bool = False


def _like_outlook(quote: PlainQuote, markup: HtmlQuote, *, mobile: bool = False, web: bool = False) -> Program:
    lines = html_quotes.OUTLOOK_WEB if web else html_quotes.WORD
    body = ("", "") if web else ("<div class=WordSection1>", "</div>")
    return Program(quote, markup, quote, markup, lines, body, mobile=mobile)


DESKTOP = html_quotes.outlook("from sent to cc subject")

PROGRAMS: Mapping[str, Program] = {
    "outlook": _like_outlook(plain_quotes.outlook, DESKTOP),
    "outlook_mac": _like_outlook(plain_quotes.outlook_mac, html_quotes.outlook("from date to subject")),
    "outlook_plain": _like_outlook(plain_quotes.outlook_original, DESKTOP),
    "outlook_web": _like_outlook(plain_quotes.outlook_web, html_quotes.outlook_web, web=True),
    "outlook_mobile": _like_outlook(plain_quotes.outlook_web, html_quotes.outlook_web, web=True, mobile=True),
    "apple_mail": Program(
        plain_quotes.apple,
        html_quotes.apple,
        plain_quotes.apple_forward,
        html_quotes.apple_forward,
        marks_lines=True,
        flowed=True,
    ),
    "ios_mail": Program(
        plain_quotes.apple,
        html_quotes.apple,
        plain_quotes.apple_forward,
        html_quotes.apple_forward,
        marks_lines=True,
        mobile=True,
    ),
    "gmail": Program(
        plain_quotes.below_intro("gmail"),
        html_quotes.gmail("gmail"),
        plain_quotes.gmail_forward,
        html_quotes.gmail_forward,
        body=('<div dir="ltr">', "</div>"),
        marks_lines=True,
    ),
    "gmail_app": Program(
        plain_quotes.below_intro("gmail_app"),
        html_quotes.gmail("gmail_app"),
        plain_quotes.gmail_forward,
        html_quotes.gmail_forward,
        body=('<div dir="auto">', "</div>"),
        marks_lines=True,
        mobile=True,
    ),
    "thunderbird": Program(
        plain_quotes.below_intro("thunderbird"),
        html_quotes.thunderbird("thunderbird"),
        plain_quotes.thunderbird_forward,
        html_quotes.thunderbird_forward,
        html_quotes.PARAGRAPHS,
        marks_lines=True,
        flowed=True,
    ),
    "yahoo": Program(
        plain_quotes.yahoo,
        html_quotes.yahoo,
        plain_quotes.yahoo_forward,
        html_quotes.yahoo_forward,
        marks_quote=False,
        mobile=True,
    ),
    "gmx": Program(plain_quotes.gmx, html_quotes.gmx, plain_quotes.gmx, html_quotes.gmx),
    "proton": Program(
        plain_quotes.below_intro("proton"),
        html_quotes.proton,
        plain_quotes.gmail_forward,
        html_quotes.gmail_forward,
        marks_lines=True,
        mobile=True,
    ),
    "help_desk": Program(
        plain_quotes.help_desk, html_quotes.help_desk, plain_quotes.outlook, DESKTOP, marks_quote=False
    ),
    "notes": Program(plain_quotes.notes, html_quotes.notes, plain_quotes.notes, html_quotes.notes, html_quotes.BREAKS),
    "zimbra": Program(plain_quotes.zimbra, html_quotes.zimbra, plain_quotes.zimbra, html_quotes.zimbra),
    "em_client": Program(plain_quotes.em_client, DESKTOP, plain_quotes.em_client, DESKTOP),
    "roundcube": Program(
        plain_quotes.below_intro("roundcube"),
        html_quotes.roundcube,
        plain_quotes.thunderbird_forward,
        html_quotes.thunderbird_forward,
        html_quotes.PARAGRAPHS,
        marks_lines=True,
        flowed=True,
    ),
    "k9": Program(
        plain_quotes.below_intro("k9"),
        html_quotes.thunderbird("k9"),
        plain_quotes.zimbra,
        html_quotes.zimbra,
        marks_lines=True,
        mobile=True,
    ),
    "pipes": Program(
        plain_quotes.piped,
        html_quotes.thunderbird("thunderbird"),
        plain_quotes.zimbra,
        html_quotes.zimbra,
        marks_lines=True,
        marks_quote=False,
    ),
    "evolution": Program(
        plain_quotes.below_intro("evolution"),
        html_quotes.thunderbird("evolution"),
        plain_quotes.thunderbird_forward,
        html_quotes.thunderbird_forward,
        marks_lines=True,
    ),
    "mutt": Program(
        plain_quotes.below_intro("mutt"),
        html_quotes.thunderbird("mutt"),
        plain_quotes.mutt_forward,
        html_quotes.thunderbird_forward,
        marks_lines=True,
        flowed=True,
    ),
}
"""By name; `help_desk` stands for any program that quotes a help desk's mail without marking it, `pipes` for those that
quote behind "|"."""
