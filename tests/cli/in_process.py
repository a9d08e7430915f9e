"""`tagging` in this process: what it prints and its exit code, without the second that a process takes to start."""

from __future__ import annotations

import io
import signal
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout

import pytest

from tagging.cli.main import main


def tagging(*words: object) -> subprocess.CompletedProcess[str]:
    """Run the command line with these words."""
    arguments = ["tagging", *map(str, words)]
    output, errors, interrupt = io.StringIO(), io.StringIO(), signal.getsignal(signal.SIGINT)
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(output), redirect_stderr(errors):
        patch.setattr(sys, "argv", arguments)
        patch.setenv("COLUMNS", "80")
        with pytest.raises(SystemExit) as ended:
            main()
    signal.signal(signal.SIGINT, interrupt)  # which `main` takes
    return subprocess.CompletedProcess(arguments, int(ended.value.code or 0), output.getvalue(), errors.getvalue())
