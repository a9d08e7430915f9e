"""The runbooks as tests read them: sections, their parts, and what stands under each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

RUNBOOKS = Path(__file__).parents[1] / "infra/runbooks"
PARTS = ("Symptom", "Checks", "Mitigation", "Rollback")


@dataclass(frozen=True)
class Section:
    """A second-level heading of a runbook and what stands under it."""

    file: Path
    title: str
    text: str

    @property
    def anchor(self) -> str:
        """As links name it."""
        return f"{self.file.name}#{self.title.lower().replace(' ', '-')}"

    @property
    def of_alarm(self) -> bool:
        """Whether an alarm may end with it; the others are what these have in common."""
        return self.file.name != "README.md"

    def part(self, name: str) -> str:
        """What stands under one of the four parts."""
        (begin,) = re.findall(rf"^\*\*{name}\.\*\*(.*)", self.text, flags=re.M | re.S)
        return re.split(r"^\*\*\w+\.\*\*", begin, flags=re.M)[0]


def _sections() -> Iterator[Section]:
    for file in sorted(RUNBOOKS.glob("*.md")):
        for part in re.split(r"^## ", file.read_text(), flags=re.M)[1:]:
            title, _, text = part.partition("\n")
            yield Section(file, title.strip(), text)


SECTIONS = {section.anchor: section for section in _sections()}
