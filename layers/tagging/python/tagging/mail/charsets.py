"""Decodes bytes to clean text; the declared charset may be missing, unknown or wrong."""

from __future__ import annotations

import codecs
import re

from tagging.mail.charset_guesses import is_doubtful, without_mojibake

_EXCLUDED = frozenset({"punycode", "idna", "undefined", "unicode-escape", "raw-unicode-escape", "mbcs"})
"""Codecs of Python that no mail uses; some take quadratic time."""
_LABELS = (
    {
        label: codec
        for codec, labels in {
            "gb18030": "gb2312 gb_2312 gb_2312-80 gbk x-gbk cp936 chinese csgb2312 csiso58gb231280 euc-cn iso-ir-58",
            "cp932": "shift_jis shift-jis sjis x-sjis ms_kanji windows-31j csshiftjis ms932 x-ms-cp932",
            "cp949": "euc-kr euckr ks_c_5601-1987 ks_c_5601-1989 ksc5601 ksc_5601 korean cseuckr windows-949"
            " csksc56011987 iso-ir-149",
            "big5hkscs": "big5 big5-hkscs cn-big5 x-x-big5 csbig5",
            "cp1255": "iso-8859-8 iso_8859-8 iso_8859-8:1988 iso-8859-8-i iso-8859-8-e iso8859-8 iso88598 iso-ir-138"
            " hebrew"
            " logical visual csiso88598i csiso88598e csisolatinhebrew",
            "cp1254": "iso-8859-9 iso_8859-9 iso_8859-9:1989 iso8859-9 iso88599 iso-ir-148 latin5 l5 csisolatin5",
            "cp874": "iso-8859-11 iso8859-11 iso885911 tis-620 tis620 windows-874 dos-874 x-windows-874",
            "mac_roman": "macintosh mac x-mac-roman csmacintosh",
            "mac_cyrillic": "x-mac-cyrillic x-mac-ukrainian",
            "koi8-r": "koi koi8 koi8_r cskoi8r",
            "koi8-u": "koi8-ru",
            "euc-jp": "x-euc-jp cseucpkdfmtjapanese",
            "iso8859-6": "iso-8859-6-e iso-8859-6-i csiso88596e csiso88596i",
            "iso8859-7": "sun_eu_greek",
            "iso8859-15": "csisolatin9",
            "utf-16-le": "csunicode iso-10646-ucs-2 ucs-2 unicode unicodefeff",
            "utf-16-be": "unicodefffe",
            "utf-8": "unicode-1-1-utf-8 unicode11utf8 unicode20utf8 x-unicode20utf8 utf-8mb4 utf8mb4",
        }.items()
        for label in labels.split()
    }
    | {f"iso8859{part}": f"iso8859-{part}" for part in (1, 2, 3, 4, 5, 6, 7, 10, 13, 14, 15)}
    | {f"{name}{page}": f"cp{page}" for name in ("x-cp", "cp-", "win-", "windows") for page in range(1250, 1259)}
)
"""Labels that browsers decode by a larger or other codec than Python (WHATWG Encoding); others keep Python's"
" codec."""
_BAD_BYTES = {0xDC00 + byte: bytes((byte,)).decode("cp1252", "replace") for byte in range(0x80, 0x100)}
"""Bytes that are no UTF-8, as `surrogateescape` keeps them → windows-1252."""
_BEYOND_ASCII = re.compile("[\x80-\ud7ff\ue000-\U0010ffff]")
_WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff")
_JIS_SEGMENT = re.compile(rb"\x1b(\$[@B]|\$\([@BD]|\([BIJ])([^\x1b]*)")
_JIS = re.compile(rb"\x1b\$[@B][!-~]{2}")
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e007f]"
)
"""Controls, zero-width and bidirectional marks, lone surrogates: people do not see them, tokenisers do."""
_ODD_ASCII = re.compile("[\x00-\x09\x0b-\x1f\x7f]")
"""Whatever `clean` changes in ASCII text with uniform line ends."""
_LINE_END = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_SPACE = re.compile("[\t\xa0\u1680\u2000-\u200a\u202f\u205f\u3000]")


def clean(text: str) -> str:
    """The text with uniform line ends and spaces, without invisible characters; never longer than before."""
    if text.isascii():
        text = text.replace("\r\n", "\n")
        if not _ODD_ASCII.search(text):
            return text
    return _SPACE.sub(" ", _INVISIBLE.sub("", _LINE_END.sub("\n", text)))


def decode(data: bytes, charset: str | None, *, complete: bool = True) -> str:
    """Clean text of `data`; never fails.

    `complete` is false if `data` is the beginning of something longer: a split last character is dropped.
    """
    return decode_and_judge(data, charset, complete=complete)[0]


def decode_and_judge(data: bytes, charset: str | None, *, complete: bool = True) -> tuple[str, bool]:
    """Clean text of `data`, and whether its characters are a doubtful guess; never fails.

    A guess is doubtful if the bytes are not what was declared, or declared as what programs declare unseen (ASCII,
    Latin-1), and are unlike western European text: see `is_doubtful`.
    """
    declared = _codec(charset)
    if (declared in (None, "cp1252", "utf-8") or declared.startswith("iso2022_jp")) and _JIS.search(data):
        return clean(_decode_jis(data)), False
    if data.startswith(_WIDE_MARKS) and not (declared or "").startswith(("utf-16", "utf-32")):
        declared = "utf-16"
    if declared is None or (declared.startswith(("utf-16", "utf-32")) and not _looks_wide(data)):
        declared = "utf-8"
    # Valid UTF-8 is almost never anything else, whatever single-byte charset is declared.
    attempts = ["utf-8", declared] if _is_single_byte(declared) else [declared, "utf-8"]
    for name in attempts:
        try:
            text = codecs.getincrementaldecoder(name)("strict").decode(data, final=complete)
        except (UnicodeError, ValueError):
            continue
        return clean(text if text.isascii() else without_mojibake(text)), name == "cp1252" and is_doubtful(data)
    text, guessed = _decode_damaged(data, declared)
    return clean(without_mojibake(text)), is_doubtful(guessed)


def _codec(charset: str | None) -> str | None:
    """Python's name of a text codec; None if it is unknown or excluded."""
    if not charset or len(charset) > 40 or not charset.isascii():
        return None
    label = charset.strip().strip("'\"").lower()
    try:
        info = codecs.lookup(_LABELS.get(label, label))
    except (LookupError, ValueError, ImportError):
        return None
    # The registry also holds base64, zip and rot13, which do not map bytes to text.
    if not getattr(info, "_is_text_encoding", True) or info.name in _EXCLUDED:
        return None
    # Browsers decode Latin-1 and ASCII as windows-1252 too (WHATWG Encoding).
    return "cp1252" if info.name in {"iso8859-1", "ascii"} else info.name


def _is_single_byte(name: str) -> bool:
    return name.startswith(("cp125", "iso8859", "koi8", "mac-", "cp4", "cp8"))


def _looks_wide(data: bytes) -> bool:
    return data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in data[:200]


def _decode_damaged(data: bytes, declared: str) -> tuple[str, bytes]:
    """Broken text, and its bytes that were decoded by a guess, which is windows-1252.

    Text keeps its readable characters; if most of it is not in its charset, all is guessed. A single bad byte of UTF-8
    is guessed alone: programs append footers in another charset.
    """
    declared_text = data.decode(declared, "replace")
    high_bytes = len(data) - len(data.translate(None, delete=bytes(range(128, 256))))
    if declared_text.count("\ufffd") * 3 > high_bytes:
        return data.decode("cp1252", "replace"), data
    if declared != "utf-8":
        return declared_text, data if declared == "cp1252" else b""
    text = data.decode("utf-8", "surrogateescape")
    return text.translate(_BAD_BYTES), _BEYOND_ASCII.sub(" ", text).encode("utf-8", "surrogateescape")


def _decode_jis(data: bytes) -> str:
    """ISO-2022-JP by the table of cp932, which has the characters that NEC and IBM added."""
    try:
        return data.decode("iso2022_jp")
    except UnicodeError:
        pass
    first = data.find(b"\x1b")
    pieces = [data[:first].decode("cp1252", "replace")]
    for match in _JIS_SEGMENT.finditer(data, first):
        escape, segment = match.groups()
        if escape.startswith(b"$"):
            pieces.append(_shift(segment).decode("cp932", "replace"))
        else:
            kana = escape == b"(I"
            pieces.append(bytes(b | 0x80 if kana and b > 0x20 else b for b in segment).decode("cp932", "replace"))
    return "".join(pieces)


def _shift(pairs: bytes) -> bytes:
    """JIS X 0208 pairs as Shift_JIS; bytes outside the table, such as line ends, stay."""
    shifted = bytearray()
    at = 0
    while at < len(pairs):
        high, low = pairs[at], pairs[at + 1] if at + 1 < len(pairs) else 0
        if not (0x21 <= high <= 0x7E and 0x21 <= low <= 0x7E):
            shifted.append(high)
            at += 1
            continue
        odd = high % 2
        lead = (high + 1) // 2 + (0x70 if high < 0x5F else 0xB0)
        trail = low + (0x1F if low < 0x60 else 0x20) if odd else low + 0x7E
        shifted += bytes((lead, trail))
        at += 2
    return bytes(shifted)
