"""Recognises reports of mail servers: a mail of ours did not arrive, arrives late, or arrived."""

from __future__ import annotations

import re
from typing import Literal

from tagging.mail.mime import Part
from tagging.mail.patterns import compile_lazily
from tagging.mail.subjects import kind_of_subject

Delivery = Literal["failed", "delayed", "delivered", "read", "other report", ""]
"""What a report says; "" for a mail that is none."""

_STATUS_TYPES = frozenset({"message/delivery-status", "message/global-delivery-status"})
_ACTION = re.compile(rb"^Action[ \t]*:[ \t]*([A-Za-z]{1,20})", re.I | re.M)
_STATUS_BYTES = 100_000
_DAEMON = compile_lazily(
    r"(?:^|[<\s\"])(?:mailer-daemon|mail-daemon|mailerdaemon|mdaemon|microsoftexchange[0-9a-f]{20,40})(?=[@>\s(]|$)",
    re.I,
)
_POSTMASTER = compile_lazily(
    r"(?:^|[<\s\"])(?:postmaster|mail-?delivery(?:-?sub)?-?system)@|\bmail delivery (?:sub)?system\b", re.I
)
_SERVERS = (b"daemon", b"postmaster", b"microsoftexchange", b"delivery")
"""A sender without any of these words is no mail server."""
_FAILED_SUBJECT = compile_lazily(
    r"failure notice|undeliver(?:able|ed)|returned mail|returned to sender|returning message to sender"
    r"|deliver\w* (?:status notification|notification|report|problem|error|has failed)|(?:delivery|mail"
    r"|message)[\w ]{0,20} fail(?:ed|ure)"
    r"|fail(?:ed|ure) (?:of )?(?:mail |message )?delivery|could not be delivered|not delivered|mail system error"
    r"|unzustellbar|nicht zugestellt|unzustellbarkeit|non remis|échec de (?:la )?(?:remise|distribution)|non distribu"
    r"|no se puede entregar|no entregad|error de entrega|non recapitabil|mancat[ao] (?:consegna|recapito)"
    r"|não é possível entregar|não entregue|falha na entrega|onbestelbaar|niet bezorgd|kan inte levereras"
    r"|olevererbart|går inte att leverera"
    r"|kan ikke leveres|uleverbar|ei voi toimittaa|toimitus epäonnistui|niedostarczaln|nie można dostarczyć"
    r"|nedoručiteln"
    r"|kézbesíthetetlen|nelivrabil|teslim edilemedi|недоставлен|не доставлено|не удается доставить"
    r"|не вдалося доставити"
    r"|μη παραδοτέο|αδυναμία παράδοσης|配信不能|配信できません|无法(?:送达|传递)"
    r"|未送达|无法投递|無法傳遞|退信|배달되지 않음|배달 실패"
    r"|không thể gửi|tidak (?:dapat )?terkirim",
    re.I,
)
_DELAYED_SUBJECT = compile_lazily(
    r"delay|warning:? (?:could not send|message)|will (?:be )?retr|still (?:trying|being retried)|verzöger|retard"
    r"|retras|ritard"
    r"|atras|vertrag|försen|forsink|opóźni|задерж|遅延|延迟|지연",
    re.I,
)
_FAILED_TEXT = compile_lazily(
    r"this is the (?:qmail-send program|mail (?:delivery )?system|postfix program)|could ?n[o']t be delivered"
    r"|undeliverable|delivery (?:has )?failed"
    r"|permanent (?:fatal )?error|user unknown|mailbox (?:is )?(?:full|unavailable)|5\.\d\.\d{1,3}\b|\b55[0-4][ -]",
    re.I,
)


def delivery_report(mail: Part, subject: str, text: str) -> Delivery:
    """What a mail server reports about a mail of ours: by structure (RFC 3464), or by a server's address and words.

    A customer who forwards a bounce or writes about one sends neither.
    """
    if (report := _report(mail)) is not None:
        kind = report.headers.parameters("content-type").get("report-type", "").lower()
        if kind == "disposition-notification":
            return "read"
        if kind == "delivery-status" or any(part.content_type in _STATUS_TYPES for part in report.parts):
            return _of_actions(report)
        return "other report"
    field = mail.headers.fields.get("from", b"").lower()
    if not any(word in field for word in _SERVERS):
        return ""
    sender = mail.headers.text("from", 300)
    is_null = mail.headers.fields.get("return-path") == b"<>"
    is_daemon = _DAEMON.search(sender) is not None
    is_server = is_daemon or (
        _POSTMASTER.search(sender) is not None and (is_null or "x-failed-recipients" in mail.headers.fields)
    )
    if not is_server and not (_POSTMASTER.search(sender) and _FAILED_TEXT.search(text[:3000])):
        return ""
    if kind_of_subject(subject):
        return ""
    if _DELAYED_SUBJECT.search(subject) and "x-failed-recipients" not in mail.headers.fields:
        return "delayed"
    if _FAILED_SUBJECT.search(subject) or _FAILED_TEXT.search(text[:3000]):
        return "failed"
    return "other report" if is_daemon else ""


def _report(mail: Part) -> Part | None:
    """The report that a mail is, or begins with below what a gateway added."""
    if mail.content_type == "multipart/report":
        return mail
    if mail.content_type != "multipart/mixed" or not mail.parts:
        return None
    return _report(mail.parts[0])


def _of_actions(report: Part) -> Delivery:
    """The worst of the actions that a report lists for its recipients; a report without any says that it failed."""
    statuses = [part.content(_STATUS_BYTES)[0] for part in report.parts if part.content_type in _STATUS_TYPES]
    actions = {action.lower() for status in statuses for action in _ACTION.findall(status)}
    if not actions or b"failed" in actions or not actions <= {b"delayed", b"delivered", b"relayed", b"expanded"}:
        return "failed"
    return "delayed" if b"delayed" in actions else "delivered"
