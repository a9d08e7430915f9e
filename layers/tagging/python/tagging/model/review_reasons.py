"""The reasons why a person should look at an item: one table of codes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

# fmt: off
ReviewReason = Literal[
    "near_threshold", "unproven_label", "no_label", "unlabelled_sentence", "other_language", "unlike_training",
    "text_cut", "unread_part", "undelivered", "several_mails", "maybe_auto_reply", "charset_guess", "truncated",
]
# fmt: on
"""A reason code. Rows, tickets and metrics store it: a code never changes its meaning and never disappears."""

REVIEW_REASONS: Final[Mapping[ReviewReason, str]] = {
    "near_threshold": "Its labels are among those most likely to be wrong: scores are close to their thresholds.",
    "unproven_label": "An assigned label did not meet its objective in training.",
    "no_label": "No label is assigned.",
    "unlabelled_sentence": "No label has a route, and a sentence alone has no label, or may have one with a route.",
    "other_language": "The text is in a language that the encoder does not know.",
    "unlike_training": "It is unlike all the data that the labels were learned from.",
    "text_cut": "Text that was cut as a quote or a signature may hold a request.",
    "unread_part": "An encrypted text was not read, or a photo or file in a mail without other text or routed label.",
    "undelivered": "It reports that a mail could not be delivered: an answer did not arrive. It gets no labels.",
    "several_mails": "It holds mails of several senders; its labels are those of all of them.",
    "maybe_auto_reply": "The subject is that of an automatic reply, but the text does not read like one.",
    "charset_guess": "The charset is missing or wrong, and some characters are lost or guessed.",
    "truncated": "The text is longer than the limit: its end was not read.",
}
"""One sentence per code, for people. A new code needs a line in `ReviewReason`, a line here, and what decides it."""
