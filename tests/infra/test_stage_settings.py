"""Settings that contradict each other are an error that says what to change."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra import stage_file
from infra.settings import ARCHITECTURE, StageError
from infra.stage_file import stage_settings, stages


@pytest.mark.parametrize("stage", stages())
def test_the_settings_of_every_stage_are_valid(stage: str) -> None:
    settings = stage_settings(stage)
    assert (settings.stack_name, settings.architecture) == (f"tagging-{stage}", ARCHITECTURE)


def test_a_number_on_the_command_line_is_a_number_in_the_settings() -> None:
    assert stage_settings("dev", {"mail_warm_pool": "2"}).mail_warm_pool == 2


@pytest.mark.parametrize(
    ("stage", "changes", "message"),
    [
        ("qa", {}, "one of dev, local, prod"),
        ("dev", {"timeout_s": "60"}, "set visibility_s=361"),
        ("dev", {"timeout_s": "19"}, "timeout_s: Input should be greater than or equal to 20"),
        ("dev", {"batch_size": "11", "batch_window_s": "0"}, "set batch_window_s=1"),
        ("dev", {"mail_warm_pool": "11"}, "mail_warm_pool must not be over max_concurrency"),
        ("dev", {"image_warm_pool": "11"}, "image_warm_pool must not be over max_concurrency"),
        ("dev", {"log_days": "8"}, "log_days must be one of 1, 3, 5"),
        ("dev", {"mail_days": "14"}, "set mail_days=15"),
        ("dev", {"image_days": "1"}, "set image_days=15"),
        ("dev", {"memory_mb": "128"}, "memory_mb: Input should be greater than or equal to 512"),
        ("dev", {"region": "Frankfurt"}, "region: 'Frankfurt' is not valid, give a region by AWS's name: eu-central-1"),
        ("dev", {"account": "12"}, "an account has twelve digits"),
        (
            "dev",
            {"mail_domain": ""},
            "mail_domain: '' is not valid, give a domain in small letters",
        ),
        ("dev", {"warm_zone": "Nowhere/City"}, "no time zone Nowhere/City: set warm_zone to one such as"),
        ("dev", {"architecture": "x86_64"}, "change ARCHITECTURE in infra/settings.py"),
        ("dev", {"available_percent": "100"}, "available_percent: Input should be less than 100"),
        ("dev", {"page_mail": "nobody"}, "page_mail: "),
        ("prod", {"page": "none", "page_mail": "a@b.org"}, "page=none contradicts page_mail"),
        ("dev", {"page_mail": "on-call@example.org"}, "set monitoring=true"),
        (
            "dev",
            {"snap_start": "true", "mail_warm_pool": "1"},
            "AWS refuses snap_start together with a warm pool",
        ),
        ("dev", {"warm_hours": "7-19"}, "set mail_warm_pool or image_warm_pool"),
        ("dev", {"warm_hours": "19-7", "mail_warm_pool": "1"}, "on the same day: 7-19"),
        ("dev", {"warm_hours": "nine to five"}, "warm_hours: "),
        ("dev", {"mail_warm_pool": "2", "mail_warm_pool_most": "2"}, "mail_warm_pool_most over it"),
        ("dev", {"image_warm_pool_most": "2"}, "set image_warm_pool to 1 or more"),
        ("dev", {"mail_warm_pool": "2", "mail_warm_pool_most": "20"}, "must not be over max_concurrency"),
        ("local", {"malware_gate": "true"}, "leave malware_gate=false"),
        ("local", {"customer_key": "true"}, "leave customer_key=false"),
        ("local", {"monitoring": "true"}, "leave monitoring=false"),
        ("local", {"mail_domain": "example.org"}, "leave mail_domain out"),
        ("dev", {"mail_domain": "no domain"}, "mail_domain: "),
        ("dev", {"subnet_ids": ["subnet-0a0a0a0a"]}, "set both or none"),
        ("dev", {"subnet_ids": ["x"], "security_group_ids": ["sg-0a0a0a0a"]}, "subnet_ids"),
        ("local", {"subnet_ids": ["subnet-0a0a0a0a"], "security_group_ids": ["sg-0a0a0a0a"]}, "leave subnet_ids out"),
        ("dev", {"mail_identity": "create"}, "set mail_domain, too"),
        ("prod", {"retain": "false"}, "leave retain=true"),
    ],
)
def test_settings_that_cannot_work_are_a_one_line_error(stage: str, changes: dict[str, object], message: str) -> None:
    with pytest.raises(StageError) as error:
        stage_settings(stage, changes)
    assert message in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("retian = true", "infra/stages/own.toml: there is no setting retian: did you mean retain?"),
        ('stage = "prod"', "there is no setting stage"),
        ("mail_days = 14", "set mail_days=15"),
        ("mail_days = ", "infra/stages/own.toml cannot be read"),
        ("\xff", "infra/stages/own.toml cannot be read"),
    ],
)
def test_a_stage_file_with_a_mistake_is_a_one_line_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, message: str
) -> None:
    (tmp_path / "own.toml").write_text(text, encoding="latin-1")
    monkeypatch.setattr(stage_file, "STAGE_FILES", tmp_path)
    with pytest.raises(StageError) as error:
        stage_settings("own")
    assert message in str(error.value)
    assert "\n" not in str(error.value)


def test_a_new_file_is_a_new_stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "own.toml").write_text('retain = true\nmail_domain = "mail.example.org"\n')
    monkeypatch.setattr(stage_file, "STAGE_FILES", tmp_path)
    settings = stage_settings("own")
    assert (settings.stack_name, settings.retain, settings.mail_domain) == ("tagging-own", True, "mail.example.org")
