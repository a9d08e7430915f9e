"""The search for canaries finds them in every form that they may leak in, and none where there is none."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from urllib.parse import quote

import pytest

from tests.promises.canaries import EVERYTHING, leaks


@pytest.mark.parametrize("canary", EVERYTHING)
@pytest.mark.parametrize(
    "form",
    [
        lambda text: text.upper(),
        json.dumps,
        quote,
        lambda text: text.encode().hex(),
        lambda text: repr(text.encode()),
        *(
            lambda text, before=before: base64.b64encode(b"." * before + f"{text}, ".encode()).decode()
            for before in range(4)
        ),
    ],
)
def test_the_search_finds_a_canary_in_every_form(canary: str, form: Callable[[str], str]) -> None:
    assert canary in leaks(f"… {form(canary)} …", EVERYTHING)


def test_the_search_finds_no_canary_where_there_is_none() -> None:
    assert leaks("a" * 10_000 + "refund card_lost 0123456789abcdef", EVERYTHING) == []
