"""A damaged pointer, one that went back or was deleted: commands refuse it, and `pointer restore` puts it right."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tagging.serving.pointer import promoted
from tests.serving.conftest import BY, Commands, Models


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"no JSON", "does not match its schema"),
        (b"{}", "does not match its schema"),
        (lambda pointer: pointer | {"challenger": {"version": "a" * 12, "share": 1.5, "salt": "0" * 16}}, "share"),
        (lambda pointer: pointer | {"challenger": {"version": "a" * 12, "share": 0.5}}, "salt"),
        (lambda pointer: pointer | {"kind": "image"}, "is for kind image"),
        (lambda pointer: pointer | {"champion": "a" * 12, "generation": 0}, "generation"),
    ],
)
def test_a_damaged_pointer_is_named_and_restored(
    models: Models, tagging: Commands, content: bytes | Callable[[dict[str, Any]], dict[str, Any]], why: str
) -> None:
    models.push(1, 2)
    good = models.point(lambda pointer: promoted(pointer, "mail", models.id(1), BY))
    raw = content if isinstance(content, bytes) else json.dumps(content(json.loads(good.to_json()))).encode()
    models.put_raw(raw)
    for words in (("promote", models.id(2)), ("rollback",), ("promote", models.id(2), "--canary", ".1")):
        line = tagging.refused(*words, "--yes")
        assert why in line
        assert "the functions serve on by generation 1" in line
        assert "tagging pointer restore" in line
    shown = tagging("pointer", "show")
    assert shown.exit_code == 1
    assert why in shown.stdout
    restored = tagging.change("pointer", "restore")
    assert (restored["pointer"]["generation"], restored["pointer"]["champion"]) == (2, models.id(1))
    assert "the pointer is valid" in tagging.refused("pointer", "restore", "--yes")


def test_a_pointer_that_went_back_is_refused_and_restored_above_both(models: Models, tagging: Commands) -> None:
    models.push(1, 2)
    first = models.point(lambda pointer: promoted(pointer, "mail", models.id(1), BY))
    models.point(lambda pointer: promoted(pointer, "mail", models.id(2), BY))
    models.put_raw(first.to_json())
    assert "went back from generation 2 to 1" in tagging.refused("rollback", "--yes")
    restored = tagging.change("pointer", "restore")
    assert (restored["pointer"]["generation"], restored["pointer"]["champion"]) == (3, models.id(2))


def test_a_deleted_pointer_is_refused_and_restored(models: Models, tagging: Commands) -> None:
    models.push(1)
    models.point(lambda pointer: promoted(pointer, "mail", models.id(1), BY))
    models.harness.clients.s3.delete_object(Bucket=models.store.bucket, Key=models.store.pointer_key)
    assert "the pointer was deleted" in tagging.refused("promote", models.id(1), "--yes")
    restored = tagging.change("pointer", "restore")
    assert (restored["pointer"]["generation"], restored["pointer"]["champion"]) == (2, models.id(1))


def test_a_pointer_to_a_missing_version_is_left_by_a_promotion_that_accepts_other_labels(
    models: Models, tagging: Commands
) -> None:
    models.push(1)
    models.point(lambda pointer: promoted(pointer, "mail", "a" * 12, BY))
    assert f"there is no version {'a' * 12}" in tagging.refused("promote", models.id(1), "--yes")
    tagging.change("promote", models.id(1), "--replace-taxonomy")
    assert models.pointer().champion == models.id(1)
