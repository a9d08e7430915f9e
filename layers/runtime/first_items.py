"""Child process of the smoke test, without site packages: starts a function, tags samples and handles events.

Prints one JSON object: number of tagged samples, responses to the events, libraries that the process loaded.
"""

import importlib
import json
import sys
from pathlib import Path
from typing import Any

MAPS = Path("/proc/self/maps")
"""Linux's list of the files that a process has mapped."""
QUARANTINE = "Quarantined"
"""Name of the exception for an item that cannot be tagged; its module is not importable before the layers are."""


class Context:
    """Lambda's second argument of a handler."""

    @staticmethod
    def get_remaining_time_in_millis() -> int:
        """A whole timeout."""
        return 30_000


def tagged(service: Any, data: bytes) -> bool:
    """Whether an item can be tagged; any error but its quarantine is raised."""
    try:
        service.serving.layer.tag(service.read(service.kind, data))
    except Exception as error:
        if type(error).__name__ != QUARANTINE:
            raise
        return False
    return True


def loaded() -> list[str]:
    """The libraries that this process has loaded; empty if the system does not list them."""
    lines = MAPS.read_text().splitlines() if MAPS.exists() else []
    return sorted({line.split(maxsplit=5)[5] for line in lines if ".so" in line})


if __name__ == "__main__":
    name, samples, events, *folders = sys.argv[1:]
    sys.path[:0] = folders
    function = importlib.import_module(name)  # a cold start: settings, clients, bundle with its self-test
    items = [tagged(function.service, path.read_bytes()) for path in sorted(Path(samples).iterdir())]
    inputs = [json.loads(path.read_bytes()) for path in sorted(Path(events).glob("*.json"))]
    responses = [function.handler(event, Context) for event in inputs]
    print(json.dumps({"tagged": sum(items), "of": len(items), "responses": responses, "libraries": loaded()}))
