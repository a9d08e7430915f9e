"""Peaks: an upper bound of each label's logits over what is classified apart from the item, its sentences and cuts.

A threshold above the peak of a label, before and after it moves, changes nothing that these texts decide.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tagging.model import Bundle, Features, Floats, Prediction, predict

_STEPS = 8
"""Steps for one unit of a logit."""
_LOWEST, _NONE, _ANY = -15.875, 0, 255  # the highest bound but infinity is 15.75
"""The smallest bound; the codes of no text at all, and of a logit above all bounds."""


def peaks_of(features: Features, prediction: Prediction, version: Bundle) -> Floats:
    """The highest logit of each label [labels] over sentences and cuts; minus infinity where there is neither."""
    rows = [prediction.of_sentences, *(predict(cut.features, version).logits[None] for cut in features.cuts)]
    peaks: Floats = np.concatenate(rows).max(axis=0, initial=-np.inf)
    return peaks


def pack_peaks(peaks: Floats) -> bytes:
    """One byte a label: an upper bound in eighths."""
    codes = np.ceil((peaks - _LOWEST) * _STEPS) + 1
    codes += (codes - 1) / _STEPS + _LOWEST < peaks  # where the difference was rounded down
    return np.where(peaks == -np.inf, _NONE, np.clip(codes, 1, _ANY)).astype(np.uint8).tobytes()


def unpack_peaks(content: bytes) -> NDArray[np.float32]:
    """The bounds of these bytes; minus infinity where there is no text."""
    codes = np.frombuffer(content, np.uint8).astype(np.float32)
    bounds = (codes - 1) / np.float32(_STEPS) + np.float32(_LOWEST)
    bounds[codes == _NONE] = -np.inf
    bounds[codes == _ANY] = np.inf
    return bounds
