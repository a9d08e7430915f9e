"""The probe function of the tests: follows the instruction in each message of its batch, and prints a line."""

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
    failures = [record["messageId"] for record in event["Records"] if not _follow(record["body"])]
    return {"batchItemFailures": [{"itemIdentifier": failed} for failed in failures]}


def _follow(body):
    instruction = json.loads(body)
    match instruction.get("do"):
        case "fail":
            return False
        case "raise":
            raise RuntimeError("as instructed")
        case "sleep":
            time.sleep(instruction["seconds"])
        case "exit":
            os._exit(3)
        case "ticket":
            tickets.send_message(
                QueueUrl=os.environ["TICKET_QUEUE_URL"],
                MessageBody=json.dumps(instruction),
                MessageGroupId=instruction["id"],
                MessageDeduplicationId=instruction["id"],
            )
        case "count":
            blob = {"Metrics": [{"Name": "Counted", "Unit": "Count"}], "Namespace": "Probe", "Dimensions": [["of"]]}
            print(json.dumps({"_aws": {"Timestamp": 0, "CloudWatchMetrics": [blob]}, "of": "probe", "Counted": [1, 2]}))
    return True
