"""moto in server mode, in a process of its own, on a free port of the loopback interface."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

from tagging.local.s3_events import REGION

NOBODYS_ENVIRONMENT = {
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
"""What our child processes get instead of the person's environment: no profile, no account, no proxy."""


class MotoServer:
    """A running moto. Clients may connect at once: the socket listens before moto has been imported."""

    def __init__(self, log: Path) -> None:
        with socket.create_server(("127.0.0.1", 0), backlog=256) as listening, log.open("ab") as output:
            self.endpoint = f"http://127.0.0.1:{listening.getsockname()[1]}"
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tagging.local.moto_process", str(listening.fileno())],
                pass_fds=[listening.fileno()],
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=output,
                env=NOBODYS_ENVIRONMENT,
            )

    def stop(self) -> None:
        """End the process; what it held is gone."""
        self._process.kill()
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._process.wait()
