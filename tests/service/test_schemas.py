"""The JSON Schemas in events/schemas match the models; `make schemas` writes them."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import msgspec
import pytest
from msgspec import Struct

from tagging.intake.messages import IntakeMessage
from tagging.store.tickets import Ticket

FOLDER = Path(__file__).parents[2] / "events/schemas"
MODELS: dict[str, type[Struct]] = {"item": IntakeMessage, "ticket": Ticket}


def schema_text(model: type[Struct]) -> str:
    return json.dumps(msgspec.json.schema(model), indent=2) + "\n"


@pytest.mark.parametrize("name", MODELS)
def test_the_schema_file_is_that_of_the_model(name: str) -> None:
    assert (FOLDER / f"{name}.json").read_text() == schema_text(MODELS[name]), "run: make schemas"


def test_the_schema_accepts_only_our_message() -> None:
    validator = jsonschema.Draft202012Validator(json.loads((FOLDER / "item.json").read_text()))
    assert validator.is_valid({"schema": "tagging.item/1", "id": "a", "kind": "text", "text": "x"})
    assert not validator.is_valid({"schema": "tagging.item/1", "id": "a b", "kind": "text", "text": "x"})
    assert not validator.is_valid({"kind": "text", "text": "x"})


if __name__ == "__main__":
    for each, model in MODELS.items():
        (FOLDER / f"{each}.json").write_text(schema_text(model))
