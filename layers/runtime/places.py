"""Folders of the build."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RUNTIME = ROOT / "layers" / "runtime"
BUILT = ROOT / "build" / "layers"
