"""Policies and calls, both read: what commands, runbooks and functions call is allowed, and nothing else."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterable, Iterator
from pathlib import Path

import botocore.session
import pytest
from botocore import xform_name

from infra.app import ROOT
from tests.documents import commands
from tests.infra.conftest import KINDS, Stack
from tests.runbooks import SECTIONS

PACKAGE = ROOT / "layers/tagging/python/tagging"
COMMANDS = ("operations", "store", "intake")
"""Rooms with the calls of commands; `intake` and `store` are also the functions'."""
MODEL_STORE = PACKAGE / "serving/model_store.py"
"""The calls to the bucket of models that functions share with commands; functions only read."""
RELEASES = ("models", "pointer_changes", "pointer_history", "retirement", "versions")
MODELS = frozenset({MODEL_STORE, *(PACKAGE / f"operations/{name}.py" for name in RELEASES)})
"""Every call of commands to the bucket of models."""
MODELS_BUCKET = "ModelsBucket"
LEARNING_BUCKET = "LearningBucket"
LOG_STORE = PACKAGE / "feature_log/storage.py"
"""Every call to the bucket of the feature log: of functions, of compaction and of commands."""
SERVICES = ("cloudformation", "cloudwatch", "dynamodb", "guardduty", "lambda", "logs", "s3", "ses", "sesv2", "sns",
            "sqs", "ssm", "sts")  # fmt: skip
READS = ("batch_get_", "describe_", "filter_", "get_", "head_", "list_", "query", "scan")
ACTIONS = {
    "s3:HeadObject": ("s3:GetObject",),
    "s3:ListObjectVersions": ("s3:ListBucketVersions",),
    "s3:ListObjectsV2": ("s3:ListBucket",),
    "s3:GetObjectTagging": ("s3:GetObjectVersionTagging",),
    "s3:DeleteObject": ("s3:DeleteObjectVersion",),
    "s3:CopyObject": ("s3:GetObject", "s3:PutObject"),
    "sqs:SendMessageBatch": ("sqs:SendMessage",),
    "sesv2:GetEmailIdentity": ("ses:GetEmailIdentity",),
    "sts:GetCallerIdentity": (),
}
"""Operations whose permission has another name: reading headers is reading the object, a call with a version needs the
action of that name, a batch the single action, a copy reads and writes. Anybody may ask who they are."""
OPERATORS = frozenset({"s3:GetObject"})
"""Reading calls for operators only: who may ask for the newest version of a key may read every mail."""
DEPLOYERS = frozenset({"README.md#restore-what-was-changed-by-hand", "README.md#first-deployment-failed"})
"""Sections whose commands change the stack itself, which takes the permissions of a deployment."""
NEVER_CALLED = {
    "s3:ListBucket": "without it, S3 responds 403 for a missing object, as if access were denied",
    "s3:GetObjectVersion": "GetObject with a version needs the action of this name",
    "sqs:ReceiveMessage": "Lambda receives for the event source mapping, with the function's role",
    "sqs:DeleteMessage": "Lambda deletes what the function did not return",
    "sqs:GetQueueAttributes": "Lambda needs it to poll a queue",
    "logs:CreateLogStream": "Lambda writes the log with the function's role",
    "logs:PutLogEvents": "Lambda writes the log with the function's role",
    "kms:Decrypt": "S3, SQS, DynamoDB and Lambda decrypt for the caller",
    "kms:DescribeKey": "DynamoDB looks at the key for the caller",
    "kms:Encrypt": "DynamoDB encrypts for the caller",
    "kms:GenerateDataKey": "SQS encrypts for the sender, S3 for the writer",
    "kms:ReEncryptFrom": "DynamoDB encrypts anew for the caller",
    "kms:ReEncryptTo": "DynamoDB encrypts anew for the caller",
}
"""Allowed actions that no code of ours calls, with AWS's reason."""


def operations() -> dict[str, list[tuple[str, str]]]:
    """Method of boto3 → services and operations with that method."""
    session = botocore.session.get_session()
    found: dict[str, list[tuple[str, str]]] = {}
    for service in SERVICES:
        for name in session.get_service_model(service).operation_names:
            found.setdefault(xform_name(name), []).append((service, name))
    return found


METHODS = operations()


def calls(paths: Iterable[Path]) -> Iterator[tuple[str, str]]:
    """Method of boto3 and the action that it needs, for each call in these files.

    Clients are named for their service, or made by `account_client`.
    """
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text())):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            method, client = node.func.attr, ast.unparse(node.func.value)
            if method == "get_paginator":
                (argument,) = node.args
                method = ast.literal_eval(argument)
            named = [each for each in METHODS.get(method, ()) if _client_of(client) == each[0]]
            for service, operation in named:
                for action in needed(service, operation):
                    yield method, action


def needed(service: str, operation: str) -> tuple[str, ...]:
    """The actions that an operation needs."""
    return ACTIONS.get(f"{service}:{operation}", (f"{service}:{operation}",))


def _client_of(client: str) -> str:
    if client.startswith("account_client("):
        return str(ast.literal_eval(client.removeprefix("account_client(").removesuffix(")")))
    return client.rsplit(".", 1)[-1].lstrip("_").removesuffix("()")  # a function may make the client


def sources(*rooms: str) -> list[Path]:
    return [path for room in rooms for path in sorted((PACKAGE / room).rglob("*.py"))]


def runbook_calls(*, checks: bool, models: bool = False) -> set[str]:
    """Actions of the runbooks' commands: those that look, or those that change something."""
    found: set[str] = set()
    for section in SECTIONS.values():
        if section.anchor in DEPLOYERS:
            continue
        for words in commands(section.text):
            if words[0] != "aws" or words[1] == "service-quotas":  # a quota is the account's, not the stage's
                continue
            if ("$MODELS_BUCKET" in words) != models:
                continue
            service = words[1].removesuffix("api")
            operation = next(name for each, name in METHODS[words[2].replace("-", "_")] if each == service)
            if words[2].replace("-", "_").startswith(READS) == checks:
                found.update(needed(service, operation))
    return found


def allowed(stack: Stack, name: str, bucket: str = "") -> set[str]:
    """Actions of a managed policy or of a role, on the bucket of models or of the log, or on everything else."""
    if name in KINDS:
        documents = [each["PolicyDocument"] for each in stack.named(f"Tag{name}", "IAM::Role")["Policies"]]
    else:
        documents = [stack.named(f"People{name}", "IAM::ManagedPolicy")["PolicyDocument"]]
    statements = [each for document in documents for each in document["Statement"]]
    actions = [each["Action"] for each in statements if bucket in _buckets(each)]
    return {action for each in actions for action in ([each] if isinstance(each, str) else each)}


def _buckets(statement: dict) -> set[str]:
    """The bucket of models or of the log that each resource of a statement is in; empty for every other resource."""
    resources = statement["Resource"] if isinstance(statement["Resource"], list) else [statement["Resource"]]
    named = (MODELS_BUCKET, LEARNING_BUCKET)
    return {next((name for name in named if name in str(each)), "") for each in resources}


def commands_call(*, reading: bool) -> set[str]:
    found = {
        (method, action)
        for method, action in calls(set(sources(*COMMANDS)) - MODELS)
        if (method.startswith(READS) and action not in OPERATORS) == reading
    }
    return {action for _, action in found}


def test_a_reader_may_do_exactly_what_looking_calls(everything: Stack) -> None:
    permitted = allowed(everything, "Reader")
    called = commands_call(reading=True) | runbook_calls(checks=True)
    assert called - permitted == set()
    assert permitted - called <= set(NEVER_CALLED)
    assert not OPERATORS & permitted


def test_an_operator_may_also_do_exactly_what_repairing_calls(everything: Stack) -> None:
    permitted = allowed(everything, "Operator")
    called = commands_call(reading=False) | runbook_calls(checks=False)
    assert called - permitted == set()
    assert permitted - called <= set(NEVER_CALLED)
    assert not permitted & allowed(everything, "Reader") - {"kms:Decrypt"}, "reader has it already"


def test_everybody_may_do_with_models_exactly_what_they_call(everything: Stack, kind: str) -> None:
    assert allowed(everything, kind, MODELS_BUCKET) == {a for m, a in calls([MODEL_STORE]) if m.startswith(READS)}
    of_version = {"s3:GetObjectVersionTagging": "s3:GetObjectTagging"}  # versions' tags are asked for without a version
    for name, reading in (("Reader", True), ("Operator", False)):
        called = {of_version.get(a, a) for m, a in calls(MODELS) if m.startswith(READS) == reading}
        permitted = allowed(everything, name, MODELS_BUCKET)
        assert called | runbook_calls(checks=reading, models=True) == permitted - {"s3:GetObjectVersion"}
        assert ("s3:GetObjectVersion" in permitted) == reading, "earlier pointers; NEVER_CALLED has the reason"


def test_the_log_is_written_by_functions_compacted_by_one_read_by_people_and_erased_by_operators(
    everything: Stack, kind: str
) -> None:
    called = {action for _, action in calls([LOG_STORE])}
    erasing = called & {"s3:DeleteObjectVersion"}
    assert len(called) == 4
    assert allowed(everything, kind, LEARNING_BUCKET) == called - erasing
    assert allowed(everything, "Reader", LEARNING_BUCKET) == {"s3:GetObject", "s3:ListBucket"}
    assert allowed(everything, "Operator", LEARNING_BUCKET) == {"s3:PutObject", "s3:DeleteObject"}


def test_a_function_may_do_exactly_what_it_calls(everything: Stack, kind: str) -> None:
    functions = [PACKAGE / "intake/objects.py", PACKAGE / "store/label_table.py", PACKAGE / "store/ticket_queue.py"]
    called = {action for _, action in calls(functions)}
    permitted = allowed(everything, kind)
    removed_by_operators = {"dynamodb:DeleteItem"}  # an item's entries in the index, when it is erased
    assert called - permitted == removed_by_operators
    assert permitted - called <= set(NEVER_CALLED)


def test_every_module_with_calls_was_read() -> None:
    """A client under another name would hide its calls."""
    methods = {name for name in METHODS if "_" in name}
    unread = {
        f"{path.name}: {node.func.attr}"
        for path in (*sources(*COMMANDS), MODEL_STORE, LOG_STORE)
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in methods
        if _client_of(ast.unparse(node.func.value)) not in SERVICES
    }
    assert unread == set()


def test_every_reason_without_a_call_is_used(everything: Stack) -> None:
    permitted = {action for name in (*KINDS, "Reader", "Operator") for action in allowed(everything, name)}
    assert set(NEVER_CALLED) <= permitted


@pytest.mark.parametrize("name", ["Reader", "Operator"])
def test_people_reach_nothing_of_another_stage_but_what_the_account_shows(everything: Stack, name: str) -> None:
    statements = everything.named(f"People{name}", "IAM::ManagedPolicy")["PolicyDocument"]["Statement"]
    everywhere = [each["Action"] for each in statements if each["Resource"] == "*"]
    reads = ("cloudwatch:Describe", "cloudwatch:GetMetricData", "lambda:Get", "lambda:List", "ses:Describe", "ses:Get")
    assert all(action.startswith(reads) for actions in everywhere for action in actions)
    assert not any("*" in action for each in statements for action in each["Action"])


def test_the_key_is_used_through_services_only(everything: Stack) -> None:
    documents = [json.dumps(everything.named(f"Tag{kind}", "IAM::Role")) for kind in KINDS]
    documents += [json.dumps(each) for each in everything.all("IAM::ManagedPolicy").values()]
    assert len(documents) == 5
    for document in documents:
        (condition,) = [
            each["Condition"]["StringEquals"]["kms:ViaService"]
            for each in _statements(json.loads(document))
            if "kms:Decrypt" in each["Action"]
        ]
        services = {each["Fn::Join"][1][0].rstrip(".") for each in condition}
        assert services <= {"lambda", "s3", "sqs", "dynamodb"}


def _statements(resource: dict) -> Iterator[dict]:
    properties = resource.get("Properties", resource)
    for policy in properties.get("Policies", [properties]):
        yield from policy["PolicyDocument"]["Statement"]
