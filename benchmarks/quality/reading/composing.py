"""Composes mails of a request and noise, and says which words of each must be read and which are quoted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random

from benchmarks.quality.reading import noise
from benchmarks.quality.reading.forms import FORMS, Content, Draft, reply_above
from benchmarks.quality.reading.programs import PROGRAMS
from benchmarks.quality.reading.rendering import LINE_STYLES, Block, Layout, Text, markup, plain_lines
from benchmarks.quality.reading.texts import Language, Request, languages, requests_for
from benchmarks.quality.reading.texts import noise as wordings
from benchmarks.quality.reading.wire import Envelope, Flaw, attachment, flow, multipart, text_part, write_mail

ORDINARY_REPLY = "ordinary reply"
FOREIGN_SHARE = 0.15
ENGLISH_PROGRAMS = 0.35
SUBTYPES = {
    "plain": [("plain", "plain")],
    "html": [("html", "html")],
    "html declared plain": [("html", "plain")],
    "alternative": [("plain", "plain"), ("html", "html")],
}
"""Content of a mail -> the subtype of each part, and the one that is declared."""
FLAWS: list[Flaw] = ["undeclared quoted-printable", "no charset", "named"]
ATTACHMENTS: list[tuple[str, str, bool]] = [
    ("application/pdf", "invoice.pdf", False),
    ("image/png", "image001.png", True),
    ("text/vcard", "contact.vcf", False),
    ("application/pkcs7-signature", "smime.p7s", False),
]


@dataclass(frozen=True)
class MailKind:
    """What a mail is composed of."""

    form: str
    program: str
    language: str
    """Of the program."""
    shape: str
    """Of the request."""
    content: str = ""
    """A key of SUBTYPES, and the flaw of its fields."""


@dataclass(frozen=True)
class ComposedMail:
    """A raw mail, and its lines by what reading must make of them."""

    raw: bytes
    request: tuple[str, ...]
    quoted: tuple[str, ...]
    noise: tuple[str, ...]
    """Signatures, legal texts, device lines, banners, footers."""
    other: tuple[str, ...]
    """Greetings, notes and the subject: neither must be read nor be cut."""
    kind: MailKind


def compose(seed: int, index: int) -> ComposedMail:
    """Mail `index` of a seed."""
    rng = Random(f"reading {seed} {index}")
    form = rng.choices(list(FORMS), [each.share for each in FORMS.values()])[0]
    draft = _draft(rng, form, requests_for(seed))
    return _finish(draft, form, FORMS[form].compose(draft))


def compose_ordinary_reply(seed: int, index: int) -> ComposedMail:
    """An ordinary reply: thanks or a plain request above a quote that bears a mark."""
    rng = Random(f"reply {seed} {index}")
    program = rng.choice([name for name, each in PROGRAMS.items() if each.marks_quote])
    ordinary = [each for each in requests_for(seed) if each.shape == "ordinary" and each.language == "en"]
    request = rng.choice(ordinary)
    if rng.random() < 0.6:
        request = Request(request.subject, rng.choice(wordings().thanks), shape="thanks")
    draft = Draft(rng, request, noise.customer(rng), noise.moment(rng), program, _program_language(rng))
    return _finish(draft, ORDINARY_REPLY, reply_above(draft))


def _draft(rng: Random, form: str, known: Sequence[Request]) -> Draft:
    foreign = rng.random() < FOREIGN_SHARE
    pool = [each for each in known if (each.language != "en") == foreign]
    awkward = rng.random() < 0.5
    if form != "new mail":
        pool = [each for each in pool if not each.alone]
    request = rng.choice([each for each in pool if foreign or (each.shape != "ordinary") == awkward])
    if not (foreign or request.ends or request.subject_is_request) and rng.random() < 0.15:
        second = rng.choice([each for each in pool if each.shape == "ordinary"])
        link = rng.choice(["", "Also: ", "And another question: ", "Secondly, "])
        request = replace(request, text=f"{request.text}\n\n{link}{second.text}")
    language = languages()[request.language] if foreign and rng.random() < 0.7 else _program_language(rng)
    return Draft(rng, request, noise.customer(rng), noise.moment(rng), rng.choice(FORMS[form].programs), language)


def _program_language(rng: Random) -> Language:
    codes = list(languages())
    return languages()["en" if rng.random() < ENGLISH_PROGRAMS else rng.choice(codes)]


def _finish(draft: Draft, form: str, content: Content) -> ComposedMail:
    rng = draft.rng
    kind = rng.choice(["plain", "html", "alternative"])
    kind = "html declared plain" if kind == "html" and rng.random() < 0.03 else kind
    flaw = rng.choice(FLAWS) if kind in ("plain", "html") and rng.random() < 0.04 else ""
    parts = [_part(draft, content.blocks, subtype, declared, flaw) for subtype, declared in SUBTYPES[kind]]
    sender, when = content.sender or draft.person, draft.when
    envelope = Envelope(sender, noise.DESK, content.subject, when, content.answers)
    if content.note is not None:
        inner = write_mail(Envelope(draft.person, noise.COLLEAGUE, content.subject, when, answers=False), parts)
        attached = b"Content-Type: message/rfc822\r\nContent-Disposition: attachment\r\n\r\n" + inner
        note = text_part(rng, content.note, "plain", "en")
        raw = write_mail(replace(envelope, subject="For you"), [note, attached], "mixed")
    elif kind == "plain" and form == "new mail" and rng.random() < 0.05:
        raw = write_mail(envelope, _around_image(draft, content.blocks), "mixed")
    elif rng.random() < 0.15:
        body = multipart(parts, "alternative", "body") if len(parts) > 1 else parts[0]
        raw = write_mail(envelope, [body, attachment(*rng.choice(ATTACHMENTS))], "mixed")
    else:
        raw = write_mail(envelope, parts)
    return ComposedMail(
        raw,
        draft.request.truth() if draft.request.shape != "thanks" else (),
        content.quoted,
        _lines_by(content.blocks, own=False),
        (content.subject, *_lines_by(content.blocks, own=True), *draft.request.body(draft.person.name)),
        MailKind(form, draft.program, draft.language.code, draft.request.shape, kind + (f", {flaw}" if flaw else "")),
    )


def _around_image(draft: Draft, blocks: Sequence[Block]) -> list[bytes]:
    """Text above and below an image: a part each, as Apple Mail writes them."""
    lines = plain_lines(blocks, draft.program, draft.language, "as written")
    place = draft.rng.choice([index for index, line in enumerate(lines) if not line.strip()] or [len(lines)])
    pieces = ["\n".join(lines[:place]), "\n".join(lines[place:])]
    above, below = (text_part(draft.rng, piece, "plain", draft.language.code) for piece in pieces)
    return [above, attachment("image/png", "image001.png", inline=True), below]


def _lines_by(blocks: Sequence[Block], own: bool) -> tuple[str, ...]:
    """The lines that the writer of the mail wrote for it, or those that were added."""
    texts = [block for block in blocks if isinstance(block, Text) and (block.role == "text") is own]
    return tuple(line for block in texts for line in block.lines if line.strip())


def _part(draft: Draft, blocks: Sequence[Block], subtype: str, declared: str, flaw: Flaw) -> bytes:
    rng, program, code = draft.rng, PROGRAMS[draft.program], draft.language.code
    if subtype == "html":
        source = markup(blocks, draft.program, draft.language, rng.choice(LINE_STYLES) if rng.random() < 0.1 else None)
        return text_part(rng, source, declared, code, flaw=flaw)
    layouts: list[Layout] = ["as written", "spaced" if draft.program.startswith("outlook") else "wrapped"]
    lines = plain_lines(blocks, draft.program, draft.language, "as written" if program.flowed else rng.choice(layouts))
    if program.flowed and rng.random() < 0.7:
        return text_part(rng, "\n".join(flow(lines)), "plain", code, flowed=True, flaw=flaw)
    return text_part(rng, "\n".join(lines), "plain", code, flaw=flaw)
