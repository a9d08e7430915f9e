"""A stub of S3, SQS and DynamoDB on the loopback interface: every call of an item's path succeeds at once.

Options: objects from files, latency, and errors for the first call of an operation.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import queue
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

CREDENTIALS = "/credentials"
"""Path of the credentials endpoint, as containers have one (and functions restored by SnapStart)."""
_CREDENTIALS_BODY = {
    "AccessKeyId": "stub",
    "SecretAccessKey": "secret",
    "Token": "token",
    "Expiration": "2999-12-31T23:59:59Z",
}
_ETAG = '"e"'
"""Of every object: nothing changes."""
_GONE = b"<Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message></Error>"


@dataclass(frozen=True)
class Refusal:
    """The error response of one call: AWS's status and body."""

    status: int
    body: bytes = b""


class StubAws:
    """One server for the three services; every object is `mail`, and nothing is stored.

    With `objects`, an object is the file with its name there, or does not exist. `documents` are objects by
    `/bucket/key`; with them, what is put is stored. Calls take at least `delay_s`.
    """

    def __init__(
        self,
        mail: bytes = b"",
        objects: Path | None = None,
        refusals: Mapping[str, Refusal] | None = None,
        delay_s: float = 0.0,
        documents: Mapping[str, bytes] | None = None,
    ) -> None:
        self._mail = mail
        self._documents = dict(documents or {})
        self._stores = documents is not None
        self._objects = objects
        self._refusals = dict(refusals or {})
        self._delay_s = delay_s
        self._calls: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler_for(self))
        self._server.daemon_threads = True
        self._server.block_on_close = False
        self.endpoint = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def refusal(self, operation: str) -> Refusal | None:
        """Record a call; returns its error response, once per operation."""
        self._calls.put(operation)
        time.sleep(self._delay_s)
        return self._refusals.pop(operation, None)

    def object(self, path_of_object: str) -> bytes | None:
        """The bytes of an object, by `/bucket/key`; None if it does not exist."""
        if path_of_object in self._documents:
            return self._documents[path_of_object]
        if self._objects is None:
            return self._mail
        name = path_of_object.rpartition("/")[2]
        path = self._objects / name
        return path.read_bytes() if name and path.is_file() else None

    def put(self, path_of_object: str, content: bytes) -> None:
        """Store an object by `/bucket/key`, where there are documents."""
        if self._stores:
            self._documents[path_of_object] = content

    def listing(self, bucket: str, prefix: str, delimiter: str) -> bytes:
        """The response to a request that lists `documents`, in one page."""
        start = f"{bucket}/"
        keys = sorted(path.removeprefix(start) for path in self._documents if path.startswith(start + prefix))
        folders: dict[str, str] = {}
        for key in keys:
            head, found, _ = key[len(prefix) :].partition(delimiter) if delimiter else ("", "", "")
            name = escape(prefix + head + found if found else key)
            entry = f"<Contents><Key>{name}</Key><ETag>&quot;e&quot;</ETag></Contents>"
            folders[name] = f"<CommonPrefixes><Prefix>{name}</Prefix></CommonPrefixes>" if found else entry
        return f"<ListBucketResult>{''.join(folders.values())}</ListBucketResult>".encode()

    def calls(self) -> tuple[str, ...]:
        """The operations (`PutItem`) since the last call of this method, in order of arrival."""
        operations = []
        with contextlib.suppress(queue.Empty):
            while True:
                operations.append(self._calls.get_nowait())
        return tuple(operations)

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _response_to(operation: str, request: dict[str, Any]) -> dict[str, Any]:
    """The response to a write: SQS lists each message, DynamoDB returns nothing."""
    if operation != "SendMessageBatch":
        return {}
    successful = [
        {
            "Id": entry["Id"],
            "MessageId": entry["Id"],
            "MD5OfMessageBody": hashlib.md5(entry["MessageBody"].encode(), usedforsecurity=False).hexdigest(),
        }
        for entry in request["Entries"]
    ]
    return {"Successful": successful, "Failed": []}


def _handler_for(aws: StubAws) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):  # the standard library's server requires a subclass
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # otherwise a response in two writes waits 40 ms for an acknowledgement

        def handle(self) -> None:
            with contextlib.suppress(ConnectionError):  # a killed process resets its connection
                super().handle()

        def do_GET(self) -> None:
            path, query = unquote(urlsplit(self.path).path), parse_qs(urlsplit(self.path).query)
            if path == CREDENTIALS:
                self._answer(json.dumps(_CREDENTIALS_BODY).encode(), {"Content-Type": "application/json"})
            elif "list-type" in query:
                aws.refusal("ListObjectsV2")
                prefix, delimiter = (query.get(name, [""])[0] for name in ("prefix", "delimiter"))
                self._answer(aws.listing(path, prefix, delimiter), {"Content-Type": "application/xml"})
            elif refusal := aws.refusal("GetObject"):
                self._answer(refusal.body, {"Content-Type": "application/xml"}, refusal.status)
            elif self.headers["If-None-Match"] == _ETAG:
                self._answer(b"", {}, 304)
            elif (content := aws.object(path)) is None:
                self._answer(_GONE, {"Content-Type": "application/xml"}, 404)
            else:
                self._answer(content, {"Content-Type": "message/rfc822", "ETag": _ETAG, "x-amz-version-id": "v0"})

        def do_PUT(self) -> None:
            content = self.rfile.read(int(self.headers["Content-Length"]))
            if refusal := aws.refusal("PutObject"):
                self._answer(refusal.body, {"Content-Type": "application/xml"}, refusal.status)
            else:
                aws.put(unquote(urlsplit(self.path).path), content)
                self._answer(b"", {"ETag": '"e"', "x-amz-version-id": "v0"})

        def do_POST(self) -> None:
            request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            target = self.headers["X-Amz-Target"]  # SES has its operations in the path
            operation = target.rpartition(".")[2] if target else "SendEmail"
            headers = {"Content-Type": self.headers["Content-Type"]}
            if refusal := aws.refusal(operation):
                self._answer(refusal.body, headers, refusal.status)
            else:
                self._answer(json.dumps(_response_to(operation, request)).encode(), headers)

        def _answer(self, body: bytes, headers: dict[str, str], status: int = 200) -> None:
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Requests are not logged."""

    return Handler
