"""Text in charsets whose labels are misused, missing or only nearly true."""

# ruff: noqa: RUF001 - text in many scripts

from __future__ import annotations

import pytest

from tagging.mail.charsets import decode
from tagging.mail.embedded import take_out_files
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


def test_a_uuencoded_file_is_removed_and_text_around_it_kept() -> None:
    import binascii

    rows = [binascii.b2a_uu(bytes(range(n, n + 45))).decode().rstrip() for n in range(0, 180, 45)]
    file = "\n".join(["begin 644 a.bin", *rows, binascii.b2a_uu(b"ab").decode().rstrip(), "`", "end"])
    text, files = take_out_files(f"Block it.\n\n{file}\n\nPLEASE.")
    assert readable(text) == "Block it.\n\nPLEASE."
    assert [each.name for each in files] == ["a.bin"]
