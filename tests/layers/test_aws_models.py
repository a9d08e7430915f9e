"""The reduced service models contain every operation that the functions call, and behave like the full ones."""

from __future__ import annotations

import ast
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import botocore
import botocore.session
import pytest
from botocore import xform_name
from botocore.exceptions import ClientError
from botocore.loaders import Loader

from infra.app import ROOT
from layers.runtime.aws_models import OPERATIONS, reduced, slim
from tagging.local.moto_server import REGION

PACKAGE = ROOT / "layers/tagging/python/tagging"
DATA = Path(botocore.__file__).parent / "data"
BY_BOTOCORE = {"s3": {"head_bucket"}, "dynamodb": {"describe_endpoints"}, "sqs": set(), "sesv2": set()}


@pytest.fixture(scope="module")
def slimmed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("data") / "data"
    chosen = shutil.ignore_patterns("examples-1.json")
    for name in OPERATIONS:
        shutil.copytree(DATA / name, data / name, ignore=chosen)
    for path in DATA.glob("*.json"):
        shutil.copy(path, data)
    slim(data)
    return data


def client_of(data: Path, endpoint: str, service: str):
    session = botocore.session.Session()
    session.register_component(
        "data_loader", Loader(extra_search_paths=[str(data)], include_default_search_paths=False)
    )
    keys = {"aws_access_key_id": "local", "aws_secret_access_key": "local"}
    return session.create_client(service, region_name=REGION, endpoint_url=endpoint, **keys)


def loaded_by_functions() -> Iterator[Path]:
    """The modules of our package that a function imports, directly or indirectly, at its start or later."""
    pending = [*(ROOT / "functions").glob("*.py")]
    seen: set[Path] = set()
    while pending:
        path = pending.pop()
        if path in seen:
            continue
        seen.add(path)
        yield path
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("tagging."):
                pending += modules_of(str(node.module), {alias.name for alias in node.names})


def modules_of(module: str, names: set[str]) -> Iterator[Path]:
    """The module that defines the names: this one, or modules behind the door of this room."""
    path = PACKAGE.joinpath(*module.split(".")[1:])
    if not path.is_dir():
        yield path.with_suffix(".py")
        return
    for node in ast.walk(ast.parse((path / "__init__.py").read_text())):
        if (
            isinstance(node, ast.ImportFrom)
            and names & {alias.name for alias in node.names}
            and node.module != "tagging"
        ):
            yield from modules_of(str(node.module), names)


def test_the_functions_modules_are_found_through_the_doors() -> None:
    modules = {str(path.relative_to(PACKAGE)) for path in loaded_by_functions() if path.is_relative_to(PACKAGE)}
    assert {"service.py", "mail/parser.py", "image/decoder.py", "store/label_table.py", "intake/objects.py"} <= modules
    assert "store/queries.py" not in modules


def test_the_kept_operations_are_those_that_the_functions_call() -> None:
    called: dict[str, set[str]] = {service: set() for service in OPERATIONS}
    texts = [path.read_text() for path in loaded_by_functions()]
    for text in texts:
        for service, method in re.findall(r"\b_?(s3|sqs|dynamodb|ses)\.(\w+)\(", text):
            called[{"ses": "sesv2"}.get(service, service)].add(method)
    assert not any(".version_ids(" in text for text in texts)
    called["s3"].remove("get_paginator")  # of the model store's `version_ids`, for commands
    kept = {service: {xform_name(each) for each in names} for service, names in OPERATIONS.items()}
    assert {service: called[service] | BY_BOTOCORE[service] for service in called} == kept
    assert all(called.values())


def test_the_reduced_models_are_small_and_have_no_documentation(slimmed: Path) -> None:
    full = sum(path.stat().st_size for name in OPERATIONS for path in (DATA / name).rglob("*") if path.is_file())
    left = sum(path.stat().st_size for name in OPERATIONS for path in (slimmed / name).rglob("*") if path.is_file())
    assert left < full / 3
    models = [json.loads(path.read_text()) for path in slimmed.rglob("service-2.json")]
    assert len(models) == len(OPERATIONS)
    assert not [model for model in models if "<p>" in json.dumps([model["operations"], model["shapes"]])]
    assert (slimmed / "endpoints.json").stat().st_size < (DATA / "endpoints.json").stat().st_size / 20


def test_a_member_named_documentation_stays() -> None:
    shape = {"type": "structure", "members": {"documentation": {"shape": "Text"}}, "documentation": "<p>prose</p>"}
    model = {
        "operations": {"Ask": {"input": {"shape": "Asked"}, "documentation": "prose"}, "Tell": {}},
        "shapes": {"Asked": shape, "Text": {"type": "string"}, "Other": {"type": "string"}},
    }
    assert reduced(model, ["Ask"]) == {
        "operations": {"Ask": {"input": {"shape": "Asked"}}},
        "shapes": {
            "Asked": {"type": "structure", "members": {"documentation": {"shape": "Text"}}},
            "Text": {"type": "string"},
        },
    }


def test_a_missing_operation_stops_the_build() -> None:
    with pytest.raises(KeyError, match="Gone"):
        reduced({"operations": {}, "shapes": {}}, ["Gone"])


@pytest.mark.aws
def test_calls_and_errors_are_those_of_the_full_models(slimmed: Path, moto: str) -> None:
    results = []
    for name, data in (("slim", slimmed), ("full", DATA)):
        clients = (client_of(data, moto, service) for service in ("s3", "sqs", "dynamodb", "sesv2"))
        results.append(responses(*clients, name))
    assert results[0] == results[1]


def responses(s3, sqs, dynamodb, ses, name: str) -> list[object]:
    """Results of the calls for an item, successful ones and errors."""
    session = botocore.session.Session()
    keys = {"region_name": REGION, "endpoint_url": s3.meta.endpoint_url}
    keys |= {"aws_access_key_id": "local", "aws_secret_access_key": "local"}
    clients = {each: session.create_client(each, **keys) for each in OPERATIONS}
    bucket, table = f"models-{name}", f"models-{name}"
    clients["s3"].create_bucket(Bucket=bucket)
    clients["s3"].put_object(Bucket=bucket, Key="a b+c", Body=b"words")
    url = clients["sqs"].create_queue(QueueName=f"{name}.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]
    clients["dynamodb"].create_table(
        TableName=table,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    entry = {"Id": "0", "MessageBody": "body", "MessageGroupId": "g", "MessageDeduplicationId": "d"}
    once = {"TableName": table, "Item": {"id": {"S": "1"}}, "ConditionExpression": "attribute_not_exists(id)"}
    once["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
    sender = f"{name}@example.org"
    clients["sesv2"].create_email_identity(EmailIdentity=sender)
    raw = {"Raw": {"Data": f"From: {sender}\r\nTo: a@example.org\r\n\r\ntext".encode()}}
    return [
        s3.put_object(Bucket=bucket, Key="probe/1", Body=b"words")["ETag"],
        ses.send_email(FromEmailAddress=sender, Destination={"ToAddresses": ["a@example.org"]}, Content=raw)[
            "ResponseMetadata"
        ]["HTTPStatusCode"],
        s3.get_object(Bucket=bucket, Key="a b+c")["Body"].read(),
        error(lambda: s3.get_object(Bucket=bucket, Key="gone")),
        s3.head_bucket(Bucket=bucket)["ResponseMetadata"]["HTTPStatusCode"],
        sqs.send_message_batch(QueueUrl=url, Entries=[entry])["Successful"][0]["MD5OfMessageBody"],
        [message["Body"] for message in sqs.receive_message(QueueUrl=url, WaitTimeSeconds=0)["Messages"]],
        sqs.delete_message_batch(QueueUrl=url, Entries=[{"Id": "0", "ReceiptHandle": "gone"}])["Failed"][0]["Code"],
        error(lambda: sqs.send_message_batch(QueueUrl=f"{url}-gone", Entries=[entry])),
        dynamodb.put_item(**once)["ResponseMetadata"]["HTTPStatusCode"],
        error(lambda: dynamodb.put_item(**once)),
        dynamodb.get_item(TableName=table, Key={"id": {"S": "1"}})["Item"],
        dynamodb.update_item(
            TableName=table,
            Key={"id": {"S": "1"}},
            UpdateExpression="SET a = :a",
            ExpressionAttributeValues={":a": {"N": "1"}},
            ReturnValues="ALL_NEW",
        )["Attributes"],
        dynamodb.delete_item(TableName=table, Key={"id": {"S": "1"}})["ResponseMetadata"]["HTTPStatusCode"],
        error(lambda: dynamodb.get_item(TableName="gone", Key={"id": {"S": "1"}})),
    ]


def error(call) -> tuple[str, object]:
    """The code of the raised error, and its item."""
    with pytest.raises(ClientError) as raised:
        call()
    return raised.value.response["Error"]["Code"], raised.value.response.get("Item")
