"""Recognises disclaimers: legal notices at the end of a mail, and notes that ask to save paper.

Each needs its vocabulary and its place: a sentence is never cut for its first words alone, and nothing is cut that
speaks in the first person or of an order.
"""

# ruff: noqa: RUF001 - typographic apostrophes

from __future__ import annotations

import re

from tagging.mail.patterns import compile_lazily
from tagging.mail.plain_text import has_words

_LINE_CHARS = 300
_PARAGRAPH_CHARS = 2000
_LAST_LINES = 40
_LEGAL: tuple[tuple[str, ...], ...] = (
    ("confiden", "vertraulich", "riservat", "vertrouwelijk", "konfiden", "fortrolig", "luottamuksel", "poufn", "důvěrn",
     "dôvern", "bizalmas", "gizli", "конфиденц", "конфіден", "поверител", "εμπιστευτικ", "povjerljiv", "zaupn",
     "機密", "机密", "保密", "기밀",
     "סודי", "חסוי", "سري"),
    ("privileged", "rechtlich geschützt"),
    ("intended only", "intended solely", "intended exclusively", "intended recipient", "intended addressee",
     "intended for the", "intended to be read only", "intended to be used only", "addressee", "bestimmt", "adressat",
     "empfänger", "destinat", "geadresseerde", "bestemd", "avsed", "vastaanottaja", "adresat", "címzett", "alıcı",
     "получател", "адресат", "παραλήπτ", "adresát", "příjemc", "príjemc", "primatelj", "naslovnik", "prejemnik",
     "adresāt", "saņēmēj", "gavėj", "adressaa", "宛先", "受信者", "收件人", "수신인", "수신자", "נמען", "المرسل إليه"),
    ("unauthorised", "unauthorized", "unbefugt", "non autoris", "no autorizad", "não autorizad", "non autorizzat",
     "onbevoegd"),
    ("disclos", "disemina", "dissemina", "diffusi", "divulga", "weitergabe", "verbreit", "verspreid", "spridning",
     "rozpowszech", "распростран", "разпростран", "поширен", "difus", "šířen", "šíren", "開示", "披露", "공개"),
    ("distribut", "copying", "reproduc", "vervielfältig", "複製", "复制", "複印", "복제", "복사"),
    ("strictly prohibited", "is prohibited", "verboten", "nicht gestattet", "untersagt", "interdit", "prohibid",
     "vietat", "proibid", "förbjud", "forbudt", "zabronion", "zakázán", "запрещ", "заборон", "забранен",
     "zabranjen", "prepovedan", "απαγορ", "禁", "금지", "אסור", "يحظر"),
    (*(f"{verb} {whom}" for verb in ("notify", "inform", "contact", "advise") for whom in ("the sender", "us", "me")),
     "absender", "expéditeur", "remitente", "mittente", "remetente", "afzender", "avsändare", "afsender", "lähettäj",
     "nadawc", "odesílatel", "отправител", "feladó", "gönderen"),
    (" in error", "irrtümlich", "versehentlich", "par erreur", "por err", "per errore", "por engano", "ten onrechte",
     "abusievelijk", "av misstag", "ved en fejl", "vahingossa", "omyłk", "omylem", "tévedés", "yanlışlıkla",
     "по ошибке", "помилково"),
    ("delete it", "delete this", "delete the", "delete all", "destroy", "vernichte", "lösche", "détrui", "supprim",
     "elimin", "cancellar", "distrugg", "verwijder", "radera", "slett", "poista", "usunięci", "smaz", "vymaž", "töröl",
     "удалит", "изтри", "видал", "izbri", "削除", "删除", "刪除", "삭제", "διαγρά"),
    ("virus",),
    ("liable", "liability", "responsible for", "responsibility for", "haftung", "responsabilité"),
    ("legally", "legal notice", "attorney", "legal advice", "binding", "disclaimer", "confidentiality notice"),
    ("intercept", "monitored", "monitoring"),
    ("registered in", "registered office", "registered number", "registered company", "company no", "company number",
     "company registration", "handelsregister", "amtsgericht"),
    ("views or opinions", "views and opinions", "opinions expressed"),
    ("consider the environment", "think before you print"),
    ("gdpr", "data protection", "privacy policy"),
)  # fmt: skip
"""Each row is a legal term, in lower case; a disclaimer has two different ones."""
_MIN_TERMS = 2
_MANY_TERMS = 3
"""Terms in one line that need no typical beginning, if one of them is frequent."""
_FREQUENT_TERMS = ("onfiden", "機密", "机密", "保密", "기밀", "ertraulich", "rivileged", "egistered", "liab", "virus")
_START = compile_lazily(
    r"\W*(?:(?:important|wichtig|hinweis|note)\W+)?"
    r"(?:confidentiality|disclaimer|legal notice|privileged|(?:important )?notice"
    r"|th(?:is|e) (?:e-?mail|message|communication|transmission|electronic)"
    r"|the (?:information|contents?|views) (?:of|in|contained)|(?:any )?views or opinions"
    r"|if you (?:are not|have received)|e-?mails? (?:is|are|may)|the sender|please (?:consider|think)"
    r"|think before you print|consider the environment"
    r"|dies[er]s? (?:e-?mail|mail|nachricht)|der inhalt dieser|c(?:e|et|ette) (?:message|courriel|e-?mail"
    r"|communication)"
    r"|les informations contenues|est[ea] (?:mensa\w+|correo|e-?mail|comunica\w+)|quest[ao] (?:messaggio"
    r"|e-?mail|comunica\w+)"
    r"|le informazioni contenute|dit (?:bericht|e-?mail)|de(?:ze|) (?:e-?mail|informatie)|detta (?:meddelande"
    r"|mejl|e-?post)"
    r"|denne (?:e-?mail|e-?post|meddelelse|melding)|tämä (?:viesti|sähköposti)|(?:niniejsza|ta) wiadomość"
    r"|t(?:ato|áto|ento) (?:zpráva|správa|e-?mail)"
    r"|ov(?:a|aj) (?:poruka|e-?mail)|това (?:съобщение|писмо)|το παρόν (?:μήνυμα|e-?mail)"
    r"|ez az (?:üzenet|e-?mail)|acest (?:mesaj|e-?mail)|bu (?:e-?posta|mesaj|ileti)"
    r"|(?:это|данное|настоящее) (?:сообщение|письмо)|це повідомлення)\b",
    re.I,
)
_FIRST = (
    "important wichtig hinweis note confidentiality disclaimer legal privileged notice this the any views if email"
    " e-mail emails e-mails please think consider dies dieser diese der ce cet cette les esta este questo"
    " questa le dit de deze detta denne tämä niniejsza ta tato táto tento ova ovaj"
    " това το ez acest bu это данное настоящее це"
)
_FIRST_WORDS = frozenset(_FIRST.split())
"""The first words of typical beginnings: a check that costs less than the pattern."""
_ORNAMENTS = " \t*-–—|~=+#.,:;!([{<>)]}\"'“”„«»•·"
_WORD_CHARS = 40
_PRINT = (
    *("print", "druck", "imprim", "stampa", "afdruk", "skriv ut", "skriver ut", "skriva ut", "udskriv", "drukow"),
    *("tisk", "nyomtat", "yazdır", "печат"),
)
_ENVIRONMENT = compile_lazily(
    r"environ|umwelt|medio ?ambiente|meio ambiente|\bambiente|milieu|miljö|miljø|ympäristö|środowisk|planet|\btrees?\b"
    r"|\bbaum|\barbre|природ",
    re.I,
)
_NOTE_WORDS = compile_lazily(
    r"please|kindly|save|paper|trees?|planet|think|consider|respect|protect|care|about|of|our|the|your|you|do|not|don['’]t"
    r"|before|prior|to|printing|print|this|that|these|any|an?|e-?mails?|messages?|it|page|if|unless|really|need|necessary"
    r"|only|when|is|its|for|on|environment(?:al(?:ly)?)?|impact|responsibility|green|and|attachments?"
    r"|bitte|denken|denk|sie|an|die|unsere?|der|umwelt|bevor|diese|dieser|mail|nachricht|ausdrucken|drucken|schonen"
    r"|vor|dem|ausdruck|ist|es|nötig|notwendig|prüfen|ob|wirklich|ausgedruckt|werden|muss|zuliebe|zu"
    r"|pensez|merci|avant|de|d['’]|[àa]|l['’]environnement|environnement|d['’]imprimer|imprimer|ce|cet|courriel"
    r"|message|n['’]imprimez|que|si|nécessaire|piense|antes|en|el|medio|ambiente|medioambiente|imprimir|este|correo"
    r"|mensaje|por|favor|pensa|pense|no|meio|esta|mensagem|pensi|prima|di|all['’]ambiente|ambiente|stampare|questa"
    r"|denk|aan|het|milieu|voordat|u|deze|afdrukt|afdrukken|print|tänk|på|miljön|innan|du|skriver|ut|detta|mejl"
    r"|tænk|miljøet|før|denne|udskriver|printer|e-?post|meldingen|[–—-]",
    re.I,
)
"""Words of a request to save paper, in order to tell it from a request to the reader."""
_SCANNED = compile_lazily(
    r"\W*(?:virus[ -]?free|virenfrei|sans virus|libre de virus|senza virus|virusvrij)\b[^?]{0,60}"
    r"|\W*(?:please )?save (?:a tree|paper)[^.!?]{0,80}\W*",
    re.I,
)
_FIRST_PERSON = compile_lazily(
    r"\b(?:I|[Mm]y|mine|I['’]\w+)\b"
    r"|\bi (?:am|have|had|want|need|would|was|can|could|did|do|got|will|still|never|just|ordered|paid|lost)\b"
    r"|\b(?i:ich|meine?[mnrs]?|je|ma|mon|mes|yo|mis?|io|mi[oae]|meu|minha|ik|mijn|jag|jeg|moja|moje|mój|я|мо[йяеи])\b"
    r"|我(?![们們司])|私[はがの]|제가|저는"
)
_SLAVIC_LETTERS = compile_lazily("[ěščřžůďťňćđ]", re.I)
_SLAVIC_IS = compile_lazily(r"\bje\b", re.I)
"""French "I", and "is" in the Slavic languages of Latin script."""
_FRENCH = compile_lazily(r"\b(?:vous|votre|pas|une|est|des|du|que|dans)\b", re.I)
_ORDER = compile_lazily(r"\b(?:orders?|parcels?|invoices?|refunds?|subscriptions?|bookings?|cards?)\b", re.I)


def is_personal(text: str) -> bool:
    """Whether a text speaks in the first person or of an order."""
    return speaks_in_first_person(text) or _ORDER.search(text) is not None


def speaks_in_first_person(text: str) -> bool:
    """Whether a text says "I" or "my", in some language."""
    person = _FIRST_PERSON.search(text)
    if person and person[0].lower() == "je" and _SLAVIC_LETTERS.search(text) and not _FRENCH.search(text):
        person = _FIRST_PERSON.search(_SLAVIC_IS.sub(" ", text))
    return person is not None


def disclaimer_start(lines: list[str]) -> tuple[int, bool]:
    """The line of a disclaimer that reaches to the end of the text, or the number of lines; whether it is marked."""
    first = max(0, len(lines) - _LAST_LINES)
    text = "\n".join(lines[first:])
    has_terms = any(word in text for word in _FREQUENT_TERMS)
    for n in range(first, len(lines)):
        is_start = _begins_disclaimer(lines[n]) or (has_terms and _has_many_terms(lines[n]))
        if is_start and _is_disclaimer(lines[n:]):
            return n, True
    last = next((n for n in range(len(lines) - 1, first - 1, -1) if lines[n].strip()), first)
    if last < len(lines) and _is_note(note := lines[last][:_LINE_CHARS]):
        return last, _has_only_note_words(note)
    return len(lines), False


def _begins_disclaimer(line: str) -> bool:
    first = line.lstrip(_ORNAMENTS)[:_WORD_CHARS].partition(" ")[0].rstrip(_ORNAMENTS).lower()
    return first in _FIRST_WORDS and _START.match(line[:_LINE_CHARS]) is not None


def _is_note(line: str) -> bool:
    """Whether a line asks to save paper, or names a virus scanner."""
    lower = line.lower()
    if any(stem in lower for stem in _PRINT) and _ENVIRONMENT.search(line):
        return "?" not in line and not speaks_in_first_person(line)
    return _SCANNED.fullmatch(line) is not None


def _has_only_note_words(line: str) -> bool:
    words = (word.strip(".,;:!()*\"'") for word in line.split())
    return all(not has_words(word) or _NOTE_WORDS.fullmatch(word) for word in words)


def _is_disclaimer(lines: list[str]) -> bool:
    """Whether the text has two legal terms, one in each paragraph, and neither request nor question."""
    text = "\n".join(line[:_PARAGRAPH_CHARS] for line in lines)
    if "?" in text or is_personal(text):
        return False
    terms = [_terms(paragraph[:_PARAGRAPH_CHARS]) for paragraph in re.split(r"\n\s*\n", text) if has_words(paragraph)]
    return all(terms) and len(set().union(*terms)) >= _MIN_TERMS


def _has_many_terms(line: str) -> bool:
    return any(word in line for word in _FREQUENT_TERMS) and len(_terms(line[:_PARAGRAPH_CHARS])) >= _MANY_TERMS


def _terms(text: str) -> set[int]:
    """Which of the legal terms a text has."""
    lower = text.lower()
    found = set()
    for n, stems in enumerate(_LEGAL):
        for stem in stems:  # a loop costs half of `any` with a generator
            if stem in lower:
                found.add(n)
                break
    return found
