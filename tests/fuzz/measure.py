"""`python -m tests.fuzz.measure`: CPU time and peak memory of the worst inputs, relative to the declared budget.

Each input is created in one process and read in another, both forked from one that loaded the readers (Linux, macOS).
Exits with 1 if an input exceeds its budget. Mails of every kind at four sizes up to the limit;
images of every kind, and the largest that the limits admit.
"""

from __future__ import annotations

import argparse
import os
import re
import resource
import struct
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from benchmarks.speed.worst_images import saved, square, worst_images
from tagging.budget import reading_budget
from tagging.image.decoder import ImageLimits, decode_image
from tagging.mail.parser import MailLimits, parse_mail
from tagging.quarantine import Quarantined
from tests.fuzz import images, mails
from tests.mail.test_mail_bombs import BOMBS

MIB = 1 << 20
_RSS_UNIT = 1 if sys.platform == "darwin" else 1024


@dataclass(frozen=True)
class Cost:
    """The cost of reading one input in its own process."""

    name: str
    size: int
    """Bytes of the input."""
    seconds: float
    """CPU time."""
    peak: int
    """Peak memory of the process in bytes."""

    @property
    def share(self) -> float:
        """Share of the CPU or memory budget, the larger one; over 1 the budget is exceeded."""
        budget = reading_budget(self.size)
        return max(self.seconds / budget.cpu_seconds, self.peak / budget.peak_bytes)

    def line(self) -> str:
        """One line of the report."""
        budget = reading_budget(self.size)
        return (
            f"{self.name:34} {self.size / MIB:7.2f} MiB  {self.seconds:6.2f} of {budget.cpu_seconds:4.1f} s  "
            f"{self.peak / MIB:6.0f} of {budget.peak_bytes / MIB:4.0f} MiB  {self.share:5.0%}"
        )


def in_child(work: Callable[[], bytes]) -> bytes:
    """The result of `work` in a forked process; an exception there ends the command."""
    out, into = os.pipe()
    child = os.fork()
    if not child:
        code = 1
        try:
            os.write(into, work())
            code = 0
        finally:
            os._exit(code)
    os.close(into)
    answer = os.read(out, 1 << 16)
    os.close(out)
    if os.waitpid(child, 0)[1]:
        raise SystemExit("the measured process failed")
    return answer


def cost_of(path: Path, read: Callable[[bytes], object]) -> Cost:
    """Read a file's bytes in a child process, then delete the file."""

    def measured() -> bytes:
        data = path.read_bytes()
        began = time.process_time()
        read(data)
        seconds = time.process_time() - began
        return struct.pack("dq", seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _RSS_UNIT)

    seconds, peak = struct.unpack("dq", in_child(measured))
    size = path.stat().st_size
    path.unlink()
    return Cost(path.name, size, seconds, peak)


def written(folder: Path, inputs: Iterable[tuple[str, bytes]]) -> Iterator[Path]:
    """Files of inputs, created in a child process, so that their creation is not measured."""
    inputs = iter(inputs)

    def write() -> bytes:
        for name, data in inputs:
            Path(folder, name.replace("/", " ")).write_bytes(data)
        return b""

    in_child(write)
    yield from sorted(folder.iterdir())


def read_mail(data: bytes) -> None:
    """A mail, or its reason."""
    try:
        parse_mail(data)
    except Quarantined:
        return


def read_image(data: bytes) -> None:
    """Pixels, or a reason."""
    try:
        decode_image(data, 192)
    except Quarantined:
        return


def rounds_of_mails(seeds: int) -> Iterator[Iterable[tuple[str, bytes]]]:
    """The hand-made bombs, then every kind at every size."""
    yield BOMBS.items()
    for kind in mails.ALL:
        for size in (100_000, 1_000_000, 8_000_000, MailLimits().size - 20_000):
            for seed in range(seeds):
                yield mail_of(kind, seed, size)


def mail_of(kind: str, seed: int, size: int) -> Iterator[tuple[str, bytes]]:
    """One mail, generated lazily."""
    yield f"{kind} {seed} {size}", mails.mail(kind, seed, size)


def rounds_of_images(seeds: int) -> Iterator[Iterable[tuple[str, bytes]]]:
    """The largest images within the limits, then every kind at every size."""
    yield worst_images(ImageLimits())
    yield many_scans(ImageLimits())
    for kind in images.KINDS:
        for size in (10_000, 1_000_000, 16_000_000):
            yield ((f"{kind} {seed} {size}", images.image(kind, seed, size)) for seed in range(seeds))


def many_scans(limits: ImageLimits) -> Iterator[tuple[str, bytes]]:
    """The largest progressive JPEG, with one of its scans repeated as often as the limits admit."""
    side = square(limits.memory // 7, limits)
    data = saved("RGB", side, "JPEG", progressive=True, subsampling=0)
    offsets = [match.start() for match in re.finditer(rb"\xff\xda", data)]
    more = min(limits.scans, limits.scanned_pixels // side**2) - len(offsets)
    for scan, (begin, end) in enumerate(pairwise((*offsets, len(data) - 2))):
        again = data[begin:end]
        yield f"jpeg_scan_{scan}_again", data[:end] + again * min(more, limits.size // len(again) - 10) + data[end:]


def main() -> int:
    """Print the worst inputs and whether all are within the budget."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=20, help="inputs per kind and size")
    parser.add_argument("--only", choices=("mails", "images"))
    arguments = parser.parse_args()
    over = 0
    trials = {"mails": (rounds_of_mails, read_mail), "images": (rounds_of_images, read_image)}
    for what, (rounds, read) in trials.items():
        if arguments.only in (None, what):
            with tempfile.TemporaryDirectory() as folder:
                paths = (path for inputs in rounds(arguments.seeds) for path in written(Path(folder), inputs))
                costs = sorted((cost_of(path, read) for path in paths), key=lambda cost: cost.share, reverse=True)
            over += sum(cost.share > 1 for cost in costs)
            print(f"{len(costs)} {what}; the worst, with their share of the budget:")
            print(*(cost.line() for cost in costs[:12]), sep="\n", flush=True)
    print(f"{over} over the budget" if over else "All within the budget.")
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
