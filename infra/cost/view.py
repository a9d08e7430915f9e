"""Prints the bill: a line per part, a column per batch size, the goals and the alternatives."""

from __future__ import annotations

from collections.abc import Sequence

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from infra.cost.alternatives import alternatives
from infra.cost.bill import Bill, Billing
from infra.cost.fixed_parts import GROUPS, Group

WIDTH = 100
GOALS: dict[Group, tuple[float, str]] = {
    "tag path": (5.0, "for 1,000,000 mails"),
    "fixed": (30.0, "with the default taxonomy"),
}
"""Maximum of each group in US dollars a month, and its condition."""


def print_cost(name: str, billing: Billing, arriving: Bill | None, bills: Sequence[Bill], console: Console) -> None:
    """Print the total, and tables of the bills, goals, alternatives and assumptions.

    `arriving`: the bill of the load as it arrives, None if a batch size was asked for.
    """
    if console.width > WIDTH:
        console.width = WIDTH
    console.print(_total(name, billing, arriving or bills[0]), highlight=False)
    console.print(f" US dollars at list prices of {billing.prices.region}, {billing.prices.date}, no free tier")
    console.print(_lines([arriving, *bills] if arriving else bills))
    console.print(_goals(billing, bills))
    for function in billing.stack.functions:
        if function.warm_pool and billing.load.of(function.kind):
            busy = billing.busy(function, bills[0].batch_size)
            console.print(
                f" warm pool of {function.name}: cheaper from {billing.break_even(function):.0%} utilisation; at this "
                f"load, batch {bills[0].batch_size:.3g}, {busy:.2f} of {function.warm_pool} are busy",
                highlight=False,
            )
    console.print(_others(billing, (arriving or bills[0]).around()))
    console.print(_assumed(billing))


def _total(name: str, billing: Billing, bill: Bill) -> str:
    """The first line: what a month of this load costs in all."""
    load = billing.load
    rates = [
        f"{billing.rate(each.kind):,.0f} {each.kind}s an hour" for each in billing.stack.functions if load.of(each.kind)
    ]
    return (
        f"[bold]{name}: ${bill.total():,.2f} a month[/bold] for {load.mails:,} mails and {load.images:,} images"
        f" ({', '.join(rates)}; batches of {bill.batch_size:.3g});"
        f" ${bill.total() - bill.total('warm pool'):,.2f} of it without warm pools"
    )


def _lines(bills: Sequence[Bill]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, header_style="bold", padding=(0, 1, 0, 0), show_edge=False)
    table.add_column("part", no_wrap=True)
    table.add_column(f"how much, batch {bills[-1].batch_size:.3g}", style="dim", overflow="fold")
    for bill in bills:
        table.add_column(f"batch {bill.batch_size:.3g}", justify="right", no_wrap=True)
    by_part = [{(line.group, line.part): line for line in bill.lines} for bill in bills]
    for group, meaning in GROUPS.items():
        table.add_row(
            Text(group, style="bold"), meaning, *(Text(f"{b.total(group):,.2f}", style="bold") for b in bills)
        )
        for key, line in by_part[-1].items():
            if key[0] == group:
                table.add_row(f"  {line.part}", line.formula, *(_usd(part[key].usd) for part in by_part))
    table.add_section()
    table.add_row(Text("together", style="bold"), "", *(Text(f"{b.total():,.2f}", style="bold") for b in bills))
    return table


def _goals(billing: Billing, bills: Sequence[Bill]) -> Text:
    result = Text()
    for group, (maximum, condition) in GOALS.items():
        if group == "tag path" and (billing.load.mails, billing.load.images) != (1_000_000, 0):
            continue
        result.append(f" goal: {group} at most ${maximum:g} {condition}: ")
        for bill in bills:
            usd = bill.total(group)
            result.append(
                f"${usd:.2f} at batch {bill.batch_size:.3g}  " if group == "tag path" else f"${usd:.2f}  ",
                style="green" if usd <= maximum else "red",
            )
            if group == "fixed":
                break
        result.append("\n")
    return result


def _others(billing: Billing, around: float) -> Table:
    table = Table(box=box.SIMPLE_HEAD, header_style="bold", padding=(0, 1, 0, 0), show_edge=False)
    table.add_column("instead of our tagging")
    table.add_column("how much", style="dim", overflow="fold")
    table.add_column("a month", justify="right", no_wrap=True)
    table.add_column("in all", justify="right", no_wrap=True)
    for alternative in alternatives(billing.load, billing.prices, billing.assumed):
        table.add_row(
            alternative.name, alternative.formula, f"{alternative.usd:,.2f}", f"{alternative.usd + around:,.2f}"
        )
    return table


def _assumed(billing: Billing) -> Text:
    a = billing.assumed
    text = (
        f"\n Assumed: {a.mail_ms:g} ms of one vCPU a mail (twice what was measured on x86-64; not yet on arm64), "
        f"{a.image_ms:g} ms an image, {a.aws_ms:g} ms an invocation waiting for AWS, "
        f"{a.mail_bytes / 1000:g} KB a mail, {a.row_size / 1000:g} KB a row with keys of {a.key_characters} characters "
        f"(over {a.longest_cheap_key}, a row is over 1 KB and its writes cost twice), "
        f"{a.ticket_share:.0%} of items with a ticket, messages spread over {a.pollers} pollers. In all: with all of "
        "our bill but compute and warm pools. Others: --mail-ms, --image-ms, --key-characters, --mails-per-hour; "
        "all of them: --json."
    )
    return Text(text, style="dim")


def _usd(usd: float) -> str:
    return f"{usd:,.2f}" if usd >= 0.005 else f"{usd:.4f}"
