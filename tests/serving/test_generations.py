"""Revisions of several generations: the higher one decides, and a ticket keeps its bytes."""

from __future__ import annotations

import itertools

import pytest

from tagging.serving.pointer import promoted, rolled_back
from tagging.serving.serving import Serving
from tagging.store.revision import Revision
from tests.messages import inline
from tests.service_harness import ServiceHarness
from tests.serving.conftest import BY, PATIENT_S, Models

BODY = inline("a", "I lost my card.")


def at_generations(models: Models) -> list[ServiceHarness]:
    """A service at each generation: 0 (layer), 1 (version 1), 2 (version 2), 3 (rolled back to version 1)."""
    models.push(1, 2)
    steps = [
        lambda pointer: promoted(pointer, "mail", models.id(1), BY),
        lambda pointer: promoted(pointer, "mail", models.id(2), BY),
        lambda pointer: rolled_back(pointer, BY),
    ]
    services = []
    for step in [None, *steps]:
        if step is not None:
            models.point(step)
        # It reads the pointer once.
        serving = Serving(models.bundles[0], models.store, clock=lambda: 0.0, patience_s=PATIENT_S)
        serving.begin(models.harness.service.threads)()
        services.append(models.harness.having(serving=serving))
    return services


@pytest.mark.parametrize("order", list(itertools.permutations(range(4)))[::3])  # each generation first, twice
def test_in_any_order_of_deliveries_the_highest_generation_decides_and_one_ticket_is_sent(
    models: Models, order: tuple[int, ...]
) -> None:
    services = at_generations(models)
    tickets: set[str] = set()
    for number in order:
        assert services[number].handle(BODY) == []
        tickets |= set(services[number].tickets())
    row = models.harness.row()
    assert row.revision.generation == 3
    assert row.revision.bundle == models.bundles[1].bundle.version
    assert [each.generation for each in row.earlier] == sorted(each.generation for each in row.earlier)
    assert tickets == {row.ticket_body}


def test_a_version_that_decided_before_decides_again_after_a_rollback(models: Models) -> None:
    services = at_generations(models)
    for service in services:
        service.handle(BODY)
    row = models.harness.row()
    assert [each.generation for each in (*row.earlier, row.revision)] == [0, 1, 2, 3]
    assert row.earlier[1].bundle == row.revision.bundle


def test_a_pending_ticket_keeps_its_bytes_whatever_a_later_generation_decides(models: Models) -> None:
    services = at_generations(models)
    with models.harness.failing("sqs.SendMessageBatch"):
        assert services[1].handle(BODY) == ["0"]
    (pending,) = [row.ticket_body for row in models.harness.rows()]
    assert services[2].handle(BODY) == []
    assert models.harness.row().revision.generation == 2
    assert models.harness.tickets() == [pending]


def test_a_redelivery_within_one_generation_changes_nothing(models: Models) -> None:
    services = at_generations(models)
    services[2].handle(BODY)
    before = models.harness.items()
    services[2].handle(BODY)
    assert models.harness.items() == before


def test_a_row_without_a_generation_is_of_generation_0(models: Models) -> None:
    at_generations(models)[0].handle(BODY)
    fields = models.harness.row().revision.to_fields()
    assert "generation" not in fields
    assert Revision.from_fields(fields).generation == 0
