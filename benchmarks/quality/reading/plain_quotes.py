"""How mail programs quote and forward a mail in plain text. Each function returns lines."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Sequence

from benchmarks.quality.reading.earlier_mail import EarlierMail, HeaderField, header_fields, intro
from benchmarks.quality.reading.texts import Language, languages

PlainQuote = Callable[[EarlierMail, Language], list[str]]
FORWARD_ORDER = "from date subject to"


def marked(lines: Sequence[str]) -> list[str]:
    """Lines behind "> "; a quote in a quote gets ">> "."""
    return [f">{line}" if line.startswith(">") else f"> {line}".rstrip() for line in lines]


def wrapped(line: str, width: int = 76) -> list[str]:
    """A line, broken at spaces as programs break it."""
    if len(line) <= width:
        return [line]
    return textwrap.wrap(line, width, break_long_words=False, break_on_hyphens=False)


def piped(mail: EarlierMail, language: Language) -> list[str]:
    """A quote behind "| "."""
    return [*wrapped(intro(mail, language, "thunderbird")), *(f"| {line}".rstrip() for line in mail.lines)]


def below_intro(program: str) -> PlainQuote:
    """The intro of a program, then the mail behind "> "."""

    def quote(mail: EarlierMail, language: Language) -> list[str]:
        body = [part for line in mail.lines for part in wrapped(line)]
        blank = [""] if program in ("gmail", "gmail_app", "proton") else []
        return [*wrapped(intro(mail, language, program)), *blank, *marked(body)]

    return quote


def apple(mail: EarlierMail, language: Language) -> list[str]:
    """Apple's programs mark the intro too."""
    return marked([intro(mail, language, "apple"), "", *mail.lines])


def yahoo(mail: EarlierMail, language: Language) -> list[str]:
    """Yahoo indents and marks nothing."""
    return [f"    {intro(mail, language, 'yahoo')}  ", " ", *(f" {line}" for line in mail.lines)]


def outlook(mail: EarlierMail, language: Language) -> list[str]:
    """Outlook on the desktop: a header block."""
    return [*_block(header_fields(mail, language, order="from sent to cc subject")), "", *mail.lines]


def outlook_mac(mail: EarlierMail, language: Language) -> list[str]:
    """Outlook for Mac: "Date", with names in bold where a program makes them plain with stars."""
    fields = header_fields(mail, language, order="from date to subject")
    star = "*" if mail.variant % 2 else ""
    return [*(f"{star}{name}:{star} {value}" for name, value in fields), "", *mail.lines]


def outlook_original(mail: EarlierMail, language: Language) -> list[str]:
    """Outlook on the desktop, mails written as plain text."""
    return [f"-----{language.original}-----", *_block(header_fields(mail, language)), "", *mail.lines]


def outlook_web(mail: EarlierMail, language: Language) -> list[str]:
    """Outlook on the web and on phones: a line of underscores, then a header block."""
    return ["_" * 32, *_block(header_fields(mail, language)), "", *mail.lines]


def gmx(mail: EarlierMail, language: Language) -> list[str]:
    """GMX and Web.de: the date comes first."""
    fields = header_fields(mail, language, order="sent from to subject")
    return [
        *_block([fields[0], (fields[1][0], f'"{mail.sender.name}" <{mail.sender.address}>'), *fields[2:]]),
        "",
        *mail.lines,
    ]


def zimbra(mail: EarlierMail, language: Language) -> list[str]:
    """Zimbra: "----- Original Message -----", then a header block."""
    fields = header_fields(mail, language, order="from to sent subject")
    return [f"----- {language.original} -----", *_block(fields), "", *mail.lines]


def notes(mail: EarlierMail, language: Language) -> list[str]:
    """Lotus Notes: names and values apart by spaces."""
    fields = header_fields(mail, language, order="from to date subject")
    return [*(f"{name.strip() + ':':<12}{value}" for name, value in fields), "", "", *mail.lines]


def em_client(mail: EarlierMail, language: Language) -> list[str]:
    """eM Client: "------ Original Message ------", then a header block."""
    fields = header_fields(mail, language, order="from to date subject")
    return [f"------ {language.original} ------", *_block(fields), "", *mail.lines]


def help_desk(mail: EarlierMail, language: Language) -> list[str]:
    """The mail of a help desk that asks for answers above its first line, quoted by a program without marks."""
    line = (language.type_above or languages()["en"].type_above)[mail.when.minute % max(len(language.type_above), 1)]
    return [line, "", f"{mail.sender.name} (Shop)", f"{mail.when:%d %b %Y, %H:%M} GMT", "", *mail.lines]


def gmail_forward(mail: EarlierMail, language: Language) -> list[str]:
    """Gmail's header block below its separator."""
    fields = header_fields(mail, language, order=FORWARD_ORDER)
    return [f"---------- {language.forwarded['gmail']} ---------", *_block(fields), "", "", *mail.lines]


def apple_forward(mail: EarlierMail, language: Language) -> list[str]:
    """Apple's programs mark the forwarded mail."""
    fields = header_fields(mail, language, order="from subject date to")
    return [*marked([language.forwarded["apple"], "", *_block(fields), "", *mail.lines])]


def thunderbird_forward(mail: EarlierMail, language: Language) -> list[str]:
    """Thunderbird: the subject comes first."""
    fields = header_fields(mail, language, order="subject date from to")
    return [f"-------- {language.forwarded['thunderbird']} --------", *_block(fields, "\t"), "", *mail.lines]


def yahoo_forward(mail: EarlierMail, language: Language) -> list[str]:
    """Yahoo: "----- Forwarded Message -----", in English."""
    fields = header_fields(mail, language, order="from to sent subject")
    return ["   ----- Forwarded Message -----", *(f" {line}" for line in (*_block(fields), "", *mail.lines))]


def mutt_forward(mail: EarlierMail, language: Language) -> list[str]:  # noqa: ARG001  (a PlainQuote has it)
    """Mutt: English lines around it, whatever the language."""
    name = mail.sender.name
    fields = header_fields(mail, languages()["en"], order="date from to subject")
    top, end = f"----- Forwarded message from {name} <{mail.sender.address}> -----", "----- End forwarded message -----"
    return [top, "", *_block(fields), "", *mail.lines, "", end]


def _block(fields: Sequence[HeaderField], gap: str = " ") -> list[str]:
    return [f"{name}:{gap}{value}" for name, value in fields]
