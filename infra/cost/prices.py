"""List prices of one region on one day, each with its unit and where it was read: `infra/prices/REGION.json`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

import typer
from pydantic import BaseModel, ConfigDict, Field, ValidationError

_FOLDER = Path("infra") / "prices"
_STRICT = ConfigDict(frozen=True, extra="forbid")


class Price(BaseModel):
    """What so many (`per`) of a unit cost, in US dollars."""

    model_config = _STRICT

    usd: Annotated[float, Field(ge=0)]
    per: Annotated[int, Field(ge=1)]
    unit: Annotated[str, Field(min_length=1)]
    source: Annotated[str, Field(min_length=1)]
    """Where it was read, in words, with the date where there is one."""

    def of(self, quantity: float) -> float:
        """US dollars for this many units."""
        return quantity * self.usd / self.per

    def __str__(self) -> str:
        """As a formula shows it: `$0.2/M`."""
        per = {1: "", 1_000: "/1,000", 10_000: "/10,000", 1_000_000: "/M"}.get(self.per, f"/{self.per:,}")
        return f"${self.usd:.10f}".rstrip("0").rstrip(".") + per


class Prices(BaseModel):
    """A price file; a price that it lacks is a KeyError with the price's name."""

    model_config = _STRICT

    model_schema: Annotated[Literal["tagging.prices/1"], Field(alias="schema")]
    region: Annotated[str, Field(min_length=1)]
    date: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")]
    """Of the newest of its sources."""
    about: str
    prices: Mapping[str, Price]

    def __getitem__(self, name: str) -> Price:
        return self.prices[name]


def read_prices(root: Path, region: str) -> Prices:
    """The prices of a region; BadParameter names the regions that there are, or what is wrong with the file."""
    known = {path.stem: path for path in sorted((root / _FOLDER).glob("*.json"))}
    if region not in known:
        raise typer.BadParameter(f"no prices of {region} in {_FOLDER}; there is: {', '.join(known)}")
    try:
        return Prices.model_validate_json(known[region].read_text(encoding="utf-8"))
    except ValidationError as error:
        found = error.errors(include_url=False)[0]
        where = ".".join(map(str, found["loc"]))
        raise typer.BadParameter(f"{_FOLDER / known[region].name}: {where}: {found['msg']}") from None
