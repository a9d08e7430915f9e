"""Checks the heads that are always on with mails of industries that are in no pack: two sets of sixty, and one of 72.

Run as `python -m layers.mail_model.industries [--set first|fresh|dev]`. The first set was written and labelled before
any training with packs, the fresh one (longer mails: 4 to 8 sentences, signatures, quotes, thanks beside requests)
before the model had seen any of its mails; nothing is tuned on them. The development set (longer mails, too, of other
industries) is what training rows and settings are chosen on. An item has a wrong label if one is assigned that its
row neither has nor leaves open. It is routed wrongly if a wrong label sends it somewhere, or if no label sends it
anywhere that it should go.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from layers.mail_model.desk_rows import HERE
from tagging.learning.data import Example
from tagging.mail import text_mail
from tagging.model import Tagger
from tagging.start import load_bundle

TESTS = HERE.parents[1] / "tests/model"
MAIL_SETS = {
    "dev": HERE / "dev_mails.jsonl",
    "first": TESTS / "other_industries.jsonl",
    "fresh": TESTS / "fresh_industries.jsonl",
}
MOST_WRONG, MOST_MISROUTED = 0.1, 0.03


@dataclass(frozen=True)
class MailCheck:
    """One mail as the bundle tags it."""

    row: Example
    assigned: tuple[str, ...]
    wrong: tuple[str, ...]
    misrouted: bool
    review: tuple[str, ...]

    @property
    def misrouted_unseen(self) -> bool:
        """Routed wrongly, and nobody is asked to look."""
        return self.misrouted and not self.review


def read_mails(mail_set: str = "first") -> list[Example]:
    """The rows as they are written: an exclusive head may leave a second label open beside the one that holds."""
    rows = (json.loads(line) for line in MAIL_SETS[mail_set].read_text(encoding="utf-8").splitlines())
    return [
        Example(row["id"], row["text"], frozenset(row["labels"]), frozenset(row.get("unknown", ()))) for row in rows
    ]


def check_mail(tagger: Tagger, row: Example) -> MailCheck:
    """Tag the text of a row and compare."""
    label_set, taxonomy = tagger.tag(text_mail(row.text)), tagger.bundle.taxonomy
    assigned = tuple(label.id for label in label_set.labels)
    wrong = tuple(label for label in assigned if label not in row.labels | row.unknown)
    due, possible, sent = (set(taxonomy.routes(labels)) for labels in (row.labels, row.labels | row.unknown, assigned))
    misrouted = not sent <= possible or (bool(due) and not sent & due)
    return MailCheck(row, assigned, wrong, misrouted, label_set.review_reasons)


def main() -> int:
    """Print each mail with a wrong label or route, and the shares; exit 1 where they are above the limits."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bundle", type=Path, default=HERE / "bundle")
    parser.add_argument("--set", choices=MAIL_SETS, default="first", help="which mails")
    options = parser.parse_args()
    tagger, console = load_bundle(options.bundle), Console(highlight=False, soft_wrap=True)
    checks = [check_mail(tagger, row) for row in read_mails(options.set)]
    for check in checks:
        if check.wrong or check.misrouted:
            missing = sorted(check.row.labels - set(check.assigned))
            route = "; routed wrongly" if check.misrouted else ""
            review = ", ".join(check.review) or "none"
            console.print(f"{check.row.id}: wrong {list(check.wrong)}, missing {missing}{route}; review {review}")
    shares = {
        "a wrong label": sum(bool(check.wrong) for check in checks),
        "routed wrongly": sum(check.misrouted for check in checks),
        "routed wrongly without review": sum(check.misrouted_unseen for check in checks),
        "to review": sum(bool(check.review) for check in checks),
    }
    for name, count in shares.items():
        console.print(f"{name}: {count} of {len(checks)}")
    console.print(f"reasons: {dict(Counter(reason for check in checks for reason in check.review))}")
    due = Counter(label for check in checks for label in check.row.labels)
    found = Counter(label for check in checks for label in check.assigned if label in check.row.labels)
    console.print(f"found, of those due: { {label: f'{found[label]}/{count}' for label, count in due.items()} }")
    too_many = shares["a wrong label"] > MOST_WRONG * len(checks)
    return int(too_many or shares["routed wrongly without review"] > MOST_MISROUTED * len(checks))


if __name__ == "__main__":
    sys.exit(main())
