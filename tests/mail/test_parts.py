"""Which parts of a mail are read, which are not, and which of those may hold a request."""

from __future__ import annotations

import base64

import pytest

from tagging.mail.parser import text_mail
from tests.mail.raw_mails import BLANK, HEAD, NOTE, file, multipart, read, uu

LOGO = (
    "Content-Type: image/png\nContent-Transfer-Encoding: base64\nContent-Disposition: inline; filename=logo.png\n"
    "Content-ID: <logo@1>\n\n" + base64.b64encode(b"\x89PNG" * 200).decode()
)


def unread(*parts: str, kind: str = "mixed") -> list[str]:
    """The types of the parts that were not read."""
    return [part.content_type for part in read(HEAD + multipart(*parts, kind=kind)).left_out.unread_parts]


@pytest.mark.parametrize(
    ("content_type", "name"),
    [
        ("image/jpeg", "IMG_0412.jpg"),
        ("image/heic", "IMG_0413.heic"),
        ("application/pdf", "letter.pdf"),
        ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "complaint.docx"),
        ("application/zip", "scans.zip"),
        ("audio/wav", "voicemail.wav"),
        ("audio/amr", ""),
        ("video/mp4", "leak.mp4"),
        ("application/ms-tnef", "winmail.dat"),
        ("application/x-microsoft-rpmsg-message", "message.rpmsg"),
        ("application/pkcs7-mime; smime-type=enveloped-data", "smime.p7m"),
        ("application/octet-stream", "encrypted.asc"),
        ("application/vnd.ms-outlook", "Re order.msg"),
        ("text/rtf", "letter.rtf"),
        ("text/csv", "orders.csv"),
        ("text/html", "statement.html"),
    ],
)
def test_a_file_is_an_unread_part_and_a_mail_of_nothing_else_is_not_empty(content_type: str, name: str) -> None:
    part = file(content_type, name)
    assert unread(NOTE, part) == [content_type.partition(";")[0]]
    if content_type != "text/html":  # read where it is the only text
        assert unread(BLANK, part) == [content_type.partition(";")[0]]
    if not content_type.startswith("text/"):
        assert [each.content_type for each in read(HEAD + part).left_out.unread_parts] == [
            content_type.partition(";")[0]
        ]


@pytest.mark.parametrize(
    "part",
    [
        file("text/vcard", "kim.vcf"),
        file("application/octet-stream", "Kim Alder.vcf"),
        file("application/pgp-signature", "signature.asc"),
        file("application/pkcs7-signature", "smime.p7s"),
        file("application/x-pkcs7-signature", "smime.p7s"),
        file("application/pgp-keys", "OpenPGP_0x1234.asc"),
        "Content-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR\nSUMMARY:Call\nEND:VCALENDAR",
        "Content-Type: image/gif\nContent-Transfer-Encoding: base64\n\nR0lGODlhAQABAAAAACw=",
        multipart(
            "Content-Type: text/html\n\n<p>The kettle leaks.</p><img src='cid:logo@1'>",
            LOGO,
            kind="related",
            boundary="C",
        ),
        multipart(BLANK, "Content-Type: message/delivery-status\n\nAction: failed", kind="report", boundary="C"),
    ],
)
def test_signatures_contacts_reports_and_images_in_the_text_are_not_unread(part: str) -> None:
    assert unread(NOTE, part) == []


def test_an_image_is_inside_the_text_by_its_place_or_by_a_reference() -> None:
    html = "Content-Type: text/html\nContent-Transfer-Encoding: base64\n\n"
    html += base64.encodebytes(b"<p>The kettle leaks, look.</p><img src='cid:logo@1'>").decode()
    assert unread(html, LOGO) == []
    assert unread(NOTE, LOGO) == ["image/png"]
    assert unread(NOTE, LOGO, kind="related") == []


def test_an_image_in_the_text_is_unread_where_the_text_says_nothing() -> None:
    html = "Content-Type: text/html\n\n<div><img src='cid:logo@1'></div>"
    assert unread(html, LOGO, kind="related") == ["image/png"]


@pytest.mark.parametrize("source", ["data:image/png;base64,iVBORw0KGgo=", "https://img.example/broken.jpg"])
def test_a_mail_of_nothing_but_an_image_in_its_html_is_read(source: str) -> None:
    html = f"Content-Type: text/html\n\n<div><img alt='' src='{source}'></div>"
    mail = read(HEAD + html)
    assert (mail.text, [part.content_type for part in mail.left_out.unread_parts]) == ("", ["image/*"])
    assert read(HEAD + html + "The kettle leaks.").left_out.unread_parts == ()


def test_a_small_image_is_unread_where_the_mail_has_no_text() -> None:
    image = "Content-Type: image/jpeg\nContent-ID: <a>\nContent-Transfer-Encoding: base64\n\n/9j/4A=="
    html = "Content-Type: text/html\n\n<div><img src='cid:a'></div>"
    assert unread(html, image, kind="related") == ["image/jpeg"]


def test_the_other_version_of_a_text_is_not_unread() -> None:
    html = multipart(
        "Content-Type: text/html\n\n<p>The kettle leaks.</p>", file("application/pdf", "a.pdf"), boundary="C"
    )
    assert unread("Content-Type: text/plain\n\nThe kettle leaks.", html, kind="alternative") == ["application/pdf"]


def test_a_version_that_few_programs_read_is_not_unread() -> None:
    versions = ("Content-Type: text/plain\n\nThe kettle leaks.", "Content-Type: text/markdown\n\nThe *kettle* leaks.")
    assert unread(*versions, kind="alternative") == []


def test_parts_of_an_attached_mail_are_unread_and_those_of_ours_are_not() -> None:
    inner = multipart(NOTE, file("application/pdf", "a.pdf"), boundary="C")
    attached = "Content-Type: message/rfc822\n\nFrom: {}\n" + inner
    assert unread(NOTE, attached.format("jo@customer.example")) == ["application/pdf"]
    assert unread(NOTE, attached.format("help@shop.example")) == []


def test_attached_mails_beyond_the_limit_are_unread() -> None:
    mail = "Content-Type: message/rfc822\n\nFrom: jo@customer.example\n\nRequest."
    assert unread(NOTE, *[mail] * 5) == ["message/rfc822"] * 2


def test_a_mail_attached_as_bytes_is_read() -> None:
    data = base64.b64encode(b"From: jo@customer.example\nSubject: Stolen\n\nBlock my card.").decode()
    part = f"Content-Type: application/octet-stream; name=Stolen.eml\nContent-Transfer-Encoding: base64\n\n{data}"
    mail = read(HEAD + multipart(NOTE, part))
    assert mail.text.endswith("Stolen\n\nBlock my card.")
    assert mail.left_out.unread_parts == ()


# --- encrypted and encoded text inside text


def test_pgp_in_the_text_is_an_unread_part() -> None:
    armour = "-----BEGIN PGP MESSAGE-----\nVersion: GnuPG v2\n\nhQEMA1\n=ab12\n-----END PGP MESSAGE-----"
    for text in (armour, f"Hello,\n\n{armour}\n\nBye"):
        mail = read(f"{HEAD}\n{text}")
        assert [part.content_type for part in mail.left_out.unread_parts] == ["application/pgp-encrypted"]
        assert "hQEMA1" not in mail.text
        assert text_mail(text).left_out.unread_parts == mail.left_out.unread_parts


def test_a_text_signed_by_pgp_is_read_and_the_signature_is_not_unread() -> None:
    text = "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nBlock my card.\n"
    text += "-----BEGIN PGP SIGNATURE-----\n\niQEzBAEB\n=xyz1\n-----END PGP SIGNATURE-----\n"
    mail = read(f"{HEAD}\n{text}")
    assert "Block my card." in mail.text
    assert "iQEzBAEB" not in mail.text
    assert mail.left_out.unread_parts == ()


BINHEX = "(This file must be converted with BinHex 4.0)\n\n:" + ("$f*TEQKPH@jb" * 5 + "abcd\n") * 3 + "$f*TEQ:"
YENC = "=ybegin line=128 size=300 name=photo.jpg\n" + ("\u2026zyx" * 32 + "\n") * 3 + "=yend size=300 crc32=abcd"
PGP64 = "begin-base64 644 photo.jpg\n" + base64.encodebytes(bytes(range(200))).decode() + "===="


@pytest.mark.parametrize("encoded", [uu(bytes(range(200))), BINHEX, YENC, PGP64])
def test_a_file_inside_the_text_is_taken_out_and_the_text_around_it_kept(encoded: str) -> None:
    mail = read(f"{HEAD}\nThe mug broke.\n\n{encoded}\n\nI want a new one.")
    assert mail.text == "The mug broke.\n\nI want a new one."
    assert len(mail.left_out.unread_parts) == 1


def test_a_sentence_that_only_begins_like_a_file_is_kept() -> None:
    text = "I want to\nbegin 2024 without your contract\nplease cancel it."
    assert read(f"{HEAD}\n{text}").text == text


# --- mails with few words


@pytest.mark.parametrize("text", ["👍", "😡😡", "?", "!!", ":-("])
def test_a_mail_of_signs_alone_is_read(text: str) -> None:
    assert read(f"{HEAD}\n{text}").text == text
    quote = "\n\nOn Mon, 3 Mar 2025 at 09:12, Tom <help@shop.example> wrote:\n> Your card is blocked."
    assert read(f"{HEAD}Subject: Re: Your card\n\n{text}{quote}").text == text


@pytest.mark.parametrize(
    "body",
    ["", "see subject", "-- \nKim Alder", "On Mon, 3 Mar 2025 at 09:12, Tom <help@shop.example> wrote:\n> Dear Kim"],
)
def test_a_request_in_the_subject_of_a_reply_is_read(body: str) -> None:
    assert "my card was stolen" in read(f"{HEAD}Subject: Re: my card was stolen\n\n{body}").full_text
