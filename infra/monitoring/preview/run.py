"""A day of small batches on the local cloud, for the dashboards to draw: real items, real metrics, stretched time."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from infra.monitoring.preview.log_query import Event
from infra.monitoring.preview.recorded import Recorded
from tagging.local import (
    SAMPLES,
    Clock,
    Invocation,
    ItemFile,
    LocalCloud,
    Resource,
    Template,
    find_images,
    find_mails,
    synthesise,
)

STEPS = 24
AT_ONCE = 4
"""Items of one kind in a step."""
_SCALE = 240.0
_PLAIN = ("Invocations", "Errors", "Throttles")


@dataclass(frozen=True)
class Day:
    """What was recorded, of how many items of which kinds, and what the functions logged meanwhile."""

    recorded: Recorded
    items: dict[str, int]
    logs: dict[str, list[Event]] = field(default_factory=dict)
    """By function, as Logs Insights takes them apart."""


def record_day(root: Path, told: Callable[[int], None], like: Template, steps: int = STEPS) -> Day:
    """Run the items of events/ through every function that has a bundle, step by step; `told` hears of each.

    The functions publish the metrics that those of the template `like` would.
    """
    kinds = [k for k in ("mail", "image") if (root / "layers" / f"{k}_model" / "bundle" / "manifest.json").exists()]
    found = {"mail": find_mails(root / SAMPLES["tag_mail"]), "image": find_images(root / SAMPLES["tag_image"])}
    feeds = {kind: cycle(found[kind]) for kind in kinds if found[kind]}
    functions = {f"tag_{kind}" for kind in feeds}
    day = Day(Recorded(steps), dict.fromkeys(feeds, steps * AT_ONCE))
    with LocalCloud.start(
        root, template=_publishing(synthesise(root), like), clock=Clock(_SCALE), functions=functions
    ) as cloud:
        cloud.wait_ready()
        for step in range(steps):
            put = [
                partial(_put, cloud, file, f"{step:02}/{file.key}")
                for files in feeds.values()
                for file in islice(files, AT_ONCE)
            ]
            cloud.deliver_until_idle(partial(_note, day, step, cloud), feed=put)
            _note_queues(day.recorded, step, cloud)
            told(step + 1)
    return day


def _publishing(local: Template, like: Template) -> Template:
    """The local template with the variable by which its functions know which labels are metrics of their own."""

    def asked(function: Resource) -> dict[str, str]:
        found: dict[str, str] = function.properties.get("Environment", {}).get("Variables", {})
        return {name: value for name, value in found.items() if name == "LABEL_METRICS"}

    changes = {each.properties["Handler"]: asked(each) for each in like.of_type("AWS::Lambda::Function")}
    resources = dict(local.resources)
    for each in local.of_type("AWS::Lambda::Function"):
        variables = each.properties["Environment"]["Variables"] | changes.get(each.properties["Handler"], {})
        resources[each.id] = replace(each, properties={**each.properties, "Environment": {"Variables": variables}})
    return replace(local, resources=resources)


def _put(cloud: LocalCloud, file: ItemFile, key: str) -> None:
    cloud.put(file.function, key, file.read())


def _note(day: Day, step: int, cloud: LocalCloud, event: dict[str, Any], ran: Invocation) -> None:
    """What the function published, and what Lambda would publish of its run."""
    recorded = day.recorded
    recorded.add_metrics(step, ran.metrics)
    arn = event["Records"][0]["eventSourceARN"]
    (function,) = [each.function.name for each in cloud.stack.mappings if each.queue.arn == arn]
    day.logs.setdefault(function, []).extend(map(_event, ran.logs))
    of_lambda = [("FunctionName", function)]
    faults = 0.0 if ran.fault is None else 1.0
    for name, value in zip(_PLAIN, (1.0, faults, 0.0), strict=True):
        recorded.add(step, name, of_lambda, [value])
    recorded.add(step, "Duration", of_lambda, [ran.seconds * 1000])
    recorded.add(step, "ConcurrentExecutions", of_lambda, [1.0])


def _event(line: str) -> Event:
    try:
        fields = json.loads(line)
    except ValueError:
        fields = {}
    told = fields if isinstance(fields, dict) else {}
    return {**told, "@message": line, "@timestamp": told.get("timestamp", "")}


def _note_queues(recorded: Recorded, step: int, cloud: LocalCloud) -> None:
    """What waits in each queue at the end of a step."""
    for queue in cloud.stack.queues:
        asked = cloud.client("sqs").get_queue_attributes(
            QueueUrl=queue.url, AttributeNames=["ApproximateNumberOfMessages"]
        )
        waiting = float(asked["Attributes"]["ApproximateNumberOfMessages"])
        of_queue = [("QueueName", queue.id)]
        recorded.add(step, "ApproximateNumberOfMessagesVisible", of_queue, [waiting])
        if not waiting:  # the oldest of none has no age, which SQS tells as 0
            recorded.add(step, "ApproximateAgeOfOldestMessage", of_queue, [0.0])
