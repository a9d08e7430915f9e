"""`tagging quality`: precision and recall of each label on live traffic, as far as people have answered."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec
import typer

from tagging.cli.errors import operation_errors
from tagging.cli.models import KindOption
from tagging.cli.options import AsJson, Stage
from tagging.cli.quality_view import print_report
from tagging.kinds import KINDS
from tagging.operations import find_deployment, quality_reports

if TYPE_CHECKING:
    from tagging.quality import QualityReport


def quality(kind: KindOption = None, stage: Stage = "dev", as_json: AsJson = False) -> None:
    """Show precision and recall of each label over 28 days, with 95 % intervals. Exit 1 where a budget is overspent.

    People's answers about drawn items say how good the version is that serves now; with too few answers there is no
    number. The hourly function writes the report.
    """
    with operation_errors("quality"):
        reports: list[QualityReport] = quality_reports(find_deployment(stage), KINDS[kind].name if kind else None)
    now = datetime.now(UTC)
    for report in reports:
        if as_json:
            print(json.dumps(msgspec.to_builtins(report), ensure_ascii=False))
        else:
            print_report(report, stage, now)
    if any(report.overspent for report in reports):
        raise typer.Exit(1)
