"""`tagging dashboard`: a stage's dashboards drawn from metrics of the local cloud, as a preview before deployment."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from infra.monitoring.preview.body import read_dashboards
from infra.monitoring.preview.day import STEPS, record_day
from infra.monitoring.preview.page import Subject, page
from infra.stage_file import stage_settings
from infra.synth_template import synthesise_stage
from tagging.cli.errors import failed
from tagging.cli.progress import show_progress
from tagging.cli.project import root
from tagging.local import FunctionNotStarted, Template, TemplateError

DAY = "a day on the local cloud"


def dashboard(
    out: Annotated[
        Path | None, typer.Option(metavar="FILE.html", help="The page to write: build/dashboards.html if left out.")
    ] = None,
    stage: Annotated[str, typer.Option(help="Whose dashboards; dev has none.")] = "prod",
    template: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A template already synthesised, instead of a stage.")
    ] = None,
) -> None:
    """Draw a stage's dashboards as one page, from the metrics of a day on the local cloud. No AWS account."""
    out = out or root() / "build" / "dashboards.html"
    if out.is_dir():
        raise typer.BadParameter(f"{out} is a folder: name the page to write")
    try:
        with show_progress("synthesising the template"):
            synthesised = Template.read(template) if template else synthesise_stage(root(), stage)
        dashboards = read_dashboards(synthesised)
        with show_progress(DAY) as report:
            functions = () if template else stage_settings(stage).functions
            own = {each.kind: each.own for each in functions if each.own}
            day = record_day(root(), lambda step: report(DAY, step, STEPS), synthesised, own=own)
        out.parent.mkdir(exist_ok=True)
        out.write_text(page(dashboards, day, subject(synthesised)), encoding="utf-8")
    except (FunctionNotStarted, TemplateError, OSError) as error:
        raise failed("dashboard", str(error)) from None
    widgets = sum(len(board.widgets) for board in dashboards)
    Console().print(f"{out}: {len(dashboards)} dashboards, {widgets} widgets", highlight=False, soft_wrap=True)


def subject(template: Template) -> Subject:
    """The names of a template's functions and alarms."""
    kinds = ("AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm")
    functions = [each for each in template.of_type("AWS::Lambda::Function") if "Handler" in each.properties]
    names = {each.id: str(each.properties["Handler"]).split(".")[0] for each in functions}
    groups = {
        each.properties.get("LoggingConfig", {}).get("LogGroup", {}).get("Ref", ""): each.id for each in functions
    }
    return Subject(
        stack=template.name,
        functions=names,
        log_groups={group: names[id] for group, id in groups.items()},
        alarms={each.id: str(each.properties.get("AlarmName", each.id)) for k in kinds for each in template.of_type(k)},
    )
