"""Recognises warnings about external senders that mail servers put on top of a mail, in many languages."""

# ruff: noqa: RUF001 - words in many scripts

from __future__ import annotations

import re

from tagging.mail.disclaimers import speaks_in_first_person
from tagging.mail.footers import is_rule
from tagging.mail.patterns import compile_lazily

_PARAGRAPH_CHARS = 2000
_MAX_LINES = 8
_MAX_PARAGRAPHS = 5
_HEADING_WORDS = 4
_MIN_ENCLOSED = 4
_ORNAMENTS = "*_-•⚠! "
_RULE_CHARS = " \t-_=*~–—"
_START = compile_lazily(
    r"[\W_]*(?:ext(?:ern(?:al|e|o|a|í)?)?\W*[\])}|*:]|caution|warning|external|extern[aeo]?\b|attention|alert|notice|important"
    r"|be careful|this (?:e-?mail|message|sender|is an external)|you don['’]t often|some people who received|the sender"
    r"|achtung|vorsicht|hinweis|warnung|diese (?:e-?mail|nachricht)|sie erhalten nicht|avertissement|prudence"
    r"|c(?:e|et) (?:message|courriel|e-?mail)|vous n['’]obtenez|atención|precaución|aviso|advertencia|cuidado"
    r"|este (?:correo|mensaje|e-?mail)|no suele|attenzione|avviso|quest[ao] (?:e-?mail|messaggio)|non si ricevono"
    r"|atenção|esta mensagem|este e-?mail|você não costuma|let op|waarschuwing|opgelet|d(?:eze|it) (?:e-?mail|bericht)"
    r"|u ontvangt niet|varning|obs|denna e-?post|det(?:ta|te) (?:e-?post|mejl|meddelande)|du får inte ofta"
    r"|advarsel|forsigtig|denne (?:e-?mail|e-?post|mail)|du får ikke ofte|huomio|varoitus|tämä (?:viesti|sähköposti)"
    r"|et saa usein|uwaga|ostrzeżenie|ta wiadomość|niniejsza wiadomość|nieczęsto|pozor|upozornění|upozornenie"
    r"|t[aá]to (?:zpráva|správa)|figyelem|ez az (?:üzenet|e-?mail)|dikkat|uyarı|bu (?:e-?posta|ileti|mesaj)"
    r"|atenție|acest (?:mesaj|e-?mail)"
    r"|внимание|это (?:сообщение|письмо)|вы нечасто|увага|це (?:повідомлення|лист)|προσοχή|αυτό το|upozorenje|pažnja"
    r"|זהירות|אזהרה|تحذير|تنبيه"
    r"|注意|警告|重要|外部|주의|경고|외부"
    r"|cảnh báo|peringatan|perhatian|zjqcmqryf)",
    re.I,
)
_MAIL = (
    r"(?:e-?mails?|messages?|mails?|senders?|nachricht|absender|courriel|expéditeur|correo|mensaje|remitente|messaggio"
    r"|mittente|mensagem|remetente|bericht|afzender|e-?post\w{0,4}|mejl|meddelande|avsändare|meddelelse|afsender"
    r"|melding|avsender|viesti|sähköposti|lähettäj\w{1,4}|wiadomoś\w{1,3}|nadawc\w{1,3}|zpráv\w|správ\w|odes[ií]late\w{1,3}|odosielate\w{1,3}"
    r"|üzenet\w{0,3}|levél|feladó\w{0,3}|e-?posta\w{0,3}|ileti|mesaj\w{0,3}|gönderen\w{0,4}|expeditor\w{0,3}|сообщени\w|письмо|отправител\w{1,3}"
    r"|повідомлення|лист|відправник\w{0,3}|μήνυμα|αποστολέα\w?|poruka|pošiljatelj\w{0,2})"
)
_OUTSIDE = (
    r"(?:extern\w*|outside|au(?:ß|ss)erhalb|extérieur\w*|hors de|fuera de|exterior|estern\w|fuori|fora d[aeo]|buiten"
    r"|utanför"
    r"|uden ?for|utenfor|ulkopuol\w*|zewn\w+|spoza|mimo|külső|kívül\w*|dışı\w*|harici|în afara|din afara|внешн\w+|извне"
    r"|зовнішн\w+|ззовні|εξωτερικ\w+|εκτός|izvan|vanjsk\w+)"
)
_BANNER = compile_lazily(
    rf"\b{_MAIL}\b[^.!?\n]{{0,60}}\b{_OUTSIDE}|\b{_OUTSIDE}\b[^.!?\n]{{0,40}}\b{_MAIL}\b"
    r"|\A[\W_]*ext(?:ern(?:al|e|o|a|í)?)?[\W_]*[\])}*|:]+[^.!?\n]{0,60}\b(?:external|outside|au(?:ß|ss)erhalb)"
    r"|don['’]t often get e-?mail from|nicht häufig e-?mails von|pas souvent d['’]e-?mail|con frecuencia correo"
    r"|spesso e-?mail|niet vaak e-?mail|inte ofta e-?post|ikke ofte (?:e-?mail|e-?post)|często|costuma receber"
    r"|usein sähköposti|нечасто получаете|\A\W*(?:\[?external?o?\]?)\W*\Z|aka\.ms/learnaboutsender"
    r"|(?:מחוץ|חיצוני).{0,40}(?:ארגון|דוא|הודע|שולח)"
    r"|(?:דוא|הודע|שולח).{0,40}(?:מחוץ|חיצוני)"
    r"|خارج(?:ي|ية)?.{0,40}(?:المؤسسة|بريد|رسالة|مرسل)|(?:رسالة|بريد|مرسل).{0,40}خارج|외부.{0,20}(?:메일|발신|조직)"
    r"|bên ngoài.{0,20}(?:tổ chức|công ty)|luar (?:organisasi|perusahaan)"
    r"|外部.{0,20}(?:邮件|郵件|发件|寄件|メール|送信者|组织|組織)|(?:メール|邮件|郵件).{0,20}(?:外部|社外|組織外)",
    re.I,
)
_THIS = (
    r"(?:this|dies\w*|cet?|este|esta|quest[oa]|deze|dit|denna|detta|dette|denne|tämä|ta|niniejsza|t[aá]to|ez az|bu"
    r"|acest|это|це|αυτό το|ova[j]?)"
)
_ORGANISATION = (
    r"(?:organi[sz]\w+|compan\w+|firm\w*|network|unternehmens?|entreprise|société|empresa|azienda|společnost\w*"
    r"|spoločnost\w*|szervezet\w*|kuruluş\w*|şirket\w*|организаци\w+|організаці\w+|компани\w+|οργανισμ\w+|yritykse\w+)"
)
_MARK = compile_lazily(
    rf"\b{_THIS}\s+{_MAIL}\b[^.!?\n]{{0,60}}\b{_OUTSIDE}"
    rf"|(?<!an external )\b{_MAIL}\b[^.!?\n]{{0,60}}\b{_OUTSIDE}(?: \w+){{0,3}} {_ORGANISATION}"
    r"|\b(?:do not|don['’]t|never|avoid|unless|before) (?:\w+ ){0,3}(?:click|open|reply|follow|download)"
    r"|\b(?:exercise|use) caution\b|think before you click|recogni[sz]e the sender|learn why this is important"
    r"|learnaboutsender|phish"
    r"|\b(?:nicht|kein\w*|vorsicht|ne|pas|no|non|nunca|não|niet|geen|inte|ikke|älä|nie|ne|neklik\w*|neot\w+|не|μην|אין|אל|لا)\b"
    r"[^.!?]{0,40}(?:kli[ck]|cliqu|öffn|link|ouvr|abr[ai]|apri|open|åbn|åpn|öppn|avaa|otwier|otev|otvár|откр|переход|відкр"
    r"|ανοίξ|לחצ|פתח|تفتح|تنقر)|(?:请勿|不要|勿).{0,10}(?:点|點|打开|開)|(?:クリック|開か).{0,8}ない|(?:클릭|열).{0,6}(?:마|말)",
    re.I,
)
"""What only the warnings of mail servers say; it marks a banner."""
_ADVICE = compile_lazily(
    r"links?\b|attachment|phish|suspicious|caution|sender|anh[aä]ng|pièces? jointes?|adjunto|allegat", re.I
)
"""Vocabulary of the paragraphs below a warning."""
_ADVICE_STARTS = frozenset(
    {
        "do",
        "don't",
        "never",
        "if",
        "be",
        "exercise",
        "use",
        "think",
        "report",
        "learn",
        "only",
        "klicken",
        "öffnen",
        "ne",
        "no",
        "non",
    }
)


def banner_end(lines: list[str]) -> tuple[int, bool]:
    """The line after a warning about an external sender that opens the text, or 0; whether its words mark it.

    It may have a heading, several paragraphs and rules around it; nothing in it asks or speaks in the first person.
    """
    end, marked, heading = 0, False, ""
    at = 0
    for _ in range(_MAX_PARAGRAPHS):
        start, at = _next_paragraph(lines, at)
        paragraph = " ".join(lines[start:at])[:_PARAGRAPH_CHARS]
        if not paragraph or at - start > _MAX_LINES or "?" in paragraph:
            break
        is_warning = _is_warning(f"{heading} {paragraph}") and not speaks_in_first_person(paragraph)
        if not paragraph.strip(_RULE_CHARS):
            end = at if end else 0
        elif is_warning or (end and _is_advice(paragraph)):
            end, heading = at, ""
            marked = is_warning and _MARK.search(paragraph) is not None
        elif not end and not heading and len(paragraph.split()) <= _HEADING_WORDS and _START.match(paragraph):
            heading = paragraph
        else:
            break
    return end, marked


def _next_paragraph(lines: list[str], at: int) -> tuple[int, int]:
    """First and last line (exclusive) of the next paragraph; a rule, or a line between marks, is one by itself."""
    start = next((n for n in range(at, len(lines)) if lines[n].strip()), len(lines))
    for n in range(start, min(len(lines), start + _MAX_LINES + 2)):
        line = lines[n].strip()
        if not line or (n > start and is_rule(line)):
            return start, n
        if n == start and (is_rule(line) or _is_enclosed(line)):
            return start, n + 1
    return start, min(len(lines), start + _MAX_LINES + 2)


def _is_enclosed(line: str) -> bool:
    """Whether signs stand at both ends of a line: "*** This is an external mail. ***", "[EXTERNAL]"."""
    has_signs = line[:2] == line[-2:] and not line[:2].strip("*=-#~!")
    return len(line) > _MIN_ENCLOSED and (has_signs or line[0] + line[-1] == "[]")


def _is_warning(text: str) -> bool:
    return _START.match(text) is not None and _BANNER.search(text) is not None


def _is_advice(paragraph: str) -> bool:
    """Whether a paragraph below a warning goes on with it."""
    begins = paragraph.lstrip(_ORNAMENTS).partition(" ")[0].lower().replace("’", "'").rstrip(".,:!")
    return begins in _ADVICE_STARTS and _ADVICE.search(paragraph) is not None and not speaks_in_first_person(paragraph)
