"""`tagging drift`: what it prints, when it exits 1, and how a drift is acknowledged."""

from __future__ import annotations

import json
from collections.abc import Callable

import msgspec
import pytest
from click.testing import Result
from typer.testing import CliRunner

from tagging.aws import Clients
from tagging.cli.main import app
from tagging.feature_log import LogStore
from tagging.operations import Deployment
from tagging.quality import Acknowledgement, DriftReport, DriftState, Reference
from tests.corrections.conftest import clients

__all__ = ["clients"]

DRIFTED = DriftState(
    state="drifted",
    why="98 of 1,000 items instead of 51 since 2026-02-12",
    divergence=0.01,
    p_value=1e-6,
    restlessness=1.2,
    since="2026-02-12",
    items=("mail-1", "mail-2", "mail-3", "mail-4"),
)
REPORT = DriftReport(
    kind="mail",
    champion="a" * 12,
    made_at="2026-02-15T01:20:00.000+00:00",
    reference=Reference("2026-01-05", "2026-02-01"),
    labels={
        "refund": DRIFTED,
        "payment": DriftState(state="steady", why=""),
        "legal": DriftState(state="silent", why="given to 1.0 items a day; fewer than 5 say nothing"),
    },
    inputs={"length": DriftState(state="steady", why="")},
)
Run = Callable[..., Result]


@pytest.fixture
def run(store: LogStore, clients: Clients, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run `tagging drift` on a stage whose bucket is `store`."""
    deployment = Deployment("shop", clients, "rows", (), "", "", learning_bucket=store.bucket)
    monkeypatch.setattr("tagging.cli.drift.find_deployment", lambda _: deployment)
    monkeypatch.setattr("tagging.cli.drift.identity", lambda _: "anna")
    monkeypatch.setenv("COLUMNS", "100")
    return lambda *words: CliRunner().invoke(app, ["drift", *words, "--stage", "shop"])


def keep(store: LogStore, report: DriftReport) -> None:
    assert store.replace_object(f"drift/{report.kind}.json", msgspec.json.encode(report), None)


def test_what_has_drifted_is_named_with_its_days_and_items_and_exits_1(store: LogStore, run: Run) -> None:
    keep(store, REPORT)
    result = run()
    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        f"mails, by {'a' * 12}, 2026-02-15T01:20 UTC",
        "  compared with 2026-01-05 to 2026-02-01",
        "  refund  98 of 1,000 items instead of 51 since 2026-02-12",
        "    items: mail-1 mail-2 mail-3 and 1 more (--json)",
        "  2 labels and inputs are as in the reference; 1 are silent: too few items",
        "  looked at? tagging drift acknowledge refund --why TEXT --stage shop",
    ]
    assert json.loads(run("--json").stdout) == json.loads(msgspec.json.encode(REPORT))


def test_an_acknowledged_drift_exits_0_and_shows_who_looked_at_it(store: LogStore, run: Run) -> None:
    keep(store, REPORT)
    done = run("acknowledge", "refund", "--why", "a sale", "--json")
    assert done.exit_code == 0
    assert json.loads(done.stdout)["acknowledged"]["by"] == "anna"
    shown = run()
    assert shown.exit_code == 0
    assert "acknowledged by anna, " in shown.stdout
    assert "looked at?" not in shown.stdout
    again = run("acknowledge", "refund", "--why", "a sale")
    assert again.exit_code == 1
    assert "anna acknowledged refund at " in again.stderr


@pytest.mark.parametrize("words", [("acknowledge", "payment", "--why", "x"), ("acknowledge", "nothing", "--why", "x")])
def test_what_has_not_drifted_is_not_acknowledged(store: LogStore, run: Run, words: tuple[str, ...]) -> None:
    keep(store, REPORT)
    result = run(*words)
    assert result.exit_code == 1
    assert f"{words[1]} has not drifted; what has: refund; nothing was changed" in result.stderr


def test_acknowledging_asks_why(run: Run) -> None:
    assert run("acknowledge", "refund").exit_code == 2


def test_without_a_report_one_sentence_says_what_makes_it(run: Run) -> None:
    result = run()
    assert result.exit_code == 1
    assert result.stderr.count("\n") == 1
    assert "the setting `features` is `all`" in result.stderr


def test_a_silent_report_says_why(store: LogStore, run: Run) -> None:
    keep(store, DriftReport(kind="image", champion="b", made_at="2026", reference=None, why_silent="9 more days"))
    result = run("--kind", "image")
    assert result.exit_code == 0
    assert "9 more days" in result.stdout


def test_text_of_people_is_printed_as_it_is(store: LogStore, run: Run) -> None:
    seen = Acknowledgement("[red]x", "2026-02-13T00:00:00.000+00:00", "[/bold]", "2026-02-12")
    keep(store, msgspec.structs.replace(REPORT, labels={"refund": msgspec.structs.replace(DRIFTED, acknowledged=seen)}))
    assert "acknowledged by [red]x, 2026-02-13: [/bold]" in run().stdout
