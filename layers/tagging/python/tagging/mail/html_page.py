"""Collects the visible lines of an HTML page from the events of a parser."""

from __future__ import annotations

import re

from tagging.mail.css import colour_of, declarations, is_bright, is_hidden, is_shown
from tagging.mail.quote_finder import find_quote, is_marked
from tagging.mail.quote_headers import begins_with_rule
from tagging.mail.quote_intros import is_intro
from tagging.mail.style_sheets import StyleSheets

_DROPPED = frozenset({"script", "style", "title", "template", "datalist", "defs", "desc", "metadata"})
_NOT_TYPED = frozenset({"hidden", "password", "checkbox", "radio", "file", "image", "color", "range", "reset"})
"""Types of `input` whose value is not shown."""
_NEW_LINE = frozenset({
    "address", "article", "aside", "body", "br", "center", "dd", "div", "dl", "dt", "fieldset", "figcaption", "figure",
    "footer", "form", "header", "hr", "input", "li", "main", "nav", "option", "pre", "section",
    "select", "tbody", "td", "text", "textarea", "th", "tr",
})  # fmt: skip
_NEW_PARAGRAPH = frozenset({"blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "ol", "p", "table", "ul"})
_VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
)
_STYLE_CHARS = 2000
_PREFORMATTED = re.compile(r"white-space\s*:\s*(?:pre|break-spaces)", re.I)
_QUOTE = re.compile(r"gmail_quote|moz-cite|yahoo_quoted|protonmail_quote", re.I)
_QUOTE_WITH_INTRO = re.compile(r"(?:\A| )yahoo_quoted(?: |\Z)")
"""The element of Yahoo Mail that holds a quote and the introduction above it."""
_SIGNATURE = re.compile(r"(?:gmail|moz|protonmail|ms-outlook-mobile)[-_]signature(?![-_]prefix)", re.I)


class Page:
    """Receives libxml2's parser events and collects lines; no tree is built."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.chars = 0
        self.chars_beyond = 0
        self.depth = 0
        self._lines: list[str] = []
        self._line: list[str] = []
        self._hidden_from = 0
        self._is_shown = True
        """Whether text of the innermost element is shown: children may set their own size and visibility."""
        self._shown_outside: list[tuple[int, bool]] = []
        """Depth of each open element that sets it, and what its parent has."""
        self._quoted_from = 0
        self._quote_has_answers = False
        """Whether lines in colour inside the quote are answers, as people write them below an introduction."""
        self._signature_from = 0
        self._signature: list[str] = []
        """Lines of marked signatures: they end the text, so that words below a signature are not cut with it."""
        self._preformatted_from = 0
        self._sheets = StyleSheets()
        self._sheet: list[str] | None = None
        """The text of the open style element."""
        self._media = ""
        self._options = 0
        """Options of the open list so far: it shows the first one, or those that are selected."""
        self._is_coloured = False
        self._coloured_outside: list[tuple[int, bool]] = []
        self._line_is_coloured: bool | None = None
        """Whether all words of the line so far are in colour; None if there are none."""
        self._coloured_lines: set[int] = set()

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self._hidden_from:
            return
        if tag in _NEW_LINE or tag in _NEW_PARAGRAPH:
            self._break(paragraph=tag in _NEW_PARAGRAPH)
        if tag in _DROPPED or ("hidden" in attributes and tag not in _VOID) or self._is_closed_option(tag, attributes):
            self._hidden_from = self.depth
            if tag == "style":
                self._sheet, self._media = [], attributes.get("media", "")
            return
        if tag == "input" and attributes.get("type", "").strip().lower() not in _NOT_TYPED:
            self.data(attributes.get("value", ""))
        colour = attributes.get("color", "") if tag == "font" else attributes.get("style", "")
        if colour and tag not in _VOID and tag != "a":
            self._apply_colour(colour[:_STYLE_CHARS], in_style=tag != "font")
        style = attributes.get("style", "")[:_STYLE_CHARS]
        if tag not in _VOID and (style := f"{self._sheets.style_of(tag, attributes)};{style}".strip(";")):
            self._apply_style(style)
            if self._hidden_from:
                return
        mark = f"{attributes.get('class', '')} {attributes.get('id', '')}"
        if not self._preformatted_from and tag in ("pre", "textarea"):
            self._preformatted_from = self.depth
        if self._quoted_from or self._signature_from:
            return
        if tag == "blockquote" and (
            attributes.get("type") == "cite" or _QUOTE.search(mark) or _introduces(self._last_line())
        ):
            self._quoted_from = self.depth
            self._quote_has_answers = False
        elif tag == "div" and _QUOTE_WITH_INTRO.search(mark):
            self._quoted_from = self.depth
            self._quote_has_answers = True
        elif tag not in _VOID and _SIGNATURE.search(mark):
            self._break()
            self._signature_from = self.depth

    def _is_closed_option(self, tag: str, attributes: dict[str, str]) -> bool:
        """Whether an element is an option that its list does not show."""
        if tag == "select":
            self._options = 0
        if tag != "option":
            return False
        self._options += 1
        return self._options > 1 and "selected" not in attributes

    def end(self, tag: str) -> None:
        if self._sheet is not None and tag == "style":
            self._sheets.add("".join(self._sheet), self._media)
            self._sheet = None
        if (tag in _NEW_LINE or tag in _NEW_PARAGRAPH) and not self._hidden_from:
            self._break(paragraph=tag in _NEW_PARAGRAPH)
        if self._shown_outside and self._shown_outside[-1][0] == self.depth:
            _, self._is_shown = self._shown_outside.pop()
        if self._coloured_outside and self._coloured_outside[-1][0] == self.depth:
            _, self._is_coloured = self._coloured_outside.pop()
        if self._hidden_from == self.depth:
            self._hidden_from = 0
        if self._quoted_from == self.depth:
            self._break()
            self._quoted_from = 0
        if self._signature_from == self.depth:
            self._break()
            self._signature_from = 0
        if self._preformatted_from == self.depth:
            self._preformatted_from = 0
        self.depth -= 1

    def data(self, text: str) -> None:
        if self._sheet is not None:
            self._sheet.append(text)
            return
        if self._hidden_from or not self._is_shown:
            return
        if self.chars >= self.limit:
            self.chars_beyond += len(text.strip())
        else:
            self.chars += len(text)
            if self._line_is_coloured is not False and text.strip():
                self._line_is_coloured = self._is_coloured
            if self._preformatted_from and "\n" in text:
                for line in text.split("\n")[: self.limit]:
                    self._line.append(line)
                    self._break(paragraph=not line)
            else:
                self._line.append(text)

    def close(self) -> None:
        self._break()

    def text(self) -> str:
        signature = ["-- ", *self._signature] if self._signature else []
        lines = self._lines
        if self._coloured_lines and (quote := find_quote(lines)) is not None and not is_marked(lines[quote.after :]):
            lines = [*lines[: quote.after], *self._with_answers(quote.after)]
        return "\n".join([*lines, *signature]).strip()

    def _with_answers(self, start: int) -> list[str]:
        """The lines from `start` on, marked as a quote where other lines among them are in colour: the answers."""
        lines = self._lines[start:]
        answers = [n in self._coloured_lines for n in range(start, len(self._lines))]
        if all(answer or not line for line, answer in zip(lines, answers, strict=True)):
            return lines
        return [
            ">",
            *(line if answer or not line else f"> {line}" for line, answer in zip(lines, answers, strict=True)),
        ]

    def _break(self, *, paragraph: bool = False) -> None:
        line = " ".join("".join(self._line).split())
        self._line.clear()
        lines = self._signature if self._signature_from else self._lines
        is_answer = self._line_is_coloured is True and self._quote_has_answers
        if self._line_is_coloured and lines is self._lines:
            self._coloured_lines.add(len(lines))
        self._line_is_coloured = None
        if line:
            lines.append(f"> {line}" if self._quoted_from and not is_answer else line)
        if paragraph and lines and lines[-1]:
            lines.append("")

    def _apply_style(self, text: str) -> None:
        style = declarations(text)
        if is_hidden(style):
            self._hidden_from = self.depth
            return
        self._shown_outside.append((self.depth, self._is_shown))
        self._is_shown = is_shown(style, self._is_shown)
        if not self._preformatted_from and _PREFORMATTED.search(text):
            self._preformatted_from = self.depth

    def _apply_colour(self, text: str, *, in_style: bool) -> None:
        colour = colour_of(text) if in_style else text
        if colour:
            self._coloured_outside.append((self.depth, self._is_coloured))
            self._is_coloured = is_bright(colour)

    def _last_line(self) -> str:
        return next((line for line in reversed(self._lines[-2:]) if line), "")


def _introduces(line: str) -> bool:
    """Whether a line is an introduction, perhaps between rules: "---- On Monday, 3 May, Jo wrote ----"."""
    return is_intro(f"{line.strip(' -')}:" if begins_with_rule(line) else line)
