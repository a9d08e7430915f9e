"""`tagging benchmark peers`: peers handle the same events as tag_mail, with its calls and nearly its labels."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from benchmarks.peers import command as benchmark_peers
from benchmarks.peers.command import figures_of, missing, prepare, readable_mails
from benchmarks.peers.handlers.prepare import write_heads, write_tfidf
from benchmarks.peers.measurement import OURS, PEERS, Measurement, Setting, measure
from benchmarks.speed.running_function import Spent, can_measure, cold_start
from tagging.cli.main import main
from tagging.local.stub_aws import StubAws
from tagging.mail.parser import parse_mail
from tagging.start import load_bundle

CALLS = ["GetObject", "PutItem", "UpdateItem", "SendMessageBatch", "UpdateItem"]
WITHOUT_TORCH = ("naive_handler", "tfidf")

on_linux = pytest.mark.skipif(can_measure() is not None, reason="awslambdaric is there for Linux only")
with_torch = pytest.mark.skipif(missing() is not None, reason="the extra `peers` is not installed")


@pytest.fixture(scope="module")
def tagger(root):
    return load_bundle(root / "layers/mail_model/bundle", packs=["all"])


@pytest.fixture(scope="module")
def setting(root, tagger, tmp_path_factory):
    """The files of the peers without torch; where torch is installed, all that the command itself prepares."""
    bundle = root / "layers/mail_model/bundle"
    if missing() is None:
        return prepare(bundle)
    files = tmp_path_factory.mktemp("peers")
    write_heads(tagger, files / "heads.npz")
    write_tfidf(tagger, files / "tfidf.joblib")
    return Setting(root, bundle, files, files)


def calls_of(name: str, setting: Setting) -> list[str]:
    with closing(StubAws(objects=setting.root / "events/mails")) as aws:
        function = setting.functions(aws.endpoint)[name]
        return list(cold_start(function, aws, setting.event(["several_questions.eml"])).calls)


@on_linux
@pytest.mark.parametrize("name", [OURS, *WITHOUT_TORCH])
def test_a_peer_makes_the_same_calls_as_tag_mail_for_the_same_mail(name, setting):
    assert calls_of(name, setting) == CALLS


@on_linux
@with_torch
@pytest.mark.parametrize("name", sorted(set(PEERS) - {*WITHOUT_TORCH}))
def test_a_peer_that_needs_torch_makes_the_same_calls(name, setting):
    assert calls_of(name, setting) == CALLS


@with_torch
@pytest.mark.parametrize("name", sorted(set(PEERS) - {*WITHOUT_TORCH}))
def test_a_peer_with_the_encoder_in_fp32_assigns_nearly_the_same_labels(name, setting, tagger, root):
    mails = [root / "events/mails" / mail for mail in readable_mails(root / "events/mails")]
    program = f"import json, sys, pathlib, {name} as peer\n" + (
        "print(json.dumps([peer.labels_of(pathlib.Path(mail).read_bytes()) for mail in sys.argv[1:]]))"
    )
    function = setting.functions("http://127.0.0.1:9")[name]
    done = subprocess.run(
        [sys.executable, "-c", program, *map(str, mails)],
        cwd=function.code,
        env={**os.environ, **function.environment, "AWS_DEFAULT_REGION": "eu-west-1"},
        capture_output=True,
        text=True,
        check=True,
    )
    ours = [[label.id for label in tagger.tag(parse_mail(mail.read_bytes())).labels] for mail in mails]
    same = [a == b for a, b in zip(json.loads(done.stdout), ours, strict=True)]
    assert np.mean(same) > 0.85


def test_the_heads_as_matrices_give_the_logits_of_the_heads(setting, tagger):
    generator = np.random.default_rng(0)
    feeds = {
        name: generator.normal(size=(3, shape[-1])).astype(np.float32)
        for name, shape in tagger.bundle.heads.inputs.items()
    }
    saved = np.load(setting.files / "heads.npz")
    logits = sum(feeds[name] @ saved[name] for name in feeds) + saved["biases"]
    np.testing.assert_allclose(logits, tagger.bundle.heads.run(["logits"], feeds)[0], atol=1e-3)


@on_linux
def test_every_start_and_every_mail_of_each_handler_is_measured(setting, monkeypatch):
    monkeypatch.setattr("benchmarks.peers.measurement.PEERS", {"tfidf": "TF-IDF"})
    steps: list[str] = []
    measurements = measure(setting, ["thanks_only.eml", "subject_only.eml"], starts=1, rounds=1, step=steps.append)
    assert measurements.keys() == {OURS, "tfidf"}
    assert (steps.count(f"cold {OURS}"), steps.count("warm")) == (2, 4)  # once unmeasured, in each
    assert min(spent.cpu for one in measurements.values() for spent in (one.cold, one.warm, one.batch)) > 0


def test_figures_are_medians_and_ratios_to_tag_mail():
    measurements = {
        OURS: Measurement(Spent(100, 50), Spent(10, 5), Spent(40, 4)),
        "tfidf": Measurement(*[Spent(200, 25)] * 3),
    }
    figures = figures_of(measurements)
    assert (figures["tag_mail_cold_ms"], figures["tfidf_warm_cpu_ms"]) == (100, 25)
    assert (figures["tfidf_cold_of_ours"], figures["tfidf_cold_cpu_of_ours"]) == (2, 0.5)
    assert (figures["tfidf_batch_of_ours"], "tag_mail_warm_of_ours" in figures) == (5, False)


def test_an_event_holds_a_message_for_each_mail(setting):
    records = setting.event(["a.eml", "b.eml"])["Records"]
    keys = [json.loads(record["body"])["Records"][0]["s3"]["object"]["key"] for record in records]
    assert (keys, len({record["messageId"] for record in records})) == (["a.eml", "b.eml"], 2)


def test_a_missing_extra_is_wrong_use_in_one_line(monkeypatch, capsys):
    monkeypatch.setattr(benchmark_peers, "can_measure", lambda: None)
    monkeypatch.setattr(benchmark_peers, "PACKAGES", ("json", "a_package_that_is_not_there"))
    monkeypatch.setattr(sys, "argv", ["tagging", "benchmark", "peers", "--json"])
    with pytest.raises(SystemExit) as ended:
        main()
    out, error = capsys.readouterr()
    assert (ended.value.code, out, error.count("\n")) == (2, "", 1)
    assert "extra `peers`: a_package_that_is_not_there not installed" in error


def test_the_plot_is_the_same_for_the_same_figures(tmp_path: Path):
    pytest.importorskip("matplotlib", reason="the extra `peers` is not installed")
    from benchmarks.peers.plot import draw

    measurements = {name: Measurement(Spent(2, 1), Spent(4, 1), Spent(8, 1)) for name in (OURS, *PEERS)}
    for name in ("one.svg", "two.svg", "three.png"):
        draw(measurements, tmp_path / name)
    assert (tmp_path / "one.svg").read_bytes() == (tmp_path / "two.svg").read_bytes()
    assert (tmp_path / "three.png").read_bytes().startswith(b"\x89PNG")
