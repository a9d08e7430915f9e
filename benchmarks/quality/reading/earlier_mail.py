"""An earlier mail that is quoted or forwarded, and its date, names and lines above it in the form of a program."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from benchmarks.quality.reading.texts import Language, languages


@dataclass(frozen=True)
class Person:
    """A correspondent."""

    name: str
    address: str


@dataclass(frozen=True)
class EarlierMail:
    """A mail that stands in another one."""

    sender: Person
    recipient: Person
    when: datetime
    subject: str
    lines: tuple[str, ...]
    variant: int = 0
    """Chooses among the forms of a program."""


def intro(mail: EarlierMail, language: Language, program: str) -> str:
    """The line above a quote, such as "On … wrote:", in English where the program has no line in the language."""
    if program not in language.intros:
        language = languages()["en"]
    templates = language.intros[program]
    return fill(templates if isinstance(templates, str) else templates[mail.variant % len(templates)], mail, language)


def fill(template: str, mail: EarlierMail, language: Language) -> str:
    """A template of languages.yaml with date and sender of a mail."""
    when = mail.when
    return template.format(
        n=mail.sender.name,
        a=mail.sender.address,
        wd=language.weekdays[when.weekday()],
        ws=language.short_weekdays[when.weekday()],
        d=when.day,
        dd=f"{when:%d}",
        month=language.months[when.month - 1],
        mon=language.short_months[when.month - 1],
        m=when.month,
        mm=f"{when:%m}",
        y=when.year,
        yy=f"{when:%y}",
        H=when.hour,
        HH=f"{when:%H}",
        h=(when.hour - 1) % 12 + 1,
        ampm=f"{when:%p}",
        M=f"{when:%M}",
        S=f"{when:%S}",
    )


HeaderField = tuple[str, str]
"""Name and value, as a program shows them above a quoted mail."""


FROM_FORMS = (*["{n} <{a}>"] * 6, "{n} <{a}<mailto:{a}>>", "{n} [mailto:{a}]", "{a} <{a}>")
"""Addresses of a header block; most programs write the first."""


def header_fields(mail: EarlierMail, language: Language, *, order: str = "from sent to subject") -> list[HeaderField]:
    """The fields of a header block. `order`: which fields; `sent` and `date` differ in their name."""
    names = dict(zip(("from", "sent", "to", "cc", "subject", "date"), language.fields, strict=True))
    values = {
        "from": FROM_FORMS[mail.variant % len(FROM_FORMS)].format(n=mail.sender.name, a=mail.sender.address),
        "sent": fill(language.long_date, mail, language),
        "date": fill(language.long_date, mail, language),
        "to": mail.recipient.name if mail.variant % 3 == 0 else f"{mail.recipient.name} <{mail.recipient.address}>",
        "cc": "Shop Archive <archive@shop.example>",
        "subject": mail.subject,
    }
    return [(names[each], values[each]) for each in order.split()]
