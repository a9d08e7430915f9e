"""One line of `tagging doctor`: what was checked, the result, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "missing", "skipped"]


@dataclass(frozen=True)
class Check:
    """The outcome of one check; `todo` is empty where there is nothing to do."""

    where: Literal["machine", "project", "account"]
    name: str
    state: State
    found: str
    todo: str = ""
