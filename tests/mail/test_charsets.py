"""Text in charsets whose labels are misused, missing or only nearly true."""

# ruff: noqa: RUF001 - text in many scripts

from __future__ import annotations

import codecs

import pytest

from tagging.mail import charsets
from tagging.mail.charsets import decode, decode_and_judge
from tagging.mail.embedded import take_out_files
from tagging.mail.parser import parse_mail
from tagging.mail.plain_text import readable


@pytest.mark.parametrize(
    ("label", "codec", "text"),
    [
        ("gb2312", "gbk", "我的信用卡昨天被盜刷了，請立即處理"),
        ("x-gbk", "gbk", "退款"),
        ("shift_jis", "cp932", "①カード"),
        ("x-sjis", "cp932", "カードが盗まれました"),
        ("ks_c_5601-1987", "cp949", "환불 똠방"),
        ("big5", "big5hkscs", "退款"),
        ("iso-8859-8-i", "cp1255", "שלום"),
        ("visual", "cp1255", "שלום"),
        ("tis-620", "cp874", "คืนเงิน"),
        ("x-cp1251", "cp1251", "карта"),
        ("windows1252", "cp1252", "naïve €"),
        ("macintosh", "mac_roman", "café"),
        ("koi8-ru", "koi8-u", "картка"),
    ],
)
def test_a_label_means_what_browsers_take_it_for(label: str, codec: str, text: str) -> None:
    assert decode(text.encode(codec), label) == text


@pytest.mark.parametrize("label", [None, "us-ascii", "utf-8", "iso-8859-1", "iso-2022-jp"])
def test_iso_2022_jp_is_recognised_by_its_escapes(label: str | None) -> None:
    assert decode("カードが盗まれました。\nABC".encode("iso2022_jp"), label) == "カードが盗まれました。\nABC"


def test_a_character_that_nec_added_spoils_nothing() -> None:
    data = "カードが".encode("iso2022_jp") + b"\x1b$B-!\x1b(B ok \x1b(I" + bytes((0x31, 0x32)) + b"\x1b(B"
    assert decode(data, "iso-2022-jp") == "カードが① ok ｱｲ"


def test_a_footer_in_another_charset_is_decoded_alone() -> None:
    assert decode("I’m Zoë.\n".encode() + "– Müller".encode("cp1252"), "utf-8") == "I’m Zoë.\n– Müller"


@pytest.mark.parametrize(
    ("label", "codec"),
    [
        *(
            (label, "cp1255")
            for label in ("csisolatinhebrew", "iso-ir-138", "iso88598", "iso_8859-8", "iso_8859-8:1988")
        ),
        *((label, "cp1254") for label in ("iso-ir-148", "iso88599", "iso_8859-9", "iso_8859-9:1989", "l5")),
        *((label, "iso8859-6") for label in ("csiso88596e", "csiso88596i", "iso-8859-6-e", "iso-8859-6-i", "iso88596")),
        *((f"iso8859{part}", f"iso8859-{part}") for part in (2, 3, 4, 5, 7, 10, 13, 14, 15)),
        *((label, "iso8859-7") for label in ("sun_eu_greek", "ecma-118", "elot_928")),
        *((label, "euc_jp") for label in ("x-euc-jp", "cseucpkdfmtjapanese")),
        *((label, "utf-16-le") for label in ("csunicode", "iso-10646-ucs-2", "ucs-2", "unicode", "unicodefeff")),
        *(
            ("unicodefffe", "utf-16-be"),
            ("csisolatin9", "iso8859-15"),
            ("iso-ir-58", "gb18030"),
            ("iso885911", "cp874"),
        ),
        *(("csksc56011987", "cp949"), ("iso-ir-149", "cp949"), ("iso88591", "cp1252"), ("x-cp1250", "cp1250")),
        *(("hz-gb-2312", "hz"), ("iso-2022-kr", "iso2022_kr")),  # browsers refuse these two; Python reads them
    ],
)
def test_labels_of_browsers_that_python_lacks_or_reads_otherwise(label: str, codec: str) -> None:
    """Compared with all 228 labels of the WHATWG table once; these are the ones that needed a line."""
    assert charsets._codec(label) == codecs.lookup(codec).name


@pytest.mark.parametrize("charset", [None, "x-unknown", "us-ascii", "iso-8859-1"])
@pytest.mark.parametrize(
    ("codec", "text"),
    [
        ("koi8-r", "Мой заказ не пришёл, верните деньги"),
        ("cp1251", "Где мой заказ? Спасибо"),
        ("cp1251", "Привет"),
        ("cp1251", "Нет"),
        ("cp1253", "Η κάρτα μου κλάπηκε"),
        ("cp1255", "הכרטיס שלי נגנב"),
        ("cp1256", "بطاقتي سرقت"),
        ("cp874", "บัตรของฉันถูกขโมย"),
        ("gbk", "我的信用卡昨天被盗了"),
        ("big5", "我的信用卡昨天被盜了"),
        ("shift_jis", "カードが盗まれました"),
        ("cp949", "카드를 도난당했습니다"),
        ("cp1250", "Zamówienie nie dotarło, proszę o zwrot, przesyłka była źle zaadresowana, książka też"),
        ("cp1254", "Siparişim gelmedi, kartım çalındı"),
    ],
)
def test_another_script_without_a_true_charset_is_a_doubtful_guess(codec: str, text: str, charset: str | None) -> None:
    assert decode_and_judge(text.encode(codec), charset)[1]


@pytest.mark.parametrize("charset", [None, "x-unknown", "utf-8", "iso-8859-1", "us-ascii"])
@pytest.mark.parametrize(
    "text",
    [
        "I’m Zoë — the café’s “bill” was 90 €…",
        "Grüße aus Köln, die Straße heißt Äußere Brücke",
        "Ça n’est pas arrivé, déçue, créée à l’été",
        "Señor, ¿dónde está mi pedido? ¡¡¡Urgente!!!",
        "Ação não é possível, coração",
        "Hej, jag är på semester i Malmö, Ångström",
        "Blåbærgrød på Ærø",
        "5 m² × 10 °C = 50 ½ £££ ©®™",
        "Hääyöaie Töölössä",
        "Vendégünk õ, az áru",
        "Grüße von Jón Sigurðsson",
    ],
)
def test_western_text_in_windows_1252_is_no_doubtful_guess(text: str, charset: str | None) -> None:
    assert decode_and_judge(text.encode("cp1252"), charset) == (text, False)


def test_what_is_certain_is_no_guess() -> None:
    assert decode_and_judge("Мой заказ".encode(), "iso-8859-1") == ("Мой заказ", False)
    assert decode_and_judge("Мой заказ".encode("koi8-r"), "koi8-r") == ("Мой заказ", False)
    assert decode_and_judge("カード".encode("iso2022_jp"), None) == ("カード", False)
    assert decode_and_judge("Größe".encode("utf-16"), None) == ("Größe", False)
    assert decode_and_judge("Мой заказ\n".encode() + "© Müller".encode("cp1252"), "utf-8")[1] is False


@pytest.mark.parametrize("rounds", [1, 2, 3])
@pytest.mark.parametrize(
    "text", ["Meine Karte für Köln", "I’m Zoë, “stolen”", "Привет мир, где заказ", "😡 bad", "naïve café — 90 €"]
)
def test_utf_8_that_was_decoded_as_windows_1252_is_repaired(text: str, rounds: int) -> None:
    garbled = text
    for _ in range(rounds):
        garbled = "".join(
            bytes((byte,)).decode("cp1252") if byte not in (0x81, 0x8D, 0x8F, 0x90, 0x9D) else chr(byte)
            for byte in garbled.encode()
        )
    assert decode(garbled.encode(), "utf-8") == text


@pytest.mark.parametrize(
    "text",
    ["CAFÉ… “Ä” ÄÖÜ", "IRMÃO É «ÂÃ» não", "Â la carte, à 5 €", "naïve café", "Ã is a letter", "It shows Ð° there"],
)
def test_text_that_resembles_it_stays(text: str) -> None:
    assert decode(text.encode(), "utf-8") == text


@pytest.mark.parametrize(
    ("raw", "guessed", "undecoded"),
    [
        (b"Subject: " + "Заказ не пришёл".encode("koi8-r") + b"\n\nHello.", True, 0),
        (b"Subject: caf\xe9\n\nHello.", False, 0),
        (b"Subject: Hello\n\n" + "Мой заказ не пришёл".encode("koi8-r"), True, 0),
        (b"Subject: Hello\nContent-Type: text/html\n\n<p>" + "Мой заказ".encode("cp1251") + b"</p>", True, 0),
        (
            b"Subject: Hello\nContent-Type: text/plain; charset=gbk\n\n" + "我的信用卡".encode("gbk") + b"\xff ok",
            False,
            1,
        ),
        ("Subject: Hello\nContent-Type: text/plain; charset=utf-8\n\nMy caf\ufffd".encode(), False, 1),
    ],
)
def test_a_mail_keeps_what_was_guessed_and_lost(raw: bytes, guessed: bool, undecoded: int) -> None:
    left_out = parse_mail(raw).left_out
    assert (left_out.charset_guessed, left_out.undecoded_chars) == (guessed, undecoded)


def test_a_uuencoded_file_is_removed_and_text_around_it_kept() -> None:
    import binascii

    rows = [binascii.b2a_uu(bytes(range(n, n + 45))).decode().rstrip() for n in range(0, 180, 45)]
    file = "\n".join(["begin 644 a.bin", *rows, binascii.b2a_uu(b"ab").decode().rstrip(), "`", "end"])
    text, files = take_out_files(f"Block it.\n\n{file}\n\nPLEASE.")
    assert readable(text) == "Block it.\n\nPLEASE."
    assert [each.name for each in files] == ["a.bin"]
