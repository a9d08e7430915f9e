"""A working day on the local cloud, for the dashboards to draw: real items, real metrics, stretched time."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import cycle, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from infra.monitoring.preview.log_query import Event
from infra.monitoring.preview.recorded_metrics import RecordedMetrics
from tagging.kinds import KINDS, Kind
from tagging.local import (
    Clock,
    Invocation,
    ItemFile,
    LocalCloud,
    Template,
    begin_canary,
    begin_shadow,
    find_images,
    find_mails,
    synthesise,
)
from tagging.model import checksum_of
from tagging.operations import move_thresholds, write_folder
from tagging.serving import files_in
from tagging.taxonomy import ALL_PACKS

LOAD = (1, 1, 1, 1, 1, 2, 3, 4, 6, 8, 8, 7, 6, 7, 8, 7, 6, 5, 4, 3, 2, 2, 1, 1)
"""Items of one kind in each hour."""
STEPS = len(LOAD)
CANARY_AT, DEPLOYED_AT, ENDS_AT = 13, 14, 19
"""Hours at whose start a second version begins to serve a share of each kind beside a shadow, every environment is
replaced, as a deployment does, and every process ends."""
SHARE = 0.3
"""Of the items that the second version serves."""
SHADOW_THRESHOLD = 0.05
"""Of the critical labels, by the shadow."""
_SCALE = 240.0


@dataclass(frozen=True)
class Day:
    """The recorded metrics, the number of items by kind, and the log lines."""

    recorded: RecordedMetrics
    items: dict[str, int]
    logs: dict[str, list[Event]] = field(default_factory=dict)
    """By function."""


def record_day(
    root: Path,
    progress: Callable[[int], None],
    like: Template,
    hours: range = range(STEPS),
    own: Mapping[str, str] | None = None,
) -> Day:
    """Run the items of events/ through every function that has a bundle; `progress` is called after each hour.

    The functions publish the same metrics as those of the template `like`. `own`: kind → folder of a bundle of your
    own that is served instead.
    """
    own = own or {}
    template = _with_label_metrics(synthesise(root), like)
    for kind, folder in own.items():
        template = template.with_bundle(root, KINDS[kind], root / folder)
    samples = {"mail": find_mails(root / KINDS["mail"].samples), "image": find_images(root / KINDS["image"].samples)}
    kinds = [k for k in samples if (root / own.get(k, KINDS[k].bundle) / "manifest.json").exists()]
    files = {kind: cycle(samples[kind]) for kind in kinds}
    functions = {KINDS[kind].function for kind in kinds}
    day = Day(RecordedMetrics(len(hours)), dict.fromkeys(kinds, sum(LOAD[hour] for hour in hours)))
    with LocalCloud.start(root, template=template, clock=Clock(_SCALE), functions=functions) as cloud:
        cloud.wait_ready()
        for step, hour in enumerate(hours):
            if hour == CANARY_AT:
                for kind in kinds:
                    bundle = root / own.get(kind, KINDS[kind].bundle)
                    _begin_canary(cloud, KINDS[kind].name, bundle)
                    _begin_shadow(cloud, KINDS[kind].name, bundle)
            _disturb(cloud, hour)
            puts = [
                partial(_put, cloud, file, f"{step:02}/{file.key}")
                for kind in kinds
                for file in islice(files[kind], LOAD[hour])
            ]
            cloud.deliver_until_idle(partial(_record_invocation, day, step, cloud), feed=puts)
            _record_queues(day.recorded, step, cloud)
            progress(step + 1)
    return day


def _begin_canary(cloud: LocalCloud, kind: Kind, bundle: Path) -> None:
    """Let a version serve that differs from the deployed bundle by a word in its manifest."""
    from tagging.start import load_bundle  # loads onnxruntime, which the help of `dashboard` does not need

    with TemporaryDirectory() as folder:
        copy = shutil.copytree(bundle, Path(folder) / "bundle")
        manifest = json.loads((copy / "manifest.json").read_text())
        manifest["about"]["drawn"] = "canary"
        manifest["checksum"] = checksum_of(manifest)
        (copy / "manifest.json").write_text(json.dumps(manifest))
        begin_canary(cloud, kind, load_bundle(copy).bundle, SHARE)


def _begin_shadow(cloud: LocalCloud, kind: Kind, bundle: Path) -> None:
    """Let a version with lower thresholds of the critical labels be a shadow, if there are such labels."""
    from tagging.start import load_bundle

    loaded = load_bundle(bundle, packs=[ALL_PACKS]).bundle
    moves = dict.fromkeys(loaded.taxonomy.in_use().critical_labels, SHADOW_THRESHOLD)
    if not moves:
        return
    moved = move_thresholds(files_in(bundle), loaded, moves)
    with TemporaryDirectory() as folder:
        write_folder(moved, bundle, Path(folder) / "bundle")
        begin_shadow(cloud, kind, load_bundle(Path(folder) / "bundle").bundle)


def _disturb(cloud: LocalCloud, hour: int) -> None:
    """What happens at the start of an hour of the day."""
    for pool in cloud.pools.values():
        if hour == DEPLOYED_AT:
            pool.start()
        for process in pool.processes if hour == ENDS_AT else ():
            process.kill()


def _with_label_metrics(local: Template, like: Template) -> Template:
    """The local template with LABEL_METRICS of the other: the labels that are metrics of their own."""
    published = {
        each.properties["Handler"]: variables["LABEL_METRICS"]
        for each in like.of_type("AWS::Lambda::Function")
        if "LABEL_METRICS" in (variables := each.properties.get("Environment", {}).get("Variables", {}))
    }
    resources = dict(local.resources)
    for each in local.of_type("AWS::Lambda::Function"):
        if (handler := each.properties["Handler"]) in published:
            variables = each.properties["Environment"]["Variables"] | {"LABEL_METRICS": published[handler]}
            resources[each.id] = replace(each, properties={**each.properties, "Environment": {"Variables": variables}})
    return replace(local, resources=resources)


def _put(cloud: LocalCloud, file: ItemFile, key: str) -> None:
    cloud.put(file.function, key, file.read())


def _record_invocation(day: Day, step: int, cloud: LocalCloud, event: dict[str, Any], invocation: Invocation) -> None:
    """Record what the function published, and what Lambda would publish of the invocation."""
    day.recorded.add_metrics(step, invocation.metrics)
    arn = event["Records"][0]["eventSourceARN"]
    (function,) = [each.function.name for each in cloud.stack.mappings if each.queue.arn == arn]
    day.logs.setdefault(function, []).extend(map(_parse_line, invocation.logs))
    lambda_metrics = {
        "Invocations": 1.0,
        "Errors": 0.0 if invocation.fault is None else 1.0,
        "Throttles": 0.0,
        "Duration": invocation.seconds * 1000,
        "ConcurrentExecutions": 1.0,
    }
    for name, value in lambda_metrics.items():
        day.recorded.add(step, name, [("FunctionName", function)], [value])


def _parse_line(line: str) -> Event:
    """A log line as Logs Insights reads it; without fields where it is no JSON object."""
    try:
        fields = json.loads(line)
    except ValueError:
        fields = None
    fields = fields if isinstance(fields, dict) else {}
    return {**fields, "@message": line, "@timestamp": fields.get("timestamp", "")}


def _record_queues(recorded: RecordedMetrics, step: int, cloud: LocalCloud) -> None:
    """Record how many messages wait in each queue at the end of a step."""
    for queue in cloud.stack.queues:
        response = cloud.client("sqs").get_queue_attributes(
            QueueUrl=queue.url, AttributeNames=["ApproximateNumberOfMessages"]
        )
        waiting = float(response["Attributes"]["ApproximateNumberOfMessages"])
        dimensions = [("QueueName", queue.id)]
        recorded.add(step, "ApproximateNumberOfMessagesVisible", dimensions, [waiting])
        if not waiting:  # SQS reports the age of an empty queue's oldest message as 0
            recorded.add(step, "ApproximateAgeOfOldestMessage", dimensions, [0.0])
