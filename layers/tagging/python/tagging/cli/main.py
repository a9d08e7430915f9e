"""The command line `tagging`: exit 0 done, 1 it ran and found something wrong, 2 wrong use in one clear line."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup

from tagging.cli.project import use_clone

COMMANDS = {
    "tag": ("tagging.cli.tag:tag", "Tag mails, texts and images on this machine."),
    "demo": ("tagging.cli.demo:demo", "Run the whole path on this machine: items in, labels, tickets and metrics out."),
    "invoke": (
        "tagging.cli.invoke:invoke",
        "Run a function's handler with events on the local cloud; show its answer.",
    ),
    "import": ("tagging.cli.import_:import_data", "Import labelled data as rows, with a report and a first taxonomy."),
    "data": ("tagging.cli.data:data", "Show counts, rare labels, duplicates and contradictions, with advice on heads."),
    "taxonomy": (
        "tagging.cli.taxonomy:taxonomy",
        "Check a taxonomy: every mistake with its line and what to write instead.",
    ),
    "train": ("tagging.cli.train:train", "Learn labels from examples, in seconds, without a GPU."),
    "evaluate": (
        "tagging.cli.evaluate:evaluate",
        "Measure a bundle on labelled rows, through the tagger that is served.",
    ),
    "compare": ("tagging.cli.compare:compare", "Compare two bundles label by label; exit 1 where promotion is unsafe."),
    "show": ("tagging.cli.show:show", "Show what is kept of one item."),
    "quarantine": ("tagging.cli.quarantine:quarantine", "List, show and retry what could not be tagged."),
    "redrive": ("tagging.cli.redrive:redrive", "Move dead letters back to their queue; exit 1 where one comes back."),
    "reconcile": (
        "tagging.cli.reconcile:reconcile",
        "Find object versions without a row and tickets that were not sent.",
    ),
    "forget": ("tagging.cli.forget:forget", "Erase what is kept of one item."),
    "build": (
        "tagging.cli.build:build",
        "Make the layers for Lambda, check that they load and start, show their sizes.",
    ),
    "cost": ("tagging.cli.cost:cost", "Print the monthly bill by part, and what alternatives would charge."),
    "doctor": ("tagging.cli.doctor:doctor", "Check this machine, the project and the AWS account."),
    "dashboard": (
        "tagging.cli.dashboard:dashboard",
        "Draw a stage's dashboards as one page, from a day on the local cloud.",
    ),
    "benchmark": ("benchmarks.commands:benchmark", "Measure speed and quality."),
}
"""Each command: where its function or group of commands is, and its line in `tagging --help`."""
OF_THE_CLONE = {"cost", "dashboard", "benchmark"}
"""Commands whose code stands in the clone, beside the package: in `infra/` and `benchmarks/`."""


def load(name: str) -> Any:
    """The command or group that `name` stands for; only the command that runs is imported."""
    if name in OF_THE_CLONE:
        use_clone()
    module, _, attribute = COMMANDS[name][0].partition(":")
    target = getattr(import_module(module), attribute)
    if not isinstance(target, typer.Typer):
        single = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
        single.command(name)(target)
        target = single
    return typer.main.get_command(target)


class _LazyGroup(TyperGroup):
    """A group whose commands are placeholders with a line of help until one of them is to run."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that the first of `args` names, loaded, and the arguments after it."""
        name, _, rest = super().resolve_command(ctx, args)
        return name, load(str(name)), rest


app = typer.Typer(
    name="tagging",
    help="Support mail and images in, labels out.",
    cls=_LazyGroup,
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
for name, (_, line) in COMMANDS.items():
    app.command(name, help=line)(lambda: None)


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
