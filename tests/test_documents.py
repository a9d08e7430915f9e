"""What the documents name exists: files, headings, commands, options, settings; and they stay short."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from infra.settings import StageSettings
from infra.stage_file import stage_settings
from tagging.cli.main import COMMANDS
from tagging.image.limits import ImageLimits
from tagging.mail.limits import MailLimits
from tests.documents import DOCUMENTS, GUIDES, ROOT, anchors, blocks, commands, links, mistake_in

README = (ROOT / "README.md").read_text()
PACKAGE = ROOT / "layers/tagging/python/tagging"
PASTED = sorted({shlex.join(words) for path in GUIDES for words in commands(path.read_text())})


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def doc(name: str) -> str:
    return (ROOT / "docs" / name).read_text()


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_every_link_leads_to_a_file_and_a_heading(document: Path) -> None:
    for path, anchor in links(document.read_text()):
        target = document.parent / path if path else document
        assert target.exists(), path
        assert not anchor or anchor in anchors(target.read_text()), f"{path}#{anchor}"


@pytest.mark.parametrize("command", PASTED)
def test_every_command_exists_with_its_options(command: str) -> None:
    assert mistake_in(shlex.split(command)) is None


def test_there_are_commands_to_check() -> None:
    assert len(PASTED) > 30


def test_the_readme_is_short_and_links_to_every_guide() -> None:
    assert len(README.splitlines()) <= 150
    assert {f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md")} <= {path for path, _ in links(README)}


def test_the_python_of_the_readme_runs() -> None:
    (program,) = blocks(README, "python")
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True, capture_output=True)


def test_the_image_of_the_report_is_small() -> None:
    for image in (ROOT / "docs/images").iterdir():
        assert image.stat().st_size <= 200 * 1024, image.name


def test_the_guide_of_operations_lists_every_command() -> None:
    listed = set(re.findall(r"`tagging ([a-z-]+)`", doc("operate.md")))
    assert listed == set(COMMANDS)


def test_the_guide_of_operations_lists_every_setting_of_a_stage_with_its_default() -> None:
    table = doc("operate.md").partition("## Settings of a stage")[2].partition("\n## ")[0]
    listed: dict[str, str] = {}
    for names, defaults in re.findall(r"^\| (`.+?) \| (.+?) \|", table, flags=re.M):
        settings, values = re.findall(r"`(\w+)`", names), defaults.split(", ")
        listed |= dict(zip(settings, values if len(values) == len(settings) else values * len(settings), strict=True))
    fields = StageSettings.model_fields
    assert set(listed) == set(fields) - {"stage", "architecture"}
    for name, value in listed.items():
        assert value in {f"`{fields[name].default}`", "none" if fields[name].default is None else "", "caller's"}, name


def test_the_guide_of_operations_says_what_a_stage_changes() -> None:
    dev, prod = stage_settings("dev"), stage_settings("prod")
    assert (dev.mail_days, dev.image_days, dev.log_days, prod.log_days) == (30, 30, 7, 90)
    assert (prod.max_concurrency, prod.mail_warm_pool, prod.image_warm_pool) == (50, 2, 1)
    assert (dev.monitoring, prod.retain) == (False, True)


def test_the_limits_are_those_of_the_code() -> None:
    text, mail, image, mebibyte = doc("limits.md"), MailLimits(), ImageLimits(), 1024**2
    for line in (
        f"| size | {mail.size // mebibyte} MiB | `too_large` |",
        f"| MIME parts; levels | {mail.parts}; {mail.depth} |",
        f"| header block; one field; subject | {mail.header_bytes // 1024} KiB; {mail.field_bytes // 1024} KiB; "
        f"{mail.subject_chars} characters |",
        f"| decoded text parts; HTML | {mail.content_bytes // mebibyte} MiB; {mail.html_bytes // mebibyte} MiB |",
        f"| {mail.scanned_chars:,}; {mail.text_chars:,} characters |",
        f"| attachments listed | {mail.attachments} |",
        f"| size | {image.size // mebibyte} MiB | `too_large` |",
        f"| {image.pixels // 10**6} million; {image.memory // mebibyte} MiB | `too_many_pixels` |",
        f"| {image.jpeg_pixels // 10**6} million | `too_many_pixels` |",
        f"| rows that are decoded | {image.raster_rows // 10**6} million | `too_many_pixels` |",
        f"| {image.parts:,}; {image.scans}; {image.scanned_pixels // 10**9} billion | `too_many_parts` |",
    ):
        assert line in text


def test_contributing_names_files_and_folders_that_exist() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text()
    named = {name for name in re.findall(r"`([\w./-]+(?:/|\.\w+))`", text) if not re.search("KIND|NAME", name)}
    assert len(named) > 40
    folders = (ROOT, PACKAGE, PACKAGE.parent)
    lacking = {name for name in named if not any((folder / name).exists() for folder in folders)}
    assert lacking == set()


def test_contributing_follows_the_path_by_functions_that_exist() -> None:
    (path,) = blocks((ROOT / "CONTRIBUTING.md").read_text(), "")
    steps = re.findall(r"^ *([\w/]+\.py) +([\w.]+)", path, flags=re.M)
    assert len(steps) > 10
    for file, name in steps:
        (source,) = [folder / file for folder in (ROOT, PACKAGE) if (folder / file).exists()]
        assert re.search(rf"^ *def {name.rpartition('.')[2]}\(", source.read_text(), flags=re.M), f"{file} {name}"
