"""The documents as tests read them: links, headings, and the commands in their blocks."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path

import botocore.session
import typer
from botocore import xform_name

from infra.settings import StageSettings
from tagging.cli.main import load
from tagging.operations.machine_checks import CDK

ROOT = Path(__file__).parents[1]
DOCUMENTS = sorted(
    path
    for pattern in ("*.md", "docs/*.md", "events/*.md", "tests/**/README.md", "infra/runbooks/*.md", "**/LOG.md")
    for path in ROOT.glob(pattern)
    if not {".venv", "build", "cdk.out"} & set(path.relative_to(ROOT).parts)
)
CDK_OPTIONS: Mapping[str, Sequence[str]] = json.loads((ROOT / "tests/cdk_options.json").read_text())
"""Command of the pinned CDK command line → its options, as `npx CDK --get-yargs-completions cdk COMMAND --` lists."""
AWS_CLI_OPTIONS = {"query", "output", "filter-pattern", "limit"}
"""Options of AWS's command line itself, of any command."""
GUIDES = [path for path in DOCUMENTS if path.parent in (ROOT, ROOT / "docs")]
"""What a reader follows by pasting."""


def blocks(text: str, language: str) -> list[str]:
    """The contents of a text's fenced blocks of one language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", text, flags=re.M | re.S)


def commands(text: str) -> Iterator[list[str]]:
    """The commands in a text's shell blocks, each as its words; comments and assignments are none."""
    for block in blocks(text, "sh"):
        for line in block.splitlines():
            words = shlex.split(line, comments=True)
            ends = [index for index, word in enumerate(words) if word in ("|", "&&")]
            for start, end in pairwise((-1, *ends, len(words))):
                command = words[start + 1 : end]
                if command and "=" not in command[0]:
                    yield command


def links(text: str) -> Iterator[tuple[str, str]]:
    """The targets of links and images within the repository, each as path and anchor."""
    prose = re.sub(r"```.*?```|`[^`\n]*`", "", text, flags=re.S)
    for target in re.findall(r"\]\(([^)\s]+)\)", prose):
        if not target.startswith(("https:", "mailto:")):
            path, _, anchor = target.partition("#")
            yield path, anchor


def anchors(text: str) -> set[str]:
    """The anchors of a document's headings, as hosts of repositories make them."""
    headings = re.findall(r"^#+ (.+)$", re.sub(r"```.*?```", "", text, flags=re.S), flags=re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def mistake_in(words: list[str]) -> str | None:
    """What is wrong with a `tagging`, `make` or CDK command; None where it exists with all its options."""
    program = words[0].removeprefix(".venv/bin/")
    if program == "tagging":
        return _mistake_in_tagging(words[1:])
    if program == "make":
        targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), flags=re.M))
        return next((f"make has no {word}" for word in words[1:] if word not in targets), None)
    if program == "npx":
        if words[1] != CDK or words[2] not in CDK_OPTIONS:
            return "another CDK command line"
        unknown = {word.partition("=")[0] for word in words if word.startswith("--")} - set(CDK_OPTIONS[words[2]])
        if unknown:
            return f"cdk {words[2]} has no option {min(unknown)}"
        names = {words[index + 1].partition("=")[0] for index, word in enumerate(words) if word == "-c"}
        return next((f"no setting {name}" for name in names - set(StageSettings.model_fields)), None)
    if words[1:2] == ["-m"] and program.startswith("python"):
        path = ROOT / words[2].replace(".", "/")
        return None if words[2] == "venv" or path.with_suffix(".py").exists() else f"no module {words[2]}"
    return None


def mistake_in_aws(words: list[str]) -> str | None:
    """What is wrong with a command of AWS's command line; None where it exists with all its options."""
    service, command = words[1], words[2]
    session = botocore.session.get_session()
    if command == "wait":
        waiters = session.get_waiter_model(service).waiter_names
        return None if words[3] in {xform_name(name, "-") for name in waiters} else f"aws {service} waits for no such"
    model = session.get_service_model("s3" if service == "s3api" else service)
    by_name = {xform_name(name, "-"): name for name in model.operation_names}
    if command not in by_name:
        return f"aws {service} has no command {command}"
    shape = model.operation_model(by_name[command]).input_shape
    members = {xform_name(name, "-"): member for name, member in (shape.members if shape else {}).items()}
    switched_off = {f"no-{name}" for name, member in members.items() if member.type_name == "boolean"}
    options = {word.removeprefix("--") for word in words if word.startswith("--")}
    unknown = options - set(members) - switched_off - AWS_CLI_OPTIONS
    return f"aws {service} {command} has no option {min(unknown)}" if unknown else None


def _mistake_in_tagging(words: list[str]) -> str | None:
    if not words or words[0].startswith("-"):
        return None
    command, rest = load(words[0]), words[1:]
    while hasattr(command, "commands") and rest and not (command.invoke_without_command and rest[0].startswith("-")):
        _, command, rest = command.resolve_command(typer.Context(command), rest)
    known = {name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts)}
    dash = (
        "--" if command.context_settings.get("ignore_unknown_options") else "--?"
    )  # `tagging correct ID -payment` names a label
    options = [word.partition("=")[0] for word in rest if re.match(f"{dash}[a-z]", word)]
    return next((f"no option {option}" for option in options if option not in known | {"--help"}), None)
