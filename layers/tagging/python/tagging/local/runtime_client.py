"""A client of the Runtime API for machines without awslambdaric; see the end of this file for its arguments."""

from __future__ import annotations

import http.client
import importlib
import json
import sys
import time
import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TextIO, cast

_PATH = "/2018-06-01/runtime/"


@dataclass(frozen=True)
class Context:
    """Lambda's context object, without its part for mobile clients."""

    aws_request_id: str
    invoked_function_arn: str
    function_name: str
    function_version: str
    memory_limit_in_mb: str
    log_group_name: str
    log_stream_name: str
    deadline_ms: int

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until the function is stopped."""
        return max(0, self.deadline_ms - int(time.time() * 1000))


def main(handler_name: str, api: str, names: Mapping[str, str]) -> None:
    """Load the handler and serve events until the API closes; a handler that cannot be loaded ends the process."""
    for stream in (sys.stdout, sys.stderr):
        cast(Any, stream).reconfigure(line_buffering=True)
    module, _, name = handler_name.rpartition(".")
    try:
        handler = getattr(importlib.import_module(module), name)
    except BaseException as error:  # any error at start is reported before the process ends
        _report(sys.stderr)
        _post(api, "init/error", _error_json(error))
        sys.exit(1)
    while True:
        request_id, event, context = _next(api, names)
        try:
            response = json.dumps(handler(json.loads(event), context)).encode()
        except Exception as error:  # Lambda reports any exception of a handler and continues
            _report(sys.stdout)
            _post(api, f"invocation/{request_id}/error", _error_json(error))
        else:
            sys.stdout.flush()
            _post(api, f"invocation/{request_id}/response", response)


def _next(api: str, names: Mapping[str, str]) -> tuple[str, bytes, Context]:
    connection = http.client.HTTPConnection(api)
    connection.request("GET", f"{_PATH}invocation/next")
    response = connection.getresponse()
    event = response.read()
    connection.close()
    if response.status != 200:
        sys.exit(0)
    request_id = response.headers["Lambda-Runtime-Aws-Request-Id"]
    context = Context(
        aws_request_id=request_id,
        invoked_function_arn=response.headers["Lambda-Runtime-Invoked-Function-Arn"],
        **names,
        deadline_ms=int(response.headers["Lambda-Runtime-Deadline-Ms"]),
    )
    return request_id, event, context


def _post(api: str, path: str, payload: bytes) -> None:
    connection = http.client.HTTPConnection(api)
    connection.request("POST", _PATH + path, payload, {"Content-Type": "application/json"})
    connection.getresponse().read()
    connection.close()


def _error_json(error: BaseException) -> bytes:
    trace = traceback.format_tb(error.__traceback__)
    return json.dumps({"errorMessage": str(error), "errorType": type(error).__name__, "stackTrace": trace}).encode()


def _report(stream: TextIO) -> None:
    traceback.print_exc(file=stream)
    stream.flush()


if __name__ == "__main__":
    # MODULE.HANDLER, the Runtime API's address, and the function's fields of `Context` as JSON.
    main(sys.argv[1], sys.argv[2], json.loads(sys.argv[3]))
