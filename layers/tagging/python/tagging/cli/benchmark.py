"""`tagging benchmark NAME`: speed and quality, each figure from one run."""

from __future__ import annotations

import typer

from tagging.cli.benchmark_cold import cold
from tagging.cli.benchmark_goemotions import goemotions
from tagging.cli.benchmark_handler import batch, memory, warm
from tagging.cli.benchmark_image import image
from tagging.cli.benchmark_mail import mail
from tagging.cli.benchmark_nlupp import nlupp
from tagging.cli.benchmark_peers import peers
from tagging.cli.benchmark_train import train

benchmark = typer.Typer(help="Speed and quality, measured.", no_args_is_help=True)
for measured in (cold, warm, batch, memory, peers, nlupp, goemotions, mail, image, train):
    benchmark.command()(measured)
