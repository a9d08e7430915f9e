"""Faults of AWS for the smoke test: the first call of each operation fails, in a form that AWS uses.

Clients import some modules only to handle errors. A start does not need them, but the layers must contain them.
"""

from __future__ import annotations

from tagging.local import Refusal

AWS_FAULTS = {
    "GetObject": Refusal(503, b"<Error><Code>SlowDown</Code><Message>Please reduce your rate.</Message></Error>"),
    "PutItem": Refusal(400, b'{"__type": "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException"}'),
    "UpdateItem": Refusal(400, b'{"__type": "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException"}'),
    "SendMessageBatch": Refusal(500, b"not even JSON"),
}
"""Operation → response to its first call. Our code handles that of `UpdateItem`; boto3 retries the others."""
