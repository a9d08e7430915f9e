"""The CDK app: reads the stage from the context and builds its stack; run as `python -m infra.app`."""

from __future__ import annotations

import argparse
import difflib
import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path

import aws_cdk as cdk
from aws_cdk.region_info import RegionInfo

from infra.layers import LayersNotBuilt
from infra.settings import SettingsRefused, StageSettings, stage_settings
from infra.stack import TaggingStack

ROOT = Path(__file__).resolve().parents[1]


def build_app(root: Path = ROOT, given: Mapping[str, str] | None = None, out: str | None = None) -> cdk.App:
    """The app of the project in `root`, not yet synthesised.

    Context comes from cdk.json, from the CDK command line where that is what started us, and from `given`, the last
    one winning. `out` is the folder to synthesise into. Raises SettingsRefused and LayersNotBuilt.
    """
    # Read here too, so that the stack is the same whether the CDK command line started the app or not.
    context = json.loads((root / "cdk.json").read_text(encoding="utf-8"))["context"]
    app = cdk.App(context=context, post_cli_context=given, outdir=out, analytics_reporting=False)
    settings = settings_of(app)
    if settings.local:
        # Nothing is uploaded: the folders are named in the template and not copied.
        app.node.set_context("aws:cdk:disable-asset-staging", True)
    else:
        from cdk_nag import AwsSolutionsChecks  # the local cloud need not wait for it to load

        cdk.Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    app.node.set_context("aws:cdk:enable-asset-metadata", True)
    TaggingStack(app, settings=settings, root=root)
    return app


def settings_of(app: cdk.App) -> StageSettings:
    """The settings that the app's context asks for: `stage`, and any field by its name."""
    # What is not ours is CDK's own, which has a colon, a slash or an at-sign in each of its names.
    given = {name: value for name, value in app.node.get_all_context().items() if not set(name) & set(":/@")}
    changes = {name: value for name, value in given.items() if value is not None}
    stage = str(changes.pop("stage", "dev"))
    unknown = sorted(set(changes) - set(StageSettings.model_fields))
    if unknown:
        near = difflib.get_close_matches(unknown[0], StageSettings.model_fields, 1, 0)
        raise SettingsRefused(f"there is no setting {unknown[0]}: did you mean -c {near[0]}=?")
    settings = stage_settings(stage, changes)
    if settings.region is not None and settings.region not in {each.name for each in RegionInfo.regions}:
        raise SettingsRefused(f"stage {stage}: AWS has no region {settings.region}")
    return settings


def synthesise(root: Path, given: Mapping[str, str], out: str) -> None:
    """Write the template of the project in `root` into a folder.

    Raises SettingsRefused and LayersNotBuilt. What CloudFormation or cdk-nag would refuse is told on standard error.
    """
    app = build_app(root, given, out)
    try:
        app.synth()
    except RuntimeError as error:  # what jsii makes of every exception
        if "ValidationFailed" not in str(error):
            raise
        raise SettingsRefused(f"what is told above keeps the stack from being deployed; {error}") from None


def main() -> None:
    """Synthesise; what is refused is one line on standard error and exit code 1."""
    parser = argparse.ArgumentParser(prog="python -m infra.app", description=__doc__)
    parser.add_argument("-c", dest="context", action="append", default=[], metavar="KEY=VALUE")
    parser.add_argument("--output", metavar="DIR", help="folder to synthesise into (cdk.out)")
    asked = parser.parse_args()
    given = dict(pair.partition("=")[::2] for pair in asked.context)
    try:
        synthesise(ROOT, given, asked.output or os.environ.get("CDK_OUTDIR", "cdk.out"))
    except (SettingsRefused, LayersNotBuilt) as refused:
        sys.exit(f"tagging: {refused}")


if __name__ == "__main__":
    main()
