"""Questions to the log, answered as Logs Insights would, or refused."""

from __future__ import annotations

import pytest

from infra.monitoring.preview.log_query import run_query, sources
from infra.monitoring.preview.metric_math import NotComputed

EVENTS = [
    {"message": "tagged", "item": "a", "labels": ["refund", "billing"], "@timestamp": "1", "@message": '["refund"]'},
    {"message": "tagged", "item": "b", "labels": ["refund"], "@timestamp": "2", "@message": '["refund"]'},
    {"message": "quarantined", "item": "c", "reason": "empty", "@timestamp": "3", "@message": "empty"},
]


@pytest.mark.parametrize(
    ("query", "columns", "rows"),
    [
        (
            'filter message = "tagged" | fields jsonParse(@message) as said | unnest said.labels into label'
            " | stats count(*) as given by label | sort given desc",
            ("label", "given"),
            [("refund", "2"), ("billing", "1")],
        ),
        (
            'fields @timestamp, item | filter message = "tagged" and @message like /"(refund|fraud)"/'
            " | sort @timestamp desc | limit 1",
            ("@timestamp", "item"),
            [("2", "b")],
        ),
        (
            "stats count(*) as n, latest(item) as example by message | sort n desc | limit 1",
            None,
            [("tagged", "2", "b")],
        ),
    ],
)
def test_the_log_is_asked_as_logs_insights_would(
    query: str, columns: tuple[str, ...] | None, rows: list[tuple[str, ...]]
) -> None:
    result = run_query(f"SOURCE 'TagMailLog' | {query}", EVENTS)
    assert columns in (None, result.columns)
    assert list(result.rows) == rows
    assert sources(f"SOURCE 'A' | SOURCE 'B' | {query}") == ["A", "B"]


def test_a_question_that_only_aws_can_answer_is_refused() -> None:
    for query in ('filter @type = "REPORT"', "stats pct(x, 50) as y by z", "parse @message /x/"):
        with pytest.raises(NotComputed):
            run_query(query, EVENTS)
