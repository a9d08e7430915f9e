"""The price of alternatives for the same items: managed services by the unit, language models by the token."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from infra.cost.load import MONTH_S, Assumptions, Load
from infra.cost.prices import Prices


@dataclass(frozen=True)
class Alternative:
    """One alternative for the whole load, in US dollars a month, without the path around it."""

    name: str
    formula: str
    usd: float


def alternatives(load: Load, prices: Prices, assumed: Assumptions) -> list[Alternative]:
    """The alternatives for the kinds of items in the load."""
    result: list[Alternative] = []
    if load.mails:
        units = max(3, ceil(assumed.mail_characters / 100))
        price = prices["managed_text_unit"]
        result.append(
            Alternative(
                "managed text service taught your labels, in batches",
                f"{load.mails:,} x {units} units x {price}",
                price.of(load.mails * units),
            )
        )
        price = prices["managed_text_endpoint_second"]
        # Enough for the month's characters at an even rate, without reserve for peaks.
        endpoints = max(1, ceil(load.mails * assumed.mail_characters / 100 / MONTH_S))
        result.append(
            Alternative(
                "the same at once, by its endpoint",
                f"{endpoints} x {MONTH_S:,} s x {price}",
                price.of(endpoints * MONTH_S),
            )
        )
        result += [_llm(model, name, load.mails, prices, assumed) for model, name in _MODELS.items()]
    if load.images:
        price = prices["managed_image"]
        formula = f"{load.images:,} x {price}"
        result.append(Alternative("managed image service, its own labels", formula, price.of(load.images)))
    return result


_MODELS = {"small_llm": "one call a mail of a small language model", "llm": "one call a mail of a better one"}


def _llm(model: str, name: str, mails: int, prices: Prices, assumed: Assumptions) -> Alternative:
    per_input, per_output = prices[f"{model}_input_token"], prices[f"{model}_output_token"]
    usd = per_input.of(mails * assumed.llm_input_tokens) + per_output.of(mails * assumed.llm_output_tokens)
    formula = f"{mails:,} x ({assumed.llm_input_tokens:,} x {per_input} + {assumed.llm_output_tokens} x {per_output})"
    return Alternative(f"{name} ({per_input.source.split(',')[0]})", formula, usd)
