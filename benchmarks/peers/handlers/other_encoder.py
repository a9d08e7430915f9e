"""Our tagger with another encoder: reading, sentences and decisions are ours, so that nothing else differs."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec
import numpy as np

from tagging.mail import parse_mail
from tagging.model import Bundle, BundleVersion, Lexicon, LexiconFile, Manifest, Tagger, Thresholds
from tagging.taxonomy import Taxonomy

BUNDLE, FILES = Path(os.environ["BUNDLE"]), Path(os.environ["PEER_FILES"])


class LinearHeads:
    """The shipped heads as matrices."""

    def __init__(self) -> None:
        self._weights = np.load(FILES / "heads.npz")
        self._dense, self._lexical, self._biases = (self._weights[name] for name in ("dense", "lexical", "biases"))

    def run(self, _outputs, feeds):
        """Logits [texts, labels]."""
        return [feeds["dense"] @ self._dense + feeds["lexical"] @ self._lexical + self._biases]


def tagger_with(encoder) -> Tagger:
    """A tagger of the shipped bundle with another encoder; checksums are not checked."""
    words = msgspec.json.decode((BUNDLE / "lexicon.json").read_bytes(), type=LexiconFile)
    bundle = Bundle(
        encoder=encoder,
        heads=LinearHeads(),
        lexicon=Lexicon(words.grams, words.idf, words.weight),
        taxonomy=msgspec.json.decode((BUNDLE / "taxonomy.json").read_bytes(), type=Taxonomy),
        decisions=msgspec.json.decode((BUNDLE / "thresholds.json").read_bytes(), type=Thresholds).labels,
        manifest=msgspec.json.decode((BUNDLE / "manifest.json").read_bytes(), type=Manifest),
        version=BundleVersion(encoder="other", heads="other", thresholds="other"),
        folder=BUNDLE,
    )
    return Tagger(bundle)


def labels_by(encoder):
    """A function from a mail's bytes to its labels, with this encoder."""
    tagger = tagger_with(encoder)
    return lambda data: [label.id for label in tagger.tag(parse_mail(data)).labels]
