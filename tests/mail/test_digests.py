"""Mails that hold the mails of several senders."""

from __future__ import annotations

import pytest

from tests.mail.raw_mails import HEAD, NOTE, multipart, read


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
    ours = "Kim <kim@customer.example>:\n\nI wrote to help@shop.example and my card was stolen."
    assert not read(f"{HEAD}Subject: Digest for help - 1 update\n\n{ours}").several_mails


def test_a_row_of_hyphens_inside_a_mail_of_a_digest_ends_nothing() -> None:
    digest = DIGEST.replace("My card was stolen.", f"My card was stolen.\n\n{ROW}\n\nMy phone, too.")
    assert "My phone, too." in read(f"{HEAD}Subject: Help Digest, Vol 3, Issue 4\n\n{digest}").text


def test_rows_of_hyphens_in_a_reply_make_no_digest() -> None:
    text = (
        f"Cancel it.\n\n{ROW}\nFrom: Tom <help@shop.example>\nDate: 3 March 2025\nTo: Kim\nSubject: Order\n\nDear Kim"
    )
    mail = read(f"{HEAD}Subject: Re: Order\n\n{text}")
    assert (mail.text, mail.several_mails) == ("Cancel it.", False)
