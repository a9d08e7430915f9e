"""Each alarm has a runbook section, and each section names only commands that exist."""

from __future__ import annotations

import re
import shlex
import tomllib
from itertools import pairwise

import pytest

from infra.stage_file import stage_settings
from tagging.operations.machine_checks import CDK
from tests.documents import blocks, commands, mistake_in, mistake_in_aws
from tests.infra.conftest import Stack
from tests.runbooks import PARTS, RUNBOOKS, SECTIONS, Section

ALARM_SECTIONS = [each for each in SECTIONS.values() if each.for_alarm]
COMMANDS = sorted({shlex.join(each) for file in RUNBOOKS.glob("*.md") for each in commands(file.read_text())})


def test_every_alarm_names_an_existing_section_and_every_section_has_an_alarm(everything: Stack) -> None:
    texts = [
        each["Properties"]["AlarmDescription"]
        for kind in ("CloudWatch::Alarm", "CloudWatch::CompositeAlarm")
        for each in everything.all(kind).values()
    ]
    assert all(" Runbook: infra/runbooks/" in text for text in texts)
    faults = everything.named("MalwareGateFaults", "Events::Rule")["Targets"][0]["InputTransformer"]["InputTemplate"]
    anchors = {text.rstrip('"').partition(" Runbook: infra/runbooks/")[2] for text in (*texts, faults)}
    assert anchors == {each.anchor for each in ALARM_SECTIONS}


@pytest.mark.parametrize("section", ALARM_SECTIONS, ids=lambda section: section.anchor)
def test_a_section_has_symptom_checks_mitigation_and_rollback(section: Section) -> None:
    assert re.findall(r"^\*\*(\w+)\.\*\*", section.text, flags=re.M) == list(PARTS)
    assert list(commands(section.part("Checks")))


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_in_a_runbook_exists_with_its_options(command: str) -> None:
    words = shlex.split(command)
    if words[0] == "aws":
        assert mistake_in_aws(words) is None
    else:
        assert words[0] == "tagging" or words[:2] == ["npx", CDK]
        assert mistake_in(words) is None


def test_a_deployment_in_a_runbook_reverts_drift_or_follows_a_changed_setting() -> None:
    """A deployment of an unchanged template changes nothing, whatever was changed by hand."""
    plain = [
        section.anchor
        for section in SECTIONS.values()
        for words in commands(section.text)
        if words[:3] == ["npx", CDK, "deploy"] and "--revert-drift" not in words
    ]
    assert plain == ["README.md#change-a-setting"]


def test_runbooks_change_settings_that_exist_in_the_stage_file_only() -> None:
    changed = [block for section in SECTIONS.values() for block in blocks(section.text, "toml")]
    assert len(changed) == 6
    for block in changed:
        stage_settings("prod", tomllib.loads(block))
    words = [word for file in RUNBOOKS.glob("*.md") for each in commands(file.read_text()) for word in each]
    assert {word for before, word in pairwise(words) if before == "-c"} == {"stage=$STAGE"}


def test_every_link_in_a_runbook_has_a_target() -> None:
    for file in RUNBOOKS.glob("*.md"):
        for target in re.findall(r"\]\(([^)]+)\)", file.read_text()):
            anchor = f"{file.name}{target}" if target.startswith("#") else target
            assert anchor in SECTIONS if "#" in anchor else (RUNBOOKS / anchor).exists()


def test_every_stack_output_in_the_runbooks_exists(everything: Stack) -> None:
    intro = (RUNBOOKS / "README.md").read_text().partition("## ")[0]
    named = {name for name in re.findall(r"`([A-Z][A-Za-z]+)`", intro) if name != name.upper()}
    assert named <= set(everything.template["Outputs"])
    assert len(named) > 8


def test_the_kill_switch_sets_a_concurrency_of_zero() -> None:
    assert any(
        words[1:3] == ["lambda", "put-function-concurrency"] and words[-2:] == ["--reserved-concurrent-executions", "0"]
        for words in commands(SECTIONS["README.md#kill-switch"].text)
    )
