"""One run of the probe: checks whether the items of earlier runs arrived as tickets, then puts new ones."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from tagging.aws import AwsError, Clients, error_code, make_mail_client
from tagging.intake import PROBE_PREFIX
from tagging.kinds import IMAGE, MAIL
from tagging.settings import ProbeSettings
from tagging.telemetry.logs import Logger, make_logger
from tagging.telemetry.probe_items import probe_image, probe_mail, thread_hash
from tagging.telemetry.probe_runs import ProbeRun, read_runs, write_runs

_CALLS = 20
"""Calls to receive tickets in one run at most, ten tickets each: far more than two runs put."""
_POLL_S = 1
"""Without a long poll, SQS may leave out messages. It returns at once where there are any."""
_KEPT_RUNS = 2


class ProbeFailed(Exception):
    """Items of an earlier run did not arrive, or new ones could not be put; the text names their kinds and times."""


class Probe(Struct, frozen=True):
    """Runs on a schedule and never waits for the items that it puts: the next run checks them."""

    clients: Clients
    ses: Any
    """A client of SES; None where the mails are put into their bucket."""
    settings: ProbeSettings
    logger: Logger

    def run(self) -> dict[str, list[str]]:
        """Check, then put; raises ProbeFailed, after all that could be done, where the flow is stopped."""
        dynamodb, table = self.clients.dynamodb, self.settings.label_table
        received = list(self._receive())
        tickets = [ticket for ticket, _ in received]
        runs = [_without_arrived(run, tickets) for run in read_runs(dynamodb, table)]
        errors: list[str] = []
        kept = [self._without_overdue(run, age, errors) for age, run in enumerate(runs)]
        new = self._put(errors)
        write_runs(dynamodb, table, (new, *kept)[:_KEPT_RUNS])
        self._delete([receipt for _, receipt in received])
        if errors:
            raise ProbeFailed("; ".join(errors))
        self.logger.info("the items of earlier runs arrived", extra={"runs": len(runs)})
        return {"put": list(new.waiting)}

    def _receive(self) -> Iterator[tuple[Mapping[str, Any], str]]:
        """The tickets of probes that wait, each with its receipt."""
        for _ in range(_CALLS):
            response = self.clients.sqs.receive_message(
                QueueUrl=self.settings.probe_queue_url, MaxNumberOfMessages=10, WaitTimeSeconds=_POLL_S
            )
            messages = response.get("Messages", [])
            yield from ((json.loads(message["Body"]), message["ReceiptHandle"]) for message in messages)
            if not messages:
                return

    def _without_overdue(self, run: ProbeRun, age: int, errors: list[str]) -> ProbeRun:
        """The run without the kinds that should have arrived by now; each adds to `errors`."""
        scanned = self.settings.scanned_kinds.split(",")
        overdue = [kind for kind in run.waiting if age > 0 or kind not in scanned]
        errors += [f"the {kind} of {run.at} did not arrive" for kind in overdue]
        return replace(run, waiting=tuple(kind for kind in run.waiting if kind not in overdue))

    def _put(self, errors: list[str]) -> ProbeRun:
        """Put an item of each kind; one that cannot be put adds to `errors`."""
        run, put = uuid.uuid4().hex, []
        puts: dict[str, Callable[[str], object]] = {MAIL.name: self._put_mail, IMAGE.name: self._put_image}
        for kind, put_item in puts.items():
            try:
                put_item(run)
            except AwsError as error:
                errors.append(f"the {kind} could not be put: {error_code(error)}")
            else:
                put.append(kind)
        return ProbeRun(run, datetime.now(UTC).isoformat(timespec="seconds"), tuple(put))

    def _put_mail(self, run: str) -> None:
        sender, recipient = self.settings.mail_sender, self.settings.mail_recipient
        mail = probe_mail(run, sender, recipient)
        if self.ses is None:
            key = f"{PROBE_PREFIX}{run}.eml"
            self.clients.s3.put_object(Bucket=self.settings.mail_bucket, Key=key, Body=mail)
        else:
            self.ses.send_email(
                FromEmailAddress=sender, Destination={"ToAddresses": [recipient]}, Content={"Raw": {"Data": mail}}
            )

    def _put_image(self, run: str) -> None:
        key = f"{PROBE_PREFIX}{run}.png"
        self.clients.s3.put_object(Bucket=self.settings.image_bucket, Key=key, Body=probe_image())

    def _delete(self, receipts: list[str]) -> None:
        """Delete received tickets, after the runs were written: a crash between leaves tickets that nobody awaits."""
        sqs = self.clients.sqs
        for start in range(0, len(receipts), 10):
            ten = receipts[start : start + 10]
            sqs.delete_message_batch(
                QueueUrl=self.settings.probe_queue_url,
                Entries=[{"Id": str(index), "ReceiptHandle": receipt} for index, receipt in enumerate(ten)],
            )


def build_probe(settings: ProbeSettings, clients: Clients) -> Probe:
    """The probe of a stage."""
    ses = make_mail_client() if settings.mail_recipient else None
    return Probe(clients, ses, settings, make_logger("probe", settings.log_level))


def _without_arrived(run: ProbeRun, tickets: Iterable[Mapping[str, Any]]) -> ProbeRun:
    """The run without the kinds of which a ticket came."""
    arrived = {ticket["kind"] for ticket in tickets if _is_of(run, ticket)}
    return replace(run, waiting=tuple(kind for kind in run.waiting if kind not in arrived))


def _is_of(run: ProbeRun, ticket: Mapping[str, Any]) -> bool:
    """A mail that SES received has a key of SES's choice, and answers the Message-ID of its run."""
    return run.id in ticket["source"]["key"] or ticket["thread"]["in_reply_to"] == thread_hash(run.id)
