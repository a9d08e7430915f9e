"""The template of a stage to read, never to deploy: its layers need not be built."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import msgspec

from infra.settings import ARCHITECTURE, StageError
from infra.stage_file import stage_settings
from layers.runtime.built import Marker, write_marker
from layers.runtime.functions import DEPLOYED, DeployedFunction, deployed, versions_layer
from tagging.learning.data import TaxonomyError, read_taxonomy
from tagging.local import UNCHECKED, Template, TemplateError, need_node


def synthesise_stage(root: Path, stage: str) -> Template:
    """The template of a stage of the project at `root`, made in a process of its own; raises TemplateError."""
    need_node()
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "infra.synth_template", "-c", f"stage={stage}", "--output", folder]
        environment = {**os.environ, **UNCHECKED}
        done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)
        templates = list(Path(folder).glob("*.template.json"))
        if done.returncode or len(templates) != 1:
            errors = done.stderr.strip().splitlines() or [f"the CDK app made {len(templates)} templates"]
            raise TemplateError(errors[-1].removeprefix("tagging: "))
        return Template.read(templates[0])


def stand_in_project(root: Path, folder: Path, functions: Sequence[DeployedFunction] = ()) -> Path:
    """Make `folder` a copy of the project at `root` whose layers contain only taxonomies, statistics and manifests.

    It has layers for the bundles that ship, and for `functions`. Raises StageError for a bundle that is not there.
    """
    for path in root.iterdir():
        if path.name not in ("build", "cdk.out") and not path.name.startswith("."):
            (folder / path.name).symlink_to(path)
    layers = folder / "build" / "layers"
    known = {*DEPLOYED, *deployed("multilingual"), *functions}
    versions = {versions_layer(stage) for stage in (DEPLOYED, deployed("multilingual"), functions)}
    for name in {name for function in known for name in function.layers} | versions:
        (layers / name).mkdir(parents=True)
        write_marker(layers / name, Marker(name, ARCHITECTURE, "not built", f"{name}, not built", 0, 0))
    for function in known:
        bundle = layers / function.model / "bundle"
        if function.own is not None:
            _stand_in_for_own(root, folder, function.own)
            bundle.symlink_to(root / function.own)
            continue
        taxonomy = read_taxonomy(root / "layers" / function.item.model / "taxonomy.yaml")
        bundle.mkdir()
        (bundle / "taxonomy.json").write_bytes(msgspec.json.encode(taxonomy))
        for name in ("manifest.json", "statistics.json"):
            (bundle / name).symlink_to(root / function.bundle / name)
    return folder


def _stand_in_for_own(root: Path, folder: Path, own: str) -> None:
    """A bundle in `build` is not in the copy yet."""
    if (root / own).is_dir() and not (folder / own).exists():
        (folder / own).parent.mkdir(parents=True, exist_ok=True)
        (folder / own).symlink_to(root / own)


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
            functions = stage_settings(context.get("stage", "dev")).functions
            synthesise(stand_in_project(ROOT, Path(folder), functions), context, arguments.output)
        except (StageError, TaxonomyError) as error:
            sys.exit(f"tagging: {error}")


if __name__ == "__main__":
    main()
