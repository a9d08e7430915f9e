"""`python -m tests.soak.growth [--function tag_image] [--invocations N]`: one environment invoked many times.

What it keeps must not grow. Each invocation has a batch of two: text that is new (for images: another image), and
one of the files of `events/`, sound or not, in turn. Prints resident memory, open files and the bytes that it left in
its folder for temporary files; ends with 1 where one of them grew past the warming up.
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
"""Share of the invocations that warm up: caches fill, the allocator finds its size."""
MORE_BYTES = 8 << 20
"""What resident memory may grow by after that."""


@dataclass(frozen=True)
class Kept:
    """What an environment holds at one moment."""

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
    given = parser.parse_args(words)
    found: list[Kept] = []
    began = time.monotonic()
    with faulty_cloud(synthesise(ROOT), given.function, environments=1, share=0.0) as (cloud, _, scratch):
        process = environment(given.function)
        bodies = texts(stored(cloud, given.function)) if given.function == "tag_mail" else stored(cloud, given.function)
        for number, event in enumerate(islice(events(bodies), given.invocations), 1):
            invocation = cloud.invoke(given.function, event)
            if invocation.fault is not None or invocation.answer != {"batchItemFailures": []}:
                print(f"invocation {number} failed: {invocation.fault or invocation.answer}")
                return 1
            if number % max(1, given.invocations // 10) == 0:
                found.append(kept(number, process, scratch))
                print(found[-1], flush=True)
        assert environment(given.function) == process, "the environment was replaced on the way"
    warm = [each for each in found if WARM <= each.invocations / given.invocations <= 0.5]
    late = found[found.index(warm[-1]) + 1 :]
    # Images in the making come and go; what is kept is what was least.
    grown = min(each.resident for each in late) - min(each.resident for each in warm)
    print(f"{time.monotonic() - began:.0f} s; memory grew by {grown / (1 << 20):.1f} MiB after the warming up")
    more = all(late[-1].files > each.files or late[-1].scratch > each.scratch for each in warm)
    return int(grown > MORE_BYTES or more)


def stored(cloud: LocalCloud, function: str) -> Iterator[dict[str, Any]]:
    """Messages that point to the files of `events/`, one after the other without end."""
    kind, files = function.removeprefix("tag_"), sorted((ROOT / "events" / FOLDERS[function]).iterdir())
    put = [cloud.put(function, f"growth/{path.name}", path.read_bytes()) for path in files]
    for each in cycle(put):
        pointer = {"bucket": each.bucket, "key": each.key, "version": each.version}
        yield {"schema": "tagging.item/1", "kind": kind, "object": pointer}


def texts(others: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Messages of text, each under an id of its own, and one of the others after each."""
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
    """The process that runs the function: the child of this one that was started with its handler."""
    for path in Path("/proc/self/task").glob("*/children"):
        for child in map(int, path.read_text().split()):
            if f"{function}.handler" in Path(f"/proc/{child}/cmdline").read_text():
                return child
    raise LookupError("the function's process is not there (this needs Linux)")


def kept(invocations: int, process: int, scratch: Path) -> Kept:
    """Measure an environment."""
    status = Path(f"/proc/{process}/status").read_text().splitlines()
    (resident,) = [int(line.split()[1]) * 1024 for line in status if line.startswith("VmRSS:")]
    files = sum(1 for _ in Path(f"/proc/{process}/fd").iterdir())
    return Kept(invocations, resident, files, sum(path.stat().st_size for path in scratch.rglob("*") if path.is_file()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
