"""The forms of mails: new, replies above, below and between quotes, forwards, attached mails."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from random import Random

from benchmarks.quality.reading import noise
from benchmarks.quality.reading.earlier_mail import EarlierMail, Person
from benchmarks.quality.reading.programs import PROGRAMS
from benchmarks.quality.reading.rendering import AnsweredQuote, Block, Quote, Text
from benchmarks.quality.reading.texts import Language, Request, languages
from benchmarks.quality.reading.texts import noise as wordings


@dataclass(frozen=True)
class Draft:
    """What a form needs: the random source, who writes with what, and the request."""

    rng: Random
    request: Request
    person: Person
    when: datetime
    program: str
    language: Language

    def text(self) -> list[str]:
        """Greeting and request."""
        known = wordings().greetings.get(self.request.language, [])
        greeting = [self.rng.choice(known), *self.rng.choice([[], [""]])] if known and self.rng.random() < 0.6 else []
        return [*greeting, *self.request.body(self.person.name)]

    def ending(self) -> list[Text]:
        """Signature, device line and legal text of the writer."""
        closing = self.language if self.rng.random() < 0.2 else languages()[self.request.language]
        blocks = [
            Text(tuple(noise.signature(self.rng, self.person, closing, self.request.ends)), "signature"),
            Text(tuple(noise.device_line(self.rng, self.program, self.language)), "device"),
            Text(tuple(noise.disclaimer(self.rng, self.language)), "legal"),
        ]
        return [block for block in blocks if block.lines]


@dataclass(frozen=True)
class Content:
    """Blocks of a mail, its subject, and lines that are quoted; `note`: the text above an attached mail."""

    blocks: tuple[Block, ...]
    subject: str
    quoted: tuple[str, ...] = ()
    sender: Person | None = None
    """Who sends it, if not the customer."""
    note: str | None = None
    answers: bool = False


def _new_mail(draft: Draft) -> Content:
    banner = noise.banner(draft.rng, draft.person)
    blocks: list[Block] = [Text(tuple(banner), "server")] if banner else []
    return Content((*blocks, Text(tuple(draft.text())), *draft.ending(), *_footer(draft)), draft.request.subject)


def reply_above(draft: Draft) -> Content:
    earlier = _our_answer(draft)
    blocks: tuple[Block, ...] = (Text(tuple(draft.text())), *draft.ending(), Quote(earlier), *_footer(draft))
    return Content(blocks, _reply_subject(draft), _lines_of(draft, earlier), answers=True)


def _reply_below(draft: Draft) -> Content:
    earlier = _our_answer(draft)
    blocks: tuple[Block, ...] = (Quote(earlier), Text(tuple(draft.text())), *draft.ending(), *_footer(draft))
    return Content(blocks, _reply_subject(draft), _lines_of(draft, earlier), answers=True)


def _reply_between(draft: Draft) -> Content:
    earlier = noise.answer(draft.rng, draft.person, draft.when, draft.request.subject)
    lines, text = earlier.lines, draft.text()
    place = draft.rng.randrange(2, len(lines) - 1)
    breaks = [index for index, line in enumerate(text) if not line] or [len(text)]
    split = draft.rng.choice(breaks)
    blocks: list[Block] = [Quote(replace(earlier, lines=lines[:place])), Text(tuple(text[:split]))]
    blocks += [Quote(replace(earlier, lines=lines[place:]), "continued"), Text(tuple(text[split:]))]
    return Content((*blocks, *draft.ending()), _reply_subject(draft), _lines_of(draft, earlier), answers=True)


STYLES = [
    ('<span style="color:red">', "</span>"),
    ('<span style="color:#0070C0">', "</span>"),
    ('<font color="#ff0000">', "</font>"),
    ("<b>", "</b>"),
    ("", ""),
]
"""Markup around an answer in a quote; most people choose a colour."""


def _answers_inside(draft: Draft) -> Content:
    """Nothing but a colour parts answers from quote: reading all of it is right, so no line counts as quoted."""
    earlier = noise.answer(draft.rng, draft.person, draft.when, draft.request.subject)
    answers = draft.request.truth()
    places = sorted(draft.rng.choices(range(3, len(earlier.lines)), k=len(answers)))
    lines = list(earlier.lines)
    for place, line in reversed(list(zip(places, answers, strict=True))):
        lines.insert(place, line)
    quote = AnsweredQuote(replace(earlier, lines=tuple(lines)), answers, draft.rng.choice(STYLES))
    note = draft.rng.choice(wordings().pointers)
    return Content((Text((note, "", draft.person.name)), quote), _reply_subject(draft), answers=True)


def _forward_by_colleague(draft: Draft) -> Content:
    rng, note = draft.rng, draft.rng.choice(wordings().notes)
    colleague = rng.choice([noise.COLLEAGUE, noise.COLLEAGUE, noise.PARTNER])
    mail = _request_mail(draft, colleague)
    if rng.random() < 0.2:  # the customer had answered a mail of ours
        answered = PROGRAMS[draft.program].plain(_our_answer(draft), draft.language)
        mail = replace(mail, lines=(*mail.lines, "", *answered))
    prefix, subject = rng.choice(draft.language.forward), draft.request.subject
    subject = rng.choice(
        [prefix + subject] * 7 + [f"[EXTERNAL] {prefix}{subject}", f"[#44812] {prefix}{subject}", "Customer"]
    )
    name = rng.choice([["", colleague.name], ["", "Thanks", colleague.name, "Sales"], []])
    ending = noise.signature(rng, colleague, languages()["en"], closed=False) if not name else []
    blocks = (Text((note, *name)), Text(tuple(ending), "signature"), Quote(mail, "forward"))
    return Content(blocks, subject, sender=colleague)


def _forward_by_customer(draft: Draft) -> Content:
    note = draft.rng.choice(wordings().forwarded_notes_of_customers)
    subject = draft.rng.choice(draft.language.forward) + draft.request.subject
    blocks = (Text((note, "", draft.person.name)), Quote(_request_mail(draft, noise.DESK), "forward"))
    return Content(blocks, subject)


def _attached_mail(draft: Draft) -> Content:
    blocks = (Text(tuple(draft.text())), *draft.ending())
    note = draft.rng.choice([each for each in wordings().notes if each])
    return Content(blocks, draft.request.subject, sender=noise.COLLEAGUE, note=f"{note}\n\nNora")


ANSWERED_BELOW = [name for name, program in PROGRAMS.items() if program.marks_lines]


@dataclass(frozen=True)
class Form:
    """A form of mails: its share, what composes it, and the programs that write it."""

    share: float
    compose: Callable[[Draft], Content]
    programs: Sequence[str] = tuple(PROGRAMS)


FORMS: Mapping[str, Form] = {
    "new mail": Form(0.25, _new_mail),
    "reply above quote": Form(0.38, reply_above),
    "reply below quote": Form(0.1, _reply_below, ANSWERED_BELOW),
    "reply between quotes": Form(0.06, _reply_between, ANSWERED_BELOW),
    "forward by colleague": Form(0.12, _forward_by_colleague),
    "forward by customer": Form(0.05, _forward_by_customer),
    "attached mail": Form(0.03, _attached_mail),
    "answers inside quote": Form(0.01, _answers_inside, [name for name in PROGRAMS if name not in ANSWERED_BELOW]),
}


def _request_mail(draft: Draft, recipient: Person) -> EarlierMail:
    text = [*draft.text(), *(line for block in draft.ending() for line in block.lines)]
    return EarlierMail(draft.person, recipient, draft.when, draft.request.subject, tuple(text), draft.rng.randrange(60))


def _our_answer(draft: Draft) -> EarlierMail:
    subject = draft.rng.choice(["Your enquiry", "Your order 5518", "Ticket 44812"])
    subject = draft.request.subject if draft.request.subject_is_request else subject
    mail = noise.answer(draft.rng, draft.person, draft.when, subject)
    return (
        noise.with_quote(draft.rng, mail, PROGRAMS[draft.program], draft.language) if draft.rng.random() < 0.3 else mail
    )


def _reply_subject(draft: Draft) -> str:
    return draft.rng.choice(draft.language.reply) + draft.request.subject


def _footer(draft: Draft) -> list[Text]:
    footer = noise.footer(draft.rng)
    return [Text(tuple(footer), "server")] if footer else []


def _lines_of(draft: Draft, earlier: EarlierMail) -> tuple[str, ...]:
    lines = PROGRAMS[draft.program].plain(earlier, draft.language)
    return tuple(line.lstrip("> ") for line in lines if line.strip("> "))
