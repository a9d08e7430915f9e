"""`tagging benchmark rollback`: how soon a promotion and a rollback take effect, under load on the local cloud."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Annotated

import typer

from benchmarks.options import AsJson, shipped_bundle
from benchmarks.report import report
from benchmarks.speed.harness import HEADERS, SENTENCES
from benchmarks.speed.versions import other_version
from tagging.cli.project import root
from tagging.local import LocalCloud
from tagging.serving import Change, ModelStore, Pointer, promoted, rolled_back
from tagging.store import Row

FUNCTION, TIMEOUT_S = "tag_mail", 30.0
FIRST_S = 3.0
"""At most, from the write of the pointer to the first row of the new generation."""
LAST_S = FIRST_S + TIMEOUT_S
"""At most, to the last row of the generation before."""
MAIL = (HEADERS + " ".join(SENTENCES)).encode()


class Releaser(threading.Thread):
    """Promotes a version and rolls back, in turns, while mails arrive."""

    def __init__(self, store: ModelStore, version: str, changes: int, seconds: float) -> None:
        super().__init__(daemon=True)
        self._store, self._version, self._changes, self._seconds = store, version, changes, seconds
        self.written: dict[int, datetime] = {}
        """Generation -> when its pointer was written."""

    def run(self) -> None:
        """Wait, change the pointer, and so on; ends after a last wait."""
        for number in range(self._changes):
            time.sleep(self._seconds)
            seen = self._store.read_pointer()
            before = None if seen is None else seen.pointer
            at = datetime.now(UTC)
            self._store.write_pointer(self._after(before, number, at), seen)
            self.written[number + 1] = datetime.now(UTC)
        time.sleep(self._seconds)

    def _after(self, before: Pointer | None, number: int, at: datetime) -> Pointer:
        change = Change("benchmark", at.isoformat(), "a measurement")
        return rolled_back(before, change) if number % 2 else promoted(before, "mail", self._version, change)


def rollback(
    changes: Annotated[int, typer.Option(min=1, help="Promotions and rollbacks, in turns.")] = 4,
    seconds: Annotated[float, typer.Option(min=3, help="Between two of them.")] = 6.0,
    environments: Annotated[int, typer.Option(min=1, help="Of tag_mail.")] = 2,
    as_json: AsJson = False,
) -> None:
    """Seconds from the write of a pointer to the first row of its generation, and to the last row of the one before.

    Mails arrive all the time. Exits 1 where the first takes more than 3 s, the last more than that and one function
    timeout, or a mail is left without a row.
    """
    with LocalCloud.start(root(), functions=[FUNCTION], environments=environments) as cloud:
        cloud.wait_ready()
        store = models_of(cloud)
        version, files = other_version(shipped_bundle())
        store.write_version(version, files)
        releaser = Releaser(store, version, changes, seconds)
        mails: list[str] = []
        releaser.start()
        cloud.deliver_until_idle(feed=_mails(cloud, releaser, mails))
        releaser.join()
        rows = cloud.rows()
    figures = effects(rows, releaser.written)
    figures |= {"changes": len(releaser.written), "mails": len(mails), "rows": len(rows)}
    report("rollback: seconds from the write of the pointer, worst of all changes", figures, as_json)
    if not meets_bars(figures) or len(releaser.written) < changes:
        raise typer.Exit(1)


def models_of(cloud: LocalCloud) -> ModelStore:
    """The bucket of models that the function reads."""
    (function,) = [each for each in cloud.stack.functions if each.name == FUNCTION]
    return ModelStore(cloud.client("s3"), function.environment["MODELS_BUCKET"], "mail")


def effects(rows: Sequence[Row], written: Mapping[int, datetime]) -> dict[str, object]:
    """The worst of all changes, in seconds; infinite where no row of a generation was written."""
    tagged: dict[int, list[datetime]] = {}
    for row in rows:
        tagged.setdefault(row.revision.generation, []).append(datetime.fromisoformat(row.revision.tagged_at))
    first, last = [], []
    for generation, at in written.items():
        new = [(each - at).total_seconds() for each in tagged.get(generation, ())]
        old = [(each - at).total_seconds() for each in tagged.get(generation - 1, ())]
        first.append(min(new, default=float("inf")))
        last.append(max(old, default=0.0))
    return {"first_of_the_new": max(first, default=float("inf")), "last_of_the_old": max(last, default=0.0)}


def meets_bars(figures: Mapping[str, object]) -> bool:
    """Whether both delays are short enough, and every mail has a row."""
    first, last = float(str(figures["first_of_the_new"])), float(str(figures["last_of_the_old"]))
    return first <= FIRST_S and last <= LAST_S and figures["rows"] == figures["mails"]


def _mails(cloud: LocalCloud, releaser: Releaser, put: list[str]) -> Iterator[Callable[[], object]]:
    """A step per mail, until the releaser has done its last change."""

    def arrive(key: str) -> None:
        cloud.put(FUNCTION, key, MAIL)
        put.append(key)

    number = 0
    while releaser.is_alive():
        yield partial(arrive, f"rollback/{number}.eml")
        number += 1
