"""Child of the smoke test, without site packages: starts a function from the folders given, has it tag and answer.

Prints one JSON object: how much it tagged, the answers to the events, the libraries that were loaded meanwhile.
"""

import importlib
import json
import sys
from pathlib import Path
from typing import Any

MAPPED = Path("/proc/self/maps")
"""Where Linux says which files a process has loaded."""


class Context:
    """What Lambda hands to the handler beside the event."""

    @staticmethod
    def get_remaining_time_in_millis() -> int:
        """As much as the service asks for."""
        return 30_000


def tagged(service: Any, data: bytes) -> bool:
    """Whether an item can be tagged; anything but a verdict of its reader is raised."""
    try:
        service.tagger.tag(service.read(service.kind, data))
    except Exception as error:
        if "Untaggable" not in {each.__name__ for each in type(error).__mro__}:
            raise
        return False
    return True


def loaded() -> list[str]:
    """The files that this process has loaded as libraries, as far as the system tells."""
    lines = MAPPED.read_text().splitlines() if MAPPED.exists() else []
    return sorted({line.split(maxsplit=5)[5] for line in lines if ".so" in line})


if __name__ == "__main__":
    name, samples, events, *places = sys.argv[1:]
    sys.path[:0] = places
    function = importlib.import_module(name)  # a cold start: settings, clients, bundle with its self-test
    items = [tagged(function.service, path.read_bytes()) for path in sorted(Path(samples).iterdir())]
    answers = [function.handler(json.loads(path.read_bytes()), Context) for path in sorted(Path(events).glob("*.json"))]
    print(json.dumps({"tagged": sum(items), "of": len(items), "answers": answers, "libraries": loaded()}))
