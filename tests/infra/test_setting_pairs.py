"""cfn-lint over stacks whose settings cover every pair of optional parts; synthesis checks them with cdk-nag, too."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from itertools import combinations, product
from typing import Any

import pytest
from cfnlint.api import ManualArgs, lint

from tests.infra.conftest import Stack

MAILS = {"page_mail": "on-call@example.org", "ticket_mail": "team@example.org"}
POOLS = {"mail_warm_pool": "2", "image_warm_pool": "1", "mail_warm_pool_most": "4", "warm_hours": "7-19"}
PARTS: dict[str, tuple[dict[str, str], ...]] = {
    "alarms": ({"monitoring": "false"}, {"monitoring": "true", **MAILS}),
    "start": ({}, POOLS, {"snap_start": "true"}),
    "mail": ({}, {"mail_domain": "m.example.org"}, {"mail_domain": "m.example.org", "mail_identity": "create"}),
    "data": ({"retain": "false"}, {"retain": "true", "protect": "false"}),
    "gate": ({"malware_gate": "false"}, {"malware_gate": "true"}),
    "key": ({"customer_key": "false"}, {"customer_key": "true"}),
    "days": ({"mail_days": "0", "image_days": "0"}, {"mail_days": "15", "image_days": "400"}),
    "labels": ({"label_metrics": "critical"}, {"label_metrics": "all"}),
}
"""Optional part → its variants."""
ACCEPTED = {
    "W3005": "CDK writes the dependency on a role or a policy that a reference implies already; it changes nothing",
}
"""Rule → why its findings stay."""
Row = dict[str, int]


def rows() -> list[Row]:
    """Rows of variants that cover each pair: each next row covers the most pairs that are left (greedy)."""
    every = [
        dict(zip(PARTS, choice, strict=True)) for choice in product(*(range(len(each)) for each in PARTS.values()))
    ]
    left = {pair for row in every for pair in pairs(row)}
    chosen: list[Row] = []
    while left:
        best = max(every, key=lambda row: len(left & set(pairs(row))))
        chosen.append(best)
        left -= set(pairs(best))
    return chosen


def pairs(row: Row) -> Iterator[tuple[tuple[str, int], tuple[str, int]]]:
    return combinations(row.items(), 2)


ROWS = rows()


def settings(row: Row) -> dict[str, str]:
    return {name: value for part, number in row.items() for name, value in PARTS[part][number].items()}


def unreasoned(template: Mapping[str, Any]) -> list[str]:
    """What cfn-lint finds and nobody accepted."""
    found = lint(json.dumps(template), config=ManualArgs(regions=["eu-west-1"]))
    return [f"{each.rule.id} {each.path}: {each.message}" for each in found if each.rule.id not in ACCEPTED]


def test_the_rows_cover_every_pair_of_variants() -> None:
    covered = {pair for row in ROWS for pair in pairs(row)}
    assert len(covered) == sum(len(PARTS[one]) * len(PARTS[other]) for one, other in combinations(PARTS, 2))
    assert len(ROWS) <= 12, "each row takes seconds"


@pytest.mark.parametrize("row", ROWS, ids=lambda row: "".join(map(str, row.values())))
def test_cfn_lint_finds_nothing_unreasoned(synthesised: Callable[..., Stack], row: Row) -> None:
    assert unreasoned(synthesised("dev", **settings(row)).template) == []


def test_cfn_lint_finds_nothing_unreasoned_in_prod(prod: Stack) -> None:
    assert unreasoned(prod.template) == []


def test_a_mistake_in_a_template_is_found() -> None:
    queue = {"Type": "AWS::SQS::Queue", "Properties": {"VisibilityTimeout": "long", "Colour": "red"}}
    assert len(unreasoned({"Resources": {"Queue": queue}})) == 2
    assert all(len(reason.split()) >= 8 for reason in ACCEPTED.values())
