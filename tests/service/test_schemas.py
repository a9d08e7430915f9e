"""The JSON Schemas in events/schemas and the tables of reasons in docs match the code; `make schemas` writes them."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import msgspec
import pytest
from msgspec import Struct

from tagging.corrections import REFUSALS, Correction
from tagging.intake.own_messages import DecideMessage, IntakeMessage
from tagging.model.review_reasons import REVIEW_REASONS
from tagging.quarantine import REASONS
from tagging.store.label_changes import LabelChange
from tagging.store.tickets import Ticket

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "events/schemas"
MESSAGES = ROOT / "docs/messages.md"
TABLES = {
    "| reason | meaning |\n|---|---|\n": REASONS,
    "| reason for review | meaning |\n|---|---|\n": REVIEW_REASONS,
    "| reason of refusal | meaning |\n|---|---|\n": REFUSALS,
}
"""The first lines of each table of reasons, and its rows."""
MODELS: dict[str, type[Struct]] = {
    "item": IntakeMessage,
    "decide": DecideMessage,
    "ticket": Ticket,
    "label_change": LabelChange,
    "correction": Correction,
}


def schema_text(model: type[Struct]) -> str:
    return json.dumps(msgspec.json.schema(model), indent=2) + "\n"


def with_reasons(page: str) -> str:
    """The page of messages with the tables of reasons as the code has them."""
    for head, reasons in TABLES.items():
        before, _, rest = page.partition(head)
        after = rest[rest.index("\n\n") :] if "\n\n" in rest else "\n"
        page = before + head + "\n".join(f"| `{code}` | {sentence} |" for code, sentence in reasons.items()) + after
    return page


@pytest.mark.parametrize("name", MODELS)
def test_the_schema_file_is_that_of_the_model(name: str) -> None:
    assert (FOLDER / f"{name}.json").read_text() == schema_text(MODELS[name]), "run: make schemas"


def test_the_page_of_messages_has_every_reason_with_its_sentence() -> None:
    page = MESSAGES.read_text()
    assert all(page.count(head) == 1 for head in TABLES)
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
