"""The AWS calls of one mail, one after another, as the floor and the function make them."""

from __future__ import annotations

import json
import os

import boto3

TABLE, QUEUE = os.environ["LABEL_TABLE"], os.environ["TICKET_QUEUE_URL"]
MODELS = json.loads(os.environ.get("MODELS", "[]"))
"""Keys in the bucket of models that the first event reads."""
s3, sqs, dynamodb = (boto3.client(name) for name in ("s3", "sqs", "dynamodb"))


def answer_with(labels_of, event):
    """Fetch each record's mail, label its bytes with `labels_of`, write the row, send the ticket, mark the row."""
    while MODELS:
        s3.get_object(Bucket="models", Key=MODELS.pop(0))["Body"].read()
    for record in event["Records"]:
        stored = json.loads(record["body"])["Records"][0]["s3"]
        key = stored["object"]["key"]
        mail = s3.get_object(Bucket=stored["bucket"]["name"], Key=key, VersionId=stored["object"]["versionId"])
        labels = labels_of(mail["Body"].read())
        row = {"id": {"S": key}, "labels": {"L": [{"S": label} for label in labels]}, "ticket": {"S": "pending"}}
        dynamodb.put_item(TableName=TABLE, Item=row, ConditionExpression="attribute_not_exists(id)")
        set_field(f"latest#{key}", "item_id", key)
        body = json.dumps({"id": key, "labels": labels})
        entry = {"Id": "0", "MessageBody": body, "MessageGroupId": key, "MessageDeduplicationId": key}
        sqs.send_message_batch(QueueUrl=QUEUE, Entries=[entry])
        set_field(key, "ticket", "sent")
    return {"batchItemFailures": []}


def set_field(key, name, value):
    """Update one field of a row."""
    dynamodb.update_item(
        TableName=TABLE,
        Key={"id": {"S": key}},
        UpdateExpression=f"SET {name} = :value",
        ExpressionAttributeValues={":value": {"S": value}},
    )
