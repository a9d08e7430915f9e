"""Peers of `tag_mail`, each a handler that tags a mail in another way: started and asked in turns with ours."""

from __future__ import annotations

import json
import statistics
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.speed.running_function import RunningFunction, Spent, cold_start, handler_function, python_path, running
from tagging.local import Function, StubAws
from tagging.settings import Settings

OURS = "tag_mail"
PEERS = {
    "transformers_torch": "transformers + torch, fp32",
    "plain_onnxruntime": "plain onnxruntime, fp32",
    "naive_handler": "our model, naive handler",
    "tfidf": "scikit-learn, TF-IDF",
}
"""Handler in benchmarks/peers/handlers → what it is. TF-IDF does less: it has no encoder."""
ONE_THREAD = {
    **dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "RAYON_NUM_THREADS"), "1"),
    "TOKENIZERS_PARALLELISM": "false",
}
"""What every peer and ours are told of threads, beside what each tells its own library."""


BATCH, DELAY_S = 10, 0.02
"""Mails of a batch, and how long AWS takes for a call then: what a handler that waits for each call pays for."""


@dataclass(frozen=True)
class Setting:
    """Where things are: the project, the bundle served, and what the peers load."""

    root: Path
    bundle: Path
    files: Path
    """Of the peers, as benchmarks/peers/handlers/prepare.py makes them."""
    weights: Path
    """The encoder's, as transformers reads them."""
    layer: Path | None = None
    """The runtime layer that ours starts from, as built for this machine; None: what is installed here."""

    def functions(self, endpoint: str) -> dict[str, Function]:
        """Ours as deployed, then the peers."""
        settings = Settings(
            stage="benchmark",
            label_table="labels",
            ticket_queue_url=f"{endpoint}/0/tickets.fifo",
            bundle=str(self.bundle),
        ).to_env()
        folder = self.root / "benchmarks/peers/handlers"
        variables = settings | ONE_THREAD
        paths = {"PEER_FILES": str(self.files), "PEER_WEIGHTS": str(self.weights)} | python_path(self.root)
        peers = {name: handler_function(f"{name}.handler", folder, variables | paths) for name in PEERS}
        environment = variables | python_path(self.root, self.layer)
        ours = handler_function(f"{OURS}.handler", self.root / "functions", environment)
        return {OURS: ours, **peers}

    def event(self, mails: Sequence[str]) -> dict[str, Any]:
        """One event of these mails of events/mails, a message each."""
        (record,) = json.loads((self.root / "events/tag_mail/one_mail.json").read_bytes())["Records"]
        records = []
        for number, mail in enumerate(mails):
            told = json.loads(record["body"])
            told["Records"][0]["s3"]["object"]["key"] = mail
            records.append({**record, "messageId": f"{record['messageId']}-{number}", "body": json.dumps(told)})
        return {"Records": records}


@dataclass(frozen=True)
class Measured:
    """Medians of one handler, in milliseconds."""

    cold: Spent
    """From the start of the process to its first answer."""
    warm: Spent
    """One mail: the mean over the mails of the median of each."""
    batch: Spent
    """BATCH mails in one event, every call of AWS taking DELAY_S."""


def measure(
    setting: Setting, mails: Sequence[str], starts: int, rounds: int, done: Callable[[str], None]
) -> dict[str, Measured]:
    """Every handler in turns, so that a noisy moment meets all; `done` hears what was done. Raises NoStart."""
    folder = setting.root / "events/mails"
    with closing(StubAws(objects=folder)) as aws:
        functions = setting.functions(aws.endpoint)
        cold = _cold(functions, aws, setting.event(mails[:1]), starts, done)
        warm = _warm(functions, aws.endpoint, [setting.event([mail]) for mail in mails], rounds, done)
    with closing(StubAws(objects=folder, delay_s=DELAY_S)) as aws:
        batch = _warm(setting.functions(aws.endpoint), aws.endpoint, [setting.event(mails[:BATCH])], rounds, done)
    return {name: Measured(cold[name], warm[name], batch[name]) for name in functions}


def _cold(
    functions: Mapping[str, Function], aws: StubAws, event: Mapping[str, Any], starts: int, done: Callable[[str], None]
) -> dict[str, Spent]:
    found: dict[str, list[Spent]] = defaultdict(list)
    for number in range(starts + 1):
        for name, function in functions.items():
            each = cold_start(function, aws, event)
            if number:  # the first brings files into the page cache and writes bytecode
                found[name].append(Spent(each.init + each.answer, each.init_cpu + each.answer_cpu))
            done(f"cold {name}")
    return {name: _median(spent) for name, spent in found.items()}


def _warm(
    functions: Mapping[str, Function],
    endpoint: str,
    events: Sequence[Mapping[str, Any]],
    rounds: int,
    done: Callable[[str], None],
) -> dict[str, Spent]:
    found: dict[tuple[str, int], list[Spent]] = defaultdict(list)
    with ExitStack() as stack:
        started: dict[str, RunningFunction] = {
            name: stack.enter_context(running(function, endpoint)) for name, function in functions.items()
        }
        for number in range(rounds + 1):
            for mail, event in enumerate(events):
                for name, function in started.items():
                    spent = function.answer(event)
                    if number:  # the first opens connections and grows what it needs
                        found[name, mail].append(spent)
            done("warm")
    medians = {key: _median(spent) for key, spent in found.items()}
    return {name: _mean([medians[name, mail] for mail in range(len(events))]) for name in functions}


def _median(spent: Sequence[Spent]) -> Spent:
    return Spent(statistics.median(each.wall for each in spent), statistics.median(each.cpu for each in spent))


def _mean(spent: Sequence[Spent]) -> Spent:
    return Spent(statistics.fmean(each.wall for each in spent), statistics.fmean(each.cpu for each in spent))
