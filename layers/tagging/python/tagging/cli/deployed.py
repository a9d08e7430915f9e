"""What a deployed stage consists of, read from its stack's outputs, and how its commands fail when AWS refuses."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated

import typer
from rich.console import Console

from tagging.aws import AwsError, Clients, error_code, make_clients
from tagging.operations import stack_outputs

Stage = Annotated[str, typer.Option(help="Which stage: the stack tagging-STAGE.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line, nothing else.")]

_KINDS = {"mail": "Mail", "image": "Image"}
"""Kinds of objects, and how the outputs of their ways in begin."""


@dataclass(frozen=True)
class IntakeRoute:
    """A bucket, the intake queue that its events wait in, and where that one's dead letters go."""

    kind: str
    bucket: str
    queue_url: str
    dead_letter_url: str
    gated: bool = False
    """GuardDuty's verdict decides what of its bucket is tagged."""

    @property
    def function(self) -> str:
        """The function that its queue feeds."""
        return f"tag_{self.kind}"


@dataclass(frozen=True)
class Deployed:
    """One stage, with clients for it."""

    stage: str
    clients: Clients
    table: str
    ways: tuple[IntakeRoute, ...]
    ticket_queue_url: str
    ticket_dead_letter_url: str

    def route_of(self, kind: str) -> IntakeRoute | None:
        """The way in of items of a kind; texts go with the mails."""
        return {way.kind: way for way in self.ways}.get("mail" if kind == "text" else kind)

    def route_from(self, bucket: str) -> IntakeRoute:
        """The way in that begins with a bucket; BadParameter where none does."""
        found = {way.bucket: way for way in self.ways}
        if bucket not in found:
            raise typer.BadParameter(f"{bucket} is no bucket of stage {self.stage}; there is: {', '.join(found)}")
        return found[bucket]

    def route_to(self, function: str) -> IntakeRoute:
        """The way in to a function; BadParameter where there is none of that name."""
        found = {way.function: way for way in self.ways}
        if function not in found:
            raise typer.BadParameter(
                f"there is no function {function} in stage {self.stage}; there is: {', '.join(found)}"
            )
        return found[function]


def find_deployed(command: str, stage: str) -> Deployed:
    """The stage as its stack says; one line on standard error and exit 1 where it cannot be read."""
    try:
        clients, outputs = make_clients(), stack_outputs(f"tagging-{stage}")
        return Deployed(
            stage,
            clients,
            outputs["LabelTableName"],
            tuple(
                IntakeRoute(
                    kind,
                    outputs[f"{start}BucketName"],
                    outputs[f"{start}QueueUrl"],
                    outputs[f"{start}DeadLetterUrl"],
                    gated=f"{start}MalwarePlan" in outputs,
                )
                for kind, start in _KINDS.items()
                if f"{start}QueueUrl" in outputs
            ),
            outputs["TicketQueueUrl"],
            outputs["TicketDeadLetterUrl"],
        )
    except AwsError as error:
        raise failed(command, f"stack tagging-{stage} cannot be read: {error_code(error)}") from None
    except KeyError as error:
        raise failed(command, f"stack tagging-{stage} has no output {error.args[0]}: deploy it again") from None


@contextmanager
def aws_faults(command: str) -> Iterator[None]:
    """One line on standard error and exit 1 where AWS refuses something that a command asks."""
    try:
        yield
    except AwsError as error:
        asked = getattr(error, "operation_name", "")
        raise failed(command, f"AWS refused{f' {asked}' if asked else ''}: {error_code(error)}") from None


def failed(command: str, why: str) -> typer.Exit:
    """What to raise after saying why."""
    Console(stderr=True).print(f"tagging {command}: {why}", highlight=False, markup=False, soft_wrap=True)
    return typer.Exit(1)
