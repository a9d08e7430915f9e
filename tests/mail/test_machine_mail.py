"""Mails of machines: which make no ticket, which need a person, and which only look like them."""

# ruff: noqa: RUF001 - subjects in many scripts

from __future__ import annotations

import pytest

from tagging.item import Mail
from tagging.mail.parser import parse_mail

NOTE = "I am out of the office until 14 May. For urgent matters please write to my colleague."


def read(subject: str, text: str = NOTE, head: str = "From: Kim <kim@customer.example>") -> Mail:
    return parse_mail(f"{head}\nSubject: {subject}\nTo: help@shop.example\n\n{text}".encode())


ABSENCES = [
    ("Out of Office: Order 5518", NOTE),
    ("Re: Out of office Re: Order 5518", "I'm on annual leave and will be back on Monday."),
    ("[EXTERNAL] Automatic reply: Order 5518", "I will be away until Friday without access to e-mail."),
    ("Automatische Antwort: Bestellung 5518", "Ich bin bis zum 14. Mai nicht im Büro."),
    ("Abwesenheitsnotiz: Bestellung", "Vielen Dank für Ihre Nachricht. Ich bin im Urlaub."),
    ("Réponse automatique : Commande 5518", "Je suis absent jusqu'au 14 mai."),
    ("Respuesta automática: Pedido 5518", "Estoy de vacaciones hasta el lunes."),
    ("Risposta automatica: Ordine 5518", "Sono assente fino al 14 maggio."),
    ("Resposta automática: Pedido", "Estou de férias até segunda-feira."),
    ("Automatisch antwoord: Bestelling", "Ik ben afwezig tot 14 mei."),
    ("Autosvar: Order", "Jag är på semester till den 14 maj."),
    ("Automatisk svar: Ordre", "Jeg er på ferie til 14. mai."),
    ("Automaattinen vastaus: Tilaus", "Olen lomalla 14.5. asti."),
    ("Automatyczna odpowiedź: Zamówienie", "Jestem na urlopie do 14 maja."),
    ("Automatická odpověď: Objednávka", "Mám dovolenou do 14. května."),
    ("Automatikus válasz: Rendelés", "Szabadságon vagyok május 14-ig."),
    ("Răspuns automat: Comandă", "Sunt în concediu până luni."),
    ("Otomatik yanıt: Sipariş", "14 Mayıs'a kadar izinde olacağım."),
    ("Автоматический ответ: Заказ", "Я в отпуске до 14 мая."),
    ("Αυτόματη απάντηση: Παραγγελία", "Είμαι εκτός γραφείου έως τις 14 Μαΐου."),
    ("自動応答: 注文", "14日まで不在にしております。"),
    ("自动回复: 订单", "我正在休假。"),
    ("자동 회신: 주문", "5월 14일까지 휴가입니다."),
    ("תשובה אוטומטית: הזמנה", "אני בחופשה עד 14 במאי."),
    ("[Auto-Reply] Order", "Thank you, we have received your message."),
]


@pytest.mark.parametrize(("subject", "text"), ABSENCES)
def test_an_absence_note_makes_no_ticket(subject: str, text: str) -> None:
    mail = read(subject, text)
    assert (mail.auto, mail.auto_reply, mail.maybe_auto_reply) == (True, True, False)


@pytest.mark.parametrize(
    "text",
    [
        "I want my money back.",
        "The parcel never came while I was away, where is it?",
        "I am out of the office until Monday, please send my invoice to my home address.",
        "Ich bin im Urlaub und brauche mein Geld zurück.",
        "Je suis absent : ma commande n'est pas arrivée.",
        "This is what your app shows all day long.",
        "Thank you for your understanding.\nKim Alder",
        "I am out of the office until 14 May, will you be back on Monday?",
        "I was out of the office until Friday.",
    ],
)
def test_a_typical_subject_above_anything_else_needs_a_person(text: str) -> None:
    for subject in ("Out of office: your app", "Automatische Antwort: Bestellung", "[Absent] Commande"):
        mail = read(subject, text)
        assert (mail.auto, mail.auto_reply, mail.maybe_auto_reply) == (False, False, True)


@pytest.mark.parametrize(
    "text",
    [
        "I was out of office when your courier came. Deliver again on Friday and refund the fee.",
        "Your courier came while I was out of the office until Friday. Please deliver again.",
        "I got your automatic reply and nothing else for two weeks. I am away until 14 May, so refund me before.",
        "I am out of the office and cannot receive the engineer on Tuesday. Please move my appointment to Friday.",
        "I am out of the office until Friday. The water runs from the ceiling.",
        "I am on holiday until 14 May and somebody used the credit card at home.",
        "I am away until Monday, the flat is flooded. Urgent!",
        "I will be away until Friday. Leave it with the neighbour.",
        "I'm on vacation until May 3. Contact me about the break-in.",
        "I am out of the office. For questions about the damaged table contact me at kim@customer.example.",
        "I have no access to my email. You ignore all mails.",
        "Ich bin im Urlaub und in der Wohnung brennt es.",
        "Ich war im Urlaub, als der Kurier kam.",
        "Je suis en congé et la machine ne marche plus.",
        "Estoy de vacaciones y la lavadora no funciona.",
        "Ik ben op vakantie en de wasmachine is kapot.",
        "Jestem na urlopie, pralka nie działa.",
        "我正在休假，房子着火了。",
    ],
)
def test_a_customer_who_speaks_of_an_absence_writes_no_absence_note(text: str) -> None:
    mail = read("Out of office", text)
    assert (mail.auto, mail.auto_reply, mail.maybe_auto_reply) == (False, False, True)


@pytest.mark.parametrize(
    "text",
    [
        "I am out of the office until 14 May. For refunds or a lost card please call my colleague.",
        "Thank you for your email. I am currently out of the office with limited access to email and will return on "
        "Monday, 5 May. If your request is urgent, please contact Jo Ray at jo@customer.example.\n\nBest regards,\n"
        "Kim Alder\nSales Manager\n+44 20 7946 0000",
        "Hi,\nI am away from the office and will reply when I return on Monday.\nThanks",
        "Ich bin bis 14.05. im Urlaub und habe keinen Zugriff auf meine E-Mails. Ihre Nachricht wird nicht "
        "weitergeleitet.\n\nMit freundlichen Grüßen\nKim Alder",
        "Bonjour,\nJe suis en congé jusqu'au 14 mai. En cas d'urgence, merci de contacter ma collègue.\nCordialement",
        "Jag är på semester till och med den 14 maj och läser inte min e-post. Kontakta min kollega.",
        "Ik ben afwezig tot en met 14 mei en lees mijn e-mail niet.",
    ],
)
def test_a_note_of_several_sentences_makes_no_ticket_without_a_header(text: str) -> None:
    assert read("Out of office", text).auto_reply


@pytest.mark.parametrize(
    "subject",
    [
        *(
            "Odpowiedź automatyczna",
            "Automatická odpoveď",
            "自动答复",
            "不在通知",
            "Automātiska atbilde",
            "Automaatvastus",
        ),
        *("Automatski odgovor", "Автовідповідь", "Samodejni odgovor", "Automatinis atsakymas", "Otomatik Yanıt"),
        *("الرد التلقائي", "ตอบกลับอัตโนมัติ", "Jawaban otomatis", "Trả lời tự động", "מענה אוטומטי", "부재중"),
    ],
)
def test_a_generated_mail_with_the_subject_of_a_mail_program_makes_no_ticket_if_it_asks_nothing(subject: str) -> None:
    assert read(f"{subject}: Order 5518", "x", "Auto-Submitted: auto-generated").auto_reply
    assert not read(f"{subject}: Order 5518", "x").auto_reply


@pytest.mark.parametrize("text", ["I want my money back.", "Where is my parcel?", "Meine Karte wurde gestohlen."])
def test_a_generated_mail_with_such_a_subject_that_asks_for_something_needs_a_person(text: str) -> None:
    mail = read("Out of office: your app", text, "Auto-Submitted: auto-generated\nFrom: form@shop.example")
    assert (mail.auto, mail.auto_reply, mail.maybe_auto_reply) == (True, False, True)
    assert read("Out of office", NOTE, "Auto-Submitted: auto-generated").auto_reply


def test_a_generated_mail_with_an_unknown_subject_makes_no_ticket_if_its_text_is_an_absence_note() -> None:
    assert read("Kim is away", NOTE, "Auto-Submitted: auto-generated").auto_reply
    assert not read("Kim is away", NOTE).auto_reply


def test_a_forwarded_absence_note_is_a_mail_of_a_person() -> None:
    mail = read("Fwd: Automatic reply: Order 5518", "Your colleague is away. Who can help me?")
    assert (mail.auto_reply, mail.maybe_auto_reply) == (False, False)


@pytest.mark.parametrize(
    "head",
    [
        "Auto-Submitted: auto-generated",
        "Precedence: bulk",
        "Precedence: list",
        "Return-Path: <>",
        "X-Auto-Response-Suppress: All",
        "Auto-Submitted: auto-generated\nPrecedence: bulk\nReturn-Path: <>",
        "List-Unsubscribe: <mailto:x@example.com>",
        "X-Autoreply: no",
    ],
)
def test_a_contact_form_is_never_suppressed(head: str) -> None:
    mail = read("Contact form: my card was stolen", "Please block it.", f"{head}\nFrom: form@shop.example")
    assert (mail.auto_reply, mail.maybe_auto_reply, mail.undelivered) == (False, False, False)


@pytest.mark.parametrize(
    "head",
    [
        "Auto-Submitted: auto-replied",
        "Auto-Submitted: auto-replied; owner-email=a@example.com",
        "X-Autoreply: yes",
        "X-Autorespond: 1",
        "X-Vacation: yes",
        "X-Autoresponder: 3",
        "Precedence: auto_reply",
    ],
)
def test_a_header_of_an_automatic_reply_suffices(head: str) -> None:
    assert read("Your order", "Thank you for writing.", f"{head}\nFrom: a@example.com").auto_reply


@pytest.mark.parametrize(
    ("headers", "auto", "auto_reply"),
    [
        ("", False, False),
        ("Auto-Submitted: no", False, False),
        ("Auto-Submitted: auto-generated", True, False),
        ("Auto-Submitted: auto-replied (vacation)", True, True),
        ("X-Auto-Response-Suppress: All", False, False),
        ("X-Autoreply: yes", True, True),
        ("Precedence: auto_reply", True, True),
        ("Precedence: bulk", True, False),
        ("Precedence: list", False, False),
        ("Return-Path: <>", True, False),
        ("Return-Path: <jo@example.com>", False, False),
        ("From: Mail Delivery Subsystem <MAILER-DAEMON@mx.example.com>\nAuto-Submitted: auto-replied", True, False),
        ("Subject: Out of Office: Your booking", False, False),
        ("Auto-Submitted: auto-generated\nSubject: Risposta automatica: Your booking", True, True),
        ("Auto-Submitted: auto-generated\nSubject: [EXTERNAL] Automatic reply: Your booking", True, True),
        ("Auto-Submitted: auto-generated\nSubject: Absent : Your booking", True, True),
        ("Subject: Re: Out of Office: Your booking", False, False),
        ("Subject: Automatic reply wanted for my booking", False, False),
        ("Content-Type: multipart/report; report-type=disposition-notification; boundary=B", True, True),
        ("Content-Type: multipart/report; report-type=delivery-status; boundary=B", True, False),
    ],
)
def test_mails_of_machines_are_recognised(headers: str, auto: bool, auto_reply: bool) -> None:
    raw = f"{headers}\nX-Other: 1\nTo: help@example.org\n\n--B\n\nSome words.\n--B--\n".lstrip("\n")
    mail = parse_mail(raw.encode())
    assert (mail.auto, mail.auto_reply) == (auto, auto_reply)


@pytest.mark.parametrize(
    ("subject", "text", "auto_reply"),
    [
        ("Out of Office: Your booking", "I am out of the office until 14 May. For refunds call my colleague.", True),
        ("Re: Out of Office: Your booking", "I am on leave and will reply next week.", True),
        ("[Auto-Reply] Your order", "We have received your message.", True),
        ("Automatische Antwort: Ihre Bestellung", "Ich bin im Urlaub.", True),
        ("自动回复: order", "我在休假。", True),
        ("Out of office: your app", "I want my money back. I was away last week.", False),
        ("Out of office: your app", "The parcel never came.", False),
        ("My trip", "I am out of the office until 14 May.", False),
    ],
)
def test_a_subject_alone_is_no_automatic_reply(subject: str, text: str, auto_reply: bool) -> None:
    assert read(subject, text).auto_reply == auto_reply


# --- answers to invitations


def invitation(lines: str, text: str = " ", method: str = "REPLY", field: str = "") -> Mail:
    return parse_mail(
        (
            "From: Kim <kim@customer.example>\nSubject: Accepted: Call about the kettle\n"
            "Content-Type: multipart/alternative; boundary=B\n\n"
            f"--B\nContent-Type: text/plain\n\n{text}\n"
            f"--B\nContent-Type: text/html\n\n<html><body>{text}</body></html>\n"
            f"--B\nContent-Type: text/calendar{field}\n\nBEGIN:VCALENDAR\nMETHOD:{method}\nBEGIN:VEVENT\n"
            f"SUMMARY:Call about the kettle\n{lines}\nEND:VEVENT\nEND:VCALENDAR\n--B--\n"
        ).encode()
    )


def test_an_accepted_invitation_makes_no_ticket() -> None:
    assert invitation("DESCRIPTION:My refund").auto_reply
    assert invitation("DESCRIPTION:My refund", field="; method=REPLY").auto_reply
    assert invitation("", "Kim Alder has accepted this invitation.\n\nCall about the kettle\nMonday 10:00").auto_reply


def test_an_answer_to_an_invitation_with_words_of_a_person_is_read() -> None:
    commented = invitation("COMMENT:I cannot come, just pay me back.")
    assert not commented.auto_reply
    assert "just pay me back" in commented.text
    assert not invitation("", "I would rather have my money back.").auto_reply
    assert not invitation("DESCRIPTION:My refund", method="REQUEST").auto_reply


def test_a_question_below_the_subject_of_an_absence_note_is_no_absence_note() -> None:
    raw = b"From: kim@customer.example\nSubject: Out of office\n\nI am on leave, is this the right desk?"
    mail = parse_mail(raw)
    assert (mail.auto_reply, mail.maybe_auto_reply) == (False, True)
