"""A local cloud with a simulated fortnight in it: what `--fortnight` and `--local` of commands open on."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import typer
from msgspec.structs import replace

from tagging.aws import Clients
from tagging.cli.errors import failed
from tagging.cli.evaluation_data import learning_installed
from tagging.cli.progress import show_progress
from tagging.cli.project import root
from tagging.kinds import MAIL
from tagging.local import (
    CLOCK_SCALE,
    SAMPLES,
    Clock,
    FunctionNotStarted,
    LocalCloud,
    TemplateError,
    announced,
    running_endpoint,
    shipped_path,
)
from tagging.settings import LearnSettings

PAUSE_S = 0.2
"""Between two looks at empty queues."""


@contextmanager
def answered_fortnight() -> Iterator[None]:
    """A local cloud with a fortnight, reached as stage `local`, whose queues are delivered while the work within lasts.

    Raises as `started_cloud` does.
    """
    with started_cloud() as cloud:
        fill(cloud)
        ended = threading.Event()

        def deliver() -> None:
            while not ended.wait(PAUSE_S):
                cloud.deliver_until_idle()

        thread = threading.Thread(target=deliver, daemon=True)
        thread.start()
        try:
            with announced(root(), cloud.endpoint):
                yield
        finally:
            ended.set()
            thread.join()


@contextmanager
def started_cloud() -> Iterator[LocalCloud]:
    """A local cloud whose functions are ready. Raises BadParameter where one runs already, Exit where none starts."""
    if running_endpoint(root()) is not None:
        raise typer.BadParameter("a local cloud runs already: use it with --stage local, or end it first")
    try:
        with show_progress("starting the local cloud (the first time: synthesising its template)"):
            cloud = LocalCloud.start(root(), clock=Clock(CLOCK_SCALE), functions=(*SAMPLES, "correct"))
        with cloud:
            cloud.wait_ready()
            yield cloud
    except (FunctionNotStarted, TemplateError) as error:
        raise failed("local", str(error)) from None


def fill(cloud: LocalCloud) -> None:
    """Write a fortnight that ends now to a new local cloud."""
    with learning_installed():
        from tagging.quality import build_learning
        from tagging.simulation import ResourceNames, Target, fill_fortnight
        from tagging.start import load_bundle

    clients = Clients(**{name: cloud.client(name) for name in ("s3", "sqs", "dynamodb")})
    learning = replace(LearnSettings.from_env(cloud.stack.function("learn").environment), log_level="ERROR")
    intake = cloud.stack.intake_of(MAIL.function)
    with tempfile.TemporaryDirectory(prefix="tagging-fortnight-") as folder, show_progress("fortnight") as report:
        names = ResourceNames(
            learning.learning_bucket, learning.models_bucket, learning.label_table, learning.review_table
        )
        target = Target(
            clients,
            names,
            cloud.stack.bucket_of(MAIL.function).name,
            load_bundle(shipped_path("layers/mail_model/bundle")),
            lambda simulated: build_learning(learning, simulated),
        )
        fill_fortnight(target, Path(folder), datetime.now(UTC), report)
    clients.sqs.purge_queue(QueueUrl=intake.url)  # the mails have their rows already
