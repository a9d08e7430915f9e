"""Prints the result of a build as tables or as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

from layers.runtime.built import Marker

LIMIT = 135_000_000
"""Maximum of unzipped bytes of a function with its layers; Lambda's own limit is 262,144,000."""
LIMIT_OF_OTHERS = 170_000_000
"""The same with another bundle than the default: the multilingual encoder, or one of your own."""


@dataclass(frozen=True)
class BuiltFunction:
    """One function with its layers."""

    name: str
    code: int
    """Bytes of its own file."""
    layers: tuple[Marker, ...]
    limit: int = LIMIT

    @property
    def unzipped(self) -> int:
        """Bytes of the function and its layers together, as Lambda counts them."""
        return self.code + sum(layer.unzipped for layer in self.layers)

    @property
    def zipped(self) -> int:
        """Bytes of the layers' archives together."""
        return sum(layer.zipped for layer in self.layers)

    @property
    def fits(self) -> bool:
        """Whether the function and its layers stay within the limit."""
        return self.unzipped <= self.limit


@dataclass(frozen=True)
class Built:
    """One run of the build."""

    architecture: str
    functions: tuple[BuiltFunction, ...]
    built_now: frozenset[str]
    """Names of the layers that this run built; the others were current."""
    seconds: float
    notices: tuple[str, ...] = ()

    @property
    def fits(self) -> bool:
        """Whether every function stays within the limit."""
        return all(function.fits for function in self.functions)

    @property
    def layers(self) -> tuple[Marker, ...]:
        """Every layer once, in the order of the functions."""
        return tuple(dict.fromkeys(layer for function in self.functions for layer in function.layers))


def print_json(built: Built) -> None:
    """One JSON object on standard output."""
    print(json.dumps(as_json(built), indent=1))


def as_json(built: Built) -> dict[str, object]:
    """Sizes in bytes, time in seconds."""
    return {
        "architecture": built.architecture,
        "layers": [
            {
                "name": layer.name,
                "content": layer.content,
                "unzipped": layer.unzipped,
                "zipped": layer.zipped,
                "made": layer.name in built.built_now,
            }
            for layer in built.layers
        ],
        "functions": [
            {
                "name": function.name,
                "code": function.code,
                "layers": [layer.name for layer in function.layers],
                "unzipped": function.unzipped,
                "zipped": function.zipped,
            }
            for function in built.functions
        ],
        "limit": LIMIT,
        "notices": list(built.notices),
        "seconds": round(built.seconds, 2),
    }


def print_table(built: Built, console: Console) -> None:
    """Sizes of each function's layers, their sum and the limit."""
    for function in built.functions:
        console.print(_table(function, built))
    print_notices(built.notices, console)


def _table(function: BuiltFunction, built: Built) -> Table:
    table = Table(title=f"{function.name} for {built.architecture}, Python 3.13", title_justify="left")
    for name, justify in (("layer", "left"), ("unzipped MB", "right"), ("zipped MB", "right"), ("", "left")):
        table.add_column(name, justify=justify)  # type: ignore[arg-type]  # rich wants its Literal
    for layer in function.layers:
        status = "built" if layer.name in built.built_now else "up to date"
        table.add_row(layer.name, _mb(layer.unzipped), _mb(layer.zipped), status)
    table.add_row("function", _mb(function.code), "", "", end_section=True)
    verdict = f"limit {_mb(function.limit)}" if function.fits else f"[red]over the limit of {_mb(function.limit)}[/red]"
    table.add_row("together", _mb(function.unzipped), _mb(function.zipped), verdict)
    return table


def print_notices(notices: Sequence[str], console: Console) -> None:
    """Print the steps that this machine could not do."""
    for notice in notices:
        console.print(f"[yellow]note[/yellow]: {notice}", highlight=False, soft_wrap=True)


def _mb(size: int) -> str:
    return f"{size / 1e6:.1f}"
