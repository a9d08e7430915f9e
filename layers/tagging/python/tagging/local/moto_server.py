"""moto in server mode, in a process of its own (`python -m tagging.local.moto_server FD`, a listening socket)."""

from __future__ import annotations

import logging
import os
import socket
import subprocess
import sys
import threading
from pathlib import Path

from tagging.aws import share_loader
from tagging.local import mapping_states, queue_clock, s3_events
from tagging.local.s3_events import REGION

CHILD_ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "local",
    "AWS_SECRET_ACCESS_KEY": "local",
    "AWS_SESSION_TOKEN": "local",
    "AWS_REGION": REGION,
    "AWS_DEFAULT_REGION": REGION,
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
    "PATH": os.defpath,
    "LANG": "en_US.UTF-8",
    "TZ": ":UTC",
}
"""Environment of child processes instead of the user's: no profile, no account, no proxy."""


class MotoServer:
    """A running moto on a free loopback port. The socket listens at once, before moto has been imported."""

    def __init__(self, log: Path) -> None:
        with socket.create_server(("127.0.0.1", 0), backlog=256) as listening, log.open("ab") as output:
            self.endpoint = f"http://127.0.0.1:{listening.getsockname()[1]}"
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tagging.local.moto_server", str(listening.fileno())],
                pass_fds=[listening.fileno()],
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=output,
                env=CHILD_ENVIRONMENT
                | {"PYTHONPATH": str(Path(__file__).parents[2])},  # this package, not an installed one
            )

    def stop(self) -> None:
        """End the process; its data is lost."""
        self._process.kill()
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._process.wait()


def serve(listening: int) -> None:
    """Serve on the socket until standard input closes, which happens whenever the parent process ends."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    share_loader()  # moto makes many sessions while it is imported
    from moto.moto_server.werkzeug_app import (
        DomainDispatcherApplication,
        MotoRequestHandler,
        create_backend_app,
    )
    from werkzeug.serving import make_server

    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # otherwise a line per request
    s3_events.install()
    mapping_states.install()
    queue_clock.install()
    application = DomainDispatcherApplication(create_backend_app)
    make_server(
        "127.0.0.1", 0, application, threaded=True, request_handler=MotoRequestHandler, fd=listening
    ).serve_forever()


def _end_with_parent() -> None:
    sys.stdin.buffer.read()
    os._exit(0)


if __name__ == "__main__":
    serve(int(sys.argv[1]))
