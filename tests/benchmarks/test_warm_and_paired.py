"""`tagging benchmark warm` and `paired`: what they compare, and how they summarise it."""

from __future__ import annotations

import json
import time

import pytest
from typer.testing import CliRunner

from benchmarks.speed.module_profile import cpu_by_module
from benchmarks.speed.paired import cold_figures, warm_figures
from benchmarks.speed.running_function import Spent, can_measure
from benchmarks.speed.warm import profile
from tagging.cli.main import app
from tagging.model import is_english

on_linux = pytest.mark.skipif(can_measure() is not None, reason="awslambdaric is there for Linux only")


def run(*words: str) -> dict[str, object]:
    result = CliRunner().invoke(app, ["benchmark", *words, "--json"])
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_a_warm_handler_is_compared_with_its_own_encoder_in_each_process():
    figures = run("warm", "--rounds", "2", "--processes", "2", "--tokens", "20")
    assert (figures["processes"], figures["tokens"]) == (2, 20)
    assert 0 < figures["lowest_process"] <= figures["of_tokeniser_and_encoder"] <= figures["highest_process"]


def test_the_profile_gives_each_module_its_share_of_the_handler():
    spent = profile(tokens=20, rounds=20)
    assert max(spent, key=spent.get) == "module_model/text_encoder_ms"
    assert {"module_service_ms", "module_model/sentences_ms"} < spent.keys()


def test_the_profile_counts_the_cpu_time_of_the_work():
    started = time.thread_time()
    spent = cpu_by_module(lambda: is_english("a word " * 3000), 20)
    total = (time.thread_time() - started) * 1000 / 20
    assert next(iter(spent)) == "model/language"
    assert sum(spent.values()) == pytest.approx(total, rel=0.3)


@on_linux
def test_a_checkout_is_measured_against_itself(root):
    figures = run("paired", "--against", str(root), "--rounds", "1", "--processes", "1", "--events", "2", "--installed")
    assert figures["cold_cpu_ratio"] == pytest.approx(1, abs=0.7)
    assert figures["warm_cpu_ratio"] == pytest.approx(1, abs=0.7)


@on_linux
def test_a_folder_that_is_no_checkout_is_wrong_use(tmp_path):
    assert CliRunner().invoke(app, ["benchmark", "paired", "--against", str(tmp_path)]).exit_code == 2


@on_linux
def test_instructions_are_counted_by_valgrind_alone(root, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    result = CliRunner().invoke(app, ["benchmark", "paired", "--against", str(root), "--instructions", "--installed"])
    assert result.exit_code == 2
    assert "needs Valgrind" in result.output


def test_the_cold_ratio_is_that_of_medians_with_its_interval_over_rounds():
    steady = cold_figures([(Spent(20, 3), Spent(10, 2))] * 5)
    assert (steady["cold_wall_ratio"], steady["cold_wall_interval"]) == (2, "2.000 to 2.000")
    assert (steady["cold_cpu_ms_here"], steady["cold_cpu_ratio"]) == (3, 1.5)
    noisy = cold_figures([(Spent(wall, 1), Spent(10, 1)) for wall in (5, 9, 10, 11, 15)])
    low, high = map(float, noisy["cold_wall_interval"].split(" to "))
    assert low < noisy["cold_wall_ratio"] == 1 < high


def test_the_warm_ratio_is_the_median_over_pairs_of_processes():
    runs = [[(Spent(0, here), Spent(0, 10))] * 3 for here in (9, 10, 14)]
    figures = warm_figures(runs)
    assert (figures["warm_cpu_ratio"], figures["warm_cpu_range"]) == (1, "0.900 to 1.400")
    assert (figures["warm_cpu_ms_here"], figures["warm_cpu_ms_there"]) == (10, 10)
