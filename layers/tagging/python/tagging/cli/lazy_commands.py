"""Groups of commands that import a command's module only when it runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup


def lazy_group(help_lines: Mapping[str, str], load: Callable[[str], Any], **settings: Any) -> typer.Typer:
    """A group of commands by name; `load` returns one of them (`load_command`), `settings` are typer's."""

    class LazyGroup(TyperGroup):
        def resolve_command(self, ctx: Any, args: list[str]) -> Any:
            name, _, rest = super().resolve_command(ctx, args)
            return name, load(str(name)), rest

    group = typer.Typer(
        cls=LazyGroup, add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, **settings
    )
    for name, line in help_lines.items():
        group.command(name, help=line)(lambda: None)  # a placeholder until `load` replaces it
    return group


def load_command(name: str, path: str) -> Any:
    """The command `name`, whose function or group is at `path` (`package.module:attribute`)."""
    module, _, attribute = path.partition(":")
    target = getattr(import_module(module), attribute)
    if not isinstance(target, typer.Typer):
        single = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
        single.command(name)(target)
        target = single
    from tagging.cli.options import add_local_option  # what only lists commands does without

    command = typer.main.get_command(target)
    add_local_option(command)
    return command
