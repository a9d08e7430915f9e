"""Reads YAML with the line of every value; reports duplicate keys, aliases and deep nesting as mistakes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from tagging.taxonomy import Mistake, Place

DEEPEST = 20


@dataclass(frozen=True)
class Placed:
    """A YAML document as plain data, the line of every key and list item, and how each scalar was written."""

    content: Any
    lines: Mapping[Place, int]
    written: Mapping[Place, str]
    mistakes: tuple[Mistake, ...]
    """Duplicate keys, aliases and too deep nesting; none of them is in the content."""

    def line(self, place: Place) -> int:
        """The line of a place, or of the nearest enclosing one in the file; from 1."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)


class YamlError(Exception):
    """The text is not YAML; `line` counts from 1."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


def read_places(text: str) -> Placed:
    """Read one YAML document. Raises YamlError at the first place that cannot be read."""
    try:
        loader = yaml.SafeLoader(text)
        node = loader.get_single_node()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise YamlError(mark.line + 1 if mark else 1, _advice(error, text)) from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise YamlError(line, "a character that no text file holds; take it out") from None
    except RecursionError:
        raise YamlError(1, "lists within lists without end") from None
    walk = _Walk(loader, {}, {}, [], set())
    content = None if node is None else walk.value(node, ())
    return Placed(content, walk.lines, walk.written, tuple(walk.mistakes))


@dataclass(frozen=True)
class _Walk:
    loader: yaml.SafeLoader
    lines: dict[Place, int]
    written: dict[Place, str]
    mistakes: list[Mistake]
    seen: set[int]

    def value(self, node: yaml.Node, place: Place) -> Any:
        """The plain value of a node; records the places in it."""
        self.lines.setdefault(place, node.start_mark.line + 1)
        # An alias is the same node again; expanding it could grow without end.
        if id(node) in self.seen or len(place) > DEEPEST:
            why = "nested too deep" if len(place) > DEEPEST else "an alias (*name); write the value out"
            self.mistakes.append(Mistake(place, why))
            return None
        self.seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, place)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(one, (*place, number)) for number, one in enumerate(node.value)]
        self.written[place] = node.value
        try:
            return self.loader.construct_object(node)
        except (yaml.YAMLError, ValueError):
            return node.value

    def _mapping(self, node: yaml.MappingNode, place: Place) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            inside: Place = (*place, key)
            if inside in self.lines:
                line = key_node.start_mark.line + 1
                self.lines[(*inside, "again")] = line
                message = f"{key} is written twice, first on line {self.lines[inside]}; leave one of them out"
                self.mistakes.append(Mistake((*inside, "again"), message))
                continue
            self.lines[inside] = key_node.start_mark.line + 1
            result[key] = self.value(value_node, inside)
        return result


def _advice(error: yaml.MarkedYAMLError, text: str) -> str:
    """The correction of common mistakes in YAML; else the parser's message."""
    problem = str(error.problem)
    if "'\\t'" in problem:
        return "a tab; YAML is indented with spaces"
    if "mapping values are not allowed" in problem:
        return 'a colon within a text, or wrong indentation; put the text into quotes: "…"'
    if "expected a single document" in str(error.context) or "but found another document" in problem:
        return "a second document begins with ---; write one"
    if "found undefined alias" in problem or "while scanning an alias" in str(error.context):
        return 'a text that begins with *; put it into quotes: "…"'
    if "cannot start any token" in problem:
        return 'a text that begins with a sign YAML keeps for itself; put it into quotes: "…"'
    if error.problem_mark and error.problem_mark.index >= len(text.rstrip()):
        return "something opened before is not closed: look for a missing ], } or quote"
    return f"not YAML: {problem}; look at indentation and quotes on this line and the one before"
