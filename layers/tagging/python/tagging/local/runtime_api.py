"""Lambda's Runtime API on the loopback interface, from which a function's runtime fetches events.

Documented at https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html.
"""

from __future__ import annotations

import contextlib
import queue
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Literal

_PATH = "/2018-06-01/runtime/"


@dataclass(frozen=True)
class Request:
    """An event on its way to the function; `deadline_ms` since the epoch."""

    id: str
    event: bytes
    arn: str
    deadline_ms: int


@dataclass(frozen=True)
class Outcome:
    """What the runtime reported: a response, an error of the handler or of the start, or the end of the process."""

    kind: Literal["ready", "response", "error", "init_error", "exited"]
    payload: bytes = b""
    at: float = field(default_factory=time.monotonic)


class RuntimeApi:
    """The Runtime API for one process of one function; outcomes are read from `outcomes`."""

    def __init__(self) -> None:
        self.outcomes: queue.SimpleQueue[Outcome] = queue.SimpleQueue()
        self._requests: queue.SimpleQueue[Request | None] = queue.SimpleQueue()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler_for(self))
        self._server.daemon_threads = True
        self._server.block_on_close = False
        self.address = f"127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def offer(self, request: Request) -> None:
        """Give an event to the runtime as soon as it requests the next one."""
        self._requests.put(request)

    def next(self) -> Request | None:
        """The next event for the runtime, waiting for it; None when the API closes."""
        self.outcomes.put(Outcome("ready"))
        return self._requests.get()

    def close(self) -> None:
        """Stop serving; a waiting runtime is disconnected."""
        self._requests.put(None)
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _handler_for(api: RuntimeApi) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):  # the standard library's server requires a subclass
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def handle(self) -> None:
            with contextlib.suppress(ConnectionError):  # a killed process resets its connection
                super().handle()

        def do_GET(self) -> None:
            request = api.next() if self.path == f"{_PATH}invocation/next" else None
            if request is None:
                self.close_connection = True  # the API is closing, or the path is unknown
                return
            headers = {
                "Lambda-Runtime-Aws-Request-Id": request.id,
                "Lambda-Runtime-Deadline-Ms": str(request.deadline_ms),
                "Lambda-Runtime-Invoked-Function-Arn": request.arn,
                "Content-Type": "application/json",
            }
            self._answer(200, request.event, headers)

        def do_POST(self) -> None:
            payload = self._body()
            kinds: dict[str, Literal["response", "error"]] = {"response": "response", "error": "error"}
            if self.path == f"{_PATH}init/error":
                api.outcomes.put(Outcome("init_error", payload))
            elif (last := self.path.rsplit("/", 1)[-1]) in kinds:
                api.outcomes.put(Outcome(kinds[last], payload))
            else:
                self._answer(404)
                return
            self._answer(202, b'{"status":"OK"}')

        def _body(self) -> bytes:
            if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
                return self.rfile.read(int(self.headers.get("Content-Length", 0)))
            chunks = []
            while size := int(self.rfile.readline().split(b";")[0], 16):
                chunks.append(self.rfile.read(size))
                self.rfile.readline()
            self.rfile.readline()
            return b"".join(chunks)

        def _answer(self, status: int, body: bytes = b"", headers: dict[str, str] | None = None) -> None:
            self.send_response(status)
            for name, value in {**(headers or {}), "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Requests are not logged."""

    return Handler
