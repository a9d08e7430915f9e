"""Reads one block of mail headers: finds fields within bounded bytes and decodes them without trusting them."""

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

_USED_FIELDS = frozenset(
    b"subject from to cc delivered-to date message-id in-reply-to references received return-path mime-version "
    b"reply-to "
    b"content-type content-transfer-encoding content-disposition content-id auto-submitted precedence "
    b"x-autoreply x-autorespond x-autoresponse x-autoresponder x-autoreply-from x-mail-autoreply "
    b"x-vacation x-failed-recipients "
    b"x-ses-spam-verdict x-ses-virus-verdict".split()
)
_RECEIVER_FIELDS = frozenset({b"x-ses-spam-verdict", b"x-ses-virus-verdict"})
"""Written by the receiving server: used only between its own `Received` and the next one."""
_BLOCK = re.compile(rb"(?:[!-9;-~]+[ \t]*:[^\n]*(?:\n|\Z)|[ \t][^\n]*(?:\n|\Z))*+")
_FIELD = re.compile(rb"^([!-9;-~]{1,64})[ \t]*:([^\n]*(?:\n[ \t][^\n]*)*+)", re.MULTILINE)
_FIELD_START = re.compile(rb"[!-9;-~]{1,64}[ \t]*:")
_BLANK_LINE = re.compile(rb"\r?\n|\Z")
_GAP = re.compile(rb"\n\r?\n")
_WORD_START = rb"=\?[!->@-~]{1,60}\?[bBqQ]\?"
_ENCODED_WORD = re.compile(
    # Tolerates question marks inside, a missing end, or another word in place of the end.
    rb"=\?([!->@-~]{1,60})\?([bBqQ])\?((?:[^?=]|\?(?!=)|(?!" + _WORD_START + rb")=)*+)(?:\?=|\Z|(?==\?))"
)
_PARAMETER = re.compile(r";\s*([\w!#$%&'+.^`|~*-]{1,80})\s*=\s*(?:\"((?:[^\"\\]|\\.)*+)\"?|([^;\"]*))", re.DOTALL)
_CONTINUED = re.compile(r"(.+?)\*(?:(\d{1,3})(\*?))?")
_TOKEN_END = re.compile(r"[;(\s]")
_USED_PARAMETERS = frozenset({"boundary", "charset", "delsp", "filename", "format", "method", "name", "report-type"})
"""Parameters that are read."""
_MAX_PARAMETERS = 200
"""Parameters of one field that are parsed; a long name in pieces (RFC 2231) has about ten."""
_MAX_WORDS = 60
"""Encoded words of one value that are decoded, about ten characters each; the rest is cut."""

_URL_SAFE = bytes.maketrans(b"-_", b"+/")
_OTHER_BYTES = bytes(set(range(256)) - set(string.ascii_letters.encode() + string.digits.encode() + b"+/-_"))


class Headers(Struct, frozen=True, dict=True):
    """The used fields of one block: lower case name → first value, still encoded, bounded."""

    fields: Mapping[str, bytes]

    @cached_property
    def _parameters(self) -> dict[str, dict[str, str]]:
        """Cache: field name → its parameters."""
        return {}

    def text(self, name: str, chars: int) -> str:
        """A decoded field in one line, at most `chars` characters; "" if absent."""
        return decode_words(self.fields.get(name, b""))[:chars].rstrip()

    def token(self, name: str) -> str:
        """A field with one token, such as a transfer encoding: lower case, without parameters or comments."""
        value = self.fields.get(name, b"")
        return _TOKEN_END.split(value.decode("ascii", "replace").strip().lower(), maxsplit=1)[0] if value else ""

    def parameters(self, name: str) -> dict[str, str]:
        """The decoded parameters of a field such as Content-Type; names in lower case."""
        if name not in self._parameters:
            value = self.fields.get(name, b"")
            self._parameters[name] = decode_parameters(value) if b";" in value else {}
        return self._parameters[name]


def read_headers(raw: bytes, start: int, end: int, limits: MailLimits) -> tuple[Headers, int]:
    """The header block at `start`, and the offset of the body after it.

    As in the standard library, a line that is no header ends the block: a missing blank line loses no text.
    """
    bound = min(end, start + limits.header_bytes)
    block = _BLOCK.match(raw, start, bound)
    block_end = block.end() if block else start
    is_cut = bound < end and (block_end == bound or _FIELD_START.match(raw, block_end, end) is not None)
    if is_cut and (gap := _GAP.search(raw, max(start, bound - 1), end)):
        body = gap.end()  # longer than the limit: later fields are not read, the body is
    else:
        blank = _BLANK_LINE.match(raw, block_end, end)
        body = blank.end() if blank else block_end
    return Headers(_fields(raw[start:block_end], limits.field_bytes)), body


def _fields(block: bytes, field_bytes: int) -> dict[str, bytes]:
    fields: dict[str, bytes] = {}
    servers = 0
    for field in _FIELD.finditer(block):
        name = field[1].lower()
        servers += name == b"received"
        if name in _USED_FIELDS and (servers == 1 or name not in _RECEIVER_FIELDS):
            begin, stop = field.span(2)
            fields.setdefault(name.decode("ascii"), block[begin : min(stop, begin + field_bytes)].strip())
    return fields


def decode_words(value: bytes) -> str:
    """A header value as one line of text; it may hold encoded words (RFC 2047), plain 8-bit bytes, or be broken."""
    pieces: list[tuple[bytes, str | None]] = []
    at = 0
    for count, word in enumerate(_ENCODED_WORD.finditer(value)):
        if count == _MAX_WORDS:
            value = value[:at]
            break
        between = value[at : word.start()]
        if between.strip() or not pieces:  # RFC 2047, 6.2: ignore white space between two words
            pieces.append((between, None))
        charset = word[1].split(b"*")[0].decode("ascii").lower()  # RFC 2231 adds "*language"
        data = _decode_word(word[2], word[3])
        if pieces[-1][1] == charset:  # many senders split a character between words
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
    """Decode base64, ignoring other characters and a missing or truncated end."""
    letters = data.translate(_URL_SAFE, delete=_OTHER_BYTES)
    letters = letters[: len(letters) - (len(letters) % 4 == 1)]
    return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4))


def decode_parameters(value: bytes) -> dict[str, str]:
    """The used parameters, with RFC 2231 and RFC 2047 decoded; the first of duplicates counts."""
    parameters: dict[str, str] = {}
    pieces: dict[str, dict[int, tuple[bytes, bool]]] = {}
    line = value.replace(b"\r", b"").replace(b"\n", b"").decode("latin-1")
    for parameter in islice(_PARAMETER.finditer(line), _MAX_PARAMETERS):
        name = parameter[1].lower()
        if name.partition("*")[0] not in _USED_PARAMETERS or name in parameters:
            continue
        plain = re.sub(r"\\(.)", r"\1", parameter[2]) if parameter[2] is not None else parameter[3].strip()
        data = plain.encode("latin-1")
        if continued := _CONTINUED.fullmatch(name):
            encoded = continued[2] is None or bool(continued[3])
            pieces.setdefault(continued[1], {})[int(continued[2] or 0)] = (data, encoded)
        else:
            parameters[name] = decode_words(data)
    parameters.update({name: _join_pieces(numbered) for name, numbered in pieces.items()})
    return parameters


def _join_pieces(numbered: Mapping[int, tuple[bytes, bool]]) -> str:
    charset: str | None = None
    joined = b""
    for position, (_, (data, encoded)) in enumerate(sorted(numbered.items())):
        if encoded and position == 0 and data.count(b"'") >= 2:
            name, _, data = data.split(b"'", 2)
            charset = name.decode("latin-1")
        joined += unquote_to_bytes(data) if encoded else data
    return " ".join(decode(joined, charset).split())
