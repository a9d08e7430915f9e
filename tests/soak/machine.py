"""The project's stack on the local cloud, with a faulty proxy between its functions and moto."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from tagging.local.clock import Clock
from tagging.local.cloud import LocalCloud
from tagging.local.function_pool import FunctionPool
from tagging.local.function_process import Runtime
from tagging.local.moto_server import MotoServer
from tagging.local.resources import make_resources
from tagging.local.stack_reader import read_stack
from tagging.local.template import Template
from tests.soak.faulty_proxy import FaultyProxy


@contextmanager
def faulty_cloud(
    template: Template, function: str, *, environments: int, share: float, scale: float = 1.0
) -> Iterator[tuple[LocalCloud, FaultyProxy, Path]]:
    """One function on the local cloud of whose calls a `share` breaks; yields cloud, proxy and its temporary folder."""
    with tempfile.TemporaryDirectory(prefix="tagging-") as name:
        folder = Path(name)
        scratch = folder / "tmp"
        scratch.mkdir()
        moto = MotoServer(folder / "moto.log")
        proxy = FaultyProxy(moto.endpoint, share)
        stack = read_stack(template, moto.endpoint)
        original = stack.function(function)
        urls = {name: value.replace(moto.endpoint, proxy.endpoint) for name, value in original.environment.items()}
        proxied = replace(original, environment={**urls, "TMPDIR": str(scratch)})
        pool = FunctionPool(proxied, Runtime(proxy.endpoint, folder), environments)
        with LocalCloud(stack, moto, Clock(scale), {function: pool}) as cloud:
            make_resources(stack, cloud.client)
            cloud.wait_ready()
            yield cloud, proxy, scratch
        proxy.stop()
