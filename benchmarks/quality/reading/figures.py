"""Figures of many readings, each beside its bound, and faults by kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.quality.reading.composing import ORDINARY_REPLY, MailKind
from benchmarks.quality.reading.measuring import Reading


@dataclass(frozen=True)
class Figure:
    """A share in percent or a number, and the bound that promise H sets; without a bound it is for information."""

    name: str
    value: float | None
    """None where it needs the model and the mails were only parsed."""
    bound: str = ""
    met: bool | None = None


def figures(readings: Sequence[Reading], replies: Sequence[Reading], *, tagged: bool = True) -> list[Figure]:
    """The figures of composed mails and of ordinary replies; `tagged`: they were not only parsed."""
    request = sum(each.request_words for each in readings)
    quoted = sum(each.quoted_words for each in readings)
    surroundings = sum(each.noise_words for each in readings)
    mails = len(readings)
    unseen = _percent(sum(each.unseen for each in readings), mails)
    silent = sum(each.silent for each in readings)
    kept = 100 - _percent(sum(each.lost_words for each in readings), request)
    left = _percent(sum(each.left_in_words for each in readings), quoted)
    noisy = _percent(sum(each.noise_left_in for each in readings), surroundings)
    others = sum(bool(each.lost) and each.review and not each.text_cut for each in readings)
    net = _percent(sum(each.text_cut for each in replies), len(replies))
    result = [
        Figure("mails with a word of the request cut and no review, %", unseen, "<= 0.2", unseen <= 0.2),
        Figure("mails with a request, without ticket and review", silent, "0", silent == 0),
        Figure("words of requests kept, %", kept, ">= 99.5", kept >= 99.5),
        Figure("words of quotes left in, %", left, "<= 2", left <= 2),
        Figure("ordinary replies in review because of a cut, %", net, "<= 3", net <= 3),
        Figure("mails with a word of the request cut, %", _percent(sum(bool(each.lost) for each in readings), mails)),
        Figure("mails with a request cut, review for other reasons, %", _percent(others, mails)),
        Figure("mails in review because of a cut, %", _percent(sum(each.text_cut for each in readings), mails)),
        Figure("words of signatures, legal texts and footers left in, %", noisy),
    ]
    return result if tagged else [replace(each, value=None, met=None) if _by_model(each) else each for each in result]


def _by_model(figure: Figure) -> bool:
    """Whether a figure needs tickets or review."""
    return "review" in figure.name


NEEDLESS = "review of an ordinary reply"


def faults_of(reading: Reading) -> list[str]:
    """The names of what went wrong with a mail, by what reading left in the text and by what it did with it."""
    names = []
    if reading.lost:
        names.append("request cut" + (", review" if reading.review else ""))
    if reading.silent:
        names.append("no ticket")
    if reading.left_in_words > 2:
        names.append("quote left in")
    if reading.text_cut and reading.mail.kind.form == ORDINARY_REPLY:
        names.append(NEEDLESS)
    return names


def describe(reading: Reading, fault: str) -> str:
    """One fault on a few lines."""
    kind = reading.mail.kind
    lines = [f"{fault}: {kind.form}, {kind.program} ({kind.language}), {kind.content}, request: {kind.shape}"]
    if "cut" in fault or fault == NEEDLESS:
        lines += [f"  lost: {line}" for line in reading.lost]
        lines += [f"  cut as {cut.kind}{'' if cut.marked else ' (guess)'}: {cut.text[:120]!r}" for cut in reading.cuts]
    elif "quote" in fault:
        lines += [f"  left in: {line}" for line in reading.left_in[:4]]
    if reading.quarantine:
        lines.append(f"  quarantine: {reading.quarantine}")
    return "\n".join(lines)


def write_faults(folder: Path, readings: Sequence[Reading]) -> None:
    """One raw example of each kind of fault (fault, form, program, language), and INDEX.md, the most frequent first."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.eml"):
        old.unlink()
    kinds: Counter[tuple[str, str, str]] = Counter()
    examples: dict[tuple[str, str, str], list[tuple[Reading, str]]] = {}
    for reading in readings:
        for fault in faults_of(reading):
            key = (fault, *_what(reading, fault))
            kinds[key] += 1
            examples.setdefault(key, []).append((reading, fault))
    index = ["# Faults by kind", "", f"{len(readings)} mails. Each kind: how many mails, and one of them.", ""]
    for number, (key, count) in enumerate(kinds.most_common()):
        reading, fault = examples[key][0]
        name = f"{number:03}_{'_'.join(' '.join(key).replace(',', '').split())}.eml"
        (folder / name).write_bytes(reading.mail.raw)
        languages = Counter(_rest_of(each.mail.kind, fault) for each, _ in examples[key])
        spread = " ".join(f"{code} {times}," for code, times in languages.most_common(12))
        index += [f"## {count}: {' | '.join(key)}", "", f"{name} · {spread}", "", "```",
                  describe(reading, fault), "```", ""]  # fmt: skip
    (folder / "INDEX.md").write_text("\n".join(index))


def _what(reading: Reading, fault: str) -> tuple[str, str]:
    """What tells kinds of a fault apart."""
    kind = reading.mail.kind
    if fault == NEEDLESS:
        return "guessed", " ".join(sorted({cut.kind for cut in reading.cuts if not cut.marked}))
    return (kind.program, kind.language) if "quote" in fault else (kind.form, kind.shape)


def _rest_of(kind: MailKind, fault: str) -> str:
    return f"{kind.form}, {kind.content}" if "quote" in fault else f"{kind.program} {kind.language}"


def _percent(part: float, total: int) -> float:
    return round(100 * part / total, 3) if total else 0.0
