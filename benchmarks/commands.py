"""`tagging benchmark NAME`: speed and quality, each figure from one run."""

from __future__ import annotations

from typing import Any

import typer

from tagging.cli.lazy_commands import lazy_group, load_command

COMMANDS = {
    "cold": ("benchmarks.speed.cold:cold", "Cold start of tag_mail, relative to a minimal handler."),
    "warm": ("benchmarks.speed.warm:warm", "CPU of the handler for one mail, relative to its tokeniser and encoder."),
    "batch": ("benchmarks.speed.warm:batch", "Wall time of a batch with slow AWS calls, relative to its inference."),
    "paired": ("benchmarks.speed.paired:paired", "Cold start and warm CPU of tag_mail, relative to another checkout."),
    "memory": ("benchmarks.speed.memory:memory", "Peak memory of the handler on large mails."),
    "image": ("benchmarks.speed.image:image", "Time and memory of images, the worst ones included."),
    "train": ("benchmarks.speed.train:train", "Time and memory of training."),
    "peers": ("benchmarks.peers.command:peers", "tag_mail beside other ways to tag a mail: cold, warm, in a batch."),
    "nlupp": ("benchmarks.quality.nlupp:nlupp", "F1 on NLU++ in its official regimes, beside other methods."),
    "goemotions": ("benchmarks.quality.goemotions:goemotions", "F1 on GoEmotions, official splits."),
    "reading": ("benchmarks.quality.reading.command:reading", "What is left of requests after reading composed mails."),
    "mail": ("benchmarks.quality.mail:mail", "F1 of mails by pooling: full text, sentences, both."),
    "multilingual": (
        "benchmarks.quality.multilingual.command:multilingual",
        "Requests in twelve languages by heads that were trained on English.",
    ),
    "corrections": (
        "benchmarks.quality.corrections.command:corrections",
        "F1 with a month of corrections, beside none.",
    ),
    "review": ("benchmarks.quality.review:review", "Wrong items among those that are reviewed first."),
    "canary": ("benchmarks.serving.canary:canary", "Which items a challenger serves, recomputed independently."),
    "rollback": ("benchmarks.serving.rollback:rollback", "How soon a promotion and a rollback take effect under load."),
    "replay": ("benchmarks.live.replay:replay", "What was served, beside what the feature log decides of it."),
    "backfill": ("benchmarks.live.backfill:backfill", "Rows after a bad promotion, a rollback and a backfill."),
    "what-if": (
        "benchmarks.live.what_if:what_if",
        "What `tagging what-if` foretells, beside what the service then decides.",
    ),
    "rescore": ("benchmarks.live.rescore:rescore", "How fast compacted hours are scored and decided again."),
    "console": ("benchmarks.live.console:console", "How soon the console's pages begin to arrive, with 20,000 items."),
    "coverage": (
        "benchmarks.live.coverage:coverage",
        "How often live intervals contain what is true, on simulated months.",
    ),
    "month": (
        "benchmarks.live.month:month",
        "When drift, a bad promotion, a malicious author are noticed, on simulated months.",
    ),
    "unknown": ("benchmarks.quality.unknown:unknown", "Texts that fit no label: how many stay without one."),
}
"""Each command: where its function is, and its line in `tagging benchmark --help`."""


def load(name: str) -> Any:
    """The command `name`; only its own modules are imported. BadParameter where an extra is not installed."""
    try:
        return load_command(name, COMMANDS[name][0])
    except ModuleNotFoundError as error:
        raise typer.BadParameter(f"needs the extra `learning`: {error.name} is not installed") from None


benchmark = lazy_group({name: line for name, (_, line) in COMMANDS.items()}, load, help="Speed and quality, measured.")
