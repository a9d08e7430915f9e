"""Applies style sheets of HTML mails as far as they hide text: rules of a class, an id or an element."""

from __future__ import annotations

import re

from tagging.mail.css import declarations, hiding_declarations, is_hidden, is_shown

_SHEET_CHARS = 200_000
_RULE_CHARS = 1000
_MAX_RULES = 1000
_MAX_CLASSES = 10
_MAX_APPLIED = 30
"""Rules for one element; where there are more, none is applied."""
_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)|<!--|-->|\"[^\"\n]*\"|'[^'\n]*'", re.S)
_BRACE = re.compile(r"[{}]")
_SIMPLE = re.compile(r"([a-z][a-z0-9]*)?(?:([.#])([A-Za-z_][\w-]*))?")
_NAME = re.compile(r"[.#]?[A-Za-z_][\w-]*")
_INHERITED = {"font-size", "visibility"}
_EVERYWHERE = ("", "all", "screen")


class StyleSheets:
    """The rules of the style sheets so far.

    A rule with another selector or in a media query hides nothing. Where one shows what a simple rule hides, that rule
    is left out too: text that a reader may see is never hidden.
    """

    def __init__(self) -> None:
        self._rules: dict[str, list[tuple[int, int, list[tuple[str, str]]]]] = {}
        """Specificity, position and declarations by selector."""
        self._maybe_shown: set[str] = set()
        """Parts of selectors whose elements a rule that is not applied may show."""
        self._not_applied: set[str] = set()
        """Inherited properties that a rule that is not applied sets: no sheet hides text by them."""
        self._count = 0
        self._styles: dict[tuple[str, str, str], str] = {}
        """Declarations by element, class and id, until the next sheet."""

    def add(self, sheet: str, media: str = "") -> None:
        """Read the text of a `style` element."""
        in_query = media.strip().lower() not in _EVERYWHERE
        self._styles.clear()
        open_blocks: list[str] = []
        clean = _COMMENT.sub(" ", sheet[:_SHEET_CHARS])
        at = 0
        for brace in _BRACE.finditer(clean):
            text, at = clean[at : brace.start()], brace.end()
            if brace[0] == "{":
                open_blocks.append(text.rpartition(";")[2].strip())
            elif open_blocks:
                selectors = open_blocks.pop()
                if self._count < _MAX_RULES and not selectors.startswith("@"):
                    self._add_rule(selectors[:_RULE_CHARS], text[:_RULE_CHARS], bool(open_blocks) or in_query)

    def style_of(self, tag: str, attributes: dict[str, str]) -> str:
        """The declarations for an element, those of its own last; "" if no sheet speaks of it."""
        if not self._rules:
            return ""
        key = (tag, attributes.get("class", "")[:_RULE_CHARS], attributes.get("id", "")[:_RULE_CHARS].strip())
        if key not in self._styles:
            self._styles[key] = self._found(*key)
        return self._styles[key]

    def _found(self, tag: str, classes: str, element_id: str) -> str:
        marks = [f".{name}" for name in classes.split()[:_MAX_CLASSES]] + [f"#{element_id}"] * bool(element_id)
        if not self._maybe_shown.isdisjoint((tag, *marks)):
            return ""
        selectors = [tag, *marks, *(tag + mark for mark in marks)]
        found = [rule for selector in selectors for rule in self._rules.get(selector, ())[: _MAX_APPLIED + 1]]
        if len(found) > _MAX_APPLIED:
            return ""
        pairs = (pair for _, _, rule in sorted(found) for pair in rule if pair[0] not in self._not_applied)
        return ";".join(f"{name}:{value}" for name, value in pairs)

    def _add_rule(self, selectors: str, text: str, in_query: bool) -> None:
        style = declarations(text)
        if not style:
            return
        self._count += 1
        for selector in selectors.split(","):
            match = None if in_query else _SIMPLE.fullmatch(selector.strip())
            if match and match[0]:
                weight = 100 * (match[2] == "#") + 10 * (match[2] == ".") + bool(match[1])
                self._rules.setdefault(match[0], []).append((weight, self._count, hiding_declarations(text)))
            elif not is_hidden(style) and is_shown(style, True):
                self._maybe_shown.update(_NAME.findall(selector))
                self._not_applied |= _INHERITED.intersection(style)
