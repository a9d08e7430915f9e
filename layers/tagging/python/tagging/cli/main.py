"""The command line `tagging`: exit 0 done, 1 it ran and found something wrong, 2 wrong use in one clear line."""

from __future__ import annotations

import sys
from collections.abc import Callable

import typer

from tagging.cli.benchmark import benchmark
from tagging.cli.build import build
from tagging.cli.compare import compare
from tagging.cli.cost import cost
from tagging.cli.dashboard import dashboard
from tagging.cli.data import data
from tagging.cli.demo import demo
from tagging.cli.doctor import doctor
from tagging.cli.evaluate import evaluate
from tagging.cli.forget import forget
from tagging.cli.import_ import import_data
from tagging.cli.invoke import invoke
from tagging.cli.quarantine import quarantine
from tagging.cli.reconcile import reconcile
from tagging.cli.redrive import redrive
from tagging.cli.show import show
from tagging.cli.tag import tag
from tagging.cli.taxonomy import taxonomy
from tagging.cli.train import train

app = typer.Typer(
    name="tagging",
    help="Support mail and pictures in, labels out.",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
COMMANDS: tuple[Callable[..., None], ...] = (
    *(tag, demo, invoke, show, redrive, reconcile, forget),
    *(data, taxonomy, train, evaluate, compare),
    *(build, cost, doctor, dashboard),
)
for command in COMMANDS:
    app.command()(command)
app.command("import")(import_data)
app.add_typer(quarantine, name="quarantine")
app.add_typer(benchmark, name="benchmark")


def main() -> None:
    """Entry point of `tagging`."""
    try:
        sys.exit(app(standalone_mode=False) or 0)
    except typer.TyperException as error:
        message = getattr(error, "format_message", error.__str__)()
        if message:  # empty where the help was printed instead
            print(f"tagging: {' '.join(message.split())}", file=sys.stderr)
        sys.exit(2)
    except (KeyboardInterrupt, typer.Abort):
        sys.exit(130)
