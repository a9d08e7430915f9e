"""A function of the tests' own: does what each message of its batch tells it to do, and says that it was there."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import boto3

tickets = boto3.client("sqs")


def handler(event, context):
    if "Records" not in event:
        return {
            "environment": dict(os.environ),
            "folder": str(Path.cwd()),
            "name": context.function_name,
            "request_id": context.aws_request_id,
            "remaining": context.get_remaining_time_in_millis(),
        }
    print("batch of", len(event["Records"]))
    failures = [record["messageId"] for record in event["Records"] if not _did(record["body"])]
    return {"batchItemFailures": [{"itemIdentifier": failed} for failed in failures]}


def _did(body):
    told = json.loads(body)
    match told.get("do"):
        case "fail":
            return False
        case "raise":
            raise RuntimeError("told to raise")
        case "sleep":
            time.sleep(told["seconds"])
        case "exit":
            os._exit(3)
        case "ticket":
            tickets.send_message(
                QueueUrl=os.environ["TICKET_QUEUE_URL"],
                MessageBody=json.dumps(told),
                MessageGroupId=told["id"],
                MessageDeduplicationId=told["id"],
            )
        case "count":
            blob = {"Metrics": [{"Name": "Counted", "Unit": "Count"}], "Namespace": "Probe", "Dimensions": [["of"]]}
            print(json.dumps({"_aws": {"Timestamp": 0, "CloudWatchMetrics": [blob]}, "of": "probe", "Counted": [1, 2]}))
    return True
