"""The breaks of `python -m tests.promises.mutate` still fit the code: each replaces what stands there once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.mail.rule_breaks import RULE_BREAKS
from tests.promises.breaks import BREAKS, PACKAGE, Break


@pytest.mark.parametrize("each", BREAKS + RULE_BREAKS, ids=lambda each: each.what)
def test_every_break_fits_its_file_once_and_its_tests_exist(root: Path, each: Break) -> None:
    assert (root / PACKAGE / each.file).read_text().count(each.right) == 1
    assert each.wrong != each.right
    assert (root / each.tests[0]).is_file()
