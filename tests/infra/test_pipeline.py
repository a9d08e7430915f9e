"""The workflow that deploys: its commands, variables and outputs exist, and prod comes after dev and an approval."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from infra.stage_file import stage_settings
from tagging.operations.machine_checks import CDK
from tests.documents import ROOT, commands, mistake_in, mistake_in_aws
from tests.infra.conftest import Stack

TEXT = (ROOT / ".github/workflows/deploy.yml").read_text()
JOBS: dict[str, dict[str, Any]] = yaml.safe_load(TEXT)["jobs"]
RUNS = [step["run"] for job in JOBS.values() for step in job["steps"] if "run" in step]
COMMANDS = [words for run in RUNS for words in commands(f"```sh\n{run.rstrip()}\n```\n")]
OF_THE_RUNNER = {"cat", "gh", "grep", "head", "jq", "sed", "sleep", "tee"}
"""Programs that each of GitHub's machines has."""


def cdk_commands(job: str) -> list[str]:
    runs = "\n".join(step["run"] for step in JOBS[job]["steps"] if "run" in step)
    return re.findall(r"npx aws-cdk\S+ (\w+)", runs)


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_exists_with_its_options(words: list[str]) -> None:
    if words[0] == "aws":
        assert mistake_in_aws(words) is None
    elif words[0] not in OF_THE_RUNNER:
        assert words[0] in ("npx", "make", ".venv/bin/tagging")
        assert mistake_in(words) is None


def test_the_probe_is_found_by_an_output_of_the_stack(synthesised: Any, prod: Stack) -> None:
    outputs = re.findall(r'\.\["tagging-(\w+)"\]\.(\w+)', TEXT)
    assert [stage for stage, _ in outputs] == ["dev", "prod"]
    for stack, (_, output) in zip((synthesised("dev", probe="true"), prod), outputs, strict=True):
        assert output in stack.template["Outputs"]


def test_prod_follows_dev_and_its_probe_an_approval_and_a_check_for_drift() -> None:
    assert JOBS["prod"]["needs"] == "dev"
    assert JOBS["prod"]["environment"] == "prod"
    assert cdk_commands("dev") == ["deploy"]
    assert "lambda invoke" in JOBS["dev"]["steps"][-1]["run"]
    assert cdk_commands("prod") == ["drift", "deploy"]
    assert cdk_commands("look") == ["synth", "diff"]


def test_no_step_writes_into_build_before_it_exists() -> None:
    """A clone has no such folder: `tagging build` makes it, which cdk.json lets synth and deploy run first."""
    for job in JOBS.values():
        runs = [step["run"] for step in job["steps"] if "run" in step]
        building = next(index for index, run in enumerate(runs) if re.search(r"aws-cdk\S+ (synth|deploy|drift)", run))
        assert not any(re.search(r"(>|tee) build/", run) for run in runs[: building + 1])


def test_a_pull_request_is_compared_with_the_permissions_of_the_lookup_role() -> None:
    """A change set needs the deploy role, also one that is only attempted."""
    (diff,) = [words for words in COMMANDS if words[:3] == ["npx", CDK, "diff"]]
    assert "--method=template" in diff


def test_no_program_writes_into_a_pipe_that_is_closed_early() -> None:
    """Steps run with pipefail: what `head` cuts off would end the writer with SIGPIPE, and the step with it."""
    assert not any(re.search(r"\|\s*(head|grep -q)", run) for run in RUNS)


def test_a_stage_with_retain_is_deployed_without_settings_of_its_own() -> None:
    """The app refuses any -c but the stage for it."""
    assert stage_settings("prod").retain
    given = [words for words in COMMANDS if "stage=prod" in words]
    assert len(given) == 4
    assert all(words.count("-c") == 1 for words in given)


def test_nobody_keeps_keys() -> None:
    """GitHub's token is exchanged for a role, which a pull request from a fork does not get."""
    assert "secrets." not in TEXT
    assert yaml.safe_load(TEXT)["permissions"]["id-token"] == "write"
    assert "head.repo.full_name == github.repository" in JOBS["look"]["if"]
