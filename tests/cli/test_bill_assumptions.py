"""What the bill assumes of an item is what a mail makes: its row, its log lines, and its key in them."""

from __future__ import annotations

import math
import random
import string

import pytest

from infra.cost.load import Assumptions
from tests.service_harness import ServiceHarness, stored_bytes


def test_what_is_assumed_of_an_item_is_what_one_mail_makes(
    harness: ServiceHarness, capsys: pytest.CaptureFixture[str]
) -> None:
    assumed = Assumptions()
    capsys.readouterr()
    assert harness.handle(harness.event("a.eml", harness.put("a.eml"))) == []
    (row,) = harness.items().values()
    written = sum(len(name) + stored_bytes(value) for name, value in row.items())
    assert math.ceil(written / 1024) == math.ceil(assumed.row_bytes / 1024)
    printed = capsys.readouterr().out.splitlines()
    labels = [line for line in printed if '"LabelGiven"' in line]
    assert labels
    assert all(0.8 < (len(line) + 27) / assumed.label_log_bytes < 1.2 for line in labels)
    assert 0.7 < (len(harness.logs.getvalue().splitlines()[-1]) + 27) / assumed.item_log_bytes < 1.3


@pytest.mark.parametrize("characters", [5, 200, 800])
def test_a_row_grows_with_its_key_as_assumed(harness: ServiceHarness, characters: int) -> None:
    key = "".join(random.Random(characters).choices(string.ascii_letters, k=characters))
    assert harness.handle(harness.event(key, harness.put(key))) == []
    (row,) = harness.items().values()
    written = sum(len(name) + stored_bytes(value) for name, value in row.items())
    assert written == pytest.approx(Assumptions(key_characters=characters).row_size, rel=0.08)
