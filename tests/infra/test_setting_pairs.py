"""cfn-lint over stacks whose settings cover every pair of optional parts; synthesis checks them with cdk-nag, too."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Mapping
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from cfnlint.api import ManualArgs, lint
from cfnlint.config import ConfigMixIn
from cfnlint.rules import RulesCollection
from cfnlint.runner import Runner

from infra.settings import ARCHITECTURE
from layers.runtime.built import Marker, write_marker
from layers.runtime.functions import deployed, versions_layer
from tests.infra.conftest import Stack
from tests.mail_bundle import write_mail_bundle

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
    "features": ({"features": "all"}, {"features": "sampled", "feature_days": "15"}, {"features": "off"}),
    "probe": ({"probe": "false"}, {"probe": "true"}),
    "consumer": ({}, {"ticket_consumer": "210987654321", "label_changes": "true"}),
    "network": ({}, {"subnet_ids": "subnet-0123abcd,subnet-4567abcd", "security_group_ids": "sg-89abcdef"}),
    "bundle": ({}, {"mail_bundle": "own/bundle"}),
}
"""Optional part → its variants."""
ACCEPTED = {
    "W3005": "CDK writes the dependency on a role or a policy that a reference implies already; it changes nothing",
}
"""Rule → why its findings stay."""
SECTIONS = ("Parameters", "Conditions", "Mappings")
"""Parts of a template that its resources name."""
Row = dict[str, int]
Pair = tuple[tuple[str, int], tuple[str, int]]


def rows() -> list[Row]:
    """Rows of variants that cover each pair: each next row covers the most pairs that are left, of many at random."""
    numbers = random.Random(0)
    left = {
        ((one, i), (other, j))
        for one, other in combinations(PARTS, 2)
        for i in range(len(PARTS[one]))
        for j in range(len(PARTS[other]))
    }
    chosen: list[Row] = []
    while left:
        first = min(left)
        drawn = ({part: numbers.randrange(len(each)) for part, each in PARTS.items()} | dict(first) for _ in range(300))
        best = max(drawn, key=lambda row: len(left.intersection(pairs(row))))
        chosen.append(best)
        left -= set(pairs(best))
    return chosen


def pairs(row: Row) -> Iterator[Pair]:
    return combinations(row.items(), 2)


ROWS = rows()


def settings(row: Row) -> dict[str, str]:
    return {name: value for part, number in row.items() for name, value in PARTS[part][number].items()}


def names(part: Any) -> Iterator[str]:
    """Every string in a part of a template, and every name that `Fn::Sub` may hold."""
    if isinstance(part, dict):
        for value in part.values():
            yield from names(value)
    elif isinstance(part, list):
        for value in part:
            yield from names(value)
    elif isinstance(part, str):
        yield part
        yield from (each.partition("}")[0].partition(".")[0] for each in part.split("${")[1:])


class Linter:
    """cfn-lint over the parts of templates that it has not seen, each with all that it names.

    Stacks share most of their resources: a whole template takes seconds, and most of it was checked before.
    """

    def __init__(self) -> None:
        self._config = ManualArgs(regions=["eu-west-1"])
        self._rules: RulesCollection = Runner(ConfigMixIn(**self._config)).rules
        self._seen: set[str] = set()

    def unreasoned(self, template: Mapping[str, Any]) -> list[str]:
        """What cfn-lint finds and nobody accepted."""
        found = lint(json.dumps(self._unseen(template)), rules=self._rules, config=self._config)
        return [f"{each.rule.id} {each.path}: {each.message}" for each in found if each.rule.id not in ACCEPTED]

    def _unseen(self, template: Mapping[str, Any]) -> dict[str, Any]:
        """The template without resources and outputs that were checked and that no unchecked one names."""
        parts = {
            (section, name): each
            for section in ("Resources", "Outputs")
            for name, each in template.get(section, {}).items()
        }
        text = {key: json.dumps([*key, each], sort_keys=True) for key, each in parts.items()}
        kept, new = set[tuple[str, str]](), {key for key in parts if text[key] not in self._seen}
        self._seen |= {text[key] for key in new}
        while new:
            kept |= new
            named = {("Resources", name) for key in new for name in names(parts[key])}
            new = (named & parts.keys()) - kept
        used = {name for key in kept for name in names(parts[key])}
        result = {name: whole for name, whole in template.items() if name not in ("Resources", "Outputs", *SECTIONS)}
        for section, name in sorted(kept):
            result.setdefault(section, {})[name] = parts[section, name]
        for section in SECTIONS:
            left = {name: each for name, each in template.get(section, {}).items() if name in used}
            result |= {section: left} if left else {}
        return result


@pytest.fixture(scope="module")
def own_bundle(project: Path) -> None:
    """A bundle for mails in the project, and its layer."""
    functions = deployed("english", {"mail": "own/bundle"})
    for name in (functions[0].model, versions_layer(functions)):
        layer = project / "build" / "layers" / name
        layer.mkdir()
        write_marker(layer, Marker(name, ARCHITECTURE, "inputs", f"{name} of its own", 1, 1))
    (project / "build" / "layers" / functions[0].model / "bundle").symlink_to(write_mail_bundle(project / "own"))


@pytest.fixture(scope="module")
def linter() -> Linter:
    return Linter()


def test_the_rows_cover_every_pair_of_variants() -> None:
    covered = {pair for row in ROWS for pair in pairs(row)}
    assert len(covered) == sum(len(PARTS[one]) * len(PARTS[other]) for one, other in combinations(PARTS, 2))
    assert len(ROWS) <= 14, "each row takes a second"


@pytest.mark.usefixtures("own_bundle")
@pytest.mark.parametrize("row", ROWS, ids=lambda row: "".join(map(str, row.values())))
def test_cfn_lint_finds_nothing_unreasoned(synthesised: Callable[..., Stack], linter: Linter, row: Row) -> None:
    assert linter.unreasoned(synthesised("dev", **settings(row)).template) == []


def test_cfn_lint_finds_nothing_unreasoned_in_prod(prod: Stack, linter: Linter) -> None:
    assert linter.unreasoned(prod.template) == []


def test_a_mistake_is_found_once_in_a_new_part_of_a_template_and_in_what_it_names(linter: Linter) -> None:
    good = {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "good"}}
    bad = {"Type": "AWS::SQS::Queue", "Properties": {"VisibilityTimeout": "long", "Colour": "red"}}
    policy = {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": {"Ref": "Absent"}}}
    assert linter.unreasoned({"Resources": {"Good": good}}) == []
    assert len(linter.unreasoned({"Resources": {"Good": good, "Bad": bad}})) == 2
    (missing,) = linter.unreasoned({"Resources": {"Good": good, "Log": policy}})
    assert missing.startswith("E1020")
    assert all(len(reason.split()) >= 8 for reason in ACCEPTED.values())
