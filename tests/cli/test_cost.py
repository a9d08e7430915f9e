"""`tagging cost`: how the bill is printed, for people and as JSON."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from infra.cost.load import MONTH_S
from tagging.cli.cost import cost
from tagging.local.template import Template


@pytest.fixture
def run(prod_template: Template, tmp_path: Path):
    path = tmp_path / "tagging-prod.template.json"
    path.write_text(json.dumps(prod_template.document))
    app = typer.Typer()
    app.command()(cost)
    return lambda *words: CliRunner().invoke(app, ["--template", str(path), *words], env={"COLUMNS": "120"})


def test_json_holds_every_line_and_its_sums(run) -> None:
    done = run("--mails", "2000000", "--images", "1000", "--json")
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert told["load"] == {"mails": 2_000_000, "images": 1000}
    assert [bill["batch_size"] for bill in told["bills"]] == [1, 10]
    for bill in told["bills"]:
        assert bill["totals"]["all"] == pytest.approx(math.fsum(line["usd"] for line in bill["lines"]))
    assert {pool["function"]: pool["kept"] for pool in told["warm_pools"]} == {"tag_mail": 2, "tag_image": 1}


def test_people_see_the_goals_met_or_not(run) -> None:
    done = run("--batch-size", "1")
    assert done.exit_code == 0, done.output
    assert "goal: tag path at most $5 for 1,000,000 mails" in done.stdout
    assert "batch 1" in done.stdout
    assert "batch 10" not in done.stdout


@pytest.mark.parametrize(("words", "said"), [(["--region", "nowhere"], "us-east-1"), (["--mails", "0"], "a load")])
def test_wrong_use_is_one_clear_line(run, words: list[str], said: str) -> None:
    done = run(*words)
    assert done.exit_code == 2
    assert said in " ".join(done.output.split())


def test_a_file_that_is_no_template_is_said(run, tmp_path: Path) -> None:
    (tmp_path / "x.template.json").write_text("{}")
    done = run("--template", str(tmp_path / "x.template.json"))
    assert done.exit_code == 1
    assert "no CloudFormation template" in done.output


def test_the_bill_begins_with_the_total_of_the_load_as_it_arrives(run) -> None:
    printed = " ".join(run("--mails", "2000000").stdout.split())
    document = json.loads(run("--mails", "2000000", "--json").stdout)
    arriving = document["as_it_arrives"]
    assert printed.startswith(f"tagging-prod: ${arriving['totals']['all']:,.2f} a month for 2,000,000 mails")
    assert arriving["per_hour"]["mail"] == pytest.approx(2_000_000 / 730)
    assert arriving["batch_sizes"]["tag_mail"] == arriving["batch_size"] == pytest.approx(1 + 2_000_000 / MONTH_S / 5)
    faster = json.loads(run("--mails", "2000000", "--mails-per-hour", "36000", "--json").stdout)["as_it_arrives"]
    assert faster["batch_size"] == pytest.approx(3)


def test_alternatives_are_compared_total_with_total(run) -> None:
    document = json.loads(run("--json").stdout)
    lines = {line["part"]: line["usd"] for line in document["as_it_arrives"]["lines"]}
    totals = document["as_it_arrives"]["totals"]
    around = totals["all"] - totals["warm pool"] - lines["compute tag_mail"]
    for alternative in document["alternatives"]:
        assert alternative["total"] == pytest.approx(alternative["usd"] + around)
