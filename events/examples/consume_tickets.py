"""An example consumer of the ticket queue: stores each ticket once in SQLite, however often its message arrives.

    python events/examples/consume_tickets.py QUEUE_URL tickets.sqlite [--until-empty]

Needs boto3 and nothing of this project. Replace `store` by your ticketing system's "create, or find by foreign id".
"""

from __future__ import annotations

import argparse
import json
import sqlite3
from contextlib import closing
from typing import Any

import boto3

TABLE = "CREATE TABLE IF NOT EXISTS tickets (id TEXT PRIMARY KEY, review INTEGER, routes TEXT, labels TEXT, body TEXT)"
# The first copy is kept: copies of a ticket are identical, byte for byte.
UPSERT = "INSERT INTO tickets VALUES (:id, :review, :routes, :labels, :body) ON CONFLICT (id) DO NOTHING"


def store(tickets: sqlite3.Connection, body: str) -> bool:
    """Store one ticket; returns whether it is new. Only new tickets need work: notify, assign, reply.

    Raises ValueError, KeyError or TypeError where the message is no ticket that this consumer understands.
    """
    ticket = json.loads(body)
    if ticket["schema"] != "tagging.ticket/1":  # a minor version only adds fields and keeps this name
        raise ValueError(f"schema {ticket['schema']!r}")
    if not isinstance(ticket["id"], str):
        raise TypeError("id")
    row = {
        "id": ticket["id"],
        "review": bool(ticket["review"]),
        "routes": ",".join(ticket["routes"]),
        "labels": ",".join(label["id"] for label in ticket["labels"]),
        "body": body,
    }
    with tickets:  # one transaction, committed before the message is deleted
        return tickets.execute(UPSERT, row).rowcount == 1


def consume(sqs: Any, queue_url: str, tickets: sqlite3.Connection, *, until_empty: bool) -> None:
    """Receive, store, delete, in this order: after a crash the message arrives again, and `store` recognises it."""
    while True:
        wait_s = 1 if until_empty else 20
        messages = sqs.receive_message(QueueUrl=queue_url, MaxNumberOfMessages=10, WaitTimeSeconds=wait_s).get(
            "Messages"
        )
        if not messages and until_empty:
            return
        for message in messages or ():
            try:
                new = store(tickets, message["Body"])
            except (ValueError, KeyError, TypeError) as error:
                # Not deleted: it arrives again, and after five times goes to the dead-letter queue.
                print(f"message {message['MessageId']} is no ticket: {error!r}", flush=True)
                continue
            sqs.delete_message(QueueUrl=queue_url, ReceiptHandle=message["ReceiptHandle"])
            print("new" if new else "known", json.loads(message["Body"])["id"], flush=True)


def main() -> None:
    """Run until stopped, or with --until-empty until the queue is empty."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("queue_url")
    parser.add_argument("tickets", help="the SQLite file")
    parser.add_argument("--until-empty", action="store_true")
    options = parser.parse_args()
    with closing(sqlite3.connect(options.tickets)) as tickets:
        tickets.execute(TABLE)
        consume(boto3.client("sqs"), options.queue_url, tickets, until_empty=options.until_empty)


if __name__ == "__main__":
    main()
