"""Prints the figures of a benchmark."""

from __future__ import annotations

import json
from collections.abc import Mapping

from rich.console import Console
from rich.table import Table


def report(title: str, figures: Mapping[str, object], as_json: bool) -> None:
    """Print the figures as JSON, or as a table with rounded numbers."""
    if as_json:
        print(json.dumps({"benchmark": title} | dict(figures)))
        return
    table = Table(title=title, title_justify="left", box=None, show_header=False, padding=(0, 2, 0, 0))
    for name, value in figures.items():
        table.add_row(name.replace("_", " "), f"{value:.4g}" if isinstance(value, float) else str(value))
    Console().print(table)
