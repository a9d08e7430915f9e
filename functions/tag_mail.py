"""Tags the mails of an intake queue: built once when Lambda starts it, then one batch per call."""

from __future__ import annotations

from typing import Any

from tagging.start import starting

with starting() as start:  # the model loads in a thread meanwhile
    from tagging.aws import make_clients
    from tagging.bootstrap import build_service
    from tagging.mail import mail_reader

    clients = make_clients()
    service = build_service("tag_mail", start.settings, clients, start.tagger.result(), mail_reader)


def handler(event: object, context: Any) -> dict[str, list[dict[str, str]]]:
    """Lambda's entry point; `context` knows the remaining time."""
    return service.handle(event, lambda: context.get_remaining_time_in_millis() / 1000)
