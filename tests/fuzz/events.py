"""Hypothesis strategies for events: those of `events/`, wrapped, altered and broken."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

EVENTS = Path(__file__).parents[2] / "events"
CASES: dict[str, Any] = {
    f"{path.parent.name}/{path.stem}": json.loads(path.read_text(encoding="utf-8"))
    for path in sorted(EVENTS.glob("tag_*/*.json"))
}
SQS_EVENTS = [event for event in CASES.values() if any("body" in record for record in event.get("Records", []))]
BODIES = sorted({record["body"] for event in SQS_EVENTS for record in event["Records"]})
"""Every message body of the sample events on the intake queue."""


def documents_in(body: str) -> Iterator[Any]:
    """The document in a body, and the document that it wraps; none if the body is no JSON."""
    try:
        document = json.loads(body)
    except ValueError:
        return
    yield document
    if isinstance(document.get("Message"), str):
        yield json.loads(document["Message"])


DOCUMENTS = [document for body in BODIES for document in documents_in(body)]
DIRECT = [event for event in CASES.values() if event not in SQS_EVENTS]

ODD_TEXT = st.text(max_size=8) | st.sampled_from(
    [
        "",
        " ",
        "\0",
        "\ud800",
        "a\r\nb: c",
        "é",
        "%ff",
        "%",
        "+",
        "null",
        "a" * 1025,
        "..",
        "arn:aws:s3:us-east-1:1:accesspoint/a",
    ]
)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from([float("nan"), float("inf"), -0.0, 1e308, 10**40, -1])
    | ODD_TEXT
)
ANYTHING = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ODD_TEXT, inner, max_size=3), max_leaves=8
)


def _places(document: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every value within a document."""
    inner = (
        document.items() if isinstance(document, dict) else enumerate(document) if isinstance(document, list) else ()
    )
    for step, value in inner:
        yield (*path, step)
        yield from _places(value, (*path, step))


@st.composite
def altered(draw: st.DrawFn, documents: list[Any], most: int = 3) -> Any:
    """A document with a few values of the wrong type, missing, renamed, repeated, or encoded as text."""
    document = copy.deepcopy(draw(st.sampled_from(documents)))
    for _ in range(draw(st.integers(1, most))):
        places = list(_places(document))
        if not places:
            return document
        *path, last = draw(st.sampled_from(places))
        inner = document
        for step in path:
            inner = inner[step]
        value = inner[last]
        change = draw(st.sampled_from(["other", "gone", "renamed", "listed", "spelled", "deep", "beside"]))
        if change == "gone":
            del inner[last]
        elif change == "renamed" and isinstance(inner, dict):
            inner[draw(ODD_TEXT)] = inner.pop(last)
        elif change == "listed":
            inner[last] = [value] * draw(st.integers(0, 3))
        elif change == "spelled":
            inner[last] = json.dumps(value)
        elif change == "deep":
            inner[last] = nested(draw(st.integers(1, 400)), value)
        elif change == "beside" and isinstance(inner, dict):
            inner[draw(ODD_TEXT)] = draw(ANYTHING)
        else:
            inner[last] = draw(ANYTHING)
    return document


def nested(levels: int, value: Any = None) -> Any:
    """A value nested in `levels` lists and objects."""
    for level in range(levels):
        value = [value] if level % 2 else {"a": value}
    return value


WRAPPINGS = ("none", "sns", "sns twice", "spaced", "more fields")


def wrapped(document: Any, way: str) -> str:
    """A document as a message body, in wrappings that do not change its meaning."""
    if way == "sns":
        return json.dumps({"Type": "Notification", "MessageId": "m", "Message": json.dumps(document)})
    if way == "sns twice":
        return wrapped({"Type": "Notification", "Message": json.dumps(document)}, "sns")
    if way == "spaced":
        return "\n " + json.dumps(dict(reversed(document.items())), indent=3, ensure_ascii=False) + "\t"
    if way == "more fields":
        return json.dumps(document | {"new": {"field": [1, None]}, "Zeit": "jetzt"})
    return json.dumps(document)


@st.composite
def broken(draw: st.DrawFn, bodies: list[str]) -> str:
    """A body that is invalid or extreme JSON: truncated, with an invalid token, or nested too deeply."""
    body = draw(st.sampled_from(bodies))
    way = draw(st.sampled_from(["cut", "piece", "nest", "within", "twice", "text"]))
    at = draw(st.integers(0, len(body)))
    if way == "cut":
        return body[:at]
    if way == "piece":
        piece = draw(
            st.sampled_from(["NaN", "-Infinity", "\0", "\ufeff", "\\u", "'", "1" * 5000, "1e999", "}", "[", '"', ",,"])
        )
        return body[:at] + piece + body[at:]
    if way == "nest":
        levels = draw(st.integers(800, 1_010) | st.sampled_from([1, 100_000]))
        return draw(st.sampled_from(["[" * levels, "[" * levels + "]" * levels, '{"Records":' * levels]))
    if way == "within":  # about as deep as the JSON decoder can read
        levels = draw(st.integers(900, 1_000))
        return '{"Records":[{"eventSource":"aws:s3","eventName":' + "[" * levels + "]" * levels + "}]}"
    return body + body if way == "twice" else draw(st.text(max_size=30))


def bodies(documents: list[Any] = DOCUMENTS, spelled: list[str] = BODIES) -> st.SearchStrategy[Any]:
    """Bodies of queue messages: mostly text, sometimes values that SQS never sends."""
    bodies_of_altered = st.builds(
        wrapped, altered(documents).filter(lambda each: isinstance(each, dict)), st.sampled_from(WRAPPINGS[:3])
    )
    return st.one_of(
        bodies_of_altered,
        bodies_of_altered,
        broken(spelled),
        st.sampled_from(spelled),
        ANYTHING.map(json.dumps),
        altered(documents),
        ANYTHING,
    )


@st.composite
def sqs_events(draw: st.DrawFn, body: st.SearchStrategy[Any]) -> dict[str, Any]:
    """A batch of ten messages; fields of the records are altered too."""
    records = []
    for number in range(10):
        record: Any = {"eventSource": "aws:sqs", "messageId": str(number), "body": draw(body), "attributes": {}}
        if draw(st.integers(0, 4)) == 0 and number:
            record = draw(altered([record], most=2))
        records.append(record)
    return {"Records": records}
