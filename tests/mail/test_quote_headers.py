"""Headers above quotes and forwards in the languages of mail programs; lines that only resemble them are text."""

# ruff: noqa: RUF001 - headers in many scripts

from __future__ import annotations

import pytest

from tagging.mail import quotes
from tagging.mail.html import html_to_text
from tagging.mail.subjects import kind_of_subject, without_prefixes


def strip_quotes(text: str, subject: str, recipients: tuple[str, ...] = ()) -> str:
    return quotes.strip_quotes(text, subject, recipients).text


OURS = ("shop.example",)
BLOCKS = {
    "en": "From Sent To Subject",
    "de": "Von Gesendet An Betreff",
    "fr": "De Envoyé À Objet",
    "es": "De Enviado Para Asunto",
    "it": "Da Inviato A Oggetto",
    "pt": "De Enviado Para Assunto",
    "nl": "Van Verzonden Aan Onderwerp",
    "sv": "Från Skickat Till Ämne",
    "da": "Fra Sendt Til Emne",
    "fi": "Lähettäjä Lähetetty Vastaanottaja Aihe",
    "pl": "Od Wysłano Do Temat",
    "cs": "Od Odesláno Komu Předmět",
    "sk": "Od Odoslané Komu Predmet",
    "hu": "Feladó Elküldve Címzett Tárgy",
    "ro": "De_la Trimis Către Subiect",
    "tr": "Kimden Gönderildi Kime Konu",
    "ru": "От Отправлено Кому Тема",
    "uk": "Від Надіслано Кому Тема",
    "el": "Από Στάλθηκε Προς Θέμα",
    "bg": "От Изпратено До Относно",
    "hr": "Od Poslano Prima Predmet",
    "et": "Saatja Saadetud Saaja Teema",
    "ca": "De Enviat Per_a Assumpte",
    "he": "מאת נשלח אל נושא",
    "ar": "من التاريخ إلى الموضوع",
    "ja": "差出人 送信日時 宛先 件名",
    "zh": "发件人 发送时间 收件人 主题",
    "ko": "보낸_사람 날짜 받는_사람 제목",
    "vi": "Từ Ngày Đến Chủ_đề",
    "id": "Dari Tanggal Kepada Subjek",
    "th": "จาก ส่ง ถึง เรื่อง",
    "lt": "Nuo Išsiųsta Kam Tema",
    "lv": "No Nosūtīts Kam Temats",
    "de, other words": "Absender Gesendet Empfänger Betreff",
    "tr, other words": "Gönderen Gönderme_Tarihi Alıcı Konu",
    "tr, third words": "Kimden Gönderilme Kime Konu",
    "et, other words": "Saatja Saadetud Adressaat Teema",
    "ar, other words": "من تاريخ_الإرسال إلى الموضوع",
}
INTROS = [
    "On Mon, 3 Mar 2025 at 09:12, Tom <help@shop.example> wrote:",
    "Am Mo., 3. März 2025 um 09:12 Uhr schrieb Tom <help@shop.example>:",
    "Le lun. 3 mars 2025 à 09:12, Tom <help@shop.example> a écrit :",
    "El lun, 3 mar 2025 a las 9:12, Tom (<help@shop.example>) escribió:",
    "Il giorno lun 3 mar 2025 alle ore 09:12 Tom <help@shop.example> ha scritto:",
    "Em seg., 3 de mar. de 2025 às 09:12, Tom <help@shop.example> escreveu:",
    "Op ma 3 mrt 2025 om 09:12 schreef Tom <help@shop.example>:",
    "Den mån 3 mars 2025 kl 09:12 skrev Tom <help@shop.example>:",
    "pon., 3 mar 2025 o 09:12 Tom <help@shop.example> napisał(a):",
    "po 3. 3. 2025 v 9:12 odesílatel Tom <help@shop.example> napsal:",
    "ma 3. maalisk. 2025 klo 9.12 Tom (help@shop.example) kirjoitti:",
    "пн, 3 мар. 2025 г. в 09:12, Tom <help@shop.example>:",
    "3 Mar 2025 Pzt, 09:12 tarihinde Tom <help@shop.example> şunu yazdı:",
    "2025年3月3日(月) 9:12 Tom <help@shop.example>:",
    "2025-03-03 9:12 GMT+01:00 Tom <help@shop.example>:",
    "On Mon, Mar 3, 2025 at 9:12 AM Tom of the service team\n<help@shop.example> wrote:",
]
MARKED_INTROS = [
    "Tom Berg <help@shop.example> ezt írta (időpont: 2025. márc. 3., H, 9:12):",
    "În lun., 3 mar. 2025 la 09:12, Tom Berg <help@shop.example> a scris:",
    "На пн, 3.03.2025 г. в 9:12 ч. Tom Berg <help@shop.example> написа:",
    "Στις Δευ 3 Μαρ 2025 στις 9:12 π.μ., ο χρήστης Tom Berg <help@shop.example> έγραψε:",
    "2025-03-03, pr, 09:12 Tom Berg <help@shop.example> rašė:",
    "Kuupäev E, 3. märts 2025 kell 09:12 kirjutas Tom Berg <help@shop.example>:",
    "pon, 3. ožu 2025. u 09:12 Tom Berg <help@shop.example> napisao je:",
    "Vào Th 2, 3 thg 3, 2025 vào lúc 09:12 Tom Berg <help@shop.example> đã viết:",
    "Pada Sen, 3 Mar 2025 pukul 09.12 Tom Berg <help@shop.example> menulis:",
    "2025년 3월 3일 (월) 오전 9:12, Tom Berg <help@shop.example>님이 작성:",
    "Tom Berg <help@shop.example> 于2025年3月3日周一 09:12写道：",
    "בתאריך יום ב׳, 3 במרץ 2025 ב-9:12 מאת Tom Berg <help@shop.example>:",
    '在 2025-03-03 09:12:00，"Tom Berg" <help@shop.example> 写道：',
    "---- On Mon, 03 Mar 2025 09:12:00 +0100 Tom Berg <help@shop.example> wrote ----",
    "W dniu 3.03.2025 o 09:12, Tom Berg pisze:",
    "3.03.2025 09:12 tarihinde Tom Berg şöyle yazdı:",
    "2025. 03. 03. 9:12 keltezéssel, Tom Berg írta:",
    "03.03.2025 09:12, Tom Berg пишет:",
    "Tom Berg 3.03.2025 09:12 tarihinde şöyle yazdı:",
    "Tom Berg schreef op 2025-03-03 09:12:",
    "Tom Berg писал 2025-03-03 09:12:",
    "Tom (Shop Ltd) kirjoitti 3.3.2025 klo 9.12:",
    "Tom Berg wrote on Monday, 3 March 2025 at 9:12 AM:",
    "Dne 03. 03. 25 v 9:12 Tom (Shop Ltd) napsal(a):",
    "Στις 3/3/25 09:12, ο/η Berg, Tom έγραψε:",
    "25. 3. 3. 09:12에 Berg, Tom 이(가) 쓴 글:",
    "Wiadomość napisana przez Tom Berg <help@shop.example> w dniu 3 mar 2025, o godz. 09:12:",
    "Op 3 mrt 2025, om 09:12 heeft Tom Berg <help@shop.example> het volgende geschreven:",
    "Tom Berg <help@shop.example> şunları yazdı (3 Mar 2025 09:12):",
    "في الاثنين، 3 مارس 2025 في 9:12 ص تمت كتابة ما يلي بواسطة Tom <help@shop.example>:",
    "The Shop Support Team of Leeds <help@shop.example>, 3 Mar 2025 Pzt, 09:12 tarihinde şunu yazdı:",
]
UNMARKED_INTROS = [
    "Tom Berg <help@shop.example> hat am 03.03.2025 09:12 CET geschrieben:",
    "Tom Berg <help@shop.example> schrieb am Mo., 3. März 2025, 09:12:",
    "On Monday, March 3, 2025, 9:12 AM, Tom Berg <help@shop.example> wrote:",
    "Am Montag, 3. März 2025 um 09:12:00 MEZ hat Tom Berg <help@shop.example> Folgendes geschrieben:",
    "En lunes, 3 de marzo de 2025, 09:12:00 CET, Tom Berg <help@shop.example> escribió:",
    "On March 3, 2025 at 9:12 AM GMT+1 help@shop.example wrote:",
    "---- Le lun., 03 mars 2025 09:12:00 +0100 Tom Berg <help@shop.example> a écrit ----",
]
SEPARATORS = [
    "##- Bitte geben Sie Ihre Antwort oberhalb dieser Zeile ein -##",
    "--- Reply above this line ---",
    "—-—-—-—\nReply above this line.",
    "## Skriv ditt svar ovanför denna rad ##",
    "-----Original Message-----",
    "------------------ Original ------------------",
    "---- Replied Message ----",
    "---- 回复的原邮件 ----",
    "-----Ursprüngliche Nachricht-----",
    "-----Message d'origine-----",
    "-----Messaggio originale-----",
    "----- Wiadomość oryginalna -----",
    "-----邮件原件-----",
    "-----Исходное сообщение-----",
    "------------------ 原始邮件 ------------------",
    "##- Please type your reply above this line -##",
    "---- Bitte antworten Sie oberhalb dieser Linie ----",
    "=== Répondez au-dessus de cette ligne ===",
]
QUOTED = "Dear Kim,\nyour credit card payment was received."


def block(language: str) -> str:
    values = ("Tom Berg <help@shop.example>", "3.3.2025 09:12", "Kim <kim@customer.example>", "Your booking")
    labels = [label.replace("_", " ") for label in BLOCKS[language].split()]
    return "\n".join(f"{label}: {value}" for label, value in zip(labels, values, strict=True))


@pytest.mark.parametrize("language", BLOCKS)
@pytest.mark.parametrize("subject", ["Re: Your booking", "Your booking"])
def test_a_header_block_of_our_mail_begins_a_quote(language: str, subject: str) -> None:
    text = f"Please cancel.\n\n{block(language)}\n\n{QUOTED}"
    assert strip_quotes(text, subject, OURS) == "Please cancel."


@pytest.mark.parametrize("language", BLOCKS)
def test_a_header_block_of_a_customer_in_a_mail_that_is_no_reply_is_kept(language: str) -> None:
    theirs = block(language).replace("help@shop.example", "kim@customer.example")
    assert strip_quotes(f"Please handle.\n\n{theirs}\n\nI lost my card.", "A customer", OURS).endswith(
        "I lost my card."
    )


@pytest.mark.parametrize("intro", INTROS)
@pytest.mark.parametrize("mark", ["> ", "| ", ""])
def test_an_introduction_with_an_address_begins_a_quote(intro: str, mark: str) -> None:
    quoted = "\n".join(mark + line for line in QUOTED.split("\n"))
    assert strip_quotes(f"Please cancel.\n\n{intro}\n\n{quoted}", "Re: Your booking", OURS) == "Please cancel."


@pytest.mark.parametrize("intro", MARKED_INTROS)
def test_a_date_and_a_name_are_a_mark_above_marked_lines_in_either_order(intro: str) -> None:
    own = quotes.strip_quotes(f"Please cancel.\n\n{intro}\n> Dear Kim.", "Re: Your booking", OURS)
    assert own.text == "Please cancel."
    assert [cut.marked for cut in own.cuts] == [True]


@pytest.mark.parametrize(
    "quote", [f"{intro}\n> {QUOTED}" for intro in MARKED_INTROS] + [f"{intro}\n\n{QUOTED}" for intro in UNMARKED_INTROS]
)
def test_introductions_of_more_programs_begin_a_quote(quote: str) -> None:
    text = quote.replace(f"> {QUOTED}", QUOTED.replace("Dear", "> Dear").replace("your", "> your"))
    assert strip_quotes(f"Please cancel.\n\n{text}", "Re: Your booking", OURS) == "Please cancel."


@pytest.mark.parametrize("separator", SEPARATORS)
def test_a_separator_begins_a_quote(separator: str) -> None:
    assert strip_quotes(f"Please cancel.\n\n{separator}\n\n{QUOTED}", "Re: Your booking", OURS) == "Please cancel."


def test_header_lines_in_paragraphs_and_wrapped_recipients_are_one_block() -> None:
    headers = (
        "From: Tom <help@shop.example>\n\nSent: Monday\n\nTo: Kim <kim@customer.example>;\n Jo <jo@a.example>\n\n"
        "Subject: Your booking"
    )
    assert strip_quotes(f"Please cancel.\n\n{headers}\n\n{QUOTED}", "RE: Your booking", OURS) == "Please cancel."


@pytest.mark.parametrize("gap", ["\n", "\n\n"])
@pytest.mark.parametrize("order", ["From Date To Subject", "From Date Subject To", "From Date Subject"])
@pytest.mark.parametrize("end", ["", "\n\n"])
def test_a_forwarded_request_may_begin_like_a_header(gap: str, order: str, end: str) -> None:
    values = {"From": "Kim <kim@customer.example>", "Date": "3 May 2025", "To": "Jo <jo@shop.example>"}
    headers = gap.join(f"{label}: {values.get(label, 'Lamp')}" for label in order.split())
    request = "To: the manager\nCc: my lawyer\n\nMy lamp is broken."
    text = f"---------- Forwarded message ---------\n{headers}{end or gap}{request}"
    result = strip_quotes(text, "Fwd: Lamp", OURS)
    assert result.endswith(request) or (order == "From Date Subject" and not (end and gap == "\n"))
    assert "kim@customer" not in result
    if order != "From Date Subject":
        assert result == request


def test_copies_below_the_usual_headers_belong_to_them() -> None:
    headers = f"{block('en')}\nCc: Ann <ann@shop.example>\nAttachments: a.pdf"
    assert strip_quotes(f"Please cancel.\n\n{headers}\n\nDear Kim.", "Re: a", OURS) == "Please cancel."
    forward = f"See below.\n\n{headers}\n\nI lost my card."
    assert strip_quotes(forward, "Fwd: a") == "See below.\n\nI lost my card."


@pytest.mark.parametrize(
    "text",
    [
        "I want to change this:\n\nFrom: Berlin\nTo: Lisbon\nDate: 14 May 2025\nPassengers: 2\n\nOr I want a refund.",
        "A visitor wrote.\n\nFrom: Kim <kim@customer.example>\nDate: 3 May\nSubject: Mug\n\nIt arrived in pieces.",
        "New message.\n\nFrom: Jo Miller\nDate: 3 May 2026\nSubject: Lost card\n\nMy card was stolen.",
        'Hi,\n\nOn 3 March 2025 Tom from your team wrote:\n"We pay you back."\n\nNothing has come. I want my money.',
        "On 3 March 2025 help@shop.example wrote:\nno refund.\n\nI do not agree.",
        "On 3 March 2025 Tom <help@shop.example> wrote:\n“No refund.”\n\nI do not agree.",
        "Berg <jo@customer.example> wrote to the shop at 10:15 on 3 May 2025:\nno refund.\n\nI do not agree.",
        "Tom Berg <help@shop.example> wrote:\nno refund.\n\nI do not agree.",
        "Tom Berg <help@shop.example> said on the third day of the month that the parcel left, and wrote:\nsorry.",
        "On Mon, 3 Mar 2025 at 09:12, Tom Berg <help@shop.example> wrote:\n“No refund.”\n\nI do not agree.",
        "I signed above this line: Kim\n\nPlease cancel.",
        "My address is kim@customer.example, these are the faults:\nit leaks.",
        "Problem one.\n________________________________\n\nProblem two: you charged my card twice.",
    ],
)
@pytest.mark.parametrize("subject", ["Question", "Re: Question"])
def test_text_without_an_address_or_a_mark_of_a_program_is_no_quote(text: str, subject: str) -> None:
    for above in ("", "Good morning.\n\n"):
        assert strip_quotes(above + text, subject, OURS) == above + text


def test_answers_within_a_quote_without_marks_are_kept_where_the_sender_points_at_them() -> None:
    text = f"Hi Tom, see my answers below in red.\n\n{block('en')}\n\nWhat is wrong?\nIt leaks, I want my money back."
    assert strip_quotes(text, "RE: Your order", OURS).endswith("I want my money back.")


@pytest.mark.parametrize(
    "subject",
    [
        *("FW: card", "Fwd: card", "WG: card", "TR: card", "VL: card", "RV: card", "I: card", "ENC: card", "PD: card"),
        *(
            "Fw：card",
            "转发：card",
            "[EXTERNAL] FW: card",
            "[#5518] Fwd: card",
            "EXT: [Ticket 5] WG: card",
            "Re: Fwd: card",
        ),
        *("(External) TR : card", "*EXT* FW: card", "RE: [EXTERNAL] FW: card", "FW[2]: card"),
    ],
)
def test_forwards_are_recognised_in_many_languages_and_below_tags(subject: str) -> None:
    assert kind_of_subject(subject) == "forward"
    assert without_prefixes(subject) == "card"
    theirs = block("en").replace("help@shop.example", "kim@customer.example")
    assert (
        strip_quotes(f"Please handle.\n\n{theirs}\n\nI lost my card.", subject) == "Please handle.\n\nI lost my card."
    )


@pytest.mark.parametrize(
    "subject", ["Re: card", "R: card", "AW: card", "SV: card", "[EXTERNAL] RE: card", "Odp: card", "回复：card"]
)
def test_replies_are_recognised_in_many_languages_and_below_tags(subject: str) -> None:
    assert kind_of_subject(subject) == "reply"
    assert without_prefixes(subject) == "card"


@pytest.mark.parametrize("subject", ["card", "Refund: card", "Trip to Rome: change", "VS: card", "Order #5518: where?"])
def test_other_subjects_are_neither_reply_nor_forward(subject: str) -> None:
    assert kind_of_subject(subject) == ""


def test_lines_of_preformatted_html_stay_lines() -> None:
    markup = "<pre>Please cancel.\n\nOn 3 Mar 2025, Tom wrote:\n&gt; Dear Kim,\n&gt; received.\n</pre>"
    assert strip_quotes(html_to_text(markup, 1000).text, "Re: a") == "Please cancel."
    assert html_to_text('<div style="white-space: pre-wrap">one\ntwo</div>', 1000).text == "one\ntwo"


def test_a_plain_blockquote_below_an_introduction_is_a_quote_and_another_is_text() -> None:
    markup = "<p>Hello.</p><p>{}</p><blockquote><p>Which address?</p></blockquote><p>Cancel it.</p>"
    intro = "On Mon, 3 Mar 2025 at 09:12, Tom &lt;help@shop.example&gt; wrote:"
    assert strip_quotes(html_to_text(markup.format(intro), 1000).text, "Re: a", OURS).split() == [
        "Hello.",
        "Cancel",
        "it.",
    ]
    assert "Which address?" in strip_quotes(html_to_text(markup.format("The fault is:"), 1000).text, "Re: a", OURS)


def test_words_below_a_marked_html_signature_are_kept() -> None:
    markup = '<p>Hello.</p><div class="gmail_signature">Jo<br>Example Ltd</div><p>Please cancel order 5519 too.</p>'
    assert strip_quotes(html_to_text(markup, 1000).text, "") == "Hello.\n\nPlease cancel order 5519 too."
