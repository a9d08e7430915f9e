"""Recognises what people keep below their signatures: links to their calendars, working hours, holidays, greetings."""

# ruff: noqa: RUF001 - typographic apostrophes

from __future__ import annotations

import re

from tagging.mail.patterns import compile_lazily

_LINE_CHARS = 300
_MAX_LINES = 4
_CALENDARS = (
    *("calendly.", "//cal.com", "meetings.", "bookwithme", "outlook.office", "savvycal.", "zcal.", "doodle."),
    *("youcanbook.", "acuityscheduling.", "tidycal.", "koalendar.", "calendar.app.google", "calendar.google"),
)
_WORDS = (
    "book schedule arrange reserve plan find pick grab set up make an the time meeting call appointment slot"
    " chat with in on at me us my our calendar here online via to meet talk minutes min minute a of for your"
    " link virtual termin termine buchen vereinbaren sie einen mit mir hier direkt kalender prendre rendez-vous"
    " avec moi prenez un réserver créneau reservar reserve una reunión cita conmigo prenota appuntamento"
    " afspraak maken boka möte"
)
_CALENDAR_WORDS = frozenset(_WORDS.split())
_NOTE = compile_lazily(
    r"\bworking (?:hours?|days?|pattern|week)\b|\bwork(?:s|ing)? flexibl|\bobliged to (?:reply|respond|answer)"
    r"|\b(?:we|our \w+) (?:will be|are|is) closed\b|\bour (?:office|opening|holiday) hours\b"
    r"|\bseason['’]?s greetings|\bmerry christmas|\bhappy (?:new year|holidays|easter)"
    r"|\bfrohe (?:weihnachten|ostern|festtage)"
    r"|betriebsferien|\b(?:wir|unser \w+)\b.{0,40}\bgeschlossen|\barbeitszeit|\bguten rutsch"
    r"|\bjoyeuses fêtes|\bjoyeux noël"
    r"|\bbonne année|\bmeilleurs vœux|\bnous (?:serons|sommes) fermés|\bfeliz(?:es)? (?:navidad|natal|fiestas|año|ano)"
    r"|\bestaremos cerrados|\bbuone feste|\bbuon natale|\bsaremo chiusi|\bfijne (?:feestdagen|kerst)"
    r"|\bprettige (?:kerst|feest)|\bgesloten van"
    r"|\bgod jul|\bgott nytt år|\bglædelig jul|\bhyvää joulua|\bwesołych świąt|\bveselé vánoce",
    re.I,
)


def calendar_start(lines: list[str]) -> tuple[int, bool]:
    """The last line, if it is nothing but an invitation to book a time in a calendar on the web: a mark."""
    last = next((n for n in range(len(lines) - 1, -1, -1) if lines[n].strip()), len(lines))
    line = lines[last][:_LINE_CHARS].lower() if last < len(lines) else ""
    if "/" not in line or not any(host in line for host in _CALENDARS):
        return len(lines), False
    words = [word.strip(".,:;!<>()[]|→-") for word in line.split()]
    plain = [word for word in words if word and "/" not in word]
    return (last, True) if all(word in _CALENDAR_WORDS or word.isdigit() for word in plain) else (len(lines), False)


def without_note(lines: list[str]) -> list[str]:
    """Lines without a last paragraph that names working hours or holidays, or greets, and asks nothing."""
    end = next((n + 1 for n in range(len(lines) - 1, -1, -1) if lines[n].strip()), 0)
    start = next((n + 1 for n in range(end - 1, -1, -1) if not lines[n].strip()), 0)
    text = " ".join(lines[start:end])[: _MAX_LINES * _LINE_CHARS]
    if not start or end - start > _MAX_LINES or "?" in text or _NOTE.search(text) is None:
        return lines
    return lines[:start]
