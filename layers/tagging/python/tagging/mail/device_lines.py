"""Recognises lines such as "Sent from my iPhone": device and app names after "sent from", and nothing else."""

# ruff: noqa: RUF001 - phrases in many scripts

from __future__ import annotations

import re

from tagging.mail.patterns import compile_lazily

_LINE_CHARS = 300
_SENT_WORDS = (
    r"(?:(?:(?:sent|written|posted|typed|composed|delivered) (?:from|via|using|with|on|by)"
    r"|von (?:meinem|meiner)|(?:gesendet|geschrieben) (?:von|mit|über)|diese nachricht wurde von"
    r"|envoyé (?:de|depuis|à partir de|avec)|enviado (?:desde|do|de|a partir do|pelo|con|com)|enviat des"
    r"|inviato (?:da|dal|con)|verzonden (?:vanaf|met|via|vanuit)|verstuurd (?:vanaf|met|via)"
    r"|(?:skickat|skickad) från|sendt (?:fra|via|med)|lähetetty|wysłane? (?:z|za pomocą)|odesláno z|odoslané z"
    r"|отправлено (?:с|из)|надіслано (?:з|із)|trimis (?:de pe|din)|poslano (?:z|s|sa)|gönderildi"
    r"|(?:στάλθηκε|απεσταλμένο) από|elküldve az?)\s+|(?:[发發]自|從)我的\s*)"
)
_SENT_AFTER_WORDS = r".{0,40}(?:から送信|에서 보냄|gönderildi|lähetetty|küldve|发送|傳送)\W*"
"""Languages that name the device before the verb."""
_SENT = compile_lazily(_SENT_WORDS, re.I)
_SENT_AFTER = compile_lazily(_SENT_AFTER_WORDS, re.I)
_APP = r"(?:outlook|gmail|yahoo mail|blue ?mail|spark|proton ?mail|aqua ?mail)"
_PLATFORM = r"(?:\s+\w+){0,2}\s+(?:ios|android|iphone|ipad|windows|mac|mobile)"
_GET_APP = compile_lazily(
    r"(?:get|download|hol dir|holen sie sich|obtenir|télécharger|obtener|obtén|scarica|ottieni|baixe|obter|hent"
    r"|last ned|hämta|hanki|lataa|pobierz|stáhnout|získejte|descarcă|скачать|загрузите|завантажити)(?:\s+\w+)?"
    rf"\s+{_APP}(?:{_PLATFORM})?|{_APP}{_PLATFORM}\s+(?:herunterladen|downloaden|letöltése|indirin?|edinin)",
    re.I,
)
_NETWORK = compile_lazily(r"\bon the [\w&-]+(?: [\w&-]+)? network\b", re.I)
_FIRST = (
    "sent written posted typed composed delivered von gesendet geschrieben diese envoyé enviado enviat inviato"
    " verzonden verstuurd skickat skickad sendt lähetetty wysłan wysłane odesláno odoslané отправлено надіслано trimis"
    " elküldve poslano gönderildi στάλθηκε get download hol holen obtenir télécharger obtener obtén scarica ottieni"
    " baixe obter hent last hämta hanki lataa pobierz stáhnout získejte descarcă скачать загрузите завантажити outlook"
    " απεσταλμένο"
)
_FIRST_WORDS = frozenset(_FIRST.split())
_LAST_WORDS = ("から送信", "에서 보냄", "gönderildi", "lähetetty", "küldve", "我的")
_ORNAMENTS = " \t_*-–—|~=+#.([<>\"'“”"
_WORD_CHARS = 40
_DEVICE = compile_lazily(
    r"i?phones?|ipads?|ipod|iphon\w*|ipad\w*|ios|imac|macbook|apple|android|samsung|galaxy|smartphone|handy"
    r"|mobiltelefon"
    r"|huawei|honor|xiaomi|redmi|oneplus|oppo|vivo|realme|nokia|lumia|motorola|xperia|htc|pixel|blackberry"
    r"|windows|outlook|hotmail|yahoo|aol|gmail|proton|protonmail|tutanota|tuta|fairemail|aquamail|bluemail|airmail"
    r"|thunderbird|mailspring|k-9|gmx|web\.de|mail\.ru|t-online|yandex|mobile|cellphone|cell|tablet|device|handset"
    r"|mobile?n?|telefon\w{0,3}|telefoon|téléphone|teléfono|móvil|portable|cellulare|mail|e-?mail"
    r"|phone|computer|pc|laptop|watch|surface|fairphone|chromebook|mailbird|superhuman|typeapp|typemail|zoho|spark",
    re.I,
)
_BRAND = compile_lazily(r"iphone|ipad|android|galaxy|samsung|huawei|xiaomi|outlook|gmail|yahoo|windows", re.I)
_BETWEEN = compile_lazily(
    r"my|the|an?|of|for|on|and|by|in|to|with|via|app|free|secure|pro|plus|max|mini|ultra|note|edge|air|lite|se|fold"
    r"|flip|sony|lg|google|mi|poco|moto|microsoft|verizon|vodafone|at&t|sprint|o2|ee|orange|telekom|t-mobile|telstra"
    r"|three|wireless|network|lte|[2-6]g|digits?|inc|ltd|[®™|–—-]|von|vom|mit|der|dem|meinem|meiner|mon|ma|mes|de|du"
    r"|la|le|les|un|une|meu|minha|do|da|dal|mio|mia|il|mijn|min|mitt|moje|mojego|mého|môjho|für|pour|para|per|voor|til"
    r"|från|fra|z|na|моего|моей|мого|uden|pe|el|az|μου|το|för|dla|systemu|aplikacji|meu|app|und|gesendet"
    r"|versendet|почты|для|application|aplicación|\w{0,6}\d\w{0,6}",
    re.I,
)
"""Words that may stand between device names, models and numbers among them."""
_EXCUSE = compile_lazily(
    r"[.,;:!\s–—-]*(?:please |pls )?(?:excuse|forgive|pardon|ignore|apologies|sorry|apologise|apologize)"
    r"(?:[\s,/&]+(?:me|for|any|the|my|this|typos?|typing|spelling|grammar|brevity|errors?|mistakes?|autocorrect|and|or"
    r"|short|message|reply|briefness|misspellings?))*[\s.!]*",
    re.I,
)
_LINK = compile_lazily(r"[<(\[]?(?:https?://|www\.|mailto:)\S+|<[^<>\s]{1,200}>", re.I)


def is_device_line(line: str) -> bool:
    """Whether a line names the device or app that sent the mail, and holds nothing else but an excuse for typos."""
    if not _may_start(line[:_LINE_CHARS]):
        return False
    line = " ".join(_LINK.sub(" ", line[:_LINE_CHARS]).split()).strip(" .!*_|-–—[]()").replace(" d’", " de ")
    if _GET_APP.fullmatch(line) or (_SENT_AFTER.fullmatch(line) and _BRAND.search(line)):
        return True
    line = _NETWORK.sub("", line)
    sent = _SENT.match(line)
    words = line[sent.end() :].split() if sent else []
    has_device, end = False, 0
    for word in words:
        bare = _bare(word)
        is_device = _DEVICE.fullmatch(bare) is not None or _DEVICE.fullmatch(bare.partition("-")[0]) is not None
        if bare and not is_device and not _BETWEEN.fullmatch(bare):
            break
        has_device |= is_device
        end += 1
        if word.endswith((".", "!", ";")):
            break
    rest = " ".join(words[end:])
    return has_device and (not rest or _EXCUSE.fullmatch(rest) is not None)


def _bare(word: str) -> str:
    """A word without punctuation, article and ending: "l'application", "iPhone'a"."""
    first, _, rest = word.strip(",.;:!()[]'’\"").replace("’", "'").partition("'")
    return rest if rest and len(first) <= 2 else first


def _may_start(line: str) -> bool:
    """A check that costs less than the patterns: the first word, or a word that ends such lines."""
    first = line.lstrip(_ORNAMENTS)[:_WORD_CHARS].partition(" ")[0].lower()
    return first in _FIRST_WORDS or (not line.isascii() and any(word in line for word in _LAST_WORDS))


def device_lines(lines: list[str]) -> list[bool]:
    """Which lines are device lines that form a paragraph or end the text; not a wrapped line within a sentence."""
    marks = [is_device_line(line) for line in lines]
    if not any(marks):
        return marks
    cut: list[bool] = []
    starts_paragraph = True
    for line, mark, ends in zip(lines, marks, _ends_of_paragraphs(lines, marks), strict=True):
        cut.append(mark and ends and (starts_paragraph or line.lstrip()[:1].isupper()))
        starts_paragraph = cut[-1] or not line.strip()
    return cut


def _ends_of_paragraphs(lines: list[str], marks: list[bool]) -> list[bool]:
    """For each line: whether the end, a blank line or a quote follows, apart from further device lines."""
    ends: list[bool] = []
    below = True
    for line, mark in zip(reversed(lines), reversed(marks), strict=True):
        ends.append(below)
        below = not line.strip() or line.startswith(">") or (mark and below)
    return ends[::-1]
