"""List prices of one region on one day, each with its unit and source: `infra/cost/regions/REGION.json`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

_FOLDER = Path(__file__).with_name("regions")
_STRICT = ConfigDict(frozen=True, extra="forbid")


class Price(BaseModel):
    """The price of `per` units in US dollars."""

    model_config = _STRICT

    usd: Annotated[float, Field(ge=0)]
    per: Annotated[int, Field(ge=1)]
    unit: Annotated[str, Field(min_length=1)]
    source: Annotated[str, Field(min_length=1)]
    """Where it was read, in words, with a date if known."""

    def of(self, quantity: float) -> float:
        """US dollars for this quantity."""
        return quantity * self.usd / self.per

    def __str__(self) -> str:
        """Notation in formulas: `$0.2/M`."""
        per = {1: "", 1_000: "/1,000", 10_000: "/10,000", 1_000_000: "/M"}.get(self.per, f"/{self.per:,}")
        return f"${self.usd:.10f}".rstrip("0").rstrip(".") + per


class Prices(BaseModel):
    """A price file; `prices[name]` raises KeyError for a missing price."""

    model_config = _STRICT

    model_schema: Annotated[Literal["tagging.prices/1"], Field(alias="schema")]
    region: Annotated[str, Field(min_length=1)]
    date: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")]
    """Date of the newest source."""
    about: str
    prices: Mapping[str, Price]

    def __getitem__(self, name: str) -> Price:
        return self.prices[name]


def read_prices(region: str) -> Prices:
    """The prices of a region; raises ValueError if it has no file, or with what is wrong in the file."""
    files = {path.stem: path for path in sorted(_FOLDER.glob("*.json"))}
    if region not in files:
        raise ValueError(f"no prices of {region} in infra/cost/regions; there is: {', '.join(files)}")
    try:
        return Prices.model_validate_json(files[region].read_text(encoding="utf-8"))
    except ValidationError as error:
        detail = error.errors(include_url=False)[0]
        field = ".".join(map(str, detail["loc"]))
        raise ValueError(f"infra/cost/regions/{region}.json: {field}: {detail['msg']}") from None
