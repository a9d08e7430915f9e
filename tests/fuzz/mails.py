"""Generates extreme mails from a seed: each kind strains one part of the parser, at any size."""

from __future__ import annotations

import base64
import quopri
import random
from collections.abc import Callable, Sequence

Random = random.Random

WORDS = (
    "please",
    "refund",
    "my",
    "card",
    "order",
    "12-34",
    "lost",
    "thanks",
    "Grüße",
    "東京",
    "привет",
    "x",
    "?",
    "%41",
)
CHARSETS = (
    *("utf-8", "us-ascii", "iso-8859-1", "windows-1252", "utf-7", "utf-16", "utf-16le", "utf-32", "hz", "iso-2022-jp"),
    *("iso-2022-kr", "gb18030", "big5hkscs", "euc_jis_2004", "shift_jisx0213", "johab", "cp65001", "koi8-r", "cp037"),
    *("punycode", "idna", "unicode-escape", "rot13", "base64", "zip", "undefined", "mbcs", "x-unknown", "", "'", "\0"),
)
INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u202a\u202e\u202c\u2066\u2069\xad\u180e\U000e0041\x00\x1b\x85\u2028"
TYPES = (
    *("text/plain", "text/html", "multipart/mixed", "multipart/alternative", "multipart/report", "multipart/digest"),
    *("message/rfc822", "application/pdf", "application/xhtml+xml", "text/calendar", "image/png", "TEXT/HTML", "text"),
)
ENCODINGS = ("7bit", "8bit", "base64", "quoted-printable", "x-uuencode", "BASE64 (yes)", "")


def _text(rng: Random, size: int) -> str:
    """About `size` characters of words in lines, some of them invisible in part."""
    chunks: list[str] = []
    length = 0
    while length < size:
        word = rng.choice(WORDS) * rng.choice((1, 1, 1, 2, 50))
        if rng.random() < 0.1:
            word += rng.choice(INVISIBLE)
        chunks.append(word + rng.choice((" ", " ", " ", "\n", "\t", "\n\n", "\n> ", "")))
        length += len(chunks[-1])
    return "".join(chunks)


def _fill(rng: Random, size: int, pieces: Sequence[bytes], most: int = 6) -> bytes:
    """A few of the pieces in random order, repeated up to `size` bytes: quadratic code would time out."""
    chosen = b"".join(rng.choice(pieces) for _ in range(rng.randint(1, most)))
    return (chosen * (size // max(1, len(chosen)) + 1))[:size]


def _head(rng: Random, *fields: bytes) -> bytes:
    lines = [b"From: jo@example.com", b"Subject: hi there", b"MIME-Version: 1.0", *fields]
    rng.shuffle(lines)
    end = rng.choice((b"\n", b"\r\n"))
    return end.join(lines) + end


def _body(rng: Random, size: int) -> bytes:
    return _text(rng, size).encode("utf-8", "surrogatepass")


def nesting(rng: Random, size: int) -> bytes:
    """Nested parts and mails, with boundaries that are similar, reused or never closed."""
    levels = rng.choice((3, 10, 19, 20, 21, 22, 60, max(1, size // 60)))
    alike = rng.random() < 0.5
    chunks = [_head(rng)]
    for level in range(levels):
        boundary = b"B" * (1 + level % 70) if alike else b"b%d" % (level // rng.choice((1, 2)))
        if rng.random() < 0.2:
            chunks.append(b"Content-Type: message/rfc822\n\n")
        else:
            kind = rng.choice((b"mixed", b"alternative", b"digest", b"report", b"related"))
            chunks.append(b'Content-Type: multipart/%b; boundary="%b"\n\n--%b\n' % (kind, boundary, boundary))
    return b"".join(chunks) + b"\n" + _body(rng, min(size, 500)) + b"\n--B--\n" * rng.randint(0, 3)


def parts(rng: Random, size: int) -> bytes:
    """Many parts, each with its own headers, encodings and names."""
    boundary = rng.choice((b"B", b"-", b"a b", b"=_" + b"x" * 60, b"B" * 256, b"(["))
    chunks = [
        _head(rng, b'Content-Type: multipart/%b; boundary="%b"' % (rng.choice((b"mixed", b"alternative")), boundary))
    ]
    count = rng.choice((2, 8, 40, 499, 500, 501, 3000))
    while count and sum(map(len, chunks[-600:])) < size:
        kind, encoding = rng.choice(TYPES).encode(), rng.choice(ENCODINGS).encode()
        fields = b"Content-Type: %b; charset=%b\nContent-Transfer-Encoding: %b\n" % (
            *(kind, rng.choice(CHARSETS).encode(), encoding),
        )
        if rng.random() < 0.3:
            fields += b"Content-Disposition: attachment; filename=" + _body(rng, 20).replace(b"\n", b" ") + b"\n"
        chunks.append(b"\n--%b\n%b\n%b" % (boundary, fields, _body(rng, rng.choice((0, 5, 200)))))
        count -= 1
    return b"".join(chunks) + rng.choice((b"", b"\n--" + boundary + b"--\nafter"))


def headers(rng: Random, size: int) -> bytes:
    """Header blocks beyond the limits: one field, many fields, folded lines, invalid lines."""
    pieces = (
        b"a:b\n",
        b" \n",
        b"\t folded\n",
        b"X-Very: long\r\n",
        b"Subject: again\n",
        b"no colon",
        b":\n",
        b"\xff\xfe: x\n",
    )
    start = rng.choice((b"", b"X: ", b"Subject: ", b"Received: ", b"Content-Type: text/html; x=", b"From "))
    return _head(rng) + start + _fill(rng, size, pieces) + rng.choice((b"\n\n", b"\r\n\r\n", b"")) + b"hello body"


def addresses(rng: Random, size: int) -> bytes:
    """Address and reference fields as long as the mail: groups, comments, unclosed quotes."""
    pieces = (
        b'"a b" <x@example.com>, ',
        b"(,<",
        b"((((",
        b'"\\',
        b"group: a@b.c;",
        b"<<<<",
        b"@",
        b"<a@b>",
        b"mailer-daemon",
        b"\n ",
    )
    name = rng.choice(
        (b"To", b"Cc", b"From", b"Reply-To", b"References", b"In-Reply-To", b"Message-ID", b"Return-Path")
    )
    return _head(rng, name + b": " + _fill(rng, size, pieces)) + b"\nhello body"


def parameters(rng: Random, size: int) -> bytes:
    """Parameters in pieces, encoded, quoted, escaped, repeated, incomplete."""
    pieces = (
        *(
            b"; name*0*=utf-8'en'%41",
            b"; name*1=b",
            b"; name*99*=%%%",
            b'; name="a\\"b',
            b"; charset=" + b"x" * 50,
            b";;;;",
        ),
        *(
            b'; filename="',
            b"; boundary=B",
            b"; filename*=iso-2022-jp''%1B",
            b"; =",
            b'; a="=?utf-8?q?b?="',
            b"\\",
            b"\n ",
        ),
    )
    field = rng.choice(
        (b"Content-Type: multipart/mixed", b"Content-Type: text/plain", b"Content-Disposition: attachment")
    )
    value = b"".join(rng.choice(pieces) for _ in range(20)) + _fill(rng, size, pieces)
    part = b"--B\n" + field + value[:3000] + b"\n\nhello body\n"
    return _head(rng, field + value) + b"\n" + part * rng.randint(1, min(500, 2 + size // 3000))


def encoded_words(rng: Random, size: int) -> bytes:
    """Encoded words (RFC 2047): without end or charset, with split characters, nested."""
    charset = rng.choice(CHARSETS).encode()
    pieces = (
        *(
            b"=?utf-8?q?a",
            b"=?" + charset + b"?b?",
            base64.b64encode(rng.randbytes(9)),
            b"?=",
            b" ",
            b"=?",
            b"?q?=41=4",
            b"_",
        ),
        *(
            b"=?utf-8*en?B?4pyT?=",
            b"=?big5?b?pKQ=?= =?big5?b?pKQ=?=",
            b"=?x?z?y?=",
            b"\n ",
            b"\xff",
            b"=?utf-7?q?+2AA-?=",
        ),
    )
    words = b"".join(rng.choice(pieces) for _ in range(30)) + _fill(rng, size, pieces)
    name = rng.choice((b"Subject", b"From", b"Content-Disposition: attachment; filename"))
    return _head(rng).replace(b"Subject: hi there", b"X: y") + name + b": " + words + b"\n\nhello body"


def encoded_blocks(rng: Random, size: int) -> bytes:
    """Content with a wrong encoding: base64 of nothing, of text, truncated, in a plain part; QP of only `=`."""
    data = rng.randbytes(min(size, 1 << 16)) if rng.random() < 0.5 else _body(rng, min(size, 1 << 16))
    encoded = rng.choice((base64.encodebytes, base64.b64encode, base64.urlsafe_b64encode, quopri.encodestring, bytes))(
        data
    )
    encoded = (encoded * (size // max(1, len(encoded)) + 1))[: size - rng.randint(0, 5)]
    if rng.random() < 0.3:
        encoded = _fill(
            rng,
            size,
            (b"=", b"=\n", b"A", b"A" * 76 + b"\n", b"-_", b"=\r\n", b"=3D", b"\n", b"> " + b"Q" * 60 + b"\n"),
        )
    fields = b"Content-Type: %b\nContent-Transfer-Encoding: %b" % (
        *(rng.choice((b"text/plain", b"text/html", b"application/pdf")), rng.choice(ENCODINGS).encode()),
    )
    return _head(rng, fields) + b"\n" + rng.choice((b"", b"hello body\n\n")) + encoded


def wrong_charsets(rng: Random, size: int) -> bytes:
    """Text with a wrong declared charset: unknown names, codecs that are no charset, split wide characters."""
    actual, declared = (
        rng.choice(("utf-8", "utf-16", "utf-16be", "cp1252", "iso-2022-jp", "utf-7", "hz")),
        rng.choice(CHARSETS),
    )
    data = _text(rng, min(size, 1 << 16)).encode(actual, "replace")
    if rng.random() < 0.4:
        data = _fill(
            rng,
            size,
            (b"\xff", b"\x1b$B", b"~{", b"+", b"\x80\x81", b"\xfe\xff", b"\0a", b"a", b"\xed\xa0\x80", b"\xc3"),
        )
    data = (data * (size // max(1, len(data)) + 1))[:size]
    kind = rng.choice(("text/plain", "text/html"))
    head = _head(rng, f'Content-Type: {kind}; charset="{declared}"'.encode())
    meta = f"<meta charset={rng.choice(CHARSETS)}>hello body".encode() if kind == "text/html" else b"hello body "
    return head + b"\n" + meta + data


def surrogates(rng: Random, size: int) -> bytes:
    """Lone surrogates in every encoding: bytes, entities, UTF-7, UTF-16, encoded words and names."""
    pieces = (
        b"\xed\xa0\x80",
        b"\xed\xbf\xbf",
        b"&#xD800;",
        b"&#55357;",
        b"hello",
        b" ",
        b"\n",
        "😀".encode(),
        b"\xf0\x9f",
    )
    way = rng.randrange(4)
    if way == 0:
        wide = _fill(rng, size, (b"\x00\xd8", b"\x00\xdc", b"h\0", b" \0"), 40)
        return _head(rng, b"Content-Type: text/plain; charset=utf-16le") + b"\n\xff\xfe" + wide
    if way == 1:
        return (
            _head(rng, b"Content-Type: text/plain; charset=utf-7")
            + b"\n"
            + _fill(rng, size, (b"+2AA-", b"+3gA-", b"hello "))
        )
    if way == 2:
        name = _fill(rng, min(size, 4000), (b"%ED%A0%80", b"a", b"%FF"))
        return _head(rng, b"Content-Type: application/pdf; name*=utf-8''" + name) + b"\n" + _fill(rng, size, pieces)
    return _head(rng, b"Content-Type: text/html; charset=utf-8") + b"\n" + _fill(rng, size, pieces)


def invisible(rng: Random, size: int) -> bytes:
    """Zero-width and bidirectional marks, controls and combining marks, in subject, names, text and markup."""
    marks = [mark.encode() for mark in INVISIBLE] + [
        b"a",
        b" ",
        b"\n",
        "\u0301".encode(),
        b"&#8203;",
        b"&zwnj;",
        b"&#x202e;",
    ]
    subject = b"Subject: " + _fill(rng, min(size, 20_000), marks).replace(b"\n", b"")
    kind = rng.choice((b"text/plain", b"text/plain; format=flowed; delsp=yes", b"text/html"))
    return _head(rng, subject, b"Content-Type: " + kind) + b"\n" + _fill(rng, size, marks)


def markup(rng: Random, size: int) -> bytes:
    """Extreme HTML: deep, unclosed, hidden, full of attributes, comments, entities and images."""
    pieces = (
        *(
            b"<div>",
            b"</div>",
            b"<i>",
            b"</b>",
            b"<table><tr><td>",
            b"<p hidden>",
            b"<!--",
            b"-->",
            b"<",
            b"<!",
            b"&",
            b"&#",
        ),
        *(
            b"&#x41;",
            b"9",
            b'<a b="',
            b'">',
            b"<style>",
            b"</style>",
            b"<![CDATA[",
            b"]]>",
            b"data:;base64,QUJD",
            b"<svg>",
        ),
        *(
            b"<blockquote type=cite>",
            b"hello ",
            b"\n",
            b"<p style='display:none",
            b"'>",
            b"<?php ",
            b"<br/>",
            b"<a a1=1 a2=2",
        ),
        *(b"<select><option>", b"<frameset>", b"\0", b"\xff", b"<td/>", b"</p>", b"<h1>", b"<meta charset=utf-16>"),
    )
    start = b"".join(rng.choice(pieces) for _ in range(10))
    return _head(rng, b"Content-Type: text/html; charset=utf-8") + b"\nhello body" + start + _fill(rng, size, pieces)


def quotes(rng: Random, size: int) -> bytes:
    """Lines that introduce, nearly introduce or mark a quote; nested forwards; signatures."""
    pieces = (
        *(
            b"On 3 May 2025 a <a@example.com> wrote:\n",
            b"> ",
            b">",
            b"\n",
            b"From: a\n",
            b"Sent: b\nTo: c\n",
            b"hello\n",
            b"-- \n",
        ),
        *(
            b"-----Original Message-----\n",
            b"---- Forwarded message ----\n",
            b"2020/1/1 <@> <@> @:\n",
            b"wrote:\n",
            b"Thanks,\n",
        ),
        *(
            b"Sent from my iPhone\n",
            b"____________________\n",
            b"Am 3. Mai schrieb Jo:\n",
            b" " * 40,
            b"word ",
            b"<",
            b"@",
            b": ",
            b"-----",
        ),
    )
    subject = rng.choice((b"Subject: Re: a", b"Subject: Fwd: a", b"Subject: hi"))
    body = b"".join(rng.choice(pieces) for _ in range(20)) + _fill(rng, size, pieces, 12)
    return _head(rng, subject, rng.choice((b"X: y", b"Content-Type: text/plain; format=flowed"))) + b"\nhello\n" + body


def anything(rng: Random, size: int) -> bytes:
    """Two mails of other kinds, cut, concatenated, with some bytes changed."""
    one, other = (rng.choice(list(KINDS.values()))(rng, size // 2) for _ in range(2))
    raw = bytearray(one[: rng.randint(0, len(one))] + other[rng.randint(0, len(other)) :])
    for _ in range(rng.randint(0, 8) if raw else 0):
        raw[rng.randrange(len(raw))] = rng.choice((0, 10, 13, 34, 61, 255, rng.randrange(256)))
    return bytes(raw)


KINDS: dict[str, Callable[[Random, int], bytes]] = {
    kind.__name__: kind
    for kind in (
        *(
            nesting,
            parts,
            headers,
            addresses,
            parameters,
            encoded_words,
            encoded_blocks,
            wrong_charsets,
            surrogates,
            invisible,
        ),
        *(markup, quotes),
    )
}
ALL = {**KINDS, anything.__name__: anything}


def mail(kind: str, seed: int, size: int) -> bytes:
    """One mail of about `size` bytes; the same for the same three."""
    return ALL[kind](Random(f"{kind} {seed} {size}"), size)
