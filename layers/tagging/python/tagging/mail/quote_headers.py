"""What Outlook, Apple Mail, Gmail and Thunderbird write above a quoted or forwarded mail, in their languages."""

# ruff: noqa: RUF001 - phrases in many scripts

from __future__ import annotations

import re
from typing import Literal

from tagging.mail.patterns import compile_lazily

Field = Literal["from", "date", "to", "subject", "other"]
SeparatorKind = Literal["forward", "original", "reply above", ""]
LINE_CHARS = 300

_LABELS: dict[Field, str] = {
    "from": "From|Von|Absender|De|Da|Van|Från|Fra|Lähettäjä|Od|Feladó|Küldő|Expeditor|De la|Kimden|Gönderen|От|От кого|"
    "Від|Από|"
    "Pošiljatelj|Šalje|Saatja|No|Nuo|Frá|מאת|من|差出人|送信者|发件人|寄件者|寄件人|보낸 사람|보낸사람|Từ|Dari|จาก",
    "date": "Sent|Date|Gesendet|Datum|Envoyé|Envoyé le|Enviado|Enviado el|Enviado em|Enviada|Enviada em|Fecha|"
    "Data|Inviato|"
    "Verzonden|Skickat|Sendt|Dato|Lähetetty|Päivämäärä|Päiväys|Wysłano|Wysłane|Odesláno|Odoslané|Dátum|Elküldve"
    "|Küldve|"
    "Trimis|Dată|Gönderildi|Gönderilme|Gönderilme Tarihi|Gönderme Tarihi|Tarih|"
    "Отправлено|Дата|Надіслано|Στάλθηκε|Εστάλη|Ημερομηνία|Изпратено|"
    "Poslano|Poslato|Saadetud|Saatmisaeg|Kuupäev|"
    "Nosūtīts|Datums|Išsiųsta|Enviat|Enviat el|Sent at|Sent on|Date Sent|"
    "נשלח|תאריך|تم الإرسال|تاريخ الإرسال|التاريخ|"
    "送信日時|日付|日時|发送时间|发送日期|日期|傳送時間|寄件日期|보낸 날짜|날짜"
    "|Đã gửi|Ngày|Gửi|"
    "Terkirim|Dikirim|Tanggal|ส่ง|วันที่",
    "to": "To|An|Empfänger|À|A|Para|Pour|Aan|Till|Til|Vastaanottaja|Do|Komu|Címzett|Către|Kime|Alıcı|Кому|Προς|До|Za|"
    "Prima|Primatelj|Saaja|Adressaat|"
    "Kellele|Kam|Kas|Per a|Cc|Kopie|Kopia|Kopi|Kopio|Copie|Copia|Másolatot kap|Bilgi|Копия|Копія|Κοιν|DW"
    "|אל|לכבוד|"
    "إلى|宛先|收件人|收件者|받는 사람|받는사람|Đến|Tới|Kepada|Ke|ถึง",
    "subject": "Subject|Betreff|Objet|Sujet|Asunto|Oggetto|Assunto|Onderwerp|Ämne|Emne|Aihe|Temat|Předmět|"
    "Predmet|Tárgy|"
    "Subiect|Konu|Тема|Θέμα|Относно|Zadeva|Naslov|Teema|Temats|Tema|Assumpte|Efni|נושא|الموضوع|件名|主题|主題|主旨|"
    "제목|Chủ đề|Tiêu đề|Subjek|Perihal|เรื่อง",
    "other": "Importance|Priority|Attachment|Attachments|Reply-To|Bcc|Organization|Wichtigkeit|Anlagen|Priorität|"
    "Antwort an|Importancia|Datos adjuntos|Pièces jointes|Allegati|Bijlagen|Répondre à|Responder a",
}
_KINDS = {label.casefold(): kind for kind, labels in _LABELS.items() for label in labels.split("|")}
_FIELD = compile_lazily(r"[>|\s*_]*([^\W\d_][^\d:：<>@\n]{0,24}?)[\s*_]*[:：][\s*_]*(.{0,200})", re.S)

_ORIGINAL = (
    r"original message|ursprüngliche nachricht|original-?nachricht|message d['’]origine|message original"
    r"|mensaje original"
    r"|messaggio originale|mensagem original|oorspronkelijk bericht|origineel bericht|originalmeddelande"
    r"|ursprungligt meddelande|oprindelig (?:meddelelse|besked)|opprinnelig melding|alkuperäinen viesti"
    r"|wiadomość oryginalna|oryginalna wiadomość|původní (?:zpráva|e-?mail)|pôvodná správa|eredeti üzenet"
    r"|mesaj(?:ul)? original"
    r"|orijinal (?:mesaj|ileti)|özgün ileti|исходное сообщение|оригинальное сообщение|вихідне повідомлення"
    r"|αρχικό μήνυμα"
    r"|оригинално съобщение|izvirno sporočilo|izvorna poruka|originalna poruka|algne kiri|sākotnējais ziņojums"
    r"|pirminis laiškas|missatge original|הודעה מקורית|الرسالة الأصلية|元のメッセージ|原始邮件|原始郵件|原邮件"
    r"|邮件原件|郵件原件|원본 메시지|thư gốc"
    r"|tin nhắn gốc|pesan asli"
)
_FORWARDED = (
    r"forwarded|weitergeleitet|réexpédi|transféré|reenviad|inoltrato|encaminhad|doorgestuurd|vidarebefordra"
    r"|videresend"
    r"|videresendt|välitetty|przekazan|přeposlan|preposlan|továbbított|redirec[tț]ionat|iletilen|пересылаем|переслан"
    r"|προωθημέν|препратен|posredovan|proslijeđen|edastatud|pārsūtīt|persiųst|reenviat|הועבר|معاد توجيه|転送"
    r"|转发|轉寄|전달된"
    r"|chuyển tiếp|terusan"
)
_ORIGINAL_LINE = compile_lazily(
    rf"[>\s]*[-_=*]{{2,}}\s*(?:{_ORIGINAL})\s*[-_=*]{{2,}}\s*"
    r"|[>\s]*-{10,}\s*original\s*-{10,}\s*|[>\s]*-{3,}\s*(?:replied message|回复的原邮件|回覆的原郵件)\s*-{3,}\s*",
    re.I,
)
_FORWARD_LINE = compile_lazily(
    rf"[>\s]*[-_=*]{{2,}}[^-_=*]{{0,40}}(?:{_FORWARDED})[^-_=*]{{0,60}}[-_=*]{{2,}}\s*"
    rf"|[>\s]*(?:begin\w*|anfang|début|inicio|inizio|start|här|her|początek"
    rf"|начало)\b.{{0,20}}(?:{_FORWARDED}).{{0,30}}[:：]\s*",
    re.I,
)
_REPLY_ABOVE = compile_lazily(
    r".{0,80}(?:above this (?:line|text|message)|(?:oberhalb|über) dieser (?:linie|zeile)|au-dessus de cette ligne"
    r"|(?:encima|arriba) de esta línea|acima desta linha|sopra (?:a )?questa (?:riga|linea)|boven deze (?:lijn|regel)"
    r"|ovanför denna rad|over denne linjen?|tämän rivin yläpuolelle|powyżej tej linii|nad t(?:ento|ímto|uto|ýmto) řád"
    r"|bu satırın üst|(?:выше|над) этой (?:строк|лини)|この行より上|在此行上方|이 줄 위에).{0,40}",
    re.I,
)
_RULE = compile_lazily(r"[\s>—–_=*#-]{3,}")
_RULE_CHARS = "#-=_*~<>+—"

ADDRESS = compile_lazily(r"[^<>@\s\[\]():;,]{1,64}@([\w-][\w.-]{0,100})")


def field_of(line: str) -> Field | None:
    """Which header field of a quoted mail a line holds."""
    match = _FIELD.match(line[:LINE_CHARS])
    return _KINDS.get(match[1].strip().casefold()) if match else None


def separator_kind(line: str, above: str = "") -> SeparatorKind:
    """What a line separates, if it does: `-----Original Message-----`, `## reply above this line ##`.

    The words "reply above this line" may also stand alone, below a rule.
    """
    line = line[:LINE_CHARS]
    is_ruled = begins_with_rule(line)
    if (is_ruled or line.rstrip().endswith((":", "："))) and _FORWARD_LINE.fullmatch(line):
        return "forward"
    if is_ruled and _ORIGINAL_LINE.fullmatch(line):
        return "original"
    text = line.strip()
    is_ruled = not text[:2].strip(_RULE_CHARS) or not text[-2:].strip(_RULE_CHARS)
    is_ruled = is_ruled or (above[:1] in " -_=*#—" and _RULE.fullmatch(above[:LINE_CHARS]) is not None)
    return "reply above" if is_ruled and _REPLY_ABOVE.fullmatch(line) else ""


def begins_with_rule(line: str) -> bool:
    start = line.lstrip("> \t")[:2]
    return len(start) == 2 and not start.strip("-_=*")


def address_in(text: str) -> str:
    """The first address in a text, in lower case; "" if there is none."""
    text = text[: 4 * LINE_CHARS]
    match = ADDRESS.search(text) if "@" in text else None
    return match[0].lower().strip("\"'.") if match else ""
