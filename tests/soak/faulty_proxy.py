"""A way to moto on which calls break: unavailable, cut off before they take effect or after it, or not allowed."""

from __future__ import annotations

import hashlib
import re
import threading
from collections import Counter
from http.client import HTTPConnection, HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal
from urllib.parse import urlsplit

Break = Literal["unavailable", "cut_before", "cut_after"]
WAYS: tuple[Break, ...] = ("unavailable", "cut_before", "cut_after")
_ALONE = {"connection", "transfer-encoding", "content-length", "date", "server"}
"""Headers of one leg of the way."""
_DENIED = b'{"__type": "com.amazon.coral.service#AccessDeniedException", "Message": "not authorized to perform this"}'


class FaultyProxy:
    """Listens on the loopback interface; a `share` of calls break, half of them however often they are tried again.

    Which ones follows from the id that boto3 gives to a call and all its tries.
    """

    def __init__(self, endpoint: str, share: float) -> None:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler_for(self, urlsplit(endpoint).netloc))
        self._server.daemon_threads = True
        self._server.block_on_close = False
        self.endpoint = f"http://127.0.0.1:{self._server.server_address[1]}"
        self.share = share
        self.denied: set[str] = set()
        """Operations of DynamoDB that the caller's role does not allow."""
        self.calls: Counter[str] = Counter()
        """`calls`, and those broken, by way."""
        self._counting = threading.Lock()
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def fate(self, call: str, attempt: int) -> Break | None:
        """What happens to a try of a call."""
        digits = hashlib.sha256(call.encode()).digest()
        place = int.from_bytes(digits[:4]) / 2**32
        broken = place < self.share and (attempt == 1 or place < self.share / 2)
        way = WAYS[digits[4] % len(WAYS)] if broken else None
        with self._counting:
            if attempt == 1:
                self.calls["calls"] += 1
                if way is not None:
                    self.calls[way] += 1
        return way


def _handler_for(proxy: FaultyProxy, target: str) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        """One connection of a client, and one to moto."""

        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        wbufsize = -1

        def _pass(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if self.headers.get("X-Amz-Target", "").partition(".")[2] in proxy.denied:
                self._answer(400, {"Content-Type": "application/x-amz-json-1.0"}, _DENIED)
                return
            tried = re.search(r"attempt=(\d+)", self.headers.get("amz-sdk-request", ""))
            way = proxy.fate(self.headers.get("amz-sdk-invocation-id", ""), int(tried[1]) if tried else 1)
            if way == "unavailable":
                self._answer(503, {}, b"")
            elif way == "cut_before":
                self.close_connection = True
            else:
                self._forward(body, cut=way is not None)

        def _forward(self, body: bytes, *, cut: bool) -> None:
            upstream = HTTPConnection(target, timeout=60)
            try:
                upstream.request(self.command, self.path, body, dict(self.headers))
                answer = upstream.getresponse()
                content = answer.read()
            except (OSError, HTTPException):
                cut, content = True, b""
            finally:
                upstream.close()
            if cut:
                self.close_connection = True
            else:
                self._answer(answer.status, dict(answer.getheaders()), content)

        def _answer(self, status: int, headers: dict[str, str], content: bytes) -> None:
            self.send_response_only(status)
            for name, value in headers.items():
                if name.lower() not in _ALONE:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)
            self.wfile.flush()

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

        do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = _pass

    return Handler
