"""The clients of the local cloud: how often they call."""

from __future__ import annotations

import socket
import threading

import pytest

from tagging.aws import AwsError, client_at
from tagging.local.s3_events import REGION


def test_a_stack_whose_answer_is_lost_is_not_created_a_second_time() -> None:
    calls: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=_take_and_hang_up, args=(listening, calls), daemon=True).start()
        formation = client_at(f"http://127.0.0.1:{listening.getsockname()[1]}", REGION, "cloudformation")
        with pytest.raises(AwsError):
            formation.create_stack(StackName="tagging-local", TemplateBody="{}")
    assert len(calls) == 1
    assert formation.meta.config.read_timeout > 60


def _take_and_hang_up(listening: socket.socket, calls: list[bytes]) -> None:
    while True:
        try:
            connection, _ = listening.accept()
        except OSError:  # the test has ended
            return
        with connection:
            calls.append(connection.recv(65536))
