"""How `tagging tag --explain` says why a label was given: as JSON, and as words a person can see."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer
from rich.text import Text

from tagging.cli.evaluation_data import ALL, Asked, learning_installed, read_rows

if TYPE_CHECKING:  # scikit-learn takes a second to import, and is there only with the extra `learning`
    from tagging.item import Mail
    from tagging.learning.evaluation import Explainer, Explanation
    from tagging.learning.features import Neighbours
    from tagging.model import Tagger

STRONG, SOME = 0.6, 0.25
"""Shares of the largest part from which a word is printed bold, or underlined."""


def explainer_of(tagger: Tagger, folder: Path) -> Explainer:
    """The explainer of a loaded bundle; BadParameter where it cannot be explained."""
    with learning_installed():
        from tagging.learning.evaluation import Explainer
        from tagging.model import BundleError
    try:
        return Explainer(tagger, folder)
    except BundleError as error:
        raise typer.BadParameter(str(error)) from None


def neighbours_of(tagger: Tagger, data: Path) -> Neighbours:
    """The rows of a data set, to show those that are most alike."""
    with learning_installed():
        from tagging.learning.features import Neighbours
    encoder = tagger.bundle.encoder
    if encoder.kind != "text":
        raise typer.BadParameter("only rows of texts can be shown as the nearest")
    rows = read_rows(Asked(data, (ALL,)), tagger.bundle.taxonomy).rows
    return Neighbours(encoder, tagger.bundle.version.encoder, rows)


def explained(explainer: Explainer, mail: Mail, neighbours: Neighbours | None = None) -> list[dict[str, Any]]:
    """For each label given: its logit, the parts that add up to it, and the rows most like its sentence."""
    found = []
    for one in explainer.explain(mail):
        told = one.to_json()
        if neighbours:
            part = one.parts[0]
            near = neighbours.nearest(one.label, mail.full_text[part.start : part.end])
            told["nearest"] = [vars(row) for row in near]
        found.append(told)
    return found


def spoken_for(explanation: Explanation) -> Text:
    """The sentence that gave a label: words that put most into it are bold, others that put in much are underlined."""
    words = explanation.parts[0].words
    most = max((word.part for word in words), default=0.0)
    told = Text(f"  {explanation.label}: ", style="dim")
    for word in words:
        share = word.part / most if most > 0 else 0.0
        style = "bold" if share >= STRONG else "underline" if share >= SOME else "dim"
        told.append(word.word, style=style).append(" ")
    return told
