"""`tagging doctor` about who serves: the promotion that is missing, damaged versions, what a deployment will change."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tagging.aws import client_at
from tagging.operations.check import Check
from tagging.operations.serving_checks import check_serving
from tests.service_harness import REGION
from tests.serving.conftest import Commands, Models


def checked(models: Models, tagging: Commands, bundle: int = 0) -> tuple[Check, Check]:
    """Both lines about mails, where the project's bundle is this one."""
    requirements = {"bundles": {"mail_model": models.folder(bundle)}}
    now, after = check_serving(tagging.stage, requirements, Path("/"))
    return now, after


def test_without_a_pointer_the_layer_serves_and_the_next_deployment_changes_it(
    models: Models, tagging: Commands
) -> None:
    now, after = checked(models, tagging, bundle=1)
    assert now.state == after.state == "ok"
    assert "the layer's bundle serves" in now.found
    assert f"{models.id(0)} → {models.id(1)}" in after.found


def test_a_champion_for_the_deployed_encoder_serves_on_after_a_deployment(models: Models, tagging: Commands) -> None:
    models.push(1)
    tagging.change("promote", models.id(1))
    now, after = checked(models, tagging)
    assert (now.state, after.state) == ("ok", "ok")
    assert models.id(1) in now.found
    assert after.found == f"{models.id(1)} serves on"


def test_a_damaged_pointer_names_the_command_that_restores_it(models: Models, tagging: Commands) -> None:
    models.push(1)
    tagging.change("promote", models.id(1))
    models.put_raw(b"{}")
    now, _ = checked(models, tagging)
    assert now.state == "missing"
    assert now.todo == f"tagging pointer restore --kind mail --stage {tagging.stage}"


def test_a_damaged_champion_is_named_with_the_reason(models: Models, tagging: Commands) -> None:
    models.push(1)
    tagging.change("promote", models.id(1))
    key = f"versions/mail/{models.id(1)}/heads.onnx"
    models.harness.clients.s3.put_object(Bucket=models.store.bucket, Key=key, Body=b"another file")
    now, _ = checked(models, tagging)
    assert now.state == "missing"
    assert models.id(1) in now.found
    assert now.todo.startswith("tagging rollback --kind mail")


def test_a_champion_for_another_encoder_than_the_deployed_one_names_the_missing_promotion(
    models: Models, tagging: Commands, moto: str
) -> None:
    models.push(1)
    tagging.change("promote", models.id(1))
    formation, stack = client_at(moto, REGION, "cloudformation"), f"tagging-{tagging.stage}"
    (found,) = formation.describe_stacks(StackName=stack)["Stacks"]
    outputs = {each["OutputKey"]: {"Value": each["OutputValue"]} for each in found["Outputs"]}
    layer = json.loads(outputs["MailLayer"]["Value"]) | {"encoder": "0" * 12}
    outputs["MailLayer"]["Value"] = json.dumps(layer)
    template = {"Resources": {"Nothing": {"Type": "AWS::SQS::Queue"}}, "Outputs": outputs}
    formation.update_stack(StackName=stack, TemplateBody=json.dumps(template))
    now, after = checked(models, tagging)
    assert now.state == "missing"
    assert f"deployed {'0' * 12}: the layer's bundle serves" in now.found
    assert now.todo == f"tagging promote layer --kind mail --stage {tagging.stage}"
    assert after.state == "ok", "the project's bundle has the champion's encoder"


@pytest.mark.usefixtures("tagging")
def test_a_stage_that_is_not_deployed_is_another_checks_matter() -> None:
    assert list(check_serving("nowhere", {"bundles": {}}, Path("/"))) == []
