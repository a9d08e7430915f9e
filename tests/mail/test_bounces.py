"""Reports of mail servers: a mail of ours did not arrive, arrives late, or arrived."""

from __future__ import annotations

import pytest

from tagging.item import Mail
from tagging.mail.parser import parse_mail


def read(subject: str, text: str, head: str) -> Mail:
    return parse_mail(f"{head}\nSubject: {subject}\nTo: help@shop.example\n\n{text}".encode())


def report(actions: str, kind: str = "delivery-status", status_type: str = "message/delivery-status") -> str:
    return (
        f"From: Mail System <mx@customer.example>\nSubject: Notification\nTo: help@shop.example\n"
        f"Content-Type: multipart/report; report-type={kind}; boundary=B\n\n"
        f"--B\n\nThis is a report.\n--B\nContent-Type: {status_type}\n\nReporting-MTA: dns; mx\n\n{actions}\n"
        "--B\nContent-Type: message/rfc822\n\nFrom: help@shop.example\nSubject: A\n\nYour refund is coming.\n--B--\n"
    )


@pytest.mark.parametrize(
    ("actions", "undelivered"),
    [
        ("Final-Recipient: rfc822; a@x.example\nAction: failed\nStatus: 5.1.1", True),
        ("action: Failed", True),
        ("Action: delayed\n\nAction: failed", True),
        ("Status: 5.0.0", True),
        ("Action: delayed\nStatus: 4.4.1\nWill-Retry-Until: Tue, 4 Mar 2025", False),
        ("Action: delivered", False),
        ("Action: relayed\n\nAction: expanded", False),
    ],
)
def test_a_delivery_report_says_what_became_of_our_mail(actions: str, undelivered: bool) -> None:
    for raw in (report(actions), report(actions, "''", "message/global-delivery-status")):
        mail = parse_mail(raw.encode())
        assert (mail.auto, mail.auto_reply, mail.undelivered) == (True, not undelivered, undelivered)
        assert mail.text == "This is a report."
        assert mail.left_out.unread_parts == ()


def test_a_report_below_a_note_of_a_gateway_is_one_and_a_read_receipt_makes_no_ticket() -> None:
    raw = report("Action: failed").partition("Content-Type: ")[2]
    mixed = f"From: mx@customer.example\nContent-Type: multipart/mixed; boundary=M\n\n--M\nContent-Type: {raw}\n--M--\n"
    assert parse_mail(mixed.encode()).undelivered
    receipt = parse_mail(report("", "disposition-notification", "message/disposition-notification").encode())
    assert (receipt.auto_reply, receipt.undelivered) == (True, False)


@pytest.mark.parametrize(
    ("sender", "subject", "text"),
    [
        ("MAILER-DAEMON@mx.example", "failure notice", "Hi. This is the qmail-send program at mx.example."),
        ("Mail Delivery System <Mailer-Daemon@mx.example>", "Mail delivery failed: returning message to sender", "x"),
        ("Mail Delivery Subsystem <mailer-daemon@googlemail.com>", "Delivery Status Notification (Failure)", "x"),
        ("MAILER-DAEMON (Mail Delivery System)", "Undelivered Mail Returned to Sender", "x"),
        (
            "postmaster@outlook.example",
            "Undeliverable: Your order",
            "Delivery has failed to these recipients: a@x.example",
        ),
        ("postmaster@firma.example", "Unzustellbar: Ihre Bestellung", "550 5.1.1 user unknown"),
        (
            "Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@x.example>",
            "Non remis : Commande",
            "x",
        ),
        ("Mail Delivery System <MAILER-DAEMON@mx.example>", "Returned mail: see transcript for details", "x"),
        ("MAILER-DAEMON@mx.example", "Your message", "550 user unknown"),
        (
            "MAILER-DAEMON@mx.example\nX-Failed-Recipients: a@x.example",
            "Message delayed",
            "It could not be delivered within 5 days.",
        ),
    ],
)
def test_a_bounce_without_structure_is_known_by_its_server_and_words(sender: str, subject: str, text: str) -> None:
    mail = read(subject, text, f"From: {sender}")
    assert (mail.auto, mail.auto_reply, mail.undelivered) == (True, False, True)


@pytest.mark.parametrize(
    ("sender", "subject", "text"),
    [
        (
            "kim@customer.example",
            "Undeliverable: why do my mails to you bounce?",
            "Delivery has failed, 550 user unknown.",
        ),
        (
            "kim@customer.example",
            "Fwd: Undelivered Mail Returned to Sender",
            "Your address fails. This is the mail system",
        ),
        ("postmaster@smallshop.example", "Invoice for March", "Please correct our invoice."),
        ("delivery@customer.example", "Delivery failure", "The parcel could not be delivered."),
        ("kim@customer.example", "Failure notice", "My card fails at every shop."),
        ("postmaster@smallshop.example", "Delivery failure", "The parcel never came."),
        ("postmaster@smallshop.example", "Re: Undeliverable: Your order", "Why 550 user unknown? We are here."),
    ],
)
def test_a_person_who_writes_about_a_bounce_sends_none(sender: str, subject: str, text: str) -> None:
    mail = read(subject, text, f"From: {sender}")
    assert (mail.auto, mail.auto_reply, mail.undelivered) == (False, False, False)


def test_a_forwarded_report_is_the_mail_of_a_person() -> None:
    inner = report("Action: failed")
    raw = (
        "From: kim@customer.example\nSubject: Your address bounces\nContent-Type: multipart/mixed; boundary=M\n\n"
        f"--M\n\nWhy does this come back?\n--M\nContent-Type: message/rfc822\n\n{inner}\n--M--\n"
    )
    mail = parse_mail(raw.encode())
    assert (mail.auto, mail.undelivered) == (False, False)
    assert mail.text.startswith("Why does this come back?")


@pytest.mark.parametrize(
    "subject", ["Warning: could not send message for past 4 hours", "Delivery Status Notification (Delay)"]
)
def test_a_warning_that_a_mail_is_late_makes_no_ticket(subject: str) -> None:
    mail = read(subject, "It will be retried for 5 days.", "From: Mail Delivery Subsystem <MAILER-DAEMON@mx.example>")
    assert (mail.auto, mail.auto_reply, mail.undelivered) == (True, True, False)
