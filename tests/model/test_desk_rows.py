"""Which comments of GoEmotions the default model learns thanks, and silence, from."""

from __future__ import annotations

import pytest

from layers.mail_model.desk_rows import is_plain
from tagging.learning.data.open_sets.source_row import SourceRow


@pytest.mark.parametrize(
    ("text", "label", "plain"),
    [
        ("Thanks for the advice", "gratitude", True),
        ("Congratulations!", "gratitude", False),
        ("Thank you, and when does it open?", "gratitude", False),
        ("That theater is huge", "neutral", True),
        ("Go to your room.", "neutral", False),
        ("I think you can find it there.", "neutral", False),
        ("They met [NAME] there.", "neutral", False),
        ("It is " + "very " * 30 + "long", "neutral", False),
    ],
)
def test_only_short_thanks_and_statements_that_address_nobody_are_learned_from(
    text: str, label: str, plain: bool
) -> None:
    assert is_plain(SourceRow("1", "goemotions", text, (label,))) == plain
