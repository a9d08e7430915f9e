"""A local cloud with a simulated fortnight in it: what `tagging local --fortnight` and `--local` begin with."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import typer
from msgspec.structs import replace

from tagging.aws import Clients
from tagging.cli.errors import failed
from tagging.cli.evaluation_data import learning_installed
from tagging.cli.progress import Report, show_progress
from tagging.cli.project import root
from tagging.kinds import MAIL
from tagging.local import (
    CLOCK_SCALE,
    SAMPLES,
    Clock,
    FunctionNotStarted,
    LocalCloud,
    TemplateError,
    running_cloud,
    shipped_path,
)
from tagging.settings import LearnSettings

if TYPE_CHECKING:
    from tagging.simulation import StageCopy

CACHE = "~/.cache/tagging/fortnight"
PACKAGED = ("layers/mail_model/bundle/manifest.json", "layers/mail_model/background.npz", "events/examples/shop.csv")
"""Files beside the package's source that a fortnight depends on."""


@contextmanager
def started_cloud() -> Iterator[LocalCloud]:
    """A local cloud whose functions are ready. Raises BadParameter where one runs already, Exit where none starts."""
    if running_cloud(root()) is not None:
        raise typer.BadParameter("a local cloud runs already: use it with --local, or end it: tagging local --stop")
    try:
        with show_progress("starting the local cloud (the first time: synthesising its template)"):
            cloud = LocalCloud.start(root(), clock=Clock(CLOCK_SCALE), functions=(*SAMPLES, "correct"))
        with cloud:
            cloud.wait_ready()
            yield cloud
    except (FunctionNotStarted, TemplateError) as error:
        raise failed("local", str(error)) from None


def fill(cloud: LocalCloud) -> None:
    """Write a fortnight to a new local cloud: the last one, if it ended less than a day ago, else one that ends now."""
    from tagging.simulation import fingerprint, keep, read_kept, write_copy

    learning = replace(LearnSettings.from_env(cloud.stack.function("learn").environment), log_level="ERROR")
    mail_bucket, intake = cloud.stack.bucket_of(MAIL.function).name, cloud.stack.intake_of(MAIL.function)
    now, folder = datetime.now(UTC), Path(CACHE).expanduser()
    name = fingerprint([mail_bucket, str(learning)], map(shipped_path, PACKAGED))
    clients = Clients(**{each: cloud.client(each) for each in ("s3", "sqs", "dynamodb")})
    with show_progress("fortnight") as report:
        copy = read_kept(folder, name, now)
        if copy is None:
            copy = _simulated(learning, mail_bucket, now, report)
            keep(folder, name, copy)
        write_copy(copy, clients, mail_bucket, report)
    clients.sqs.purge_queue(QueueUrl=intake.url)  # the test event


def _simulated(learning: LearnSettings, mail_bucket: str, now: datetime, report: Report) -> StageCopy:
    with learning_installed():
        from tagging.quality import build_learning
        from tagging.simulation import ResourceNames, Shop, simulate_fortnight
        from tagging.start import load_bundle

    shop = Shop(
        ResourceNames(learning.learning_bucket, learning.models_bucket, learning.label_table, learning.review_table),
        mail_bucket,
        load_bundle(shipped_path("layers/mail_model/bundle")),
        lambda simulated: build_learning(learning, simulated),
    )
    with tempfile.TemporaryDirectory(prefix="tagging-fortnight-") as folder:
        return simulate_fortnight(shop, Path(folder), now, report)
