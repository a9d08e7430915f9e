"""The runbooks parsed for tests: sections and their parts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

RUNBOOKS = Path(__file__).parents[1] / "infra/runbooks"
PARTS = ("Symptom", "Checks", "Mitigation", "Rollback")


@dataclass(frozen=True)
class Section:
    """A second-level heading of a runbook and the text below it."""

    file: Path
    title: str
    text: str

    @property
    def anchor(self) -> str:
        """Target of links to it."""
        return f"{self.file.name}#{self.title.lower().replace(' ', '-')}"

    @property
    def for_alarm(self) -> bool:
        """Whether an alarm may name it; the sections of the README are shared."""
        return self.file.name != "README.md"

    def part(self, name: str) -> str:
        """Text of one of the four parts."""
        (rest,) = re.findall(rf"^\*\*{name}\.\*\*(.*)", self.text, flags=re.M | re.S)
        return re.split(r"^\*\*\w+\.\*\*", rest, flags=re.M)[0]


def _sections() -> Iterator[Section]:
    for file in sorted(RUNBOOKS.glob("*.md")):
        for part in re.split(r"^## ", file.read_text(), flags=re.M)[1:]:
            title, _, text = part.partition("\n")
            yield Section(file, title.strip(), text)


SECTIONS = {section.anchor: section for section in _sections()}
