"""`tagging benchmark NAME`: speed and quality, each figure from one run."""

from __future__ import annotations

import typer

from benchmarks.peers.command import peers
from benchmarks.quality.goemotions_command import goemotions
from benchmarks.quality.mail_command import mail
from benchmarks.quality.nlupp_command import nlupp
from benchmarks.speed.cold import cold
from benchmarks.speed.handler import batch, memory, warm
from benchmarks.speed.image import image
from benchmarks.speed.train_command import train

benchmark = typer.Typer(add_completion=False, help="Speed and quality, measured.", no_args_is_help=True)
for measured in (cold, warm, batch, memory, peers, nlupp, goemotions, mail, image, train):
    benchmark.command()(measured)
