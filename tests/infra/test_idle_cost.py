"""What an idle stage costs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from infra.cost.bill import Billing
from infra.cost.billed_stack import BilledStack
from infra.cost.load import Assumptions, Load
from infra.cost.prices import read_prices
from tagging.local import Template
from tests.infra.conftest import Stack


@pytest.mark.parametrize("region", ["us-east-1", "eu-central-1", "eu-west-1"])
def test_an_idle_dev_costs_less_than_a_dollar_a_month(dev: Stack, tmp_path: Path, region: str) -> None:
    path = tmp_path / "dev.template.json"
    path.write_text(json.dumps(dev.template))
    stack = BilledStack.read(Template.read(path))
    bill = Billing(stack, Load(0, 0), read_prices(region), {}, Assumptions()).bill(1)
    assert 0.5 < bill.total() <= 1
