"""What a deployed stage consists of, read from the outputs of its stack."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from msgspec import Struct

from tagging.aws import AwsError, Clients, error_code, make_clients
from tagging.kinds import KINDS, find_kind
from tagging.operations.account import stack_outputs
from tagging.operations.errors import InvalidArgument, StageNotReadable
from tagging.validation import from_json


@dataclass(frozen=True)
class IntakeRoute:
    """A bucket, the intake queue that receives its events, and the dead-letter queue of that."""

    kind: str
    bucket: str
    queue_url: str
    dead_letter_url: str
    reprocessing_url: str
    """Queue of the items that are tagged again."""
    reprocessing_mapping: str
    """UUID of the mapping from that queue, enabled while a run needs it."""
    gated: bool = False
    """Objects of the bucket are tagged only after GuardDuty scanned them."""

    @property
    def function(self) -> str:
        """The function that its queue feeds."""
        return KINDS[self.kind].function


class DeployedLayer(Struct, frozen=True):
    """The bundle in the layer of a function, as an output of the stack describes it."""

    version: str
    """The id that it has, or would have, as a version."""
    encoder: str
    critical: tuple[str, ...] = ()
    """The critical labels in use: those that the alarms of the stage watch."""
    packs: tuple[str, ...] = ()
    """The packs that are on."""


@dataclass(frozen=True)
class Deployment:
    """One stage, with clients for it."""

    stage: str
    clients: Clients
    table: str
    routes: tuple[IntakeRoute, ...]
    ticket_queue_url: str
    ticket_dead_letter_url: str
    probes: bool = False
    """Objects under `probe/` are probes."""
    models_bucket: str = ""
    """Bucket of versions and pointers; empty in a stack from before it."""
    learning_bucket: str = ""
    """Bucket of the feature log; empty in a stack from before it."""
    review_table: str = ""
    """Table of open reviews and of answers; empty in a stack from before it, as the next two."""
    correction_queue_url: str = ""
    correction_dead_letter_url: str = ""
    layers: Mapping[str, DeployedLayer] = field(default_factory=dict)
    """Kind → the bundle in its function's layer."""

    def route_of(self, kind: str) -> IntakeRoute | None:
        """The route of items of a kind; texts take that of mails."""
        return {route.kind: route for route in self.routes}.get(find_kind(kind).name)

    def route_from(self, bucket: str) -> IntakeRoute:
        """The route that begins with a bucket; InvalidArgument where none does."""
        routes = {route.bucket: route for route in self.routes}
        if bucket not in routes:
            raise InvalidArgument(f"{bucket} is not a bucket of stage {self.stage}; it has: {', '.join(routes)}")
        return routes[bucket]

    def route_to(self, function: str) -> IntakeRoute:
        """The route to a function; InvalidArgument where there is none of that name."""
        routes = {route.function: route for route in self.routes}
        if function not in routes:
            raise InvalidArgument(f"stage {self.stage} has no function {function}; it has: {', '.join(routes)}")
        return routes[function]


_REMEDIES = {
    "NoRegionError": "set AWS_REGION, and sign in to the account",
    "NoCredentialsError": "sign in to the account",
    "ValidationError": "it is not deployed in this account and region; `tagging doctor` says what is missing",
}
"""What a person should do, by the code of an error."""


def find_deployment(stage: str) -> Deployment:
    """The deployment of a stage; StageNotReadable where its stack does not exist or lacks an output."""
    stack = f"tagging-{stage}"
    try:
        clients, outputs = make_clients(), stack_outputs(stack)
        return Deployment(
            stage,
            clients,
            outputs["LabelTableName"],
            tuple(
                IntakeRoute(
                    kind,
                    outputs[f"{prefix}BucketName"],
                    outputs[f"{prefix}QueueUrl"],
                    outputs[f"{prefix}DeadLetterUrl"],
                    outputs[f"{prefix}ReprocessingQueueUrl"],
                    outputs[f"{prefix}ReprocessingMapping"],
                    gated=f"{prefix}MalwarePlan" in outputs,
                )
                for kind, prefix in ((kind, kind.capitalize()) for kind in KINDS)
                if f"{prefix}QueueUrl" in outputs
            ),
            outputs["TicketQueueUrl"],
            outputs["TicketDeadLetterUrl"],
            probes="ProbeQueueUrl" in outputs,
            models_bucket=outputs.get("ModelsBucketName", ""),
            learning_bucket=outputs.get("LearningBucketName", ""),
            review_table=outputs.get("ReviewTableName", ""),
            correction_queue_url=outputs.get("CorrectionQueueUrl", ""),
            correction_dead_letter_url=outputs.get("CorrectionDeadLetterUrl", ""),
            layers={
                kind: from_json(outputs[name].encode(), DeployedLayer)
                for kind, name in ((kind, f"{kind.capitalize()}Layer") for kind in KINDS)
                if name in outputs
            },
        )
    except AwsError as error:
        code = error_code(error)
        remedy = f": {_REMEDIES[code]}" if code in _REMEDIES else ""
        raise StageNotReadable(f"stack {stack} cannot be read: {code}{remedy}") from None
    except KeyError as error:
        raise StageNotReadable(f"stack {stack} has no output {error.args[0]}: deploy it again") from None
