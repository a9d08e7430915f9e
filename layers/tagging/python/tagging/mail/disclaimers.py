"""Recognises what servers add to a mail: disclaimers, footers of lists and forms, warnings about external senders.

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
_FOOTER_LINES = 6
_LEGAL = compile_lazily(
    r"(confiden|vertraulich|riservat|vertrouwelijk|konfiden|fortrolig|luottamuksel|poufn|důvěrn|dôvern|bizalmas|gizli"
    r"|конфиденц|конфіден|εμπιστευτικ)|(privileged|rechtlich geschützt)"
    r"|(intended (?:only|solely|exclusively|recipient|addressee|for the)|intended to be (?:read|used) only"
    r"|addressees?\b"
    r"|bestimmt|adressat|empfänger|destinat|geadresseerde|bestemd|avsed|vastaanottaja|adresat|címzett|alıcı|получател"
    r"|παραλήπτ)"
    r"|(unauthori[sz]ed|unbefugt|non autoris|no autorizad|não autorizad|non autorizzat|onbevoegd)"
    r"|(disclos|diss?emina|diffusi|divulga|weitergabe|verbreit|verspreid|spridning|rozpowszech|распростран|difus)"
    r"|(distribut|copying|reproduc|vervielfältig)"
    r"|((?:strictly|is) prohibited|verboten|nicht gestattet|untersagt|interdit|prohibid|vietat|proibid|förbjud|forbudt"
    r"|zabronion|zakázán|запрещ)"
    r"|((?:notify|inform|contact|advise) (?:the sender|us|me)|absender|expéditeur|remitente|mittente|remetente|afzender"
    r"|avsändare|afsender|lähettäj|nadawc|odesílatel|отправител|feladó|gönderen)"
    r"|((?:received|sent)\b.{0,40}\bin error|irrtümlich|versehentlich|par erreur|por err|per errore|por engano"
    r"|ten onrechte|abusievelijk|av misstag|ved en fejl|vahingossa|omyłk|omylem|tévedés|yanlışlıkla|по ошибке"
    r"|помилково)"
    r"|(delete (?:it|this|the|all)|destroy|vernichte|lösche|détrui|supprim|elimin|cancellar|distrugg|verwijder"
    r"|radera|slett|poista|usunięci|smaz|vymaž|töröl|удалит)"
    r"|(virus(?:es)?\b)|(liab(?:le|ility)|responsib(?:le|ility) for|haftung|responsabilité)"
    r"|(legally|legal notice|attorney|legal advice|binding|disclaimer|confidentiality notice)"
    r"|(intercept|monitor(?:ed|ing))"
    r"|(registered (?:in|office|number|company)|company (?:no|number|registration)|handelsregister|amtsgericht)"
    r"|(views (?:or|and) opinions|opinions expressed)|(consider the environment|think before you print)"
    r"|(gdpr|data protection|privacy policy)",
    re.I,
)
"""One group a legal term; a disclaimer has two different ones."""
_MIN_TERMS = 2
_MANY_TERMS = 3
"""Terms in one line that need no typical beginning, if one of them is frequent."""
_FREQUENT_TERMS = ("onfiden", "ertraulich", "rivileged", "egistered", "liab", "virus")
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
    r"|t(?:ato|áto) (?:zpráva|správa)|ez az (?:üzenet|e-?mail)|acest (?:mesaj|e-?mail)|bu (?:e-?posta|mesaj|ileti)"
    r"|(?:это|данное|настоящее) (?:сообщение|письмо)|це повідомлення)\b",
    re.I,
)
_PRINT = compile_lazily(r"print|druck|imprim|stampa|afdruk|skriv\w* ut|udskriv|drukow|tisk|nyomtat|yazdır|печат", re.I)
_ENVIRONMENT = compile_lazily(
    r"environ|umwelt|medio ?ambiente|meio ambiente|\bambiente|milieu|miljö|miljø|ympäristö|środowisk|planet|\btrees?\b"
    r"|\bbaum|\barbre|природ",
    re.I,
)
_SCANNED = compile_lazily(
    r"\W*(?:virus[ -]?free|virenfrei|sans virus|libre de virus|senza virus|virusvrij)\b[^?]{0,60}"
    r"|\W*(?:please )?save (?:a tree|paper)[^.!?]{0,80}\W*",
    re.I,
)
_MAIL_WORDS = (
    *(
        "mail",
        "message",
        "communication",
        "transmission",
        "attachment",
        "information",
        "correo",
        "courriel",
        "nachricht",
    ),
    *("mensaje", "mensagem", "messaggio", "bericht", "meddelande", "meddelelse", "e-post", "viesti", "wiadomość"),
    *("zpráva", "správa", "üzenet", "mesaj", "posta", "сообщени", "письмо", "повідомлен", "print", "save", "virus"),
    *("environ", "druck", "imprim", "stampa"),
)
"""Every disclaimer has one of these words: most texts have none, and are not looked at line by line."""
_REQUEST = compile_lazily(
    r"\b(?:I|[Mm]y|mine|I['’]\w+)\b|\b(?i:orders?|parcels?|invoices?|refunds?|subscriptions?|bookings?|cards?)\b"
    r"|\bi (?:am|have|had|want|need|would|was|can|could|did|do|got|will|still|never|just|ordered|paid|lost)\b"
    r"|\b(?i:ich|meine?[mnrs]?|je|ma|mon|mes|yo|mis?|io|mi[oae]|meu|minha|ik|mijn|jag|jeg|moja|moje|mój|я|мо[йяеи])\b"
)
_BANNER_START = compile_lazily(
    r"[\W_]*(?:caution|warning|external|attention|alert|notice|important|be careful|this (?:e-?mail|message|sender)"
    r"|you don['’]t often|some people who received|achtung|vorsicht|hinweis|warnung|diese (?:e-?mail|nachricht)"
    r"|sie erhalten nicht|avertissement|ce (?:message|courriel)|vous n['’]obtenez|atención|precaución|aviso"
    r"|este (?:correo|mensaje|e-?mail)|no suele|attenzione|questa e-?mail|non si ricevono|let op|waarschuwing|opgelet"
    r"|deze e-?mail|u ontvangt niet|varning|obs|advarsel|uwaga|pozor|figyelem|dikkat|внимание|увага|zjqcmqryf)",
    re.I,
)
_MAIL = (
    r"(?:e-?mails?|messages?|mails?|sender|nachricht|absender|courriel|expéditeur|correo|remitente|messaggio|mittente"
    r"|afzender)"
)
_OUTSIDE = (
    r"(?:extern\w*|outside|außerhalb|extérieur\w*|fuera de|estern\w|buiten|utanför|uden for|ulkopuol\w*|zewn\w+"
    r"|внешн\w+)"
)
_BANNER = compile_lazily(
    rf"\b{_MAIL}\b[^.!?\n]{{0,60}}\b{_OUTSIDE}|\b{_OUTSIDE}\b[^.!?\n]{{0,40}}\b{_MAIL}\b"
    r"|don['’]t often get e-?mail from|nicht häufig e-?mails von|pas souvent d['’]e-?mail|con frecuencia correo"
    r"|spesso e-?mail|niet vaak e-?mail|\A\W*external\W*\Z",
    re.I,
)
_RULE = compile_lazily(r"\s*(?:-{2,}|_{3,}|={3,}|\*{3,}|~{3,}|[–—]{1,3})\s*")
_RULE_SIGNS = frozenset("-_=*~–—")
_FOOTER = compile_lazily(
    r"(\bmailing[ -]list\b|listinfo|\blist-?archive|\barchives?\b|groups\.google|googlegroups|google groups)"
    r"|(\bunsubscribe\b|abbestellen|abmelden|désabonner|désinscrire|cancelar la suscripción|disiscri|afmelden"
    r"|cancel your subscription)|(newsletter)|(https?://|www\.)|(\byou (?:are receiv|receiv)|\bsubscribed\b)"
    r"|(this (?:e-?mail|message) was sent (?:from|by|via|to|using|through)|wurde (?:über|von|mit)\b"
    r"|a été envoyé (?:depuis|par|via))|(contact form|kontaktformular|formulaire de contact|formulario de contacto)",
    re.I,
)
"""One group a sign of a list server or a form; a footer has two different ones."""


def is_rule(line: str) -> bool:
    """Whether a line is a row of dashes, underscores or the like."""
    return line.lstrip()[:1] in _RULE_SIGNS and _RULE.fullmatch(line[:_LINE_CHARS]) is not None


def is_personal(text: str) -> bool:
    """Whether a text speaks in the first person or of an order."""
    return _REQUEST.search(text) is not None


def disclaimer_start(lines: list[str]) -> tuple[int, bool]:
    """The line of a disclaimer that reaches to the end of the text, or the number of lines; whether it is marked."""
    first = max(0, len(lines) - _LAST_LINES)
    text = "\n".join(line[:_PARAGRAPH_CHARS] for line in lines[first:]).lower()
    if not any(word in text for word in _MAIL_WORDS):
        return len(lines), False
    for n in range(first, len(lines)):
        line = lines[n][:_LINE_CHARS]
        if _is_note(line) and not any(below.strip() for below in lines[n + 1 :]):
            return n, False
        if (_START.match(line) or _has_many_terms(lines[n])) and _is_disclaimer(lines[n:]):
            return n, True
    return len(lines), False


def _is_note(line: str) -> bool:
    """Whether a line asks to save paper, or names a virus scanner."""
    if _PRINT.search(line) and _ENVIRONMENT.search(line):
        return "?" not in line and not is_personal(line)
    return _SCANNED.fullmatch(line) is not None


def _is_disclaimer(lines: list[str]) -> bool:
    """Whether the text has two legal terms, one in each paragraph, and neither request nor question."""
    text = "\n".join(line[:_PARAGRAPH_CHARS] for line in lines)
    if "?" in text or is_personal(text):
        return False
    terms = [_terms(paragraph) for paragraph in re.split(r"\n\s*\n", text) if has_words(paragraph)]
    return all(terms) and len(set().union(*terms)) >= _MIN_TERMS


def _has_many_terms(line: str) -> bool:
    return any(word in line for word in _FREQUENT_TERMS) and len(_terms(line)) >= _MANY_TERMS


def _terms(text: str) -> set[int]:
    """Which of the legal terms a text has."""
    return {match.lastindex or 0 for match in _LEGAL.finditer(text[:_PARAGRAPH_CHARS])}


def footer_start(lines: list[str]) -> tuple[int, bool]:
    """The line of a rule below which a list server or a web form names itself, at the end of the text: a guess."""
    for n in range(max(0, len(lines) - 2 * _FOOTER_LINES), len(lines)):
        if is_rule(lines[n]):
            below = [line[:_LINE_CHARS] for line in lines[n + 1 :] if line.strip()]
            text = "\n".join(below)
            if 0 < len(below) <= _FOOTER_LINES and _is_footer(text):
                return n, False
    return len(lines), False


def _is_footer(text: str) -> bool:
    signs = {match.lastindex for match in _FOOTER.finditer(text)}
    return len(signs) >= _MIN_TERMS and not re.search(r"\b(?:I|my|me)\b|\?(?!\S)", text)


def banner_end(lines: list[str]) -> int:
    """The line after a warning about an external sender that opens the text; 0 if there is none."""
    start = next((n for n, line in enumerate(lines) if line.strip()), 0)
    end = next((n for n in range(start, len(lines)) if not lines[n].strip()), len(lines))
    paragraph = " ".join(lines[start:end][:_FOOTER_LINES])[:_PARAGRAPH_CHARS]
    if not _BANNER_START.match(paragraph) or "?" in paragraph or end - start > _FOOTER_LINES:
        return 0
    return end if _BANNER.search(paragraph) and not is_personal(paragraph) else 0
