"""Warnings about external senders on top of a mail are cut in many languages; a sender's own words are kept."""

# ruff: noqa: RUF001 - words in many scripts

from __future__ import annotations

import pytest

from tagging.mail import signatures
from tagging.mail.parser import text_mail
from tests.mail.raw_mails import HEAD, read


def strip_signature(text: str) -> str:
    return signatures.strip_signature(text).text


@pytest.mark.parametrize(
    "banner",
    [
        "CAUTION: This email originated from outside of the organization. Do not click links, report fraud.",
        "[EXTERNAL EMAIL] This message was sent from an external sender.",
        "You don't often get email from jo@example.com. Learn why this is important",
        "[EXTERNAL]",
        "CAUTION: This email originated from outside of the organization. Do not click links.",
        "CAUTION:\n\nThis email originated from outside of the organization.\n\nDo not open attachments.",
        "*****************\nCAUTION: EXTERNAL EMAIL\nExercise caution when opening attachments.\n*****************",
        "EXTERNAL EMAIL",
        "EXTERNAL EMAIL: think before you click",
        "[EXTERN] Diese Nachricht stammt von ausserhalb. Vorsicht bei Links und Anhängen.",
        "ACHTUNG: Externe E-Mail! Klicken Sie nicht auf Links.",
        "Attention : ce message provient de l'extérieur de l'organisation. Ne cliquez pas sur les liens.",
        "ATENCIÓN: este correo procede de fuera de la organización. No abra archivos adjuntos.",
        "PRECAUCIÓN: correo externo",
        "ATTENZIONE: questa e-mail proviene dall'esterno. Non aprire allegati.",
        "ATENÇÃO: este e-mail veio de fora da organização. Não clique em links.",
        "LET OP: deze e-mail komt van buiten de organisatie.",
        "OBS! Denna e-post kommer från en extern avsändare.",
        "ADVARSEL: denne e-mail kommer udefra organisationen, uden for firmaet.",
        "HUOMIO: tämä viesti on tullut organisaation ulkopuolelta.",
        "UWAGA: wiadomość spoza organizacji. Nie klikaj w linki.",
        "POZOR: tento e-mail pochází mimo organizaci, zpráva z externího zdroje.",
        "FIGYELEM: ez az e-mail külső feladótól érkezett.",
        "DİKKAT: Bu e-posta kurum dışından gelmiştir.",
        "ВНИМАНИЕ: это письмо пришло от внешнего отправителя. Не открывайте вложения.",
        "УВАГА: цей лист надійшов ззовні.",
        "注意：此邮件来自外部发件人，请勿点击链接。",
        "警告: このメールは社外から送信されました。",
        "주의: 외부에서 온 메일입니다.",
        "This sender is external to your organization.",
        "You don't often get email from kim@a.example. Learn why this is important",
        "*** This is an EXTERNAL email. Exercise caution. ***\n________________________________",
        "[External Email]",
        "[Externe E-Mail]",
        "ACHTUNG: Diese E-Mail stammt von einem externen Absender.",
        "Attention : ce message provient d'un expéditeur externe.",
        "Sie erhalten nicht häufig E-Mails von jo@example.com. Erfahren Sie, warum dies wichtig ist",
    ],
)
def test_a_warning_about_external_senders_on_top_is_cut(banner: str) -> None:
    assert strip_signature(f"{banner}\n\nAre you open on Sunday?") == "Are you open on Sunday?"


@pytest.mark.parametrize(
    "text",
    [
        "Important: my parcel came from outside the EU.\n\nWhat now?",
        "Parcels with an external sender label are late.\n\nWhat now?",
        "Attention: does the message of the external courier count?\n\nHelp.",
        "Warning: the message was sent outside.\nHelp.",
        "CAUTION: the gas cooker that you sell smells of gas even when it is off.\n\nHelp.",
        "External doors of the rental flat do not lock. Be careful who you send.\n\nHelp.",
        "The banner says EXTERNAL, why?\n\nHelp.",
        "Important: my mail from outside was lost.\n\nHelp.",
        "Attention: the ladder that I bought bends.\n\nHelp.",
        "EXTERNAL hard disk broken\n\nHelp.",
        "WARNING\n\nThe parcel came from outside the EU and is damaged.\n\nHelp.",
        "Achtung: Ihre E-Mail an meine externe Adresse kam nicht an.\n\nHelp.",
    ],
)
def test_a_first_paragraph_of_the_sender_is_kept(text: str) -> None:
    assert strip_signature(text) == text


@pytest.mark.parametrize(
    ("banner", "marked"),
    [
        ("WARNING: This message came from outside your organization. Never open attachments of strangers.", True),
        ("You don't often get email from kim@alder.example. Learn why this is important", True),
        ("LET OP: deze e-mail komt van buiten de organisatie.", True),
        ("Warning: an external email in your name tells people to click a link and pay.", False),
        ("External sender address changed to kim@b.example for order 5519", False),
        ("[EXTERN] Diese Nachricht stammt von ausserhalb. Vorsicht bei Links und Anhängen.", True),
        ("UWAGA: wiadomość spoza organizacji. Nie klikaj w linki.", True),
        ("CAUTION\n\nThis email came from outside.\n\nDo not open attachments.", False),
        ("Important: the message was sent to the outside lobby, nobody answers at the door.", False),
    ],
)
def test_a_banner_is_marked_by_the_words_of_a_warning(banner: str, marked: bool) -> None:
    cuts = text_mail(f"{banner}\n\nAre you open on Sunday?").left_out.cuts
    assert {(cut.kind, cut.marked) for cut in cuts} == {("banner", marked)}


def test_a_banner_in_the_cells_of_a_table_is_cut() -> None:
    cells = "<td>CAUTION</td><td><p>This email originated from outside.</p><p>Do not click links.</p></td>"
    html = f"<table><tr>{cells}</tr></table><p>Are you open?</p>"
    assert read(f"{HEAD}Content-Type: text/html\n\n{html}").text == "Are you open?"


def test_a_line_between_signs_is_a_banner_directly_above_the_text() -> None:
    for banner in ("*** This is an EXTERNAL email. ***", "[This email is from an external sender]"):
        assert strip_signature(f"{banner}\nWhere is my parcel?") == "Where is my parcel?"


def test_a_paragraph_of_the_sender_below_a_banner_is_kept() -> None:
    for text in ("Please open the attachment.", "If I click it, links fail.", "Do not send a courier.", "Report it."):
        banner = "CAUTION: This email originated from outside of the organization."
        assert strip_signature(f"{banner}\n\n{text}\n\nKim") == f"{text}\n\nKim"
