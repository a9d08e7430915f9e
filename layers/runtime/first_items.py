"""Child of the smoke test, without site packages: starts a function from the folders given and tags some items."""

import importlib
import json
import sys
from pathlib import Path

if __name__ == "__main__":
    name, samples, *places = sys.argv[1:]
    sys.path[:0] = places
    function = importlib.import_module(name)  # a cold start: settings, clients, bundle with its self-test
    service = function.service
    for sample in sorted(Path(samples).iterdir()):
        found = service.tagger.tag(service.read(service.kind, sample.read_bytes()))
        print(json.dumps({"handler": callable(function.handler), "labels": [label.id for label in found.labels]}))
