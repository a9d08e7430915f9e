"""`tagging cost`: the monthly bill of a stage for a stated load, by part, before anything is deployed."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from infra.cost.alternatives import alternatives
from infra.cost.bill import Bill, Billing
from infra.cost.billed_stack import BilledStack
from infra.cost.fixed_parts import GROUPS
from infra.cost.load import Assumptions, Load
from infra.cost.prices import read_prices
from infra.cost.view import print_cost
from infra.stage_file import stage_settings
from infra.synth_template import synthesise_stage
from layers.runtime.functions import DEPLOYED
from tagging.cli.errors import failed
from tagging.cli.progress import show_progress
from tagging.cli.project import root
from tagging.kinds import KINDS
from tagging.learning.data import TaxonomyError, read_taxonomy
from tagging.local import Template, TemplateError
from tagging.taxonomy import Taxonomy
from tagging.validation import from_json

BATCHES = (1, 10)
"""Priced where no batch size is asked for: every mail by itself, and as many as SQS hands out at once."""


def cost(
    stage: Annotated[str, typer.Option(help="Stage to price, as infra/settings.py knows it.")] = "prod",
    mails: Annotated[int, typer.Option(min=0, help="Mails a month.")] = Load.mails,
    images: Annotated[int, typer.Option(min=0, help="Images a month.")] = Load.images,
    batch_size: Annotated[
        int | None, typer.Option(min=1, max=1000, help="Messages of an invocation, instead of 1 and 10.")
    ] = None,
    mails_per_hour: Annotated[
        float | None, typer.Option(min=0, help="Mails an hour while they arrive, instead of the month's mean.")
    ] = None,
    images_per_hour: Annotated[float | None, typer.Option(min=0, help="The same of images.")] = None,
    mail_ms: Annotated[float, typer.Option(min=0, help="CPU of one mail on one vCPU, ms.")] = Assumptions.mail_ms,
    image_ms: Annotated[float, typer.Option(min=0, help="CPU of one image on one vCPU, ms.")] = Assumptions.image_ms,
    key_characters: Annotated[
        int, typer.Option(min=1, max=1024, help="Characters of an object's key.")
    ] = Assumptions.key_characters,
    region: Annotated[str, typer.Option(help="Region of the prices: a file of infra/cost/regions.")] = "us-east-1",
    template: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A template already synthesised, instead of a stage.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document, nothing else.")] = False,
) -> None:
    """Print the monthly bill by part, from the synthesised template and a price file, and what others would charge."""
    load = Load(mails, images)
    rates = {kind: rate for kind, rate in (("mail", mails_per_hour), ("image", images_per_hour)) if rate is not None}
    if not mails and not images:
        raise typer.BadParameter("a bill needs a load: --mails or --images")
    try:
        prices = read_prices(region)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
    try:
        with show_progress("synthesising the template"):
            synthesised = Template.read(template) if template else synthesise_stage(root(), stage)
        stack = BilledStack.read(synthesised)
        assumed = replace(Assumptions(), mail_ms=mail_ms, image_ms=image_ms, key_characters=key_characters)
        billing = Billing(stack, load, prices, _taxonomies(stack, None if template else stage), assumed, rates)
    except (TemplateError, TaxonomyError) as error:
        raise failed("cost", str(error)) from None
    lacking = [kind for kind in KINDS if load.of(kind) and kind not in {f.kind for f in stack.functions}]
    if lacking:
        raise typer.BadParameter(f"{synthesised.name} has no function for items of kind {lacking[0]}")
    bills = [billing.bill(size) for size in ((batch_size,) if batch_size else BATCHES)]
    if as_json:
        print(json.dumps(document(synthesised.name, billing, bills), ensure_ascii=False))
    else:
        arriving = None if batch_size else billing.bill_as_it_arrives()
        print_cost(synthesised.name, billing, arriving, bills, Console())


def document(name: str, billing: Billing, bills: list[Bill]) -> dict[str, Any]:
    """What --json prints; money in US dollars a month."""
    prices, arriving = billing.prices, billing.bill_as_it_arrives()
    return {
        "stack": name,
        "prices": {"region": prices.region, "date": prices.date},
        "load": asdict(billing.load),
        "assumed": asdict(billing.assumed),
        "bills": [_bill(bill) for bill in bills],
        "as_it_arrives": {
            **_bill(arriving),
            "per_hour": {each.kind: billing.rate(each.kind) for each in billing.stack.functions},
            "batch_sizes": {each.name: billing.batch(each) for each in billing.stack.functions},
        },
        "warm_pools": [
            {
                "function": function.name,
                "kept": function.warm_pool,
                "break_even": billing.break_even(function),
                "busy": billing.busy(function, bills[0].batch_size),
            }
            for function in billing.stack.functions
        ],
        "not_in_it": [],
        "alternatives": [
            {**asdict(each), "total": each.usd + arriving.around()}
            for each in alternatives(billing.load, prices, billing.assumed)
        ],
    }


def _bill(bill: Bill) -> dict[str, Any]:
    return {
        "batch_size": bill.batch_size,
        "lines": [asdict(line) for line in bill.lines],
        "totals": {group: bill.total(group) for group in GROUPS} | {"all": bill.total()},
    }


def _taxonomies(stack: BilledStack, stage: str | None) -> dict[str, Taxonomy]:
    """The taxonomy of each function's model: of a bundle of your own, or as the source of the shipped one says it."""
    functions = stage_settings(stage).functions if stage else DEPLOYED
    own = {each.kind: root() / each.own for each in functions if each.own}
    packs = {each.kind: each.packs for each in stack.functions}
    taxonomies = {
        kind: from_json((own[kind] / "taxonomy.json").read_bytes(), Taxonomy)
        if kind in own
        else read_taxonomy(root() / "layers" / KINDS[kind].model / "taxonomy.yaml")
        for kind in packs
    }
    return {kind: taxonomy.with_packs(packs[kind]) for kind, taxonomy in taxonomies.items()}
