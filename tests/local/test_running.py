"""The file by which commands find the local cloud that runs."""

from __future__ import annotations

import json
import os
import socket
import time
from math import inf
from pathlib import Path

from tagging.local.running import RunningCloud, announced, idle_hours, note_use, running_cloud


def test_a_cloud_is_found_while_it_is_announced_and_listens(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        endpoint = f"http://127.0.0.1:{server.getsockname()[1]}"
        with announced(tmp_path, endpoint):
            assert running_cloud(tmp_path) == RunningCloud(endpoint, os.getpid())
            server.close()
            assert running_cloud(tmp_path) is None, "its process was killed"
    assert not list((tmp_path / "build/local").iterdir())


def test_the_end_of_an_earlier_cloud_does_not_hide_the_one_that_runs(tmp_path: Path) -> None:
    other = json.dumps({"endpoint": "http://127.0.0.1:1", "pid": os.getpid() + 1})
    with announced(tmp_path, "http://127.0.0.1:2"):
        (file,) = (tmp_path / "build/local").iterdir()
        file.write_text(other)
    assert file.read_text() == other


def test_each_use_begins_its_idle_time_anew(tmp_path: Path) -> None:
    with announced(tmp_path, "http://127.0.0.1:1"):
        (file,) = (tmp_path / "build/local").iterdir()
        assert idle_hours(tmp_path) < 0.1
        os.utime(file, (time.time() - 7200,) * 2)
        assert 1.9 < idle_hours(tmp_path) < 2.1
        note_use(tmp_path)
        assert idle_hours(tmp_path) < 0.1
    note_use(tmp_path)
    assert not list((tmp_path / "build/local").iterdir()), "a use announces nothing"
    assert idle_hours(tmp_path) == inf
