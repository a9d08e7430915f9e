"""Nothing in the stack is public, and each function has exactly the permissions that it uses."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cdk_nag import AwsSolutionsChecks

from infra import stage_file
from infra.app import build_app
from tests.infra.conftest import EVERYTHING, KINDS, Stack, make_project


def test_only_s3_on_behalf_of_this_account_may_write_to_the_intake_queue(dev: Stack, kind: str) -> None:
    statements = dev.named(f"{kind}IntakeQueuePolicy", "SQS::QueuePolicy")["PolicyDocument"]["Statement"]
    (allowed,) = [each for each in statements if each["Effect"] == "Allow"]
    assert allowed == {
        "Sid": "EventsFromOwnBuckets",
        "Effect": "Allow",
        "Principal": {"Service": "s3.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": dev.arn_of("SQS::Queue", f"{kind}IntakeQueue"),
        "Condition": {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}},
    }


def test_the_bucket_is_versioned_encrypted_and_closed_to_the_public(dev: Stack, kind: str) -> None:
    bucket = dev.named(f"{kind}Bucket", "S3::Bucket")
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert len(bucket["PublicAccessBlockConfiguration"]) == 4
    (rule,) = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert rule["ServerSideEncryptionByDefault"] == {"SSEAlgorithm": "AES256"}


def test_every_queue_and_bucket_requires_tls(dev: Stack) -> None:
    policies = [*dev.all("SQS::QueuePolicy").values(), *dev.all("S3::BucketPolicy").values()]
    assert len(policies) == len(dev.all("SQS::Queue")) + len(dev.all("S3::Bucket"))
    for policy in policies:
        statements = policy["Properties"]["PolicyDocument"]["Statement"]
        (denied,) = [each for each in statements if "Bool" in each.get("Condition", {})]
        assert denied["Effect"] == "Deny"
        assert denied["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
        assert denied["Principal"] == {"AWS": "*"}


def test_a_function_has_exactly_the_permissions_that_it_uses(dev: Stack, kind: str) -> None:
    role = dev.named(f"Tag{kind}", "IAM::Role")
    assert "ManagedPolicyArns" not in role
    (policy,) = role["Policies"]
    allowed: dict[str, Any] = {}
    for each in policy["PolicyDocument"]["Statement"]:
        for action in [each["Action"]] if isinstance(each["Action"], str) else each["Action"]:
            before, resource = allowed.get(action), each["Resource"]
            allowed[action] = resource if before is None else [before, *resource]
    for action in ("s3:GetObject", "s3:ListBucket"):  # CDK merges statements, sorted by resource
        allowed[action] = sorted(allowed[action], key=str)
    names = (f"{kind}IntakeQueue", f"{kind}ReprocessingQueue", "OutputsTicketQueue")
    *queue, tickets = (dev.arn_of("SQS::Queue", name) for name in names)
    # The only wildcards: an object's key is not known beforehand, nor which versions will serve.
    models = dev.arn_of("S3::Bucket", "ModelsBucket")
    served = (f"/serving/{kind.lower()}.json", f"/versions/{kind.lower()}/*")
    objects = {"Fn::Join": ["", [dev.arn_of("S3::Bucket", f"{kind}Bucket"), "/*"]]}
    learning = dev.arn_of("S3::Bucket", "LearningBucket")
    batches, hours = ({"Fn::Join": ["", [learning, f"/{part}/{kind.lower()}/*"]]} for part in ("features", "hours"))
    log = dev.arn_of("Logs::LogGroup", f"Tag{kind}Log")
    assert allowed == {
        "sqs:ReceiveMessage": queue,
        "sqs:DeleteMessage": queue,
        "sqs:GetQueueAttributes": queue,
        "s3:PutObject": batches,
        "s3:GetObject": sorted(
            [objects, batches, hours, *({"Fn::Join": ["", [models, each]]} for each in served)], key=str
        ),
        "s3:GetObjectVersion": objects,
        "s3:ListBucket": sorted([dev.arn_of("S3::Bucket", f"{kind}Bucket"), learning, models], key=str),
        "dynamodb:GetItem": dev.arn_of("DynamoDB::Table", "LabelTable"),
        "dynamodb:PutItem": dev.arn_of("DynamoDB::Table", "LabelTable"),
        "dynamodb:UpdateItem": dev.arn_of("DynamoDB::Table", "LabelTable"),
        "sqs:SendMessage": tickets,
        "logs:CreateLogStream": log,
        "logs:PutLogEvents": log,
    }


def test_the_aws_solutions_checks_have_no_findings(synthesised: Callable[..., Stack]) -> None:
    somewhere = {"region": "eu-west-1", "account": "123456789012"}
    for stage, settings in (("dev", {}), ("prod", {}), ("dev", EVERYTHING), ("dev", EVERYTHING | somewhere)):
        assert AwsSolutionsChecks().validate_scope(synthesised(stage, **settings).app).success


def test_every_suppressed_finding_has_a_reason_and_exists_without_the_suppression(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    suppressed: dict[str, str] = {}
    for module in ("access", "functions", "malware_gate", "outputs", "probe"):
        monkeypatch.setattr(f"infra.{module}.suppress_nag_findings", lambda _, findings: suppressed.update(findings))
    app = build_app(project, {"stage": "dev", **EVERYTHING}, str(tmp_path))
    rules = {each.rule_name for each in AwsSolutionsChecks().validate_scope(app).violations}
    assert rules == set(suppressed)
    assert all(len(reason.split()) >= 8 for reason in suppressed.values())
    with pytest.raises(Exception, match="ValidationFailed"):
        app.synth()


def test_nothing_is_public(everything: Stack) -> None:
    for bucket in everything.all("S3::Bucket").values():
        assert set(bucket["Properties"]["PublicAccessBlockConfiguration"].values()) == {True}
        assert bucket["Properties"]["OwnershipControls"] == {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}


def test_reads_of_items_are_logged(dev: Stack, kind: str) -> None:
    logs = dev.id_of("S3::Bucket", "AccessLogs")
    logging = dev.named(f"{kind}Bucket", "S3::Bucket")["LoggingConfiguration"]
    assert logging == {"DestinationBucketName": {"Ref": logs}, "LogFilePrefix": f"{kind.lower()}/"}
    (rule,) = dev.all("S3::Bucket")[logs]["Properties"]["LifecycleConfiguration"]["Rules"]
    assert rule["ExpirationInDays"] == 7
    allowed = [
        each
        for policy in dev.all("S3::BucketPolicy").values()
        for each in policy["Properties"]["PolicyDocument"]["Statement"]
        if each["Principal"] == {"Service": "logging.s3.amazonaws.com"}
    ]
    assert {tuple(each["Condition"]) for each in allowed} == {("ArnLike", "StringEquals")}


def test_objects_encrypted_with_a_senders_own_key_are_refused_on_upload(
    dev: Stack, everything: Stack, kind: str
) -> None:
    for stack in (dev, everything):
        bucket = stack.named(f"{kind}Bucket", "S3::Bucket")
        (rule,) = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
        assert rule["BlockedEncryptionTypes"] == {"EncryptionType": ["SSE-C"]}


def test_the_setting_encrypts_everything_with_one_rotated_key(everything: Stack) -> None:
    key = everything.only("KMS::Key")
    assert key["EnableKeyRotation"] is True
    assert everything.only("KMS::Alias")["AliasName"] == "alias/tagging-dev"
    arn = everything.arn_of("KMS::Key", "Key")
    for name, bucket in everything.all("S3::Bucket").items():
        (rule,) = bucket["Properties"]["BucketEncryption"]["ServerSideEncryptionConfiguration"]
        if not name.startswith("AccessLogs"):  # S3 delivers access logs only to buckets with its own key
            assert rule["ServerSideEncryptionByDefault"] == {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": arn}
    encrypted = (
        ("SQS::Queue", "KmsMasterKeyId"), ("SNS::Topic", "KmsMasterKeyId"), ("Logs::LogGroup", "KmsKeyId"),
        ("Lambda::Function", "KmsKeyArn"),
    )  # fmt: skip
    for kind, name in encrypted:
        ours = [each for id, each in everything.all(kind).items() if not id.startswith("CustomS3AutoDelete")]
        assert all(each["Properties"][name] == arn for each in ours)
    for table in everything.all("DynamoDB::Table").values():
        assert table["Properties"]["SSESpecification"]["KMSMasterKeyId"] == arn


def test_the_key_allows_the_services_that_write_for_this_account_only(everything: Stack) -> None:
    owner, *services = everything.only("KMS::Key")["KeyPolicy"]["Statement"]
    assert "AWS" in owner["Principal"]
    (consumer,) = [each for each in services if each["Sid"] == "TicketConsumer"]  # test_probe_and_reprocessing.py
    services.remove(consumer)
    assert {str(each["Principal"]["Service"]) for each in services if each["Sid"] != "Logs"} == {
        *("s3.amazonaws.com", "cloudwatch.amazonaws.com", "ses.amazonaws.com", "events.amazonaws.com"),
    }
    for each in services:
        # EventBridge's statement has none: test_malware_gate.py.
        assert each["Sid"] == "Verdicts" or "AWS::AccountId" in str(each["Condition"])
        assert {"kms:Decrypt", "kms:GenerateDataKey"} <= set(each["Action"])


def test_a_function_may_use_only_this_key(everything: Stack, kind: str) -> None:
    (policy,) = everything.named(f"Tag{kind}", "IAM::Role")["Policies"]
    allowed = [each for each in policy["PolicyDocument"]["Statement"] if "kms:Decrypt" in each["Action"]]
    assert [each["Resource"] for each in allowed] == [everything.arn_of("KMS::Key", "Key")]
    assert not any("*" in action for each in allowed for action in each["Action"])


def test_functions_are_in_a_vpc_by_ids_alone_and_every_role_has_the_permissions_boundary(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = 'subnet_ids = ["subnet-0a0a0a0a", "subnet-0b0b0b0b"]\nsecurity_group_ids = ["sg-0c0c0c0c"]\n'
    (tmp_path / "own.toml").write_text(f"monitoring = false\n{text}")
    monkeypatch.setattr(stage_file, "STAGE_FILES", tmp_path)
    (tmp_path / "bounded").mkdir()
    bounded = make_project(tmp_path / "bounded")
    config = json.loads((bounded / "cdk.json").read_text())
    config["context"]["@aws-cdk/core:permissionsBoundary"] = {"name": "limit"}
    (bounded / "cdk.json").write_text(json.dumps(config))
    stack = Stack(
        build_app(bounded, {"stage": "own"}, str(tmp_path / "out")).synth().get_stack_by_name("tagging-own").template
    )
    network = {"SubnetIds": ["subnet-0a0a0a0a", "subnet-0b0b0b0b"], "SecurityGroupIds": ["sg-0c0c0c0c"]}
    for kind in KINDS:
        assert stack.named(f"Tag{kind}", "Lambda::Function")["VpcConfig"] == network
        assert "ec2:CreateNetworkInterface" in str(stack.named(f"Tag{kind}", "IAM::Role")["Policies"])
    for role in stack.all("IAM::Role").values():
        assert "policy/limit" in str(role["Properties"]["PermissionsBoundary"])
