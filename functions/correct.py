"""Records corrections of a queue: built once when Lambda starts it, then one batch per call."""

from __future__ import annotations

from tagging.aws import make_clients
from tagging.corrections import build_recorder
from tagging.settings import CorrectSettings

recorder = build_recorder(CorrectSettings.from_env(), make_clients())


def handler(event: object, context: object) -> dict[str, list[dict[str, str]]]:  # noqa: ARG001
    """Lambda's entry point; the response names the messages that go back to the queue."""
    return recorder.handle(event)
