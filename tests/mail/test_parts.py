"""Which parts of a mail are read, which are not, and which of those may hold a request."""

from __future__ import annotations

import base64
import binascii
import quopri

import pytest

from tagging.item import Mail
from tagging.mail.parser import MailLimits, parse_mail, text_mail
from tagging.mail.smime import signed_content

HEAD = "From: Kim <kim@customer.example>\nTo: help@shop.example\n"
NOTE = "Content-Type: text/plain\n\nThe kettle leaks, see the attachment."
BLANK = "Content-Type: text/plain\n\n \n"
LOGO = (
    "Content-Type: image/png\nContent-Transfer-Encoding: base64\nContent-Disposition: inline; filename=logo.png\n"
    "Content-ID: <logo@1>\n\n" + base64.b64encode(b"\x89PNG" * 200).decode()
)


def read(text: str) -> Mail:
    return parse_mail(text.encode())


def multipart(*parts: str, kind: str = "mixed", boundary: str = "B") -> str:
    body = "".join(f"--{boundary}\n{part}\n" for part in parts)
    return f"Content-Type: multipart/{kind}; boundary={boundary}\n\n{body}--{boundary}--\n"


def unread(*parts: str, kind: str = "mixed") -> list[str]:
    """The types of the parts that were not read."""
    return [part.content_type for part in read(HEAD + multipart(*parts, kind=kind)).left_out.unread_parts]


def file(content_type: str, name: str = "", disposition: str = "attachment") -> str:
    named = f"; filename={name}" if name else ""
    encoded = base64.b64encode(b"\1\2\3" * 300).decode()
    return (
        f"Content-Type: {content_type}\nContent-Disposition: {disposition}{named}\n"
        f"Content-Transfer-Encoding: base64\n\n{encoded}"
    )


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


# --- opaque-signed S/MIME


def der(tag: int, content: bytes, *, indefinite: bool = False) -> bytes:
    if indefinite:
        return bytes((tag, 0x80)) + content + b"\0\0"
    size = len(content)
    length = bytes((size,)) if size < 128 else bytes((0x82,)) + size.to_bytes(2, "big")
    return bytes((tag,)) + length + content


def cms(content: bytes | None, *, kind: int = 2, indefinite: bool = False, pieces: int = 0) -> bytes:
    """A CMS ContentInfo as `openssl cms -sign -nodetach` writes it, without certificates; `kind` 3 is encrypted."""
    octets = b""
    if content is not None:
        octets = der(4, content)
        if pieces:
            rows = [content[at : at + pieces] for at in range(0, len(content), pieces)]
            octets = der(0x24, b"".join(der(4, row) for row in rows), indefinite=indefinite)
        octets = der(0xA0, octets, indefinite=indefinite)
    inner = der(0x30, der(6, bytes.fromhex("2a864886f70d010701")) + octets, indefinite=indefinite)
    algorithms = der(0x31, der(0x30, der(6, bytes.fromhex("608648016503040201"))), indefinite=indefinite)
    data = der(0x30, der(2, b"\1") + algorithms + inner + der(0x31, b""), indefinite=indefinite)
    kind_id = der(6, bytes.fromhex("2a864886f70d0107") + bytes((kind,)))
    return der(0x30, kind_id + der(0xA0, data, indefinite=indefinite), indefinite=indefinite)


SIGNED = b"Content-Type: text/plain; charset=utf-8\r\n\r\nMy card was stolen, please block it.\r\n"


def smime(data: bytes, field: str = "application/pkcs7-mime; smime-type=signed-data; name=smime.p7m") -> str:
    return f"Content-Type: {field}\nContent-Transfer-Encoding: base64\n\n{base64.encodebytes(data).decode()}"


@pytest.mark.parametrize("indefinite", [False, True])
@pytest.mark.parametrize("pieces", [0, 20])
def test_opaque_signed_content_is_read(indefinite: bool, pieces: int) -> None:
    data = cms(SIGNED, indefinite=indefinite, pieces=pieces)
    assert signed_content(data) == SIGNED
    mail = read(HEAD + smime(data))
    assert (mail.text, mail.left_out.unread_parts) == ("My card was stolen, please block it.", ())


@pytest.mark.parametrize(
    "field", ["application/x-pkcs7-mime; name=smime.p7m", "application/octet-stream; name=smime.p7m"]
)
def test_signed_content_is_read_below_a_note_of_a_gateway(field: str) -> None:
    mail = read(HEAD + multipart("Content-Type: text/plain\n\nScanned.", smime(cms(SIGNED), field)))
    assert mail.text == "Scanned.\n\nMy card was stolen, please block it."


def test_signed_content_may_be_signed_again_and_have_parts() -> None:
    inner = multipart(NOTE, file("application/pdf", "a.pdf")).encode()
    twice = smime(cms(smime(cms(inner)).encode()))
    mail = read(HEAD + twice)
    assert mail.text.startswith("The kettle leaks")
    assert [part.name for part in mail.left_out.unread_parts] == ["a.pdf"]


@pytest.mark.parametrize("data", [cms(SIGNED, kind=3), cms(None), b"no CMS", b"", cms(SIGNED)[:30]])
def test_what_is_not_signed_content_stays_closed(data: bytes) -> None:
    assert signed_content(data) is None
    if data:
        assert [part.name for part in read(HEAD + smime(data)).left_out.unread_parts] == ["smime.p7m"]


def test_a_structure_that_is_cut_gives_the_content_so_far() -> None:
    data = cms(SIGNED, indefinite=True, pieces=20)
    assert SIGNED.startswith(signed_content(data[:120]) or b"-")


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


def uu(data: bytes) -> str:
    rows = [binascii.b2a_uu(data[at : at + 45]).decode() for at in range(0, len(data), 45)]
    return "begin 644 photo.jpg\n" + "".join(rows) + "`\nend"


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


# --- encodings and formats that are not declared


LONG = "Grüße, meine Karte wurde gestohlen, bitte sperren Sie sie sofort. Die Bestellnummer ist 5518, danke schön! " * 2


@pytest.mark.parametrize(
    "body",
    [
        quopri.encodestring(LONG.encode()).decode(),
        quopri.encodestring(LONG.encode("latin-1")).decode(),
        base64.encodebytes(LONG.encode()).decode(),
    ],
)
def test_an_encoding_that_is_not_declared_is_recognised(body: str) -> None:
    assert " ".join(read(f"{HEAD}\n{body}").text.split()) == LONG.strip()


@pytest.mark.parametrize(
    "text",
    [
        "See https://shop.example/?a=FF&b=AB&id=20 and x=3D.",
        "My formula: a=20 b=3C, it prints =E9 on the screen.",
        "Tracking code:\nQUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo",
    ],
)
def test_text_that_only_resembles_an_encoding_is_kept(text: str) -> None:
    assert read(f"{HEAD}\n{text}").text == text


@pytest.mark.parametrize("name", ["x-uuencode", "uuencode"])
def test_a_uuencoded_part_is_decoded(name: str) -> None:
    encoded = uu(b"My card was stolen, please block it.")
    assert read(f"{HEAD}Content-Transfer-Encoding: {name}\n\n{encoded}").text == "My card was stolen, please block it."


def test_base64_ends_where_it_ends() -> None:
    encoded = base64.encodebytes(b"My card was stolen, please block it at once, I am abroad.\n").decode()
    footer = base64.encodebytes(b"List of the club, see the archive.").decode()
    for below in (f"-- \nlist@club.example is a list of the club\n{'_' * 40}", f"\n{footer}", footer):
        text = read(f"{HEAD}Content-Transfer-Encoding: base64\n\n{encoded}{below}").text
        assert text.startswith("My card was stolen, please block it at once, I am abroad.")
        assert "\ufffd" not in text
    assert "List of the club" in text


@pytest.mark.parametrize(
    "markup",
    [
        "<html><body><p>My card was stolen.</p><p>Block it.</p></body></html>",
        "<!DOCTYPE html>\n<p>My card was stolen.</p><p>Block it.</p>",
        "<div>My card was stolen.</div><div>Block it.</div>",
        "My card was stolen.<br>\n<br/>Block it.<br>",
    ],
)
def test_html_sent_as_plain_text_is_read_as_html(markup: str) -> None:
    lines = read(f"{HEAD}Content-Type: text/plain\n\n{markup}").text.split("\n")
    assert [line for line in lines if line] == ["My card was stolen.", "Block it."]


@pytest.mark.parametrize("text", ["x < 5 and y > 3", "Kim <kim@customer.example> wrote </me>", "the <div> is broken"])
def test_plain_text_with_angle_brackets_stays_plain(text: str) -> None:
    assert read(f"{HEAD}Content-Type: text/plain\n\n{text}").text == text


def test_plain_text_sent_as_html_keeps_its_lines() -> None:
    assert read(f"{HEAD}Content-Type: text/html\n\nHello,\n\nblock it &amp; pay.").text == "Hello,\n\nblock it & pay."


def test_enriched_text_loses_its_tags() -> None:
    text = "<bold>My card</bold> was\nstolen.\n\n<color><param>red</param>Block it.</color> 1 << 2"
    assert read(f"{HEAD}Content-Type: text/enriched\n\n{text}").text == "My card was stolen.\nBlock it. 1 < 2"


@pytest.mark.parametrize(
    ("plain", "html"),
    [
        ("[image: logo]", "My card was stolen."),
        ("Ce message est au format HTML. Votre logiciel ne peut pas afficher ce contenu.", "My card was stolen today."),
        ("View this email online: https://x.example/1", "Hi, my card was stolen, block it."),
    ],
)
def test_html_beats_a_stub_in_any_language(plain: str, html: str) -> None:
    versions = (f"Content-Type: text/plain\n\n{plain}", f"Content-Type: text/html\n\n<p>{html}</p>")
    assert read(HEAD + multipart(*versions, kind="alternative")).text == html
    both = (f"Content-Type: text/plain\n\n{html}", versions[1])
    assert read(HEAD + multipart(*both, kind="alternative")).text == html


@pytest.mark.parametrize(
    "field",
    [
        "application/octet-stream; name=letter.txt",
        "application/octet-stream; name=call.ics",
        "application/ics; name=a.ics",
    ],
)
def test_text_declared_as_bytes_is_read_where_it_is_the_only_text(field: str) -> None:
    part = f"Content-Type: {field}\n\nBEGIN:VCALENDAR\nSUMMARY:Block my card.\nEND:VCALENDAR"
    mail = read(HEAD + multipart(BLANK, part))
    assert "Block my card." in mail.text
    assert mail.left_out.unread_parts == ()


def test_a_reaction_is_an_emoji_and_no_data() -> None:
    data = 'Content-Type: text/vnd.google.email-reaction+json\n\n{"version": 1, "emoji": "x"}'
    mail = read(f"{HEAD}Subject: Re: Your order\n" + multipart("Content-Type: text/plain\n\n👍", data))
    assert (mail.text, mail.left_out.unread_parts) == ("👍", ())


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


# --- mails of several senders


def attached(sender: str, text: str, subject: str = "Order") -> str:
    return f"From: {sender}\nSubject: {subject}\n\n{text}"


def test_a_digest_is_read_to_its_end_and_holds_several_mails() -> None:
    mails = [f"\n\n{attached(f'customer{n}@example.com', f'Request {n}.')}" for n in range(6)]
    mail = read(HEAD + multipart(*mails, kind="digest"))
    assert [f"Request {n}." in mail.text for n in range(6)] == [True] * 6
    assert mail.several_mails


def test_a_digest_below_the_contents_of_a_list_server_is_read() -> None:
    mails = [f"\n{attached(f'customer{n}@example.com', f'Request {n}.')}" for n in range(5)]
    digest = multipart(*mails, kind="digest", boundary="C")
    mail = read(HEAD + multipart("Content-Type: text/plain\n\nToday's topics: five.", digest, NOTE))
    assert "Request 4." in mail.text
    assert mail.several_mails


@pytest.mark.parametrize(
    ("senders", "several"),
    [(["a@x.example"], False), (["a@x.example"] * 2, False), (["a@x.example", "b@y.example"], True)],
)
@pytest.mark.parametrize("note", [True, False])
def test_attached_mails_of_several_senders(senders: list[str], several: bool, note: bool) -> None:
    mails = [f"Content-Type: message/rfc822\n\n{attached(sender, 'Block it.')}" for sender in senders]
    mail = read(HEAD + multipart(*[NOTE] * note, *mails))
    assert mail.text.count("Block it.") == len(senders)
    assert mail.several_mails == several


ROW = "-" * 30
DIGEST = f"""Today's Topics:

   1. stolen (Kim)
   2. refund (Jo)

{"-" * 70}

Message: 1
Date: Mon, 3 Mar 2025 10:00:00 +0000
From: Kim <kim@customer.example>
To: help@shop.example
Subject: stolen
Message-ID: <1@customer.example>
Content-Type: text/plain; charset="us-ascii"

My card was stolen.

{ROW}

Message: 2
Date: Mon, 3 Mar 2025 11:00:00 +0000
From: Jo <jo@customer.example>
Subject: [Help]
\trefund

I want my money back.

{ROW}

Subject: Digest Footer

_______________________________________________
Help mailing list
help@shop.example

{ROW}

End of Help Digest, Vol 3, Issue 4
**********************************
"""


def test_a_plain_text_digest_is_split_into_its_mails() -> None:
    mail = read(f"{HEAD}Subject: Help Digest, Vol 3, Issue 4\n\n{DIGEST}")
    assert mail.text == "stolen\n\nMy card was stolen.\n\n[Help] refund\n\nI want my money back."
    assert mail.several_mails
    first = DIGEST.split(f"\n{ROW}\n")[0]
    one = read(f"{HEAD}Subject: Help Digest\n\n{first}")
    assert (one.text, one.several_mails) == ("stolen\n\nMy card was stolen.", False)


def test_a_digest_in_an_unknown_form_is_known_by_its_subject_and_addresses() -> None:
    text = "===\nKim <kim@customer.example>:\n\nMy card was stolen.\n===\nJo <jo@customer.example>:\n\nPay me back."
    assert read(f"{HEAD}Subject: Digest for help - 2 updates\n\n{text}").several_mails
    assert not read(f"{HEAD}Subject: Two of us\n\n{text}").several_mails


def test_rows_of_hyphens_in_a_reply_make_no_digest() -> None:
    text = (
        f"Cancel it.\n\n{ROW}\nFrom: Tom <help@shop.example>\nDate: 3 March 2025\nTo: Kim\nSubject: Order\n\nDear Kim"
    )
    mail = read(f"{HEAD}Subject: Re: Order\n\n{text}")
    assert (mail.text, mail.several_mails) == ("Cancel it.", False)


def test_signed_contents_inside_each_other_end_at_the_depth_limit() -> None:
    data = SIGNED
    for _ in range(12):
        data = smime(cms(data)).encode()
    assert read(HEAD + data.decode()).text == "My card was stolen, please block it."
    with pytest.raises(Exception, match="too_deep"):
        parse_mail(HEAD.encode() + data, MailLimits(depth=5))


def test_one_word_broken_at_the_end_of_a_full_line_shows_undeclared_quoted_printable() -> None:
    line = "I would like a new invoice with the right address of our office please, correc="
    assert "please, corrected as agreed." in parse_mail(f"Subject: a\n\n{line}\nted as agreed.".encode()).text
    link = "See https://shop.example/a/long/path/that/goes/on/and/on/for/ever/and/ever?id="
    assert link in parse_mail(f"Subject: a\n\n{link}\nabc is broken.".encode()).text
