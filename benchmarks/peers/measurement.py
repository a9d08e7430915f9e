"""Runs `tag_mail` and its peers (handlers that tag a mail in another way) in turns, cold, warm and with a batch."""

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
"""Thread settings of all handlers, in addition to what each sets in its own library."""
BATCH, DELAY_S = 10, 0.02
"""Mails of a batch, and latency of an AWS call while it runs."""


@dataclass(frozen=True)
class Setting:
    """Folders: the project, the served bundle, and what the peers load."""

    root: Path
    bundle: Path
    files: Path
    """Files that benchmarks/peers/handlers/prepare.py made for the peers."""
    weights: Path
    """The encoder's weights in the form of transformers."""
    layer: Path | None = None
    """The runtime layer of tag_mail, built for this machine; None for the packages installed here."""

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
        """One event with a message for each of these mails of events/mails."""
        (record,) = json.loads((self.root / "events/tag_mail/one_mail.json").read_bytes())["Records"]
        records = []
        for number, mail in enumerate(mails):
            body = json.loads(record["body"])
            body["Records"][0]["s3"]["object"]["key"] = mail
            records.append({**record, "messageId": f"{record['messageId']}-{number}", "body": json.dumps(body)})
        return {"Records": records}


@dataclass(frozen=True)
class Measurement:
    """Medians of one handler, in milliseconds."""

    cold: Spent
    """From the start of the process to its first response."""
    warm: Spent
    """One mail: the mean over the mails of the median of each."""
    batch: Spent
    """BATCH mails in one event; every AWS call takes DELAY_S."""


def measure(
    setting: Setting, mails: Sequence[str], starts: int, rounds: int, step: Callable[[str], None]
) -> dict[str, Measurement]:
    """Every handler in turns, so that noise affects all; `step` is called with each step's name. Raises NoStart."""
    folder = setting.root / "events/mails"
    with closing(StubAws(objects=folder)) as aws:
        functions = setting.functions(aws.endpoint)
        cold = _cold(functions, aws, setting.event(mails[:1]), starts, step)
        warm = _warm(functions, aws.endpoint, [setting.event([mail]) for mail in mails], rounds, step)
    with closing(StubAws(objects=folder, delay_s=DELAY_S)) as aws:
        batch = _warm(setting.functions(aws.endpoint), aws.endpoint, [setting.event(mails[:BATCH])], rounds, step)
    return {name: Measurement(cold[name], warm[name], batch[name]) for name in functions}


def _cold(
    functions: Mapping[str, Function], aws: StubAws, event: Mapping[str, Any], starts: int, step: Callable[[str], None]
) -> dict[str, Spent]:
    spent: dict[str, list[Spent]] = defaultdict(list)
    for number in range(starts + 1):
        for name, function in functions.items():
            start = cold_start(function, aws, event)
            if number:  # the first start loads files into the page cache and writes bytecode
                spent[name].append(Spent(start.init + start.answer, start.init_cpu + start.answer_cpu))
            step(f"cold {name}")
    return {name: _median(starts) for name, starts in spent.items()}


def _warm(
    functions: Mapping[str, Function],
    endpoint: str,
    events: Sequence[Mapping[str, Any]],
    rounds: int,
    step: Callable[[str], None],
) -> dict[str, Spent]:
    spent: dict[tuple[str, int], list[Spent]] = defaultdict(list)
    with ExitStack() as stack:
        started: dict[str, RunningFunction] = {
            name: stack.enter_context(running(function, endpoint)) for name, function in functions.items()
        }
        for number in range(rounds + 1):
            for mail, event in enumerate(events):
                for name, function in started.items():
                    answered = function.answer(event)
                    if number:  # the first event opens connections and fills caches
                        spent[name, mail].append(answered)
            step("warm")
    medians = {key: _median(answers) for key, answers in spent.items()}
    return {name: _mean([medians[name, mail] for mail in range(len(events))]) for name in functions}


def _median(spent: Sequence[Spent]) -> Spent:
    return Spent(statistics.median(one.wall for one in spent), statistics.median(one.cpu for one in spent))


def _mean(spent: Sequence[Spent]) -> Spent:
    return Spent(statistics.fmean(one.wall for one in spent), statistics.fmean(one.cpu for one in spent))
