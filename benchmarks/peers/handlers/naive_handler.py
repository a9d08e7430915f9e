"""A peer: our model behind a first-draft handler: boto3 clients and resources, Powertools' full event models, and
one call after another."""

from __future__ import annotations

import json
import os
from pathlib import Path

import boto3
from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.parser.models import S3Model, SqsRecordModel

from tagging.mail import parse_mail
from tagging.start import load_bundle

logger, metrics = Logger(service="naive"), Metrics(namespace="Naive", service="naive")
processor = BatchProcessor(event_type=EventType.SQS, model=SqsRecordModel)
s3, sqs = boto3.client("s3"), boto3.client("sqs")
table = boto3.resource("dynamodb").Table(os.environ["LABEL_TABLE"])
tagger = load_bundle(Path(os.environ["BUNDLE"]), packs=["all"])


def one_record(record):
    """One message, start to end."""
    for notification in S3Model.model_validate(json.loads(record.body)).Records:
        key = notification.s3.object.key
        stored = s3.get_object(Bucket=notification.s3.bucket.name, Key=key, VersionId=notification.s3.object.versionId)
        labels = [label.id for label in tagger.tag(parse_mail(stored["Body"].read())).labels]
        table.put_item(Item={"id": key, "labels": labels, "ticket": "pending"})
        set_field(f"latest#{key}", "item_id", key)
        entry = {"Id": "0", "MessageBody": json.dumps(labels), "MessageGroupId": "0", "MessageDeduplicationId": key}
        sqs.send_message_batch(QueueUrl=os.environ["TICKET_QUEUE_URL"], Entries=[entry])
        set_field(key, "ticket", "sent")
        for label in labels:
            metrics.add_metric(name=label, unit=MetricUnit.Count, value=1)
        logger.info("tagged", extra={"labels": labels})


def set_field(key, name, value):
    """Update one field of a row."""
    table.update_item(
        Key={"id": key}, UpdateExpression=f"SET {name} = :value", ExpressionAttributeValues={":value": value}
    )


@metrics.log_metrics
def handler(event, context):
    """Lambda's entry point."""
    return process_partial_response(event, one_record, processor, context)
