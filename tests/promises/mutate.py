"""`python -m tests.promises.mutate [PROMISE ...]`: breaks promises one by one, and the rules of mails (`mail`).

Each break of `breaks.py` is made in a copy of the tree, and the tests named beside it run there: one must fail. The
rules of mails are broken in memory instead, each in a process that is forked after the imports: 1 s each.
Ends with 1 where a break survives, or where the tests fail without any.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import lxml.etree  # noqa: F401 - loaded before the forks
import numpy as np  # noqa: F401
import pytest

from tests.mail.rule_breaks import RULE_BREAKS
from tests.promises.breaks import BREAKS, PACKAGE, Break

ROOT = Path(__file__).parents[2]
_QUICKLY = ("-x", "-q", "--tb=no", "--noconftest", "--assert=plain", "-p", "no:cacheprovider")
LEFT_OUT = (".git", ".venv", ".hypothesis", "build", ".*_cache", "__pycache__")


def main(promises: list[str]) -> int:
    """Try every break, or those of some promises; 0 where none survives."""
    breaks = [each for each in BREAKS if not promises or each.promise in promises]
    sys.path.insert(0, str(ROOT / PACKAGE / ".."))
    rules = [each for each in RULE_BREAKS if not promises or each.promise in promises]
    for tests in dict.fromkeys(each.tests for each in rules):
        if _run_forked(tests) != pytest.ExitCode.OK:
            print(f"{' '.join(tests)} fails without any break")
            return 1
    survived = sum(not _is_noticed(each) for each in rules)
    if not breaks:
        print(f"{len(rules) - survived} of {len(rules)} breaks noticed")
        return 1 if survived else 0
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
    count = len(breaks) + len(rules)
    print(f"{count - survived} of {count} breaks noticed")
    return 1 if survived else 0


def _load_broken(one: Break) -> None:
    """Import the module of a break with the break in it."""
    path = ROOT / PACKAGE / one.file
    name = ".".join(["tagging", *Path(one.file).with_suffix("").parts])
    spec = spec_from_file_location(name, path)
    module = module_from_spec(spec)
    sys.modules[name] = module
    exec(compile(path.read_text().replace(one.right, one.wrong), path, "exec"), module.__dict__)
    setattr(import_module(name.rpartition(".")[0]), path.stem, module)


def _run_forked(tests: tuple[str, ...], broken: Break | None = None) -> int:
    """What pytest ends with in a fork, which imports the package anew, with a break in it."""
    child = os.fork()
    if not child:
        os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
        silence = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silence, 1)
        os.dup2(silence, 2)
        if broken:
            _load_broken(broken)
        os._exit(pytest.main([*_QUICKLY, *tests]))
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _is_noticed(one: Break) -> bool:
    began = time.monotonic()
    status = _run_forked(one.tests, one)
    noticed = status == pytest.ExitCode.TESTS_FAILED
    outcome = "noticed" if noticed else f"SURVIVED (pytest ended with {status})"
    print(f"{one.promise}  {one.what} ({one.file}): {outcome}, {time.monotonic() - began:.1f} s", flush=True)
    return noticed


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
