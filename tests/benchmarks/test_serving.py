"""`tagging benchmark canary` and `rollback`: what they count."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from typer.testing import CliRunner

from benchmarks.serving import canary
from benchmarks.serving.rollback import effects, meets_bars
from benchmarks.speed.versions import other_version
from tagging.cli.main import app
from tagging.model import BundleVersion
from tagging.serving import load_version
from tagging.start import load_bundle
from tagging.store import Revision, Row
from tests.mail_bundle import write_mail_bundle

AT = datetime(2026, 11, 28, 12, tzinfo=UTC)


def row(generation: int, second: float) -> Row:
    at = (AT + timedelta(seconds=second)).isoformat(timespec="microseconds")
    revision = Revision(at, BundleVersion("e", "h", "t"), generation=generation)
    return Row(id=f"{generation} {second}", kind="mail", source={}, attempt="a", revision=revision)


def test_a_canary_serves_exactly_the_items_that_salt_and_id_say():
    done = CliRunner().invoke(app, ["benchmark", "canary", "--ids", "3000", "--json"])
    assert done.exit_code == 0, done.output
    figures = json.loads(done.stdout)
    assert (figures["on_the_wrong_side"], figures["switched_back"]) == (0, 0)
    assert 0 < figures["served_at_0.05"] < figures["served_at_0.25"] < 3000


def test_a_share_that_is_not_exact_is_wrong(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(canary, "recomputed", lambda _, items: set(items[:50]))
    assert CliRunner().invoke(app, ["benchmark", "canary", "--ids", "1000", "--json"]).exit_code == 1


def test_delays_are_the_worst_of_all_changes():
    rows = [row(0, -1), row(0, 4), row(1, 2), row(1, 9), row(2, 13)]
    figures = effects(rows, {1: AT, 2: AT + timedelta(seconds=10)})
    assert figures == {"first_of_the_new": 3.0, "last_of_the_old": 4.0}
    complete = {"mails": 5, "rows": 5}
    assert meets_bars(figures | complete)
    assert not meets_bars(figures | complete | {"rows": 4})
    assert not meets_bars(figures | complete | {"first_of_the_new": 3.1})
    assert not meets_bars(figures | complete | {"last_of_the_old": 34.0})


def test_a_generation_without_a_row_never_took_effect():
    assert not meets_bars(effects([row(0, 1)], {1: AT}) | {"mails": 1, "rows": 1})


def test_another_version_tags_as_its_bundle_and_has_another_id(tmp_path):
    folder = write_mail_bundle(tmp_path / "made")
    bundle = load_bundle(folder).bundle
    version, files = other_version(folder)
    assert version != bundle.manifest.checksum[:12]
    assert load_version(files, version, bundle).bundle.version == bundle.version
