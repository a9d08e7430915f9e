"""How `tagging tag --explain` shows why a label was assigned: as JSON, and as words in several styles."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer
from rich.text import Text

from tagging.cli.evaluation_data import ALL, RowSelection, learning_installed, read_rows
from tagging.local import one_line

if TYPE_CHECKING:
    from tagging.item import Mail
    from tagging.learning.evaluation import Explainer, Explanation
    from tagging.learning.features import Neighbours
    from tagging.model import Tagger

STRONG, WEAK = 0.6, 0.25
"""Shares of the largest part from which a word is printed bold, or underlined."""


def load_explainer(tagger: Tagger) -> Explainer:
    """The explainer of a loaded bundle; BadParameter where it cannot be explained."""
    with learning_installed():
        from tagging.learning.evaluation import Explainer
        from tagging.model import BundleError
    try:
        return Explainer(tagger, tagger.bundle.folder)
    except BundleError as error:
        raise typer.BadParameter(str(error)) from None


def load_neighbours(tagger: Tagger, data: Path) -> Neighbours:
    """The rows of a data set, to show the most similar ones."""
    with learning_installed():
        from tagging.learning.features import Neighbours
        from tagging.model import ImageEncoder
    encoder = tagger.bundle.encoder
    if isinstance(encoder, ImageEncoder):
        raise typer.BadParameter("only rows of texts can be shown as the nearest")
    rows = read_rows(RowSelection(data, (ALL,)), tagger.bundle.taxonomy).rows
    return Neighbours(encoder, tagger.bundle.version.encoder, rows)


def explanation_documents(
    explainer: Explainer, mail: Mail, neighbours: Neighbours | None = None
) -> list[dict[str, Any]]:
    """For each assigned label: its logit, the parts that add up to it, and the rows most similar to its sentence."""
    documents = []
    for explanation in explainer.explain(mail):
        document = explanation.to_json()
        if neighbours:
            part = explanation.parts[0]
            nearest = neighbours.nearest(explanation.label, mail.full_text[part.start : part.end])
            document["nearest"] = [vars(row) for row in nearest]
        documents.append(document)
    return documents


def formatted_explanations(explainer: Explainer, mail: Mail, neighbours: Neighbours | None = None) -> list[Text]:
    """For each assigned label: its sentence, and below it the rows most similar to that."""
    texts = []
    for explanation in explainer.explain(mail):
        text, part = format_explanation(explanation), explanation.parts[0]
        rows = neighbours.nearest(explanation.label, mail.full_text[part.start : part.end]) if neighbours else ()
        for row in rows:
            text.append(f"\n    like {row.likeness:.2f}: {one_line(row.text)}", style="dim")
        texts.append(text)
    return texts


def format_explanation(explanation: Explanation) -> Text:
    """The sentence that gave a label: the words with the largest parts bold, those with large parts underlined."""
    words = explanation.parts[0].words
    largest = max((word.part for word in words), default=0.0)
    text = Text(f"  {explanation.label}: ", style="dim")
    for word in words:
        share = word.part / largest if largest > 0 else 0.0
        style = "bold" if share >= STRONG else "underline" if share >= WEAK else "dim"
        text.append(word.word, style=style).append(" ")
    return text
