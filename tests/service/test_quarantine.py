"""Input that can never be tagged is quarantined once, with its reason; the rest of the batch is not affected."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

from tagging.quarantine import REASONS, Reason
from tests.messages import inline
from tests.service_harness import ServiceHarness


def test_only_the_missing_item_is_quarantined(each_harness: ServiceHarness) -> None:
    good = each_harness.event("a.eml", each_harness.put("a.eml"))
    gone = each_harness.event("b.eml", "00000000-0000-0000-0000-000000000000")
    assert each_harness.handle(good, gone) == []
    found = {row.source["key"]: row.revision.quarantine for row in each_harness.rows()}
    assert found["a.eml"] is None
    assert found["b.eml"] is not None
    assert found["b.eml"].reason == "object_gone"
    assert len(each_harness.tickets()) == 1


def test_an_object_over_the_limit_is_quarantined_without_being_read(each_harness: ServiceHarness) -> None:
    told = each_harness.event("a.eml", each_harness.put("a.eml", b"x" * 100_001), size=100_001)
    lied = each_harness.event("b.eml", each_harness.put("b.eml", b"x" * 100_001), size=10)
    assert each_harness.handle(told, lied) == []
    assert [row.revision.quarantine.reason for row in each_harness.rows() if row.revision.quarantine] == [
        "too_large"
    ] * 2


def test_an_overwritten_object_without_versions_is_superseded(each_harness: ServiceHarness) -> None:
    each_harness.put("a.eml")
    assert each_harness.handle(each_harness.event("a.eml", None, eTag="0" * 32)) == []
    assert each_harness.row().revision.quarantine is not None
    assert each_harness.row().revision.quarantine.reason == "superseded"


def test_an_archived_object_is_quarantined_until_somebody_restores_it(each_harness: ServiceHarness) -> None:
    """S3 forbids to read it, as it forbids what a permission lacks; but no retry of ours restores it."""
    stored = {
        "Bucket": each_harness.bucket,
        "Key": "a.eml",
        "Body": each_harness.samples.good,
        "StorageClass": "GLACIER",
    }
    body = each_harness.event("a.eml", each_harness.clients.s3.put_object(**stored)["VersionId"])
    assert each_harness.handle(body) == []
    assert each_harness.row().revision.quarantine is not None
    assert each_harness.row().revision.quarantine.reason == "archived"
    each_harness.clients.s3.restore_object(Bucket=each_harness.bucket, Key="a.eml", RestoreRequest={"Days": 1})
    assert each_harness.handle(body) == []
    assert each_harness.row().revision.quarantine is None
    assert len(each_harness.tickets()) == 1


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("not json", "not_json"),
        ('{"hello": 1}', "not_ours"),
        (inline("a", "   "), "empty"),
        (inline("a", "hello", heads=["no_such_head"]), "unknown_head"),
        ('{"schema": "tagging.item/1", "kind": "image", "object": {"bucket": "b", "key": "k"}}', "object_gone"),
    ],
)
def test_input_that_can_never_be_tagged_is_quarantined_once(harness: ServiceHarness, body: str, reason: str) -> None:
    assert harness.handle(body) == []
    assert harness.handle(body) == []
    quarantine = harness.row().revision.quarantine
    assert quarantine is not None
    assert quarantine.reason == reason
    assert harness.tickets() == []


def test_an_image_is_not_tagged_as_a_mail(harness: ServiceHarness) -> None:
    pointer = {"bucket": harness.bucket, "key": "a.png", "version": harness.put("a.png")}
    harness.handle(json.dumps({"schema": "tagging.item/1", "kind": "image", "object": pointer}))
    assert harness.row().revision.quarantine is not None
    assert harness.row().revision.quarantine.reason == "wrong_kind"


def strings(node: ast.AST | None) -> Iterator[str]:
    """All string literals in an expression."""
    for inner in ast.walk(node) if node else ():
        if isinstance(inner, ast.Constant) and isinstance(inner.value, str):
            yield inner.value


def raised_reasons(source: str) -> Iterator[str]:
    """The codes of `Quarantined(…)`, `Quarantine(…)` and of tables and constants of type Reason in a module."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args:
            if node.func.id in ("Quarantined", "Quarantine"):
                yield from strings(node.args[0])
        elif isinstance(node, ast.AnnAssign) and re.search(r"\bReason\b", ast.unparse(node.annotation)):
            values = node.value.values if isinstance(node.value, ast.Dict) else [node.value]
            yield from (reason for value in values for reason in strings(value))


def test_every_reason_is_in_the_table_and_is_raised(root: Path) -> None:
    package = root / "layers/tagging/python/tagging"
    sources = [path for path in package.rglob("*.py") if path != package / "quarantine.py"]
    raised = {reason for path in sources for reason in raised_reasons(path.read_text())}
    assert raised == set(REASONS)
    assert set(get_args(Reason)) == set(REASONS)
