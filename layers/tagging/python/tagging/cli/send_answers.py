"""How commands send the answers of a file: each once, with progress, and what to do where sending ends early."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tagging.aws import AwsError, error_code
from tagging.cli.errors import failed
from tagging.cli.progress import show_progress
from tagging.corrections import Correction, answer_time
from tagging.operations import (
    Deployment,
    OperationError,
    find_contradictions,
    find_recorded,
    find_reviews,
    send_corrections,
)

_AT_ONCE = 100


@dataclass(frozen=True)
class SentAnswers:
    """What became of the answers of a file."""

    sent: int
    recorded_before: int
    """Answers that an earlier state of the file has brought; they are not sent again."""
    mistakes: dict[int, str]
    """Why a line was not sent, by its number."""


def file_time(path: Path) -> str:
    """When the answers of a file were given, where it does not say so: when it was saved, not later than now."""
    now = datetime.now(UTC)
    return answer_time(min(now, datetime.fromtimestamp(path.stat().st_mtime, UTC)) if path.is_file() else now)


def send_answers(
    command: str, deployment: Deployment, lines: Sequence[tuple[int, Correction]], saved_at: str
) -> SentAnswers:
    """Send the corrections of a file's lines; those with the time at which it was saved only if they are new."""
    mistakes = find_contradictions(lines)
    kept = [each for number, each in lines if number not in mistakes]
    recorded = find_recorded(find_reviews(deployment), [each for each in kept if each.answered_at == saved_at])
    new = [each for each in kept if each.id not in recorded]
    _send(command, deployment, new)
    return SentAnswers(len(new), len(kept) - len(new), mistakes)


def _send(command: str, deployment: Deployment, corrections: Sequence[Correction]) -> None:
    sent = 0
    try:
        with show_progress() as report:
            for sent in range(0, len(corrections), _AT_ONCE):
                report("sending answers", sent, len(corrections))
                send_corrections(deployment, corrections[sent : sent + _AT_ONCE])
    except (*AwsError, OperationError) as error:
        reason = str(error) if isinstance(error, OperationError) else error_code(error)
        raise failed(command, _partly(sent, len(corrections), reason)) from None
    except KeyboardInterrupt:
        failed(command, _partly(sent, len(corrections), "interrupted"))
        raise


def _partly(sent: int, total: int, reason: str) -> str:
    return f"{sent:,} of {total:,} answers were sent ({reason}): send the file again, no answer counts twice"
