"""What people answer about labels: the message, the table of answers and open reviews, and who records them."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tagging.corrections.answers import (
        Answered,
        answers_by_author,
        counted_votes,
        current_answers,
        majority,
    )
    from tagging.corrections.correction import (
        CORRECTION_SCHEMA,
        Correction,
        answer_time,
        author_of,
        check_correction,
        parse_correction,
    )
    from tagging.corrections.learned_items import has_learned, hashed_items
    from tagging.corrections.recorder import Recorder, build_recorder
    from tagging.corrections.refusals import REFUSALS, Refusal, Refused, Rejected
    from tagging.corrections.review_entry import ReviewEntry
    from tagging.corrections.review_table import Contended, ReviewTable
else:
    from tagging import door

    __getattr__ = door(
        __name__,
        answers="Answered answers_by_author counted_votes current_answers majority",
        correction="CORRECTION_SCHEMA Correction answer_time author_of check_correction parse_correction",
        learned_items="has_learned hashed_items",
        recorder="Recorder build_recorder",
        refusals="REFUSALS Refusal Refused Rejected",
        review_entry="ReviewEntry",
        review_table="Contended ReviewTable",
    )
