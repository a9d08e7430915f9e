"""An example consumer of the ticket queue: every ticket once in a SQLite table, however often its message comes.

    python events/examples/consume_tickets.py QUEUE_URL tickets.sqlite [--until-empty]

Needs boto3 and nothing of this project. Put your ticketing system's "create, or find by foreign id" in `take`'s place.
"""

from __future__ import annotations

import argparse
import json
import sqlite3
from contextlib import closing
from typing import Any

import boto3

TABLE = "CREATE TABLE IF NOT EXISTS tickets (id TEXT PRIMARY KEY, review INTEGER, routes TEXT, labels TEXT, body TEXT)"
# What came first stands: copies of a ticket are the same, byte for byte.
UPSERT = "INSERT INTO tickets VALUES (:id, :review, :routes, :labels, :body) ON CONFLICT (id) DO NOTHING"


def take(tickets: sqlite3.Connection, body: str) -> bool:
    """Keep one ticket; whether it is new. Only then is there something to do: notify, assign, answer.

    ValueError, KeyError or TypeError where the message is no ticket that this consumer understands.
    """
    ticket = json.loads(body)
    if ticket["schema"] != "tagging.ticket/1":  # a minor version only adds fields, and is called the same
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
    with tickets:  # one transaction: kept as a whole, and for good, before the message is deleted
        return tickets.execute(UPSERT, row).rowcount == 1


def consume(sqs: Any, queue_url: str, tickets: sqlite3.Connection, *, until_empty: bool) -> None:
    """Receive, keep, delete, in this order: a crash in between brings the message again, and `take` knows it."""
    while True:
        wait_s = 1 if until_empty else 20
        messages = sqs.receive_message(QueueUrl=queue_url, MaxNumberOfMessages=10, WaitTimeSeconds=wait_s).get(
            "Messages"
        )
        if not messages and until_empty:
            return
        for message in messages or ():
            try:
                new = take(tickets, message["Body"])
            except (ValueError, KeyError, TypeError) as error:
                # Not deleted: it comes again, and after five times waits in the dead-letter queue for a person.
                print(f"message {message['MessageId']} is no ticket: {error!r}", flush=True)
                continue
            sqs.delete_message(QueueUrl=queue_url, ReceiptHandle=message["ReceiptHandle"])
            print("new" if new else "known", json.loads(message["Body"])["id"], flush=True)


def main() -> None:
    """Run until it is stopped, or with --until-empty until nothing is left."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("queue_url")
    parser.add_argument("tickets", help="the SQLite file")
    parser.add_argument("--until-empty", action="store_true")
    asked = parser.parse_args()
    with closing(sqlite3.connect(asked.tickets)) as tickets:
        tickets.execute(TABLE)
        consume(boto3.client("sqs"), asked.queue_url, tickets, until_empty=asked.until_empty)


if __name__ == "__main__":
    main()
