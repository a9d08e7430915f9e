"""What a terminal sees of long work, of Ctrl-C and of a reader that ends early."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

TAGGING = str(Path(sys.executable).with_name("tagging"))


@pytest.fixture
def waiting(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """`tagging tag` while it reads a text that nobody writes."""
    path = tmp_path / "never.txt"
    os.mkfifo(path)
    process = subprocess.Popen(
        [TAGGING, "tag", str(path)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    while process.poll() is None:
        try:
            writer = os.open(path, os.O_WRONLY | os.O_NONBLOCK)  # fails until it is being read
            break
        except OSError:
            time.sleep(0.05)
    yield process
    os.close(writer)
    with process:
        process.kill()


def test_ctrl_c_is_one_line(waiting: subprocess.Popen[str]) -> None:
    os.killpg(waiting.pid, signal.SIGINT)
    output, errors = waiting.communicate(timeout=30)
    assert (waiting.returncode, output, errors) == (130, "", "tagging: interrupted\n")


def test_ctrl_c_during_an_import_is_one_line_too() -> None:
    """A package in C that is imported prints the interrupt, and turns it into an error of its own."""
    program = (
        "import os, signal, sys, types\n"
        "from tagging.cli import main\n"
        "class Loader:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name == 'tagging.cli.data':\n"
        "            try:\n"
        "                os.kill(os.getpid(), signal.SIGINT)\n"
        "            except KeyboardInterrupt:\n"
        "                os.write(2, b'Traceback')\n"
        "                raise ImportError('import failed')\n"
        "sys.meta_path.insert(0, Loader())\n"
        "sys.argv = ['tagging', 'data', 'x.jsonl']\n"
        "main.main()\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (130, "tagging: interrupted\n")


def test_a_reader_that_ends_early_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text("text\n" + "Thanks\n" * 3000)
    command = f"{TAGGING} tag {tmp_path / 'rows.csv'} --json | head -1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True)
    assert done.stdout.startswith('{"id": ')
    assert done.stderr == ""


def test_long_work_beside_no_terminal_prints_a_plain_line_every_few_seconds(waiting: subprocess.Popen[str]) -> None:
    assert waiting.stderr is not None
    assert re.fullmatch(r"tagging: tagging: 0 of 1 \(\d+ s\)\n", waiting.stderr.readline())


def test_quick_work_prints_no_progress(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Thanks")
    done = subprocess.run([TAGGING, "tag", str(tmp_path), "--json"], capture_output=True, text=True)
    assert (done.stdout.count("\n"), done.stderr) == (1, "")
