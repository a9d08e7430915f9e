"""The runbook "a bad model is serving", followed command by command on a stage that serves mails."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from itertools import count

import pytest
from typer.testing import CliRunner

from tagging.cli.main import app
from tests.documents import commands
from tests.feature_log.conftest import with_log
from tests.messages import inline
from tests.runbooks import SECTIONS
from tests.serving.conftest import Commands, Models

SECTION = SECTIONS["README.md#a-bad-model-is-serving"]


@pytest.fixture
def follow(tagging: Commands) -> Callable[..., str]:
    """Runs the section's next command, whose variables are these; what it prints."""
    # `--wait` needs the queue for reprocessing, which this stage lacks: tests/serving/test_backfill.py sends to one.
    every = (words for words in commands(SECTION.text) if "--wait" not in words)

    def run(beginning: str, **variables: str) -> str:
        words = next(every)
        assert shlex.join(words).startswith(beginning)
        values = {"KIND": "mail", "STAGE": tagging.stage, "WHY": "refunds are missed", **variables}
        result = CliRunner().invoke(app, [values.get(w.removeprefix("$"), w) for w in words[1:]], input="y\n")
        assert result.exit_code == 0, result.output
        return str(result.output)

    return run


def test_a_bad_model_is_found_taken_back_replaced_by_the_layer_and_retired(
    models: Models, tagging: Commands, follow: Callable[..., str]
) -> None:
    ids = (f"item-{number}" for number in count())

    def served_now() -> str:
        """The version that decides the next item: each of the test's has other heads."""
        item = next(ids)
        models.harness.handle(inline(item, "I lost my card."))
        (row,) = [row for row in models.harness.rows() if row.id == item]
        return next(models.id(number) for number in range(4) if models.heads(number) == row.revision.bundle.heads)

    models.harness = with_log(models.harness)
    models.push(1, 2, 3)
    good, bad = models.id(1), models.id(2)
    tagging.change("promote", good)
    tagging.change("promote", bad)
    assert served_now() == bad
    shown = follow("tagging pointer show")
    assert bad in shown
    assert bad in follow("tagging pointer who", ITEM_ID="item-0")
    follow("tagging rollback")
    assert served_now() == good
    assert models.pointer().why == "refunds are missed"
    follow("tagging promote layer")
    assert served_now() == models.id(0)
    tagging.change("promote", models.id(3))
    assert served_now() == models.id(3)
    assert "decides 1 of 1 mails otherwise" in follow("tagging backfill", RANGE="2")
    follow("tagging versions retire", VERSION=bad)
    assert "retired" in tagging.refused("promote", bad, "--yes")
