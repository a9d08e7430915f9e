"""`python -m tests.soak.growth [--function tag_image] [--invocations N]`: one environment invoked many times.

Its resources must not grow. Each invocation has a batch of two: a new text (for images: another image), and one of the
files of `events/`, valid or not, in turn. Prints resident memory, open files and bytes of temporary files; exits with 1
where one of them grew after the warm-up.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from tagging.local.cloud import LocalCloud
from tagging.local.template import synthesise
from tests.soak.machine import faulty_cloud

ROOT = Path(__file__).parents[2]
FOLDERS = {"tag_mail": "mails", "tag_image": "images"}
WARM = 0.2
"""Share of the invocations that warm up caches and the allocator."""
MAX_GROWTH = 8 << 20
"""Allowed growth of resident memory after that."""


@dataclass(frozen=True)
class Resources:
    """Resources of an environment at one moment."""

    invocations: int
    resident: int
    """Bytes."""
    files: int
    scratch: int
    """Bytes."""

    def __str__(self) -> str:
        memory = f"{self.resident / (1 << 20):7.1f} MiB resident"
        return f"{self.invocations:6} invocations: {memory}, {self.files} open files, {self.scratch} bytes in /tmp"


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--function", choices=FOLDERS, default="tag_mail")
    parser.add_argument("--invocations", type=int, default=5_000)
    options = parser.parse_args(words)
    measured: list[Resources] = []
    start = time.monotonic()
    with faulty_cloud(synthesise(ROOT), options.function, environments=1, share=0.0) as (cloud, _, scratch):
        process = environment(options.function)
        bodies = (
            texts(stored(cloud, options.function))
            if options.function == "tag_mail"
            else stored(cloud, options.function)
        )
        for number, event in enumerate(islice(events(bodies), options.invocations), 1):
            invocation = cloud.invoke(options.function, event)
            if invocation.fault is not None or invocation.answer != {"batchItemFailures": []}:
                print(f"invocation {number} failed: {invocation.fault or invocation.answer}")
                return 1
            if number % max(1, options.invocations // 10) == 0:
                measured.append(measure(number, process, scratch))
                print(measured[-1], flush=True)
        assert environment(options.function) == process, "the environment was replaced"
    warm = [one for one in measured if WARM <= one.invocations / options.invocations <= 0.5]
    late = measured[measured.index(warm[-1]) + 1 :]
    # Decoded images come and go; the minimum is what stays.
    grown = min(one.resident for one in late) - min(one.resident for one in warm)
    print(f"{time.monotonic() - start:.0f} s; memory grew by {grown / (1 << 20):.1f} MiB after the warm-up")
    more = all(late[-1].files > one.files or late[-1].scratch > one.scratch for one in warm)
    return int(grown > MAX_GROWTH or more)


def stored(cloud: LocalCloud, function: str) -> Iterator[dict[str, Any]]:
    """Messages that point to the files of `events/`, in an endless cycle."""
    kind, files = function.removeprefix("tag_"), sorted((ROOT / "events" / FOLDERS[function]).iterdir())
    put = [cloud.put(function, f"growth/{path.name}", path.read_bytes()) for path in files]
    for version in cycle(put):
        pointer = {"bucket": version.bucket, "key": version.key, "version": version.version}
        yield {"schema": "tagging.item/1", "kind": kind, "object": pointer}


def texts(others: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Messages with texts, each under its own id, alternating with the others."""
    lines = (ROOT / "tests/model/support_mails.jsonl").read_text().splitlines()
    for number, line in enumerate(cycle(lines)):
        yield {"schema": "tagging.item/1", "id": f"new-{number}", "kind": "text", "text": json.loads(line)["text"]}
        yield next(others)


def events(bodies: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Batches of two."""
    while pair := list(islice(bodies, 2)):
        yield {"Records": [record(str(number), body) for number, body in enumerate(pair)]}


def record(message_id: str, body: dict[str, Any]) -> dict[str, Any]:
    return {"eventSource": "aws:sqs", "messageId": message_id, "body": json.dumps(body), "attributes": {}}


def environment(function: str) -> int:
    """The process id of the function: the child process that was started with its handler."""
    for path in Path("/proc/self/task").glob("*/children"):
        for child in map(int, path.read_text().split()):
            if f"{function}.handler" in Path(f"/proc/{child}/cmdline").read_text():
                return child
    raise LookupError("the function's process was not found (needs Linux)")


def measure(invocations: int, process: int, scratch: Path) -> Resources:
    """The resources of an environment now."""
    status = Path(f"/proc/{process}/status").read_text().splitlines()
    (resident,) = [int(line.split()[1]) * 1024 for line in status if line.startswith("VmRSS:")]
    files = sum(1 for _ in Path(f"/proc/{process}/fd").iterdir())
    return Resources(
        invocations, resident, files, sum(path.stat().st_size for path in scratch.rglob("*") if path.is_file())
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
