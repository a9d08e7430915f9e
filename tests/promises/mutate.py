"""`python -m tests.promises.mutate [PROMISE ...]`: breaks promises one by one, and the rules of mails (`mail`).

Each break of `breaks.py` is made in a copy of the tree, and the tests named beside it run there: one must fail.
Ends with 1 where a break survives, or where the tests fail without any.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.mail.rule_breaks import RULE_BREAKS
from tests.promises.breaks import BREAKS, PACKAGE, Break

ROOT = Path(__file__).parents[2]
LEFT_OUT = (".git", ".venv", ".hypothesis", "build", "*cache*", "__pycache__")


def main(promises: list[str]) -> int:
    """Try every break, or those of some promises; 0 where none survives."""
    breaks = [each for each in BREAKS + RULE_BREAKS if not promises or each.promise in promises]
    survived = 0
    with tempfile.TemporaryDirectory(prefix="tagging-") as folder:
        tree = Path(folder) / "tree"
        shutil.copytree(ROOT, tree, ignore=shutil.ignore_patterns(*LEFT_OUT), symlinks=True)
        for tests in dict.fromkeys(each.tests for each in breaks):
            began = time.monotonic()
            if (told := run(tree, tests)) is not None:
                print(f"{' '.join(tests)} fails without any break: {told}")
                return 1
            print(f"   {' '.join(tests)} passes unbroken, {time.monotonic() - began:.0f} s", flush=True)
        for each in breaks:
            began = time.monotonic()
            noticed = try_break(tree, each)
            survived += noticed is None
            seconds = f"{time.monotonic() - began:.0f} s"
            print(f"{each.promise}  {each.what} ({each.file}): {noticed or 'SURVIVED'}, {seconds}", flush=True)
    print(f"{len(breaks) - survived} of {len(breaks)} breaks noticed")
    return 1 if survived else 0


def try_break(tree: Path, one: Break) -> str | None:
    """The first test that fails with the break; None where all pass."""
    file = tree / PACKAGE / one.file
    right = file.read_text()
    if right.count(one.right) != 1:
        raise SystemExit(f"{one.file} does not hold once: {one.right}")
    file.write_text(right.replace(one.right, one.wrong))
    try:
        return run(tree, one.tests)
    finally:
        file.write_text(right)


def run(tree: Path, tests: tuple[str, ...]) -> str | None:
    """Run tests on the copy; pytest's line for the first failure, None where all pass."""
    package = tree / PACKAGE
    environment = {**os.environ, "PYTHONPATH": str(package.parent), "PYTHONDONTWRITEBYTECODE": "1"}
    where = [sys.executable, "-c", "import tagging; print(tagging.__path__[0])"]
    found = subprocess.run(where, cwd=tree, env=environment, capture_output=True, text=True, check=True)
    if Path(found.stdout.strip()) != package:
        raise SystemExit("the copy is not what would be tested")
    words = [sys.executable, "-m", "pytest", "-x", "--tb=no", "-p", "no:cacheprovider", *tests]
    done = subprocess.run(words, cwd=tree, env=environment, capture_output=True, text=True)
    if done.returncode == 0:
        return None
    if done.returncode != 1:  # nothing was run
        raise SystemExit(done.stdout + done.stderr)
    told = [line for line in done.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))]
    return told[0].split(" - ")[0].split(" ", 1)[1] if told else "a test failed"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
