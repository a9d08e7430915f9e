"""`--local` and `tagging local --stop`: one cloud in the background; a small program stands for it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from tagging.cli.main import app
from tagging.local import CloudError, background, client_environment, ensure_cloud, running_cloud, stop_cloud

LISTENS = """
import signal, socket, sys, time
from pathlib import Path
from tagging.local import announced
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
with socket.create_server(("127.0.0.1", 0)) as server:
    with announced(Path({folder!r}), "http://127.0.0.1:%d" % server.getsockname()[1]):
        print(*sys.argv[1:], flush=True)
        time.sleep(60)
"""


@pytest.fixture
def clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A clone whose cloud only listens."""
    for name in client_environment(""):  # which commands with --local set
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    monkeypatch.setattr("tagging.local.find_clone", lambda: tmp_path)
    monkeypatch.setattr(background, "_PROGRAM", LISTENS.format(folder=str(tmp_path)))
    yield tmp_path
    if running_cloud(tmp_path) is not None:
        stop_cloud(tmp_path)
    while background._started:
        background._started.pop().wait()


def test_the_first_command_starts_a_cloud_which_the_next_one_finds_until_it_is_stopped(clone: Path) -> None:
    assert ensure_cloud(clone)
    first = running_cloud(clone)
    assert first is not None
    assert (clone / background.LOG).read_text() == "local --fortnight --idle-hours 8.0\n"
    assert not ensure_cloud(clone)
    assert running_cloud(clone) == first
    stop_cloud(clone)
    assert running_cloud(clone) is None
    with pytest.raises(CloudError, match="no local cloud runs"):
        stop_cloud(clone)


def test_a_cloud_that_does_not_start_ends_the_command_with_its_reason(
    clone: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing = "import sys; print('starting'); sys.exit('tagging local: CDK needs Node.js')"
    monkeypatch.setattr(background, "_PROGRAM", failing)
    with pytest.raises(CloudError, match=r"\ACDK needs Node.js\Z"):
        ensure_cloud(clone)
    done = run("versions", "list", "--local")
    assert (done.exit_code, done.stderr) == (1, "tagging local: CDK needs Node.js\n")


def test_a_command_with_local_starts_the_cloud_and_works_on_it(clone: Path) -> None:
    done = run("thresholds", "set", "refund", ".2", "--local", "--bundle", "x")
    running = running_cloud(clone)
    assert running is not None
    assert os.environ["AWS_ENDPOINT_URL"] == running.endpoint
    assert "`tagging local --stop` ends it" in done.stderr
    assert "--bundle is a folder: without --stage" in done.stderr
    assert (run("local", "--stop").exit_code, running_cloud(clone)) == (0, None)
    assert "no local cloud runs" in run("local", "--stop").stderr


@pytest.mark.usefixtures("clone")
@pytest.mark.parametrize(
    "words", [("versions", "list"), ("thresholds", "show"), ("drift", "acknowledge", "a", "--why", "b")]
)
def test_another_stage_beside_local_is_wrong_use(words: tuple[str, ...]) -> None:
    done = run(*words, "--local", "--stage", "prod")
    assert done.exit_code == 2
    assert "give one of --stage and --local" in done.stderr
    assert "--local" in run(*words[:2], "--help").output


def run(*words: str) -> Result:
    return CliRunner(env={"COLUMNS": "200"}).invoke(app, [*words])
