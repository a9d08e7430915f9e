"""The template of a stage whose layers need not be built, to look at: `python -m infra.synth_template`."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

import msgspec

from infra.app import ROOT, synthesise
from infra.layers import LayersNotBuilt
from infra.settings import ARCHITECTURE, SettingsRefused
from layers.runtime.built import Marker, write_marker
from layers.runtime.functions import DEPLOYED
from tagging.learning.data import TaxonomyError, read_taxonomy


def stand_in_project(root: Path, folder: Path) -> Path:
    """`folder`, made into the project of `root` but with layers that hold nothing but their taxonomies."""
    for path in root.iterdir():
        if path.name not in ("build", "cdk.out") and not path.name.startswith("."):
            (folder / path.name).symlink_to(path)
    layers = folder / "build" / "layers"
    for name in {name for function in DEPLOYED for name in function.layers}:
        (layers / name).mkdir(parents=True)
        write_marker(layers / name, Marker(name, ARCHITECTURE, "not built", f"{name}, not built", 0, 0))
    for model in {function.model for function in DEPLOYED}:
        taxonomy = read_taxonomy(root / "layers" / model / "taxonomy.yaml")
        (layers / model / "bundle").mkdir()
        (layers / model / "bundle" / "taxonomy.json").write_bytes(msgspec.json.encode(taxonomy))
    return folder


def main() -> None:
    """Synthesise into a folder; what is refused is one line on standard error and exit code 1."""
    parser = argparse.ArgumentParser(prog="python -m infra.synth_template", description=__doc__)
    parser.add_argument("-c", dest="context", action="append", default=[], metavar="KEY=VALUE")
    parser.add_argument("--output", metavar="DIR", required=True, help="folder to synthesise into")
    asked = parser.parse_args()
    given = dict(pair.partition("=")[::2] for pair in asked.context)
    with tempfile.TemporaryDirectory() as folder:
        try:
            synthesise(stand_in_project(ROOT, Path(folder)), given, asked.output)
        except (SettingsRefused, LayersNotBuilt, TaxonomyError) as refused:
            sys.exit(f"tagging: {refused}")


if __name__ == "__main__":
    main()
