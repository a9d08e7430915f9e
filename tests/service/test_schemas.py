"""The JSON Schemas in events/schemas and the table of reasons in docs match the code; `make schemas` writes them."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import msgspec
import pytest
from msgspec import Struct

from tagging.intake.messages import IntakeMessage
from tagging.quarantine import REASONS
from tagging.store.tickets import Ticket

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "events/schemas"
MESSAGES = ROOT / "docs/messages.md"
TABLE_HEAD = "| reason | meaning |\n|---|---|\n"
MODELS: dict[str, type[Struct]] = {"item": IntakeMessage, "ticket": Ticket}


def schema_text(model: type[Struct]) -> str:
    return json.dumps(msgspec.json.schema(model), indent=2) + "\n"


def with_reasons(page: str) -> str:
    """The page of messages with the table of reasons as the code has it."""
    before, _, rest = page.partition(TABLE_HEAD)
    after = rest[rest.index("\n\n") :] if "\n\n" in rest else "\n"
    return before + TABLE_HEAD + "\n".join(f"| `{code}` | {sentence} |" for code, sentence in REASONS.items()) + after


@pytest.mark.parametrize("name", MODELS)
def test_the_schema_file_is_that_of_the_model(name: str) -> None:
    assert (FOLDER / f"{name}.json").read_text() == schema_text(MODELS[name]), "run: make schemas"


def test_the_page_of_messages_has_every_reason_with_its_sentence() -> None:
    page = MESSAGES.read_text()
    assert TABLE_HEAD in page
    assert page == with_reasons(page), "run: make schemas"


def test_the_schema_accepts_only_our_message() -> None:
    validator = jsonschema.Draft202012Validator(json.loads((FOLDER / "item.json").read_text()))
    assert validator.is_valid({"schema": "tagging.item/1", "id": "a", "kind": "text", "text": "x"})
    assert not validator.is_valid({"schema": "tagging.item/1", "id": "a b", "kind": "text", "text": "x"})
    assert not validator.is_valid({"kind": "text", "text": "x"})


if __name__ == "__main__":
    for each, model in MODELS.items():
        (FOLDER / f"{each}.json").write_text(schema_text(model))
    MESSAGES.write_text(with_reasons(MESSAGES.read_text()))
