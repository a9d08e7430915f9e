"""What others would charge for labels of the same items: managed services by the unit, language models by the token."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from infra.cost.load import MONTH_S, Assumptions, Load
from infra.cost.prices import Prices


@dataclass(frozen=True)
class Alternative:
    """One of them, for the whole load, in US dollars a month; the path around it would come on top."""

    name: str
    formula: str
    usd: float


def alternatives(load: Load, prices: Prices, assumed: Assumptions) -> list[Alternative]:
    """What there is for the kinds of items that come in."""
    found: list[Alternative] = []
    if load.mails:
        units = max(3, ceil(assumed.mail_characters / 100))
        price = prices["managed_text_unit"]
        found.append(
            Alternative(
                "managed text service taught your labels, in batches",
                f"{load.mails:,} x {units} units x {price}",
                price.of(load.mails * units),
            )
        )
        price = prices["managed_text_endpoint_second"]
        # So many that the month's characters pass in a month: no room for a rush.
        endpoints = max(1, ceil(load.mails * assumed.mail_characters / 100 / MONTH_S))
        found.append(
            Alternative(
                "the same at once, by its endpoint",
                f"{endpoints} x {MONTH_S:,} s x {price}",
                price.of(endpoints * MONTH_S),
            )
        )
        found += [_llm(model, name, load.mails, prices, assumed) for model, name in _MODELS.items()]
    if load.images:
        price = prices["managed_image"]
        told = f"{load.images:,} x {price}"
        found.append(Alternative("managed image service, its own labels", told, price.of(load.images)))
    return found


_MODELS = {"small_llm": "one call a mail of a small language model", "llm": "one call a mail of a better one"}


def _llm(model: str, name: str, mails: int, prices: Prices, assumed: Assumptions) -> Alternative:
    read, written = prices[f"{model}_input_token"], prices[f"{model}_output_token"]
    usd = read.of(mails * assumed.llm_input_tokens) + written.of(mails * assumed.llm_output_tokens)
    told = f"{mails:,} x ({assumed.llm_input_tokens:,} x {read} + {assumed.llm_output_tokens} x {written})"
    return Alternative(f"{name} ({read.source.split(',')[0]})", told, usd)
