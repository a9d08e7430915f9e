"""The floor of a cold start: model opened, clients made, the AWS calls of one mail, and nothing else of ours."""

from __future__ import annotations

import json
import os
from pathlib import Path

import boto3
import numpy  # noqa: F401  (the floor pays for its import)
import onnxruntime
import tokenizers  # noqa: F401  (the floor pays for its import)

session = onnxruntime.InferenceSession(
    Path(os.environ["BUNDLE"]) / "encoder/encoder.onnx", providers=["CPUExecutionProvider"]
)
s3 = boto3.client("s3")
sqs = boto3.client("sqs")
dynamodb = boto3.client("dynamodb")
table = os.environ["LABEL_TABLE"]
queue = os.environ["TICKET_QUEUE_URL"]


def handler(event, _context):
    for record in event["Records"]:
        stored = json.loads(record["body"])["Records"][0]["s3"]
        name = stored["object"]["key"]
        s3.get_object(Bucket=stored["bucket"]["name"], Key=name, VersionId=stored["object"]["versionId"])["Body"].read()
        dynamodb.put_item(TableName=table, Item={"id": {"S": name}, "ticket": {"S": "pending"}})
        update(f"latest#{name}", "item_id", name)
        entry = {"Id": "0", "MessageBody": name, "MessageGroupId": name, "MessageDeduplicationId": name}
        sqs.send_message_batch(QueueUrl=queue, Entries=[entry])
        update(name, "ticket", "sent")
    return {"batchItemFailures": []}


def update(key, name, value):
    dynamodb.update_item(
        TableName=table,
        Key={"id": {"S": key}},
        UpdateExpression=f"SET {name} = :value",
        ExpressionAttributeValues={":value": {"S": value}},
    )
