"""One block of mail headers: its fields found in bounded bytes, decoded without trusting them."""

from __future__ import annotations

import binascii
import re
import string
from collections.abc import Mapping
from functools import cached_property
from itertools import islice
from urllib.parse import unquote_to_bytes

from msgspec import Struct

from tagging.mail.charsets import decode
from tagging.mail.limits import MailLimits

_WANTED = frozenset(
    b"subject from to date message-id in-reply-to references received return-path mime-version reply-to "
    b"content-type content-transfer-encoding content-disposition content-id auto-submitted precedence "
    b"x-autoreply x-autorespond x-autoreply-from x-mail-autoreply x-auto-response-suppress "
    b"x-ses-spam-verdict x-ses-virus-verdict".split()
)
_OF_RECEIVER = frozenset({b"x-ses-spam-verdict", b"x-ses-virus-verdict"})
"""Said by the server that took the mail in: wanted between its own `Received` and the one below alone."""
_BLOCK = re.compile(rb"(?:[!-9;-~]+[ \t]*:[^\n]*(?:\n|\Z)|[ \t][^\n]*(?:\n|\Z))*+")
_FIELD = re.compile(rb"^([!-9;-~]{1,64})[ \t]*:([^\n]*(?:\n[ \t][^\n]*)*+)", re.MULTILINE)
_BLANK_LINE = re.compile(rb"\r?\n|\Z")
_GAP = re.compile(rb"\n\r?\n")
_WORD_START = rb"=\?[!->@-~]{1,60}\?[bBqQ]\?"
_ENCODED_WORD = re.compile(
    # Tolerates question marks inside, a missing end, and another word's start in its place.
    rb"=\?([!->@-~]{1,60})\?([bBqQ])\?((?:[^?=]|\?(?!=)|(?!" + _WORD_START + rb")=)*+)(?:\?=|\Z|(?==\?))"
)
_PARAMETER = re.compile(r";\s*([\w!#$%&'+.^`|~*-]{1,80})\s*=\s*(?:\"((?:[^\"\\]|\\.)*+)\"?|([^;\"]*))", re.DOTALL)
_CONTINUED = re.compile(r"(.+?)\*(?:(\d{1,3})(\*?))?")
_READ = frozenset({"boundary", "charset", "delsp", "filename", "format", "name", "report-type"})
"""Parameters that anybody asks for."""
_PARAMETERS = 200
"""Parameters of one field that are looked at; RFC 2231's pieces of a long name are ten or so."""
_WORDS = 60
"""Encoded words of one value that are decoded, ten characters or so each; the rest is cut."""

_URL_SAFE = bytes.maketrans(b"-_", b"+/")
_OTHER_BYTES = bytes(set(range(256)) - set(string.ascii_letters.encode() + string.digits.encode() + b"+/-_"))


class Headers(Struct, frozen=True, dict=True):
    """The wanted fields of one block (lower case name → first value, still encoded and bounded)."""

    fields: Mapping[str, bytes]

    @cached_property
    def _parameters(self) -> dict[str, dict[str, str]]:
        """Field name → its parameters, as far as they were asked for."""
        return {}

    def text(self, name: str, chars: int) -> str:
        """A field as people read it: decoded, one line, at most `chars` characters; "" if absent."""
        return decode_words(self.fields.get(name, b""))[:chars].rstrip()

    def token(self, name: str) -> str:
        """A field that is one token, such as a transfer encoding: lower case, no parameters or comments."""
        value = self.fields.get(name, b"").decode("ascii", "replace")
        return re.split(r"[;(\s]", value.strip().lower(), maxsplit=1)[0]

    def parameters(self, name: str) -> dict[str, str]:
        """The parameters of a field such as Content-Type, decoded once; names in lower case."""
        if name not in self._parameters:
            self._parameters[name] = decode_parameters(self.fields.get(name, b""))
        return self._parameters[name]


def read_headers(raw: bytes, start: int, end: int, limits: MailLimits) -> tuple[Headers, int]:
    """The header block at `start`, and where the body after it starts.

    As in the standard library, a line that is no header ends the block: a forgotten blank line loses no text.
    """
    bound = min(end, start + limits.header_bytes)
    found = _BLOCK.match(raw, start, bound)
    block_end = found.end() if found else start
    if block_end == bound < end and (gap := _GAP.search(raw, max(start, bound - 1), end)):
        body = gap.end()  # longer than we look at: the fields beyond are not read, the body is
    else:
        blank = _BLANK_LINE.match(raw, block_end, end)
        body = blank.end() if blank else block_end
    return Headers(_fields(raw[start:block_end], limits.field_bytes)), body


def _fields(block: bytes, field_bytes: int) -> dict[str, bytes]:
    fields: dict[str, bytes] = {}
    servers = 0
    for found in _FIELD.finditer(block):
        name = found[1].lower()
        servers += name == b"received"
        if name in _WANTED and (servers == 1 or name not in _OF_RECEIVER):
            begin, stop = found.span(2)
            fields.setdefault(name.decode("ascii"), block[begin : min(stop, begin + field_bytes)].strip())
    return fields


def decode_words(value: bytes) -> str:
    """One line of text from a header value with RFC 2047 encoded words, with plain 8-bit bytes, or broken."""
    pieces: list[tuple[bytes, str | None]] = []
    at = 0
    for count, word in enumerate(_ENCODED_WORD.finditer(value)):
        if count == _WORDS:
            value = value[:at]
            break
        between = value[at : word.start()]
        if between.strip() or not pieces:  # RFC 2047, 6.2: white space between two words does not count
            pieces.append((between, None))
        charset = word[1].split(b"*")[0].decode("ascii").lower()  # RFC 2231 adds "*language"
        data = _decode_word(word[2], word[3])
        if pieces[-1][1] == charset:  # many senders cut a character in two between words
            data = pieces.pop()[0] + data
        pieces.append((data, charset))
        at = word.end()
    pieces.append((value[at:], None))
    return " ".join("".join(decode(data, charset) for data, charset in pieces).split())


def _decode_word(encoding: bytes, payload: bytes) -> bytes:
    if encoding in b"qQ":
        return binascii.a2b_qp(payload, header=True)
    return decode_base64(payload)


def decode_base64(data: bytes) -> bytes:
    """Bytes of base64 with anything between its characters and with its end missing or cut."""
    letters = data.translate(_URL_SAFE, delete=_OTHER_BYTES)
    letters = letters[: len(letters) - (len(letters) % 4 == 1)]
    return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4))


def decode_parameters(value: bytes) -> dict[str, str]:
    """Those parameters that are ever read, RFC 2231 and RFC 2047 undone; a later duplicate is ignored."""
    found: dict[str, str] = {}
    pieces: dict[str, dict[int, tuple[bytes, bool]]] = {}
    line = value.replace(b"\r", b"").replace(b"\n", b"").decode("latin-1")
    for parameter in islice(_PARAMETER.finditer(line), _PARAMETERS):
        name = parameter[1].lower()
        if name.partition("*")[0] not in _READ or name in found:
            continue
        plain = re.sub(r"\\(.)", r"\1", parameter[2]) if parameter[2] is not None else parameter[3].strip()
        data = plain.encode("latin-1")
        if continued := _CONTINUED.fullmatch(name):
            encoded = continued[2] is None or bool(continued[3])
            pieces.setdefault(continued[1], {})[int(continued[2] or 0)] = (data, encoded)
        else:
            found[name] = decode_words(data)
    found.update({name: _join_pieces(numbered) for name, numbered in pieces.items()})
    return found


def _join_pieces(numbered: Mapping[int, tuple[bytes, bool]]) -> str:
    charset: str | None = None
    joined = b""
    for position, (_, (data, encoded)) in enumerate(sorted(numbered.items())):
        if encoded and position == 0 and data.count(b"'") >= 2:
            name, _, data = data.split(b"'", 2)
            charset = name.decode("latin-1")
        joined += unquote_to_bytes(data) if encoded else data
    return " ".join(decode(joined, charset).split())
