"""Child of the smoke test, without site packages: imports the function from the folders given and tags one text."""

import importlib
import json
import sys
from pathlib import Path

sys.path[:0] = sys.argv[1:]

if __name__ == "__main__":
    function = importlib.import_module("tag_mail")  # a cold start: settings, clients, bundle with its self-test
    from tagging.mail import text_mail
    from tagging.settings import Settings
    from tagging.tagger import Tagger

    mail = text_mail("I was charged twice for one card payment. Please give me my money back.")
    found = Tagger.load(Path(Settings.from_env().bundle)).tag(mail)
    print(json.dumps({"handler": callable(function.handler), "labels": [label.id for label in found.labels]}))
