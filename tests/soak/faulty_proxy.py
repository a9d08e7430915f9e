"""A proxy to moto that breaks calls: unavailable, cut off before or after they take effect, or not allowed."""

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
BREAKS: tuple[Break, ...] = ("unavailable", "cut_before", "cut_after")
_HOP_HEADERS = {"connection", "transfer-encoding", "content-length", "date", "server"}
"""Headers of a single hop."""
_DENIED = b'{"__type": "com.amazon.coral.service#AccessDeniedException", "Message": "not authorized to perform this"}'


class FaultyProxy:
    """Listens on the loopback interface; a `share` of calls break, half of them in every attempt.

    Which calls break follows from the id that boto3 gives to a call and its attempts.
    """

    def __init__(self, endpoint: str, share: float) -> None:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler_for(self, urlsplit(endpoint).netloc))
        self._server.daemon_threads = True
        self._server.block_on_close = False
        self.endpoint = f"http://127.0.0.1:{self._server.server_address[1]}"
        self.share = share
        self.denied: set[str] = set()
        """DynamoDB operations that the caller's role does not allow."""
        self.calls: Counter[str] = Counter()
        """`calls`, and broken calls by kind."""
        self._counting = threading.Lock()
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def fate(self, call: str, attempt: int) -> Break | None:
        """How an attempt of a call breaks; None if it passes."""
        digits = hashlib.sha256(call.encode()).digest()
        position = int.from_bytes(digits[:4]) / 2**32
        broken = position < self.share and (attempt == 1 or position < self.share / 2)
        kind = BREAKS[digits[4] % len(BREAKS)] if broken else None
        with self._counting:
            if attempt == 1:
                self.calls["calls"] += 1
                if kind is not None:
                    self.calls[kind] += 1
        return kind


def _handler_for(proxy: FaultyProxy, target: str) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        """A connection to a client, which opens one to moto."""

        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        wbufsize = -1

        def _pass(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if self.headers.get("X-Amz-Target", "").partition(".")[2] in proxy.denied:
                self._answer(400, {"Content-Type": "application/x-amz-json-1.0"}, _DENIED)
                return
            attempt = re.search(r"attempt=(\d+)", self.headers.get("amz-sdk-request", ""))
            kind = proxy.fate(self.headers.get("amz-sdk-invocation-id", ""), int(attempt[1]) if attempt else 1)
            if kind == "unavailable":
                self._answer(503, {}, b"")
            elif kind == "cut_before":
                self.close_connection = True
            else:
                self._forward(body, cut=kind is not None)

        def _forward(self, body: bytes, *, cut: bool) -> None:
            upstream = HTTPConnection(target, timeout=60)
            try:
                upstream.request(self.command, self.path, body, dict(self.headers))
                response = upstream.getresponse()
                content = response.read()
            except (OSError, HTTPException):
                cut, content = True, b""
            finally:
                upstream.close()
            if cut:
                self.close_connection = True
            else:
                self._answer(response.status, dict(response.getheaders()), content)

        def _answer(self, status: int, headers: dict[str, str], content: bytes) -> None:
            self.send_response_only(status)
            for name, value in headers.items():
                if name.lower() not in _HOP_HEADERS:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)
            self.wfile.flush()

        def log_message(self, format: str, *args: Any) -> None:
            """Requests are not logged."""

        do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = _pass

    return Handler
