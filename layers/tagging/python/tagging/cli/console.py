"""`tagging console`: pages on this machine by which people answer reviews and look at a stage."""

from __future__ import annotations

import webbrowser
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from importlib import import_module
from typing import Annotated

import typer

from tagging.aws import CONNECTIONS
from tagging.cli.errors import operation_errors
from tagging.cli.models import all_models, identity
from tagging.cli.options import Stage
from tagging.operations import find_deployment


def console(
    stage: Stage = "dev",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port on this machine; 0: any free one.")] = 8765,
    show: Annotated[bool, typer.Option("--browser/--no-browser", help="Open it in the browser.")] = True,
) -> None:
    """Serve the console on 127.0.0.1, with your own credentials, until Ctrl-C.

    Prints its address, whose key lets your browser in and nobody else's. Seven pages: the review queue, items, labels,
    mistakes, versions, drift, health.
    """
    try:
        import_module("waitress")  # the server imports it when it is made
        from tagging.console import HOST, Console, StageModels, StageSource, make_server
    except ModuleNotFoundError as error:
        raise typer.BadParameter(f"needs the extra `console`: {error.name} is not installed") from None
    with ExitStack() as opened:
        opened.enter_context(operation_errors("console"))
        threads = opened.enter_context(ThreadPoolExecutor(CONNECTIONS))
        deployment = find_deployment(stage)
        models = StageModels(deployment, {each.kind: each.at_hand for each in all_models(stage, None)})
        pages = Console.of(StageSource(deployment, identity(stage), threads, models))
        try:
            server = make_server(pages, port)
        except OSError as error:
            raise typer.BadParameter(f"port {port} cannot be used: {error}") from None
        address = f"http://{HOST}:{server.effective_port}{pages.entrance}"
        print(f"the console of stage {stage}: {address}\nCtrl-C ends it", flush=True)
        if show:
            webbrowser.open(address)
        server.run()
