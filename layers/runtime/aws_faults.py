"""AWS on a bad day, for the smoke test: of each operation one call is refused, in a form that AWS has.

What clients import only when something goes wrong is missed by no start: it must be in the layers all the same.
"""

from __future__ import annotations

from tagging.local import Refusal

AWS_FAULTS = {
    "GetObject": Refusal(503, b"<Error><Code>SlowDown</Code><Message>Please reduce your rate.</Message></Error>"),
    "PutItem": Refusal(400, b'{"__type": "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException"}'),
    "UpdateItem": Refusal(400, b'{"__type": "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException"}'),
    "SendMessageBatch": Refusal(500, b"not even JSON"),
}
"""Operation → how its first call is refused. Our code reads `UpdateItem`'s; boto3 tries the others again."""
