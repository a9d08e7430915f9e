"""`--local` and `tagging local --stop`: one cloud in the background; a small program stands for it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from tagging.cli import background_cloud
from tagging.cli.main import app
from tagging.local import running_cloud

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
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    monkeypatch.setattr(background_cloud, "root", lambda: tmp_path)
    monkeypatch.setattr("tagging.local.find_clone", lambda: tmp_path)
    monkeypatch.setattr(background_cloud, "_PROGRAM", LISTENS.format(folder=str(tmp_path)))
    yield tmp_path
    if running_cloud(tmp_path) is not None:
        background_cloud.stop_cloud()
    while background_cloud._started:
        background_cloud._started.pop().wait()


def test_the_first_command_starts_a_cloud_which_the_next_one_finds_until_it_is_stopped(
    clone: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    background_cloud.ensure_cloud()
    first = running_cloud(clone)
    assert first is not None
    assert (clone / background_cloud.LOG).read_text() == "local --fortnight --idle-hours 8.0\n"
    assert "tagging local --stop" in capsys.readouterr().err
    background_cloud.ensure_cloud()
    assert running_cloud(clone) == first
    background_cloud.stop_cloud()
    assert running_cloud(clone) is None
    with pytest.raises(typer.BadParameter, match="no local cloud runs"):
        background_cloud.stop_cloud()


@pytest.mark.usefixtures("clone")
def test_a_cloud_that_does_not_start_ends_the_command_with_its_reason(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    failing = "import sys; print('starting'); sys.exit('tagging local: CDK needs Node.js')"
    monkeypatch.setattr(background_cloud, "_PROGRAM", failing)
    with pytest.raises(typer.Exit):
        background_cloud.ensure_cloud()
    assert capsys.readouterr().err.splitlines()[-1] == "tagging local: CDK needs Node.js"


@pytest.mark.parametrize(
    "words", [("versions", "list"), ("thresholds", "show"), ("drift", "acknowledge", "a", "--why", "b")]
)
@pytest.mark.usefixtures("clone")
def test_another_stage_beside_local_is_wrong_use(words: tuple[str, ...]) -> None:
    done = CliRunner(env={"COLUMNS": "200"}).invoke(app, [*words, "--local", "--stage", "prod"])
    assert done.exit_code == 2
    assert "give one of --stage and --local" in done.stderr
    assert "--local" in CliRunner(env={"COLUMNS": "200"}).invoke(app, [*words[:2], "--help"]).output


def test_a_command_with_local_works_on_the_cloud_that_was_started(clone: Path) -> None:
    done = CliRunner(env={"COLUMNS": "200"}).invoke(
        app, ["thresholds", "set", "refund", "2", "--local", "--bundle", "x"]
    )
    running = running_cloud(clone)
    assert running is not None
    assert done.exit_code == 2
    assert "--bundle is a folder: without --stage" in done.stderr
