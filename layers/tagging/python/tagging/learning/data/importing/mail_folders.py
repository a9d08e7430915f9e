"""Rows from folders of mails: each folder is named by its label, and a mail may be in several."""

from __future__ import annotations

import hashlib
from pathlib import Path

from tagging.item import Mail
from tagging.learning.data.importing.imported import Imported
from tagging.learning.data.importing.label_spellings import LabelSpellings
from tagging.learning.data.row_format import RowError
from tagging.learning.data.rows import DataError, Example, Problem
from tagging.mail import decode, parse_mail, text_mail
from tagging.quarantine import Quarantined

NO_LABEL = "none"
"""The folder of mails without labels."""
SUFFIXES = (".eml", ".txt")


def read_mail_folders(folder: Path) -> Imported:
    """Read `folder/<label>/*.eml` (and .txt, and folders within). Raises DataError where there is no such folder.

    Equal files in several folders are one row with the labels of all of them; mails in the folder `none` have no label.
    """
    if not folder.is_dir():
        raise DataError(f"{folder} is no folder; write one that holds a folder of mails for each label")
    problems: list[Problem] = []
    spellings = LabelSpellings()
    labels_of: dict[str, set[str]] = {}
    first: dict[str, tuple[Path, str]] = {}
    for path in sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES and path.is_file()):
        inside = path.relative_to(folder)
        try:
            labels = _labels(inside, spellings)
            data = path.read_bytes()
            key = hashlib.sha256(data).hexdigest()
            if key not in first:
                first[key] = (inside, _mail(path, data).full_text)
            labels_of.setdefault(key, set()).update(labels)
        except (RowError, OSError) as error:
            message = str(error) if isinstance(error, RowError) else f"cannot be read: {error.strerror}"
            problems.append(Problem(str(path), None, message))
    rows = (
        Example(str(inside), text, frozenset(labels_of[key]))
        for key, (inside, text) in first.items()
        if key in labels_of
    )
    problems += spellings.problems(str(folder))
    return Imported(tuple(rows), tuple(problems), spellings.names)


def _labels(inside: Path, spellings: LabelSpellings) -> list[str]:
    if len(inside.parts) < 2:
        raise RowError(f"lies in no label's folder; move it into one, or into {NO_LABEL}/ where no label holds")
    name = inside.parts[0]
    return [] if name.lower() == NO_LABEL else spellings.ids([name])


def _mail(path: Path, data: bytes) -> Mail:
    try:
        return parse_mail(data) if path.suffix.lower() == ".eml" else text_mail(decode(data, None))
    except Quarantined as error:
        raise RowError(f"cannot be tagged: {error}") from None
