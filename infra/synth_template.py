"""The template of a stage to read, never to deploy: its layers need not be built."""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

import msgspec

from infra.settings import ARCHITECTURE, StageError
from layers.runtime.built import Marker, write_marker
from layers.runtime.functions import DEPLOYED, deployed
from tagging.learning.data import TaxonomyError, read_taxonomy
from tagging.local import Template, TemplateError, need_node


def synthesise_stage(root: Path, stage: str) -> Template:
    """The template of a stage of the project at `root`, made in a process of its own; raises TemplateError."""
    need_node()
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "infra.synth_template", "-c", f"stage={stage}", "--output", folder]
        done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
        templates = list(Path(folder).glob("*.template.json"))
        if done.returncode or len(templates) != 1:
            errors = done.stderr.strip().splitlines() or [f"the CDK app made {len(templates)} templates"]
            raise TemplateError(errors[-1].removeprefix("tagging: "))
        return Template.read(templates[0])


def stand_in_project(root: Path, folder: Path) -> Path:
    """Make `folder` a copy of the project at `root` whose layers contain only taxonomies and statistics."""
    for path in root.iterdir():
        if path.name not in ("build", "cdk.out") and not path.name.startswith("."):
            (folder / path.name).symlink_to(path)
    layers = folder / "build" / "layers"
    functions = {*DEPLOYED, *deployed("multilingual")}
    for name in {name for function in functions for name in function.layers}:
        (layers / name).mkdir(parents=True)
        write_marker(layers / name, Marker(name, ARCHITECTURE, "not built", f"{name}, not built", 0, 0))
    for function in functions:
        taxonomy = read_taxonomy(root / "layers" / function.item.model / "taxonomy.yaml")
        bundle = layers / function.model / "bundle"
        bundle.mkdir()
        (bundle / "taxonomy.json").write_bytes(msgspec.json.encode(taxonomy))
        statistics = root / "layers" / function.item.model / "bundle" / "statistics.json"
        (bundle / "statistics.json").symlink_to(statistics)
    return folder


def main() -> None:
    """Synthesise into a folder; an error is one line on standard error and exit code 1."""
    from infra.app import ROOT, synthesise  # loads the CDK, which commands that import this module do not need

    parser = argparse.ArgumentParser(prog="python -m infra.synth_template", description=__doc__)
    parser.add_argument("-c", dest="context", action="append", default=[], metavar="KEY=VALUE")
    parser.add_argument("--output", metavar="DIR", required=True, help="folder to synthesise into")
    arguments = parser.parse_args()
    context = dict(pair.partition("=")[::2] for pair in arguments.context)
    with tempfile.TemporaryDirectory() as folder:
        try:
            synthesise(stand_in_project(ROOT, Path(folder)), context, arguments.output)
        except (StageError, TaxonomyError) as error:
            sys.exit(f"tagging: {error}")


if __name__ == "__main__":
    main()
