"""`tagging cost`: the bill is reckoned from the template, the price file and stated assumptions, and nothing else."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from infra.cost.alternatives import alternatives
from infra.cost.bill import Billing
from infra.cost.billed_stack import BilledFunction, BilledStack
from infra.cost.load import MONTH_S, Assumptions, Load
from infra.cost.prices import read_prices
from tagging.learning.data.taxonomies.taxonomy_file import read_taxonomy
from tagging.local.template import Resource, Template
from tagging.model.review_reasons import REVIEW_REASONS
from tagging.taxonomy.taxonomy import Taxonomy

FUNCTION = BilledFunction("tag_mail", 1769, "arm64", 0, False, 10, 30, 30, False, False, models=True)
STACK = BilledStack((FUNCTION,), {"alarm_month": 7, "composite_alarm_month": 2}, 3, 1, 0)


@pytest.fixture(scope="module")
def billing(root: Path) -> Billing:
    taxonomy = read_taxonomy(root / "layers/mail_model/taxonomy.yaml")
    return Billing(STACK, Load(), read_prices("us-east-1"), {"mail": taxonomy}, Assumptions())


def usd(billing: Billing, part: str, batch: int = 1) -> float:
    return sum(line.usd for line in billing.bill(batch).lines if line.part == part)


def test_each_part_is_what_a_hand_reckons(billing: Billing) -> None:
    runs_s = 1_000_000 * (0.075 + 0.050) + 1_000_000 * 0.005 * 0.9
    assert usd(billing, "compute tag_mail") == pytest.approx(runs_s * 1769 / 1024 * 0.0000133334)
    assert usd(billing, "requests tag_mail") == pytest.approx(0.20)
    assert usd(billing, "S3 fetch tag_mail") == pytest.approx(0.40)
    assert usd(billing, "SQS in tag_mail") == pytest.approx(1.20)
    assert usd(billing, "SQS tickets tag_mail") == pytest.approx(0.465)
    # A row of 1 KB with its index entry, the pointer, a mark for nearly every one.
    assert usd(billing, "DynamoDB tag_mail") == pytest.approx((2 + 1 + 0.93) * 0.625)
    assert usd(billing, "SES") == pytest.approx(100)
    assert usd(billing, "S3 put mail") == pytest.approx(5)
    assert [usd(billing, part) for part in ("alarms", "composite alarms", "dashboards", "keys")] == pytest.approx(
        [0.70, 1.00, 9.00, 1.00]
    )


def test_a_probe_in_an_idle_stage_costs_less_than_two_dollars_a_month_with_its_mails(billing: Billing) -> None:
    def cost_of_probe(**parts: bool) -> float:
        images = replace(FUNCTION, name="tag_image")
        stack = replace(STACK, functions=(FUNCTION, images), **parts)
        lines = replace(billing, stack=stack, load=Load(0, 0)).bill(10).lines
        return sum(line.usd for line in lines if line.part.startswith("probe "))

    assert cost_of_probe() == 0
    assert 0.1 < cost_of_probe(probe=True) < 0.5
    by_mail = cost_of_probe(probe=True, probe_by_ses=True)
    assert by_mail - cost_of_probe(probe=True) == pytest.approx(2 * 2920 * 0.0001 - 2920 * 0.000005)
    assert by_mail < 1


def test_a_batch_shares_what_an_invocation_costs(billing: Billing) -> None:
    one, ten = billing.bill(1), billing.bill(10)
    assert ten.total("tag path") < one.total("tag path")
    assert usd(billing, "requests tag_mail", 10) == pytest.approx(0.02)
    assert usd(billing, "SQS in tag_mail", 10) == pytest.approx(0.48)
    for group in ("arrival", "fixed", "warm pool"):
        assert ten.total(group) == pytest.approx(one.total(group))
    assert one.total() == pytest.approx(math.fsum(line.usd for line in one.lines))


def test_an_environment_reads_the_pointer_at_most_every_two_seconds(billing: Billing) -> None:
    files = 0.005 * 8 * 0.0000004
    assert usd(billing, "pointer reads tag_mail") == pytest.approx(1e6 * (0.0000004 + files))
    assert usd(billing, "pointer reads tag_mail", 10) == pytest.approx(1e5 * (0.0000004 + files))
    busy = replace(billing, load=Load(100_000_000))  # with batches of one, five or more environments that never rest
    environments = busy.busy(FUNCTION, 1)
    assert environments > 4
    reads = max(environments, 5) * MONTH_S / 2
    assert usd(busy, "pointer reads tag_mail") == pytest.approx(reads * 0.0000004 + 1e8 * files)
    without = replace(billing, stack=replace(STACK, functions=(replace(FUNCTION, models=False),)))
    assert usd(without, "pointer reads tag_mail") == usd(without, "versions") == 0
    assert usd(billing, "versions") == pytest.approx(20 * 0.0004 * 0.023)


def test_the_feature_log_costs_a_put_for_each_batch_its_compaction_and_its_storage(billing: Billing) -> None:
    def with_log(**changes: object) -> Billing:
        function = replace(FUNCTION, **{"features": "all"} | changes)
        return replace(billing, stack=replace(STACK, functions=(function,), feature_days=90, compacts=True))

    logged = with_log()
    assert usd(logged, "feature log tag_mail") == pytest.approx(5.00)
    assert usd(logged, "feature log tag_mail", 10) == pytest.approx(0.50)
    assert usd(logged, "features mail") == pytest.approx(9 * (90 + 14) / (730 / 24) * 0.023)
    assert usd(logged, "compaction compute") == pytest.approx(730 * 3 * 1769 / 1024 * 0.0000133334)
    assert usd(logged, "compaction lists") == pytest.approx(730 * 11 * 0.000005)
    assert usd(logged, "compaction mail", 10) == pytest.approx(1e5 * 0.004 * 1769 / 1024 * 0.0000133334)
    assert usd(logged, "compaction reads mail", 10) == pytest.approx(0.04)
    assert usd(logged, "compaction writes mail", 10) == pytest.approx(730 * 2 * 0.000005)
    sampled = with_log(features="sampled")
    assert usd(sampled, "feature log tag_mail", 1) == pytest.approx(0.15 * 5)
    assert usd(sampled, "features mail") == pytest.approx(0.15 * usd(logged, "features mail"))
    assert usd(with_log(features="off"), "feature log tag_mail") == usd(with_log(features="off"), "features mail") == 0


@pytest.mark.parametrize(
    ("batch", "window_s", "least", "most"),
    [(10, 1.0, 0.6, 1.60), (None, 1.0, 5.0, 5.4), (None, 20.0, 2.2, 2.4), (None, 30.0, 1.6, 2.00)],
    ids=["batches of ten", "as they arrive", "window of 20 s", "window of 30 s"],
)
def test_what_the_feature_log_adds_to_a_million_mails(
    billing: Billing, batch: int | None, window_s: float, least: float, most: float
) -> None:
    """All lines of the log but the storage of features, beyond the bill without it; docs/figures.md has the figures."""
    function = replace(FUNCTION, features="all", batch_window_s=window_s)
    logged = replace(billing, stack=replace(STACK, functions=(function,), feature_days=90, compacts=True))
    bill = logged.bill_as_it_arrives() if batch is None else logged.bill(batch)
    added = sum(line.usd for line in bill.lines if line.part.startswith(("feature log", "compaction")))
    print(f"{added:.2f}")
    assert least <= added <= most


def test_what_reviews_of_two_items_in_a_hundred_add_to_a_million_mails(billing: Billing) -> None:
    """Queue, function and table, with all answers of 400 days kept; docs/figures.md has the figure."""
    answered = replace(billing, stack=replace(STACK, reviews=True))
    by_hand = {
        "review writes mail": 20_000 * 8 * 0.625e-6,
        "review reads mail": 20_000 * 4 * 0.125e-6,
        "corrections mail": 20_000 * 3 * 0.4e-6,
        "correct compute mail": 20_000 * 0.3 * 0.5 * 0.0000133334,
        "correct requests mail": 20_000 * 0.2e-6,
        "correct logs mail": 20_000 * 1100 / 1e9 * 0.5,
        "reviews mail": 2 * 20_000 * 600 * 460 / (730 / 24) / 1e9 * 0.25,
        "reviews, recovery mail": 20_000 * 600 * 460 / (730 / 24) / 1e9 * 0.2,
    }
    for part, expected in by_hand.items():
        assert usd(answered, part, 10) == pytest.approx(expected), part
    print(f"{sum(by_hand.values()):.2f} of {sum(usd(answered, part, 10) for part in by_hand):.2f}")
    assert sum(by_hand.values()) <= 0.40
    polls = usd(answered, "correction polls")
    assert answered.bill(10).total("reviews") == pytest.approx(sum(by_hand.values()) + polls)
    assert billing.bill(10).total("reviews") == 0


def test_less_memory_is_slower_and_another_processor_dearer(billing: Billing) -> None:
    def compute(**changes: object) -> float:
        function = replace(FUNCTION, **changes)
        return usd(replace(billing, stack=replace(STACK, functions=(function,))), "compute tag_mail")

    assert compute(memory_mb=3538) == pytest.approx(2 * compute())
    assert compute(architecture="x86_64") == pytest.approx(compute() * 0.0000166667 / 0.0000133334)
    # CPU costs the same, however it is spread; only waiting and starting get cheaper.
    assert compute() / 2 < compute(memory_mb=885) < compute()


def test_a_warm_pool_is_paid_all_month_and_says_when_it_pays(billing: Billing) -> None:
    warm = replace(FUNCTION, warm_pool=2)
    changed = replace(billing, stack=replace(STACK, functions=(warm,)))
    assert usd(changed, "warm pool tag_mail") == pytest.approx(2 * 1769 / 1024 * MONTH_S * 0.0000033334)
    share = changed.break_even(warm)
    on_demand = share * 0.0000133334
    assert on_demand == pytest.approx(0.0000033334 + share * 0.0000077778)
    assert 0 < changed.busy(warm, 1) < 1


def test_a_pool_of_office_hours_is_paid_in_them_alone(billing: Billing, prod_template: Template) -> None:
    (alias, *_) = prod_template.of_type("AWS::Lambda::Alias")
    pool = {"ResourceId": {"Fn::Join": ["", ["function:", {"Ref": alias.id}]]}, "ScheduledActions": [
        {"Schedule": "cron(0 7 ? * MON-FRI *)", "ScalableTargetAction": {"MinCapacity": 2}},
        {"Schedule": "cron(0 19 ? * MON-FRI *)", "ScalableTargetAction": {"MinCapacity": 0}},
    ]}  # fmt: skip
    target = Resource("Target", "AWS::ApplicationAutoScaling::ScalableTarget", pool, None)
    changed = replace(prod_template, resources={**prod_template.resources, "Target": target})
    mail, image = BilledStack.read(changed).functions
    assert (mail.warm_share, image.warm_share) == (pytest.approx(12 / 24 * 5 / 7), 1.0)
    whole, part = (
        replace(billing, stack=replace(STACK, functions=(f,))) for f in (replace(mail, warm_share=1.0), mail)
    )
    assert usd(part, "warm pool tag_mail") == pytest.approx(usd(whole, "warm pool tag_mail") * 5 / 14)


def test_an_entry_in_the_index_by_label_is_paid_for_where_a_label_asks_for_one(billing: Billing) -> None:
    asking = msgspec.json.decode(msgspec.json.encode(billing.taxonomies["mail"]))
    asking["heads"][0]["labels"][0]["index"] = True
    indexed = msgspec.convert(asking, Taxonomy)
    more = usd(replace(billing, taxonomies={"mail": indexed}), "DynamoDB tag_mail") - usd(billing, "DynamoDB tag_mail")
    assert more == pytest.approx(2 * 0.55 * 0.625)


def test_metrics_are_counted_as_the_functions_publish_them(billing: Billing) -> None:
    labels = len(billing.taxonomies["mail"].in_use().labels)
    # Items, MessagesReturned, Tickets, Latency and four stages; each label; each reason of quarantine and of review.
    reasons = billing.assumed.reasons + len(REVIEW_REASONS)
    assert billing.series(FUNCTION) == 8 + labels + reasons
    critical = sum(label.critical for label in billing.taxonomies["mail"].labels.values())
    # The others are one together.
    assert billing.series(replace(FUNCTION, critical_alone=True)) == 8 + critical + 1 + reasons
    assert usd(billing, "metrics tag_mail") == pytest.approx(0.30 * billing.series(FUNCTION))
    assert billing.assumed.image_review_reasons < billing.assumed.mail_review_reasons


def test_the_template_says_what_is_billed(prod_template: Template) -> None:
    stack = BilledStack.read(prod_template)
    assert [(f.name, f.memory_mb, f.architecture) for f in stack.functions] == [
        ("tag_mail", 1769, "arm64"),
        ("tag_image", 1769, "arm64"),
    ]
    assert [f.warm_pool for f in stack.functions] == [2, 1]
    assert {f.log_days for f in stack.functions} == {90}
    assert {f.object_days for f in stack.functions} == {365}
    assert {f.batch_size for f in stack.functions} == {10}
    assert all(f.critical_alone and f.warm_share == 1 for f in stack.functions)
    assert stack.dashboards == len(prod_template.of_type("AWS::CloudWatch::Dashboard"))
    assert sum(stack.alarms.values()) >= len(prod_template.of_type("AWS::CloudWatch::Alarm"))


def test_keys_that_make_a_row_longer_than_a_kilobyte_cost_twice_the_writes(billing: Billing) -> None:
    limit = Assumptions().longest_cheap_key
    short, longest, longer = (
        usd(replace(billing, assumed=Assumptions(key_characters=characters)), "DynamoDB tag_mail")
        for characters in (20, limit, limit + 1)
    )
    assert short == longest == pytest.approx((2 + 1 + 0.93) * 0.625)
    assert longer == pytest.approx((3 + 1 + 2 * 0.93) * 0.625)


def test_every_price_says_its_unit_and_where_it_was_read(root: Path) -> None:
    for path in (root / "infra/cost/regions").glob("*.json"):
        prices = read_prices(path.stem)
        assert prices.region == path.stem
        assert all(price.unit and price.source and "http" not in price.source for price in prices.prices.values())


def test_others_charge_for_the_same_items(billing: Billing) -> None:
    load = Load(mails=1_000_000, images=1_000)
    found = {each.name: each.usd for each in alternatives(load, billing.prices, billing.assumed)}
    assert found["managed text service taught your labels, in batches"] == pytest.approx(3_000)
    assert found["managed image service, its own labels"] == pytest.approx(1)
    assert found["one call a mail of a small language model (GPT-4o mini)"] == pytest.approx(255 + 36)


def test_batches_are_what_arrives_at_a_poller_within_the_window(billing: Billing) -> None:
    window = replace(FUNCTION, batch_window_s=20)
    busy = replace(billing, per_hour={"mail": 36_000})
    assert billing.rate("mail") == pytest.approx(1_000_000 / 730)
    assert billing.batch(FUNCTION) == pytest.approx(1 + 1_000_000 / MONTH_S / 5)
    assert billing.batch(window) == pytest.approx(1 + 20 * 1_000_000 / MONTH_S / 5)
    assert busy.batch(FUNCTION) == pytest.approx(1 + 10 / 5)
    assert busy.batch(window) == 10, "the setting's maximum"
    economical = replace(billing, stack=replace(STACK, functions=(window,)))
    totals = [each.total("tag path") for each in (billing.bill(1), billing.bill_as_it_arrives(),
                                                   economical.bill_as_it_arrives(), billing.bill(10))]  # fmt: skip
    assert totals == sorted(totals, reverse=True)


PARTS = (
    *("compute tag_mail", "requests tag_mail", "S3 fetch tag_mail", "SQS in tag_mail", "SQS tickets tag_mail"),
    *("DynamoDB tag_mail", "logs tag_mail", "SES", "S3 put mail", "objects mail", "rows", "SQS tickets read tag_mail"),
    "pointer reads tag_mail",
)
HAND_MADE = {
    (1_000_000, None): (2.894, 0.186, 0.40, 1.143, 0.432, 2.456, 1.165, 100.0, 5.0, 0.681, 4.428, 0.93, 0.387),
    (100_000, None): (0.297, 0.0198, 0.04, 0.1194, 0.0461, 0.2456, 0.1211, 10.0, 0.5, 0.0681, 0.4428, 0.093, 0.0413),
    (1_000_000, 36_000): (2.146, 0.0667, 0.40, 0.667, 0.155, 2.456, 0.688, 100.0, 5.0, 0.681, 4.428, 0.93, 0.1387),
    (10_000_000, None): (24.40, 1.136, 4.00, 8.54, 2.641, 24.56, 8.88, 1000.0, 50.0, 6.805, 44.28, 9.3, 2.362),
}
"""Mails a month, mails an hour while they arrive → US dollars of each part, by pocket calculator: batches of 1.0761,
1.0076, 3 and 1.7610; (75 + 54.5 / batch) ms a mail; 345 + 1,100 / batch bytes of log and 249 for each label;
a read of the pointer for each batch, and 8 files for one in 200."""


@pytest.mark.parametrize(("load", "expected"), HAND_MADE.items(), ids=str)
def test_four_loads_cost_what_the_hand_made_table_says(
    billing: Billing, load: tuple[int, float | None], expected: tuple[float, ...]
) -> None:
    mails, per_hour = load
    changed = replace(billing, load=Load(mails), per_hour={} if per_hour is None else {"mail": per_hour})
    lines = {line.part: line.usd for line in changed.bill_as_it_arrives().lines}
    lines["rows"] = lines["rows tag_mail"] + lines["rows, recovery tag_mail"]
    for part, usd_of_part in zip(PARTS, expected, strict=True):
        assert lines[part] == pytest.approx(usd_of_part, rel=0.01), part


def test_the_fixed_costs_of_prod_stay_where_they_are_told(billing: Billing, prod_template: Template) -> None:
    stack = BilledStack.read(prod_template)
    taxonomy = billing.taxonomies["mail"].with_packs(stack.function("mail").packs)
    prod = replace(billing, stack=stack, taxonomies={"mail": taxonomy})
    fixed = prod.bill(1).total("fixed")
    assert fixed <= 30, "the goal, and docs/figures.md: $29.95 with the probe, for mails alone"
    assert usd(prod, "alarms on warm pools") == pytest.approx(0.20)


def test_every_region_has_the_same_prices(root: Path) -> None:
    regions = {path.stem: read_prices(path.stem) for path in (root / "infra/cost/regions").glob("*.json")}
    assert {"us-east-1", "eu-central-1", "eu-west-1"} <= set(regions)
    for prices in regions.values():
        assert set(prices.prices) == set(regions["us-east-1"].prices)
        assert all(price.unit == regions["us-east-1"][name].unit for name, price in prices.prices.items())
        assert prices["dynamodb_write"].usd >= regions["us-east-1"]["dynamodb_write"].usd
