"""The app reports what it cannot synthesise, and names the folders that it serves."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from infra import stage_file
from infra.app import ROOT, build_app, synthesise
from infra.settings import StageError
from tests.infra.conftest import Stack, make_project


def test_layers_that_are_not_built_are_an_error_with_the_build_command(tmp_path: Path) -> None:
    shutil.rmtree(make_project(tmp_path) / "build" / "layers" / "tagging")
    with pytest.raises(StageError, match="layer tagging is not built; run: tagging build"):
        build_app(tmp_path, {"stage": "dev"}, str(tmp_path / "out"))


def test_layers_for_another_processor_are_an_error(tmp_path: Path) -> None:
    make_project(tmp_path, architecture="x86_64")
    with pytest.raises(StageError, match="built for x86_64, not arm64; run: tagging build --architecture arm64"):
        build_app(tmp_path, {"stage": "dev"}, str(tmp_path / "out"))


def test_the_local_stage_serves_the_source_folders_and_needs_no_build(tmp_path: Path) -> None:
    shutil.rmtree(make_project(tmp_path) / "build")
    stack = build_app(tmp_path, {"stage": "local"}, str(tmp_path / "out")).synth().get_stack_by_name("tagging-local")
    served = [each["Metadata"]["aws:asset:path"] for each in Stack(stack.template).all("Lambda::LayerVersion").values()]
    folders = ("image_model", "mail_model", "tagging", "versions")
    assert sorted(served) == [str(tmp_path / "layers" / name) for name in folders]
    assert not list((tmp_path / "out").glob("asset.*"))


def test_a_layer_is_uploaded_only_if_its_content_changed(synthesised: Callable[..., Stack]) -> None:
    def keys(stack: Stack) -> list[str]:
        return sorted(each["Properties"]["Content"]["S3Key"] for each in stack.all("Lambda::LayerVersion").values())

    assert keys(synthesised("dev")) == keys(synthesised("prod"))


def test_the_app_prints_an_error_as_one_line(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "infra.app", "-c", "stage=qa", "--output", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr == "tagging: unknown stage 'qa': use -c stage= with one of dev, local, prod\n"


@pytest.mark.parametrize(
    ("context", "message"),
    [
        ({"warm_pool": "2"}, "there is no setting warm_pool: did you mean -c mail_warm_pool=?"),
        ({"monitor": "true"}, "did you mean -c monitoring=?"),
        ({"region": "eu-west-9"}, "AWS has no region eu-west-9"),
        ({"metric_budget": "18"}, r"20 metrics of their own \(tag_mail 10, tag_image 10\).* allow metric_budget=20"),
        ({"metric_budget": "18", "label_metrics": "all"}, "set label_metrics=critical"),
    ],
)
def test_context_that_fits_no_setting_or_budget_is_an_error(
    project: Path, tmp_path: Path, context: dict[str, str], message: str
) -> None:
    with pytest.raises(StageError, match=message):
        build_app(project, {"stage": "dev", **context}, str(tmp_path))


def test_a_resource_that_the_region_lacks_is_an_error_with_the_details_above_it(
    tmp_path: Path,
) -> None:
    """SES receives no mail in Spain; without the check, CloudFormation would fail in the middle of a deployment."""
    context = {"stage": "dev", "mail_domain": "example.org", "region": "eu-south-2"}
    with pytest.raises(StageError, match="the errors above keep the stack from being deployed"):
        synthesise(make_project(tmp_path), context, str(tmp_path / "out"))
    report = (tmp_path / "out/validation-report.json").read_text()
    assert "'AWS::SES::ReceiptRule' does not exist in 'eu-south-2'" in report


@pytest.fixture
def own_stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Writes the file of a stage `own`, which is then the only stage."""
    folder = tmp_path / "stages"
    folder.mkdir()
    monkeypatch.setattr(stage_file, "STAGE_FILES", folder)
    return lambda text: (folder / "own.toml").write_text(text)


@pytest.mark.parametrize(
    ("text", "changes", "message"),
    [
        ("retain = true", {}, "stage own pages nobody: write page_mail = .* or page = .none. if"),
        ('retain = true\npage = "none"', {}, None),
        ('retain = true\npage_mail = "a@b.org"', {}, None),
        ('retain = true\npage = "none"', {"malware_gate": "true"}, "write malware_gate in infra/stages/own.toml"),
        ('retain = true\npage = "none"', {"retain": "false"}, "write retain in infra/stages/own.toml"),
        ('page = "none"', {"retain": "true"}, "write retain in infra/stages/own.toml"),
        ("monitoring = false", {"mail_domain": "mail.example.org"}, None),
    ],
)
def test_a_stage_with_retain_is_deployed_from_its_file_only_and_pages_somebody(
    project: Path,
    tmp_path: Path,
    own_stage: Callable[[str], None],
    text: str,
    changes: dict[str, str],
    message: str | None,
) -> None:
    own_stage(text)
    context = {"stage": "own", **changes}
    if message is None:
        build_app(project, context, str(tmp_path / "out"), deploying=True)
    else:
        with pytest.raises(StageError, match=message):
            build_app(project, context, str(tmp_path / "out"), deploying=True)
        build_app(project, context, str(tmp_path / "look"))  # not deploying: it may be looked at


def test_the_cdk_command_line_deploys_and_may_not_change_a_retained_stage(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "infra.app"],
        cwd=ROOT,
        env={**os.environ, "CDK_OUTDIR": str(tmp_path), "CDK_CONTEXT_JSON": '{"stage": "prod", "log_days": "7"}'},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr == (
        "tagging: stage prod is deployed from its file only: write log_days in infra/stages/prod.toml\n"
    )


def test_a_model_layer_without_a_taxonomy_is_an_error(tmp_path: Path) -> None:
    (make_project(tmp_path) / "build/layers/image_model/bundle/taxonomy.json").write_text("{")
    with pytest.raises(StageError, match="layer image_model contains no bundle with a taxonomy; run: tagging build"):
        build_app(tmp_path, {"stage": "dev"}, str(tmp_path / "out"))


def test_a_model_layer_without_statistics_is_an_error(tmp_path: Path) -> None:
    (make_project(tmp_path) / "build/layers/mail_model/bundle/statistics.json").unlink()
    with pytest.raises(StageError, match="layer mail_model contains no bundle with statistics; run: tagging build"):
        build_app(tmp_path, {"stage": "dev"}, str(tmp_path / "out"))
