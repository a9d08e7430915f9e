"""Stands for S3, SQS and DynamoDB on the loopback interface: each call of an item's path succeeds, at once."""

from __future__ import annotations

import contextlib
import hashlib
import json
import queue
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class StubAws:
    """One server for the three services; every object asked for is `mail`, and nothing is kept."""

    def __init__(self, mail: bytes) -> None:
        self.mail = mail
        self._calls: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler_for(self))
        self._server.daemon_threads = True
        self._server.block_on_close = False
        self.endpoint = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def note(self, operation: str) -> None:
        """Called by the server for each call."""
        self._calls.put(operation)

    def calls(self) -> tuple[str, ...]:
        """The operations called since this was last asked (`PutItem`), in order of arrival."""
        found = []
        with contextlib.suppress(queue.Empty):
            while True:
                found.append(self._calls.get_nowait())
        return tuple(found)

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _answer_to(operation: str, request: dict[str, Any]) -> dict[str, Any]:
    """What a write is answered with: SQS names each message it took, DynamoDB says nothing."""
    if operation != "SendMessageBatch":
        return {}
    taken = [
        {
            "Id": entry["Id"],
            "MessageId": entry["Id"],
            "MD5OfMessageBody": hashlib.md5(entry["MessageBody"].encode(), usedforsecurity=False).hexdigest(),
        }
        for entry in request["Entries"]
    ]
    return {"Successful": taken, "Failed": []}


def _handler_for(aws: StubAws) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):  # the standard library's server takes nothing but a subclass
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # otherwise an answer in two writes waits 40 ms for the first's receipt

        def handle(self) -> None:
            with contextlib.suppress(ConnectionError):  # a process that is killed says no goodbye
                super().handle()

        def do_GET(self) -> None:
            aws.note("GetObject")
            self._answer(aws.mail, {"Content-Type": "message/rfc822", "ETag": '"e"', "x-amz-version-id": "v0"})

        def do_POST(self) -> None:
            request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            operation = self.headers["X-Amz-Target"].rpartition(".")[2]
            aws.note(operation)
            answer = json.dumps(_answer_to(operation, request)).encode()
            self._answer(answer, {"Content-Type": self.headers["Content-Type"]})

        def _answer(self, body: bytes, headers: dict[str, str]) -> None:
            self.send_response(200)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Requests are not worth a line each."""

    return Handler
