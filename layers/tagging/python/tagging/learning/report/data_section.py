"""Parts of the data, and how everything was measured."""

from __future__ import annotations

from collections.abc import Mapping

from tagging.learning.evaluation import TELLING_POSITIVES, Confusion, Evaluation, MetricValue, Slice
from tagging.learning.report.charts import interval_bar
from tagging.learning.report.first_screen import Subject
from tagging.learning.report.markup import Content, Markup, tag

WHOLE = {
    "micro_f1": "micro-F1",
    "macro_f1": "macro-F1, over labels with a yes",
    "sample_f1": "F1 of each row's labels, mean",
    "mean_average_precision": "mean average precision",
    "ranking_precision": "label-ranking average precision",
    "subset_accuracy": "rows with all labels right",
    "hamming_loss": "Hamming loss",
}


def slice_section(found: Evaluation) -> Markup:
    """The same figures for parts of the rows."""
    names = ("part", "rows", "micro-F1", "known yes found", "known no given", "to review")
    head = tag("tr", [tag("th", name, scope="col") for name in names])
    table = tag("table", tag("thead", head), tag("tbody", [_slice(one) for one in found.slices]))
    return tag(
        "section",
        tag("h2", "Parts of the data"),
        tag("p.quiet", "Look for a part that is clearly worse than the others. Micro-F1 is over fully labelled rows."),
        tag("div.wide", table) if found.slices else tag("p", "All rows are alike."),
        id="slices",
    )


def _slice(part: Slice) -> Markup:
    f1 = part.micro_f1
    return tag(
        "tr",
        tag("th", tag("span.quiet", part.column), " ", part.value, scope="row"),
        tag("td.number", f"{part.rows:,}"),
        tag("td.number", "\u2013" if f1.value is None else f"{f1.value:.2f}", interval_bar(f1.value, f1.low, f1.high)),
        [tag("td.number", one.per_cent) for one in (part.recall, part.false_alarms, part.review)],
    )


def data_section(found: Evaluation, subject: Subject) -> Markup:
    """Every other figure, the bundle and the data by their hashes, and what the intervals mean."""
    figures = {told: found.whole[name].told(3) for name, told in WHOLE.items() if name in found.whole}
    if found.partly:
        figures[f"known yes found, {found.partly.rows} partly labelled rows"] = found.partly.recall.per_cent
        figures["known no given, partly labelled rows"] = found.partly.false_alarms.per_cent
    figures |= _further(found)
    version = found.bundle
    facts = {
        "bundle": subject.bundle,
        "its parts": f"encoder {version.encoder}, heads {version.heads}, thresholds {version.thresholds}",
        "data": f"{subject.data}, SHA-256 {subject.sha256[:16]}…, {found.data.groups:,} groups",
        "fully labelled rows": f"{found.data.fully_labelled:,} of {found.data.tagged:,}",
        "intervals": found.intervals,
    } | {f"learned from: {name}": told for name, told in subject.learned.items()}
    confusions = [
        [tag("h3", f"Head {head.id}: what is taken for what"), _confusion(head.confusion)]
        for head in found.heads
        if head.confusion
    ]
    return tag(
        "section",
        tag("h2", "How it was measured"),
        tag("div.columns", _facts(figures), _facts(facts)),
        confusions,
        id="data",
    )


def _further(found: Evaluation) -> dict[str, str]:
    heads = {f"head {head.id} ({head.kind}) all right": head.accuracy.per_cent for head in found.heads}
    cost: dict[str, MetricValue] = (
        {f"cost of errors per 100 {found.data.item_word}s": found.cost} if found.cost.value is not None else {}
    )
    return {
        f"labels calibrated, of those with {TELLING_POSITIVES} yes or more": found.calibrated,
        "exactly the right routes": found.routing_accuracy.per_cent,
        "every head had an answer": found.answered.per_cent,
        **heads,
        **{told: figure.told(1) for told, figure in cost.items()},
        f"milliseconds a {found.data.item_word}": f"{found.time.p50_ms} (p50), {found.time.p95_ms} (p95)",
    }


def _facts(facts: Mapping[str, Content]) -> Markup:
    rows = [tag("tr", tag("th", name, scope="row"), tag("td", told)) for name, told in facts.items()]
    return tag("table.facts", tag("tbody", rows))


def _confusion(confusion: Confusion) -> Markup:
    head = tag("tr", tag("th", "holds \\ given"), [tag("th", label, scope="col") for label in confusion.labels])
    rows = [
        tag("tr", tag("th", label, scope="row"), [tag("td.number", count) for count in counts])
        for label, counts in zip(confusion.labels, confusion.counts, strict=True)
    ]
    return tag("div.wide", tag("table.confusion", tag("thead", head), tag("tbody", rows)))
