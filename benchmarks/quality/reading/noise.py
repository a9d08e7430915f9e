"""Draws what stands around a request: signatures, device lines, legal texts, banners, footers, our earlier answers."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

from benchmarks.quality.reading.earlier_mail import EarlierMail, Person
from benchmarks.quality.reading.programs import PROGRAMS, Program
from benchmarks.quality.reading.texts import Language, noise

CUSTOMERS = [
    ("Kim", "Alder"), ("Maria", "Lindqvist"), ("Jean", "Moreau"), ("Piotr", "Nowak"), ("Ayşe", "Kaya"),
    ("Sofia", "Costa"), ("Jan", "de Vries"), ("Anna", "Müller"), ("Luca", "Conti"), ("Emily", "Ward"),
]  # fmt: skip
AGENT = Person("Tom Berg", "help@shop.example")
AGENT_NAMES = ["Tom Berg"] * 4 + ["Shop Customer Care", "Berg, Tom", "Tom (Shop Ltd)", "The Shop Support Team of Leeds"]
COLLEAGUE = Person("Nora Falk", "nora.falk@shop.example")
PARTNER = Person("Ben Roth", "b.roth@reseller.example")
DESK = Person("Shop Support", "help@shop.example")


def customer(rng: Random) -> Person:
    """A customer, by a private address or that of a firm."""
    first, last = rng.choice(CUSTOMERS)
    domain = rng.choice(["customer.example", "mailbox.example", "alder-logistics.example"])
    return Person(f"{first} {last}", f"{first[0].lower()}.{last.split()[-1].lower()}@{domain}".translate(ASCII))


ASCII = str.maketrans("üşä", "usa")


def moment(rng: Random) -> datetime:
    """A morning of the year 2025: the templates of some languages say AM."""
    return datetime(2025, 1, 6, 6, 2, 44, tzinfo=UTC) + timedelta(days=rng.randrange(350), minutes=rng.randrange(350))


def signature(rng: Random, person: Person, language: Language, closed: bool) -> list[str]:
    """Closing formula, name and details of a customer. `closed`: the text has its own closing already."""
    closing = [rng.choice(language.closings)]
    name = [rng.choice([person.name, person.name.split()[0], person.name])]
    size = rng.random()
    if closed:
        return [] if size < 0.7 else ["-- ", *_details(rng, person)]
    if size < 0.1:
        return []
    if size < 0.2:
        return ["", *name]
    if size < 0.55:
        return ["", *closing, *name]
    gap = rng.choice([[], [""]])
    delimiter = ["-- "] if rng.random() < 0.35 else []
    return [
        "",
        *closing,
        *gap,
        *([*name, *delimiter] if delimiter and rng.random() < 0.5 else delimiter),
        *_details(rng, person),
    ]


def _details(rng: Random, person: Person) -> list[str]:
    texts = noise()
    first, last = person.name.split()[0].lower(), person.name.split()[-1].lower()
    firm = rng.choice(texts.firms)
    phones = rng.choice(
        [
            ["T: +44 113 496 0100", "M: +44 7700 900 123"],
            ["Tel. +49 40 555 0134 | Fax +49 40 555 0135"],
            ["Phone: (206) 555-0171"],
            ["o. 020 7946 0018", "m. 07700 900 456"],
            ["P +1 206.555.0171 | F +1 206.555.0172"],
            ["Tél : 04 55 50 01 34", "Port. : 06 55 50 01 34"],
            ["Telefon: 040/5550134", "Mobil: 0170/5550134", "Durchwahl -22"],
            ["+31 20 555 0190"],
            ["Mobile +33 6 55 50 01 34", "www.alder-logistics.example"],
        ]
    )
    rows = [
        [person.name],
        [rng.choice(texts.titles)] if rng.random() < 0.7 else [],
        [firm] if rng.random() < 0.8 else [],
        [rng.choice(texts.addresses)] if rng.random() < 0.6 else [],
        phones if rng.random() < 0.8 else [],
        [f"E-mail: {person.address}"] if rng.random() < 0.4 else [],
        [rng.choice(texts.social).format(first=first, last=last)] if rng.random() < 0.3 else [],
        rng.choice(texts.extras) if rng.random() < 0.25 else [],
        ["", rng.choice(texts.promotions).format(last=last)] if rng.random() < 0.1 else [],
    ]
    return [line for row in rows for line in row]


def device_line(rng: Random, program: str, language: Language) -> list[str]:
    """The line that a program on a phone adds, now and then on a computer too."""
    if program == "outlook_mobile":
        link = rng.choice(["", "<https://aka.ms/o0ukef>"])
        return ["", language.outlook_mobile + link] if rng.random() < 0.8 else []
    if program == "proton":
        return ["", "Sent with Proton Mail secure email."] if rng.random() < 0.6 else []
    if PROGRAMS[program].mobile and rng.random() < 0.6:
        return ["", rng.choice(language.devices)]
    return []


def disclaimer(rng: Random, language: Language, share: float = 0.15) -> list[str]:
    """A legal text in the language of the program or in English."""
    if rng.random() >= share:
        return []
    wordings = noise().disclaimers
    known = wordings[language.code if language.code in wordings and rng.random() < 0.6 else "en"]
    return ["", *rng.choice(known).split("\n")]


def banner(rng: Random, person: Person) -> list[str]:
    """A warning that the mail comes from outside, which a mail server puts on top."""
    return [rng.choice(noise().banners).format(address=person.address), ""] if rng.random() < 0.06 else []


def footer(rng: Random) -> list[str]:
    """What a mailing list or a virus scanner adds at the end."""
    return ["", *rng.choice(noise().footers).split("\n")] if rng.random() < 0.06 else []


def answer(rng: Random, reader: Person, when: datetime, subject: str) -> EarlierMail:
    """Our earlier answer to a customer, now and then with a legal text of ours."""
    lines = rng.choice(noise().answers)
    ours = rng.choice(noise().agent_signatures)
    legal = ["", "Shop Ltd is authorised by the Retail Board under licence 88-2041."] if rng.random() < 0.2 else []
    body = (f"Dear {reader.name.split()[0]},", "", *lines, "", *ours, *legal)
    agent = Person(rng.choice(AGENT_NAMES), AGENT.address)
    return EarlierMail(agent, reader, when - timedelta(days=rng.randrange(1, 5)), subject, body, rng.randrange(60))


def with_quote(rng: Random, mail: EarlierMail, program: Program, language: Language) -> EarlierMail:
    """Our answer, above what it answered itself: a quote in a quote."""
    text = tuple(rng.choice(noise().earlier))
    first = EarlierMail(mail.recipient, AGENT, mail.when - timedelta(days=1), mail.subject, text)
    return replace(mail, lines=(*mail.lines, "", *program.plain(first, language)))
