"""Labels of your own, from a table to the champion: the README's commands as they stand there, timed.

`python -m tests.soak.own_labels` exits 1 where they take longer than `--seconds`, or one of them fails.
"""

from __future__ import annotations

import argparse
import resource
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator

from tagging.local import running_cloud
from tests.documents import ROOT, blocks, commands

BAR_S = 300.0
ASKING = ("promote", "rollback")
START_S = 300.0
"""Within which the local cloud is to be there."""


def readme_commands() -> Iterator[list[str]]:
    """The commands of the README that import, train, push and promote, in its order."""
    for block in blocks((ROOT / "README.md").read_text(), "sh"):
        if "build/shop" in block:
            yield from commands(f"```sh\n{block}```\n")


def run(words: list[str]) -> None:
    """Run a command as pasted; what asks is answered with yes. Raises CalledProcessError."""
    begin = time.monotonic()
    subprocess.run([*words, *(["--yes"] if words[1] in ASKING else [])], cwd=ROOT, check=True, stdout=sys.stderr)
    print(f"{time.monotonic() - begin:6.1f} s  {shlex.join(words)}", flush=True)


def main() -> None:
    """Run them all beside the local cloud, and compare the time with the bar."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=BAR_S)
    bar = parser.parse_args().seconds
    pasted = [[word for word in words if word != "&"] for words in readme_commands()]
    champion = next(number for number, words in enumerate(pasted) if "--champion" in words)
    begin = time.monotonic()
    cloud = subprocess.Popen([".venv/bin/tagging", "local"], cwd=ROOT)
    try:
        for words in pasted[: champion + 1]:
            if words[1] == "local":
                while running_cloud(ROOT) is None and time.monotonic() - begin < START_S:
                    time.sleep(0.5)
                continue
            run(words)
        seconds = time.monotonic() - begin
    finally:
        cloud.terminate()
        cloud.wait()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = used.ru_utime + used.ru_stime
    print(f"from the table to the champion: {seconds:.0f} s, {cpu:.0f} s of CPU (wanted: at most {bar:.0f} s)")
    sys.exit(seconds > bar)


if __name__ == "__main__":
    main()
