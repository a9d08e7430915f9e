"""Signatures, disclaimers and footers are cut by their vocabulary and place; requests never are."""

# ruff: noqa: RUF001 - phrases in many languages

from __future__ import annotations

import pytest

from tagging.mail import signatures


def strip_signature(text: str) -> str:
    return signatures.strip_signature(text).text


DISCLAIMER = (
    "This e-mail and any attachments are confidential and intended solely for the addressee. If you are not the "
    "intended recipient, please notify us and delete it."
)


@pytest.mark.parametrize(
    "end",
    [
        DISCLAIMER,
        DISCLAIMER.replace(". ", ".\n"),
        f"{DISCLAIMER}\n\nAlder Ltd, registered in England, company no. 5588",
        "Confidentiality notice: this message may contain privileged information.",
        "Please consider the environment before printing this e-mail.",
        "P Please consider the environment before printing this e-mail. Save paper, cancel your print order!",
        "______________________________\nsupport mailing list\nsupport@lists.example\n"
        "To cancel your subscription or change your password go to lists.example",
        "Diese E-Mail enthält vertrauliche Informationen. Wenn Sie nicht der Adressat sind, vernichten Sie diese Mail.",
        "Ce message est confidentiel. Si vous l'avez reçu par erreur, merci de le détruire.",
        "Este mensaje es confidencial. Si lo ha recibido por error, proceda a su eliminación.",
        "Questo messaggio contiene informazioni riservate. Se ricevuto per errore siete pregati di distruggerlo.",
        "Dit bericht is vertrouwelijk en uitsluitend bestemd voor de geadresseerde.",
        "Niniejsza wiadomość jest poufna i przeznaczona wyłącznie dla adresata.",
        "Это сообщение является конфиденциальным. Если вы получили его по ошибке, удалите его.",
        "Alder Ltd is registered in England. This mail is confidential; if received in error please destroy it.",
        "IMPORTANT: this email may be privileged. If you are not the addressee, delete it.",
        "Virus-free. www.avast.com",
        "Bitte denken Sie an die Umwelt, bevor Sie diese E-Mail ausdrucken.",
        "Pensez à l'environnement avant d'imprimer ce message.",
        "--\nDiese E-Mail wurde über das Kontaktformular auf Shop gesendet",
        "--\nThis e-mail was sent from a contact form on Website (https://www.example.com)",
        "--\nKim Alder\nHead of Refunds | Alder Ltd\n+44 555 0100\nkim@example.com",
        "____________\nKim Alder",
    ],
)
def test_text_with_the_vocabulary_and_the_place_of_a_footer_is_cut(end: str) -> None:
    assert strip_signature(f"Block my card.\n\n{end}") == "Block my card."


@pytest.mark.parametrize(
    "text",
    [
        "This email is intended as a formal complaint. I want a refund of my order.",
        "This message is intended to report that somebody paid with my card.\nPlease block the card.",
        "This message is confidential and privileged: my card was stolen.",
        f"{DISCLAIMER}\n\nPlease block the card.",
        "This message is confidential and privileged. Will the data be deleted?",
        "Diese Nachricht ist vertraulich: meine Karte wurde unbefugt verwendet.",
        "Ce message est confidentiel, je demande de supprimer le compte.",
        "Can I print the tickets in a way that saves the environment?",
        "---\nThe newsletter shows the wrong price",
        "--\nUnsubscribe kim@customer.example",
        "--\nYou are on the mailing list, so am I",
        "Disclaimer: the app says data is deleted and distribution is prohibited, why?",
        "If you have received the parcel in error please delete order 5512 and notify the sender",
    ],
)
def test_a_request_in_the_words_of_a_disclaimer_or_below_one_is_kept(text: str) -> None:
    assert strip_signature(f"Hello,\n\n{text}") == f"Hello,\n\n{text}"


@pytest.mark.parametrize(
    "disclaimer",
    [
        "Tento e-mail je důvěrný a určen pouze adresátovi. Nejste-li příjemcem, zprávu smažte; šíření je zakázáno.",
        "Táto správa je dôverná a určená len adresátovi. Jej šírenie je zakázané.",
        "Това съобщение е поверително. Ако сте го получили по погрешка, изтрийте го; разпространението е забранено.",
        "Ova poruka je povjerljiva. Ako ste je primili greškom, izbrišite je; kopiranje je zabranjeno.",
        "Το παρόν μήνυμα είναι εμπιστευτικό. Αν το λάβατε από λάθος, διαγράψτε το. Η αντιγραφή απαγορεύεται.",
        "このメールには機密情報が含まれています。宛先でない方は削除してください。複製や開示は禁じられています。",
        "本邮件含有机密信息，仅限于发送给收件人。禁止复制或披露。如果您错收了本邮件，请立即删除。",
        "본 메일은 기밀 정보를 포함하며 지정된 수신인만을 위한 것입니다. 복사 및 공개는 금지됩니다.",
    ],
)
def test_disclaimers_in_other_languages_and_scripts_are_cut(disclaimer: str) -> None:
    assert strip_signature(f"Block it.\n\n{disclaimer}") == "Block it."


@pytest.mark.parametrize(
    "text",
    [
        "Je vous prie de supprimer mes données confidentielles, monsieur Dvořák est le destinataire.",
        "Je demande que le message confidentiel de Dvořák soit supprimé, le destinataire est absent.",
        "我的包裹被送到错误的收件人，请删除我的机密资料，禁止再复制。",
        "私の機密書類が宛先に届きません。複製を禁じ、削除してください。",
        "제가 보낸 기밀 서류를 수신인이 받지 못했습니다. 복사를 금지하고 삭제해 주세요.",
    ],
)
def test_a_request_of_somebody_who_says_i_in_legal_words_is_kept(text: str) -> None:
    assert strip_signature(f"Hello,\n\n{text}") == f"Hello,\n\n{text}"


@pytest.mark.parametrize("mark", ["--", "---", "____________", "****", "Thanks", "Thank you", "Kind regards,", "Best"])
@pytest.mark.parametrize(
    "request_below",
    [
        "Also please cancel my subscription.",
        "Cancel order 5519 too",
        "CANCEL ORDER 5519",
        "my card got stolen",
        "Refund me",
        "Parcel 5518 Never Came",
        "App crashes at login",
        "Kim\nIs it open on Sunday?",
        "取消我的订单并退还上个月的全部费用",
    ],
)
def test_a_request_below_a_rule_or_a_closing_formula_is_kept(mark: str, request_below: str) -> None:
    text = f"Where is my parcel?\n{mark}\n{request_below}"
    assert strip_signature(text) == text


@pytest.mark.parametrize(
    "closing",
    [
        *("Thanks & regards,", "Viele Grüße aus Wien", "Hilsen", "Terveisin", "Pozdrawiam serdecznie", "Üdvözlettel:"),
        *("З повагою,", "Με εκτίμηση,", "Lep pozdrav", "Lugupidamisega", "よろしくお願いいたします。", "Trân trọng,"),
    ],
)
def test_closing_formulas_of_many_languages_end_the_text(closing: str) -> None:
    assert strip_signature(f"Block it.\n\n{closing}\nKim Alder (she/her)\ntel. 555 0100") == f"Block it.\n\n{closing}"


@pytest.mark.parametrize(
    "contact",
    [
        "Jo Doe\nHead of Refunds\n+44 555 0100",
        "Kim Alder\nRefund Manager\nAlder Ltd\nHigh Street 5\n12345 Town\nwww.alder.example",
        "Dr. María de la Cruz",
        "田中ゆき",
    ],
)
def test_names_and_addresses_below_a_closing_formula_are_cut(contact: str) -> None:
    assert strip_signature(f"Block it.\n\nKind regards,\n{contact}") == "Block it.\n\nKind regards,"


def test_everything_below_the_exact_delimiter_is_cut_and_its_blank_survives_parsing() -> None:
    from tagging.mail.parser import text_mail

    assert strip_signature("Block it.\n-- \nbuy our new insurance today") == "Block it."
    assert text_mail("Block it.\n-- \nbuy our new insurance today").text == "Block it."


def test_a_disclaimer_above_a_signature_is_cut_and_a_note_on_paper_in_the_middle_is_kept() -> None:
    assert strip_signature(f"Block it.\n\n{DISCLAIMER}\n\n-- \nKim Alder") == "Block it."
    text = "Hello,\n\nPlease consider the environment before printing.\n\nThe printer of room five is broken."
    assert strip_signature(text) == text


@pytest.mark.parametrize(
    "text",
    [
        f"Hello,\n\n{DISCLAIMER}\n\nThe courier came too late.",
        "Hello,\n\n--\nMailing list of https://lists.example: cancel my order",
        "One message came from outside.\n\nAre you open?",
        "Warning: the lift is stuck on floor five.\n\nAre you open?",
        "This email comes from my outside office.\n\nAre you open?",
        "Hello,\n\nSent from my app",
    ],
)
def test_words_of_the_sender_beside_those_of_a_server_are_kept(text: str) -> None:
    assert strip_signature(text) == text
