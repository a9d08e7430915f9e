"""Opaque-signed S/MIME is opened: it is not encrypted."""

from __future__ import annotations

import base64

import pytest

from tagging.mail.parser import MailLimits, parse_mail
from tagging.mail.smime import signed_content
from tests.mail.raw_mails import HEAD, NOTE, file, multipart, read


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


def test_pieces_may_stand_in_pieces() -> None:
    rows = [der(0x24, der(4, row), indefinite=True) for row in (SIGNED[:30], SIGNED[30:])]
    whole = der(0x24, der(4, SIGNED), indefinite=True)
    data = cms(SIGNED, indefinite=True, pieces=len(SIGNED))
    assert whole in data
    assert signed_content(data.replace(whole, der(0x24, b"".join(rows), indefinite=True))) == SIGNED


@pytest.mark.parametrize("indefinite", [False, True])
def test_a_structure_that_is_cut_gives_the_content_so_far(indefinite: bool) -> None:
    data = cms(SIGNED, indefinite=indefinite, pieces=20)
    assert SIGNED.startswith(signed_content(data[:120]) or b"-")


def test_signed_contents_inside_each_other_end_at_the_depth_limit() -> None:
    data = SIGNED
    for _ in range(12):
        data = smime(cms(data)).encode()
    assert read(HEAD + data.decode()).text == "My card was stolen, please block it."
    with pytest.raises(Exception, match="too_deep"):
        parse_mail(HEAD.encode() + data, MailLimits(depth=5))
