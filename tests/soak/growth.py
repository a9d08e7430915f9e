"""`python -m tests.soak.growth [--invocations N]`: one environment invoked many times; what it keeps must not grow.

Each invocation has a batch of two: a mail that is new and one that was done before. Prints resident memory, open files
and the bytes that it left in its folder for temporary files; ends with 1 where one of them grew past the warming up.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tagging.local.template import synthesise
from tests.soak.machine import faulty_cloud

ROOT = Path(__file__).parents[2]
FUNCTION = "tag_mail"
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
    parser.add_argument("--invocations", type=int, default=5_000)
    given = parser.parse_args(words)
    texts = [json.loads(line)["text"] for line in (ROOT / "tests/model/support_mails.jsonl").read_text().splitlines()]
    found: list[Kept] = []
    began = time.monotonic()
    with faulty_cloud(synthesise(ROOT), FUNCTION, environments=1, share=0.0) as (cloud, _, scratch):
        process = environment()
        for number, event in enumerate(events(given.invocations, texts), 1):
            invocation = cloud.invoke(FUNCTION, event)
            if invocation.fault is not None or invocation.answer != {"batchItemFailures": []}:
                print(f"invocation {number} failed: {invocation.fault or invocation.answer}")
                return 1
            if number % max(1, given.invocations // 10) == 0:
                found.append(kept(number, process, scratch))
                print(found[-1], flush=True)
        assert environment() == process, "the environment was replaced on the way"
    warm = next(each for each in found if each.invocations >= WARM * given.invocations)
    last = found[-1]
    grown = last.resident - warm.resident
    print(f"{time.monotonic() - began:.0f} s; memory grew by {grown / (1 << 20):.1f} MiB after the warming up")
    return int(grown > MORE_BYTES or last.files > warm.files or last.scratch > warm.scratch)


def events(count: int, texts: list[str]) -> Iterator[dict[str, Any]]:
    """Batches of an item that is new and one that was done before."""
    for number in range(count):
        items = ((f"new-{number}", texts[number % len(texts)]), ("known", texts[0]))
        bodies = [{"schema": "tagging.item/1", "id": id, "kind": "text", "text": text} for id, text in items]
        yield {
            "Records": [
                {"eventSource": "aws:sqs", "messageId": body["id"], "body": json.dumps(body), "attributes": {}}
                for body in bodies
            ]
        }


def environment() -> int:
    """The process that runs the function: the child of this one that was started with its handler."""
    for path in Path("/proc/self/task").glob("*/children"):
        for child in map(int, path.read_text().split()):
            if f"{FUNCTION}.handler" in Path(f"/proc/{child}/cmdline").read_text():
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
