"""The names of labels as a source spells them, their ids, and names that are too much alike."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

from tagging.learning.data.label_names import LONGEST, id_of
from tagging.learning.data.row_format import RowError
from tagging.learning.data.rows import DataError, Problem

_MOST_COMPARED = 1000
"""Labels above which nearly equal ones are not looked for: the work grows with their square."""
_SHOWN = 60
"""Characters of a name in a message."""


class LabelSpellings:
    """Counts the spellings of each label while a source is read."""

    def __init__(self) -> None:
        self._spellings: dict[str, Counter[str]] = {}

    def ids(self, names: Sequence[str]) -> list[str]:
        """The ids of these names, each once. RowError for a name without an id."""
        ids: dict[str, None] = {}
        for name in names:
            label = id_of(name)
            if not label:
                raise RowError(f"no id can be made of the label name {_shown(name)}; name it with letters")
            self._spellings.setdefault(label, Counter())[name] += 1
            ids[label] = None
        return list(ids)

    @property
    def names(self) -> Mapping[str, str]:
        """The most frequent spelling of each label."""
        return {label: spellings.most_common(1)[0][0] for label, spellings in self._spellings.items()}

    def problems(self, file: str) -> list[Problem]:
        """Spellings that were taken for one label, labels that are nearly equal, and names too long for an id.

        Raises DataError where names that mean different things would have one id.
        """
        collisions = [clash for spellings in self._spellings.values() if (clash := _different(spellings))]
        if collisions:
            lines = "; ".join(
                f"{' and '.join(map(_shown, names))} would be one label, {id_of(names[0])}" for names in collisions
            )
            raise DataError(f"{file}: {lines}; write one of the names in other words")
        messages = [*self._merged(), *self._nearly_equal(), *self._too_long(), *self._numbers()]
        return [Problem(file, None, message, skipped=False) for message in messages]

    def _merged(self) -> Iterator[str]:
        for label, spellings in self._spellings.items():
            plain = {" ".join(name.casefold().replace("_", " ").replace("-", " ").split()) for name in spellings}
            if len(plain) > 1:
                yield f"{' and '.join(map(_shown, sorted(spellings)))} were taken for one label, {label}"

    def _nearly_equal(self) -> Iterator[str]:
        rows = {label: sum(spellings.values()) for label, spellings in self._spellings.items()}
        for one, other in combinations(sorted(rows), 2) if len(rows) <= _MOST_COMPARED else ():
            if nearly_equal(one, other):
                pair = " and ".join(f"{_shown(self.names[label])} ({rows[label]:,} rows)" for label in (one, other))
                yield f"the labels {pair} are nearly equal; if they mean the same, write one of them in all rows"

    def _too_long(self) -> Iterator[str]:
        for label, name in self.names.items():
            if len(name) > LONGEST and len(label) > LONGEST // 2:
                yield f"the label name {_shown(name)} has {len(name)} characters: is the text in the column of labels?"

    def _numbers(self) -> Iterator[str]:
        names = sorted(self.names.values())
        if names and all(name.isdecimal() for name in names):
            yield f"all label names are numbers ({', '.join(names[:5])}); write in words what they mean"


def _different(spellings: Mapping[str, int]) -> list[str]:
    """Spellings of one id that differ in more than case, accents, spaces and punctuation, the most frequent first."""
    by_content: dict[str, str] = {}
    for name in sorted(spellings, key=lambda name: -spellings[name]):
        by_content.setdefault(_content(name), name)
    return list(by_content.values()) if len(by_content) > 1 else []


def _content(name: str) -> str:
    """Letters, digits and symbols of a name, without case and accents."""
    decomposed = unicodedata.normalize("NFKD", name.casefold())
    return "".join(
        "i" if char == "\u0131" else char
        for char in decomposed
        if char.isalnum()
        or unicodedata.category(char)[0] == "S"
        or char in "#%&@*"
        or "VOWEL" in unicodedata.name(char, "")
    )


def nearly_equal(one: str, other: str) -> bool:
    """Whether two ids differ in `_`, in one word by a plural, a letter too many or (in six letters) a wrong one."""
    if one.replace("_", "") == other.replace("_", ""):
        return True
    words, others = one.split("_"), other.split("_")
    if len(words) != len(others):
        return False
    differing = [pair for pair in zip(words, others, strict=True) if pair[0] != pair[1]]
    return len(differing) == 1 and _nearly_equal_words(*sorted(differing[0], key=len))


def _nearly_equal_words(short: str, long: str) -> bool:
    if short[0] != long[0] or not (short + long).isalpha() or len(short) < 4:
        return False
    if {f"{short}s", f"{short}es", f"{short[:-1]}ies"} & {long}:
        return True
    if len(long) == len(short) + 1:
        return any(long[:index] + long[index + 1 :] == short for index in range(len(long)))
    wrong = [index for index in range(len(short)) if short[index] != long[index]] if len(short) == len(long) else []
    swapped = len(wrong) == 2 and wrong[1] == wrong[0] + 1 and short[wrong[0]] == long[wrong[1]]
    return len(short) > 5 and (len(wrong) == 1 or swapped)


def _shown(name: str) -> str:
    text = " ".join(name.split())
    return f'"{text}"' if len(text) <= _SHOWN else f'"{text[:_SHOWN]}…"'
