"""What was built, as a table for people or as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

from layers.runtime.built import Marker

LIMIT = 160_000_000
"""Bytes, unzipped, that a function and its layers may have together; Lambda's own limit is 262,144,000."""


@dataclass(frozen=True)
class Built:
    """One run of the build."""

    architecture: str
    layers: tuple[Marker, ...]
    made: frozenset[str]
    """Names of the layers that were made now; the others stood already."""
    function_bytes: int
    seconds: float
    notices: tuple[str, ...] = ()

    @property
    def unzipped(self) -> int:
        """Bytes of the function and its layers together, as Lambda counts them."""
        return self.function_bytes + sum(layer.unzipped for layer in self.layers)

    @property
    def fits(self) -> bool:
        """Whether the function and its layers stay within the limit."""
        return self.unzipped <= LIMIT


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
                "made": layer.name in built.made,
            }
            for layer in built.layers
        ],
        "function": {"name": "tag_mail", "unzipped": built.function_bytes},
        "unzipped": built.unzipped,
        "zipped": sum(layer.zipped for layer in built.layers),
        "limit": LIMIT,
        "notices": list(built.notices),
        "seconds": round(built.seconds, 2),
    }


def print_table(built: Built, console: Console) -> None:
    """Sizes of each layer and of all together, beside the limit."""
    table = Table(title=f"tag_mail for {built.architecture}, Python 3.13", title_justify="left")
    for name, justify in (("layer", "left"), ("unzipped MB", "right"), ("zipped MB", "right"), ("", "left")):
        table.add_column(name, justify=justify)  # type: ignore[arg-type]  # rich wants its Literal
    for layer in built.layers:
        made = "made" if layer.name in built.made else "up to date"
        table.add_row(layer.name, _mb(layer.unzipped), _mb(layer.zipped), made)
    table.add_row("function", _mb(built.function_bytes), "", "", end_section=True)
    zipped = sum(layer.zipped for layer in built.layers)
    verdict = f"limit {_mb(LIMIT)}" if built.fits else f"[red]over the limit of {_mb(LIMIT)}[/red]"
    table.add_row("together", _mb(built.unzipped), _mb(zipped), verdict)
    console.print(table)
    print_notices(built.notices, console)


def print_notices(notices: Sequence[str], console: Console) -> None:
    """What could not be done on this machine."""
    for notice in notices:
        console.print(f"[yellow]note[/yellow]: {notice}", highlight=False, soft_wrap=True)


def _mb(size: int) -> str:
    return f"{size / 1e6:.1f}"
