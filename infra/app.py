"""The CDK app: builds the stack of the stage that the context names; run as `python -m infra.app`."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Collection, Mapping
from pathlib import Path

import aws_cdk as cdk
from aws_cdk.region_info import RegionInfo

from infra.settings import StageError, StageSettings
from infra.stack import TaggingStack
from infra.stage_file import check_names, stage_settings

ROOT = Path(__file__).resolve().parents[1]


def build_app(
    root: Path = ROOT, context: Mapping[str, str] | None = None, output: str | None = None, *, deploying: bool = False
) -> cdk.App:
    """The app of the project in `root`, not yet synthesised.

    Context comes from cdk.json, from the CDK command line if that started the app, and from `context`; the last one
    wins. `output` is the folder to synthesise into. `deploying`: the template may be deployed, so that a stage which
    is only fit to be looked at is an error. Raises StageError.
    """
    # Read here too, so that the stack is the same whether the CDK command line started the app or not.
    defaults = json.loads((root / "cdk.json").read_text(encoding="utf-8"))["context"]
    app = cdk.App(context=defaults, post_cli_context=context, outdir=output, analytics_reporting=False)
    settings = settings_from_context(app, deploying=deploying)
    if settings.local:
        # Nothing is uploaded: the template names the folders, and they are not copied.
        app.node.set_context("aws:cdk:disable-asset-staging", True)
    else:
        from cdk_nag import AwsSolutionsChecks  # slow to load, and the local cloud does not need it

        cdk.Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    app.node.set_context("aws:cdk:enable-asset-metadata", True)
    TaggingStack(app, settings=settings, root=root)
    return app


def settings_from_context(app: cdk.App, *, deploying: bool) -> StageSettings:
    """The settings of the context's `stage`, changed by other fields in the context. Raises StageError."""
    # Names of CDK's own contain a colon, a slash or an at-sign.
    context = {name: value for name, value in app.node.get_all_context().items() if not set(name) & set(":/@")}
    changes = {name: value for name, value in context.items() if value is not None}
    stage = str(changes.pop("stage", "dev"))
    check_names(changes, ask="-c {}=")
    settings = stage_settings(stage, changes)
    if settings.region is not None and settings.region not in {region.name for region in RegionInfo.regions}:
        raise StageError(f"stage {stage}: AWS has no region {settings.region}")
    if deploying:
        _check_deployable(settings, changes)
    return settings


def _check_deployable(settings: StageSettings, changes: Collection[str]) -> None:
    """A setting given by -c would be undone by the next deployment without it."""
    stage = settings.stage
    if changes and (settings.retain or stage_settings(stage).retain):
        raise StageError(
            f"stage {stage} is deployed from its file only: write {min(changes)} in infra/stages/{stage}.toml"
        )
    if settings.pages_nobody:
        raise StageError(
            f'stage {stage} pages nobody: write page_mail = "on-call@example.com" in infra/stages/{stage}.toml, '
            'or page = "none" if the page topic gets its subscription elsewhere'
        )


def synthesise(root: Path, context: Mapping[str, str], output: str, *, deploying: bool = False) -> None:
    """Write the template of the project in `root` into the folder `output`.

    `deploying` as for `build_app`. Raises StageError. Errors of CloudFormation's checks and of cdk-nag are printed on
    standard error.
    """
    app = build_app(root, context, output, deploying=deploying)
    try:
        app.synth()
    except RuntimeError as error:  # jsii raises this for every exception
        if "ValidationFailed" not in str(error):
            raise
        raise StageError(f"the errors above keep the stack from being deployed; {error}") from None


def main() -> None:
    """Synthesise; an error is one line on standard error and exit code 1."""
    parser = argparse.ArgumentParser(prog="python -m infra.app", description=__doc__)
    parser.add_argument("-c", dest="context", action="append", default=[], metavar="KEY=VALUE")
    parser.add_argument("--output", metavar="DIR", help="folder to synthesise into (cdk.out)")
    arguments = parser.parse_args()
    context = dict(pair.partition("=")[::2] for pair in arguments.context)
    started_by_cdk = os.environ.get("CDK_OUTDIR")  # the CDK command line sets it for every app that it runs
    try:
        synthesise(ROOT, context, arguments.output or started_by_cdk or "cdk.out", deploying=bool(started_by_cdk))
    except StageError as error:
        sys.exit(f"tagging: {error}")


if __name__ == "__main__":
    main()
