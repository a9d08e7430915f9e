"""`tagging encoder`, and the commands that take `--encoder multilingual`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tagging.cli.main import app
from tagging.local.shipped import shipped_background
from tests.learning.tiny_checkpoints import write_checkpoint


def test_a_folder_is_converted_and_the_parity_is_printed(tmp_path: Path) -> None:
    folder = write_checkpoint(tmp_path / "model", "bert").folder
    arguments = ["encoder", "convert", str(folder), "--out", str(tmp_path / "out"), "--sequence-length", "20"]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.output
    assert "languages: en, ru" in result.stdout
    assert "mean of the last layer" in result.stdout
    document = json.loads(CliRunner().invoke(app, [*arguments, "--json"]).stdout)
    assert document["languages"] == ["en", "ru"]
    assert document["parity"]["vectors"]["mean of the last layer"]["mean"] > 0.9
    assert document["milliseconds_per_128_tokens"] > 0


def test_a_wrong_folder_is_one_line_and_exit_code_2(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["encoder", "convert", str(tmp_path), "--out", str(tmp_path / "out")])
    assert result.exit_code == 2
    assert "config.json is missing" in " ".join(result.stderr.replace("│", " ").split())


def test_only_mails_have_a_multilingual_bundle(monkeypatch: pytest.MonkeyPatch, root: Path) -> None:
    monkeypatch.setattr("tagging.cli.bundles.multilingual_bundle", lambda: Path("made"))
    command = ["tag", "--json", "--encoder", "multilingual"]
    image = CliRunner().invoke(app, [*command, str(root / "events/images/card.jpg")])
    assert image.exit_code == 0, image.output
    mail = CliRunner().invoke(app, [*command, str(root / "events/mails/attachment.eml")])
    assert mail.exit_code == 2
    assert "made/manifest.json" in mail.stderr


def test_the_background_is_that_of_the_encoder_whatever_was_measured_of_it(root: Path, tmp_path: Path) -> None:
    own = root / "layers/mail_model/bundle/encoder/manifest.json"
    manifest = json.loads(own.read_bytes())
    (tmp_path / "manifest.json").write_text(json.dumps(manifest | {"parity": None}))
    assert shipped_background(tmp_path) == root / "layers/mail_model/background.npz"
    manifest["files"]["encoder.onnx"] = "0" * 64
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    assert shipped_background(tmp_path) is None
