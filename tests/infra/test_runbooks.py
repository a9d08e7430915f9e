"""Each alarm has a section to read, and each section names only commands that exist."""

from __future__ import annotations

import re
import shlex

import botocore.session
import pytest
from botocore import xform_name

from tagging.operations.machine_checks import CDK
from tests.documents import commands, mistake_in
from tests.infra.conftest import Stack
from tests.runbooks import PARTS, RUNBOOKS, SECTIONS, Section

OF_THE_AWS_COMMAND_LINE = {"query", "output", "enabled", "no-enabled", "filter-pattern", "limit"}


OF_ALARMS = [each for each in SECTIONS.values() if each.of_alarm]
COMMANDS = sorted({shlex.join(each) for file in RUNBOOKS.glob("*.md") for each in commands(file.read_text())})


def test_every_alarm_ends_with_a_section_that_exists_and_every_section_has_an_alarm(everything: Stack) -> None:
    texts = [
        each["Properties"]["AlarmDescription"]
        for kind in ("CloudWatch::Alarm", "CloudWatch::CompositeAlarm")
        for each in everything.all(kind).values()
    ]
    assert all(" Runbook: infra/runbooks/" in text for text in texts)
    faults = everything.named("MalwareGateFaults", "Events::Rule")["Targets"][0]["InputTransformer"]["InputTemplate"]
    told = {text.rstrip('"').partition(" Runbook: infra/runbooks/")[2] for text in (*texts, faults)}
    assert told == {each.anchor for each in OF_ALARMS}


@pytest.mark.parametrize("section", OF_ALARMS, ids=lambda section: section.anchor)
def test_a_section_says_what_is_seen_what_to_check_what_helps_and_how_to_go_back(section: Section) -> None:
    assert re.findall(r"^\*\*(\w+)\.\*\*", section.text, flags=re.M) == list(PARTS)
    assert list(commands(section.part("Checks")))


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_in_a_runbook_exists_with_its_options(command: str) -> None:
    words = shlex.split(command)
    options = [word.removeprefix("--") for word in words if word.startswith("--")]
    if words[0] == "aws":
        operations = botocore.session.get_session().get_service_model("s3" if words[1] == "s3api" else words[1])
        by_name = {xform_name(name, "-"): name for name in operations.operation_names}
        shape = operations.operation_model(by_name[words[2]]).input_shape
        known = {xform_name(name, "-") for name in (shape.members if shape else {})}
        assert set(options) <= known | OF_THE_AWS_COMMAND_LINE
    else:
        assert words[0] == "tagging" or words[:3] in (["npx", CDK, "deploy"], ["npx", CDK, "diff"])
        assert mistake_in(words) is None


def test_every_link_in_a_runbook_leads_somewhere() -> None:
    for file in RUNBOOKS.glob("*.md"):
        for target in re.findall(r"\]\(([^)]+)\)", file.read_text()):
            whole = f"{file.name}{target}" if target.startswith("#") else target
            assert whole in SECTIONS if "#" in whole else (RUNBOOKS / whole).exists()


def test_every_name_that_the_runbooks_read_from_the_stack_is_an_output(everything: Stack) -> None:
    intro = (RUNBOOKS / "README.md").read_text().partition("## ")[0]
    named = {name for name in re.findall(r"`([A-Z][A-Za-z]+)`", intro) if name != name.upper()}
    assert named <= set(everything.template["Outputs"])
    assert len(named) > 8


def test_the_kill_switch_is_a_concurrency_of_none() -> None:
    assert any(
        words[1:3] == ["lambda", "put-function-concurrency"] and words[-2:] == ["--reserved-concurrent-executions", "0"]
        for words in commands(SECTIONS["README.md#kill-switch"].text)
    )
