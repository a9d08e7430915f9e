"""The template of a stage to be read, never deployed: its layers need not be built."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from tagging.local import Template, TemplateError, need_node


def synthesise_stage(root: Path, stage: str) -> Template:
    """Made by `infra.synth_template` of the project at `root`; TemplateError says in one line why there is none."""
    need_node()
    with tempfile.TemporaryDirectory() as folder:
        words = [sys.executable, "-m", "infra.synth_template", "-c", f"stage={stage}", "--output", folder]
        made = subprocess.run(words, cwd=root, capture_output=True, text=True, check=False)
        found = list(Path(folder).glob("*.template.json"))
        if made.returncode or len(found) != 1:
            said = made.stderr.strip().splitlines() or [f"the CDK app made {len(found)} templates"]
            raise TemplateError(said[-1].removeprefix("tagging: "))
        return Template.read(found[0])
