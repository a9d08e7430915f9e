"""`tagging thresholds`: a version with other thresholds has the same heads, passes its self-test, and says so."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from msgspec.structs import replace
from typer.testing import CliRunner

from tagging.cli.main import app
from tagging.mail.parser import text_mail
from tagging.model.tagger import Tagger
from tagging.start import load_bundle
from tagging.taxonomy.taxonomy import Cost, NumericObjective
from tests.mail_bundle import TAXONOMY, write_mail_bundle
from tests.serving.conftest import Commands, Models


@pytest.fixture
def at_hand(models: Models, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the layer's bundle, on this machine."""
    folder = Path(models.folder(0))
    monkeypatch.setattr("tagging.cli.models.bundles_at_hand", lambda _: [folder])
    return folder


def run(*words: str) -> Result:
    return CliRunner(env={"COLUMNS": "200"}).invoke(app, ["thresholds", *words])


def shown(document: dict[str, Any]) -> dict[str, tuple[float | None, str]]:
    return {each["label"]: (each["threshold"], each["set_by"]) for each in document["thresholds"]}


def test_a_moved_threshold_is_a_version_with_the_same_heads_that_can_be_promoted(
    models: Models, tagging: Commands, at_hand: Path
) -> None:
    done = tagging.done("thresholds", "set", "card", ".7", "thanks", ".2")
    assert done["before"] == {"card": 0.5, "thanks": 0.5}
    files = models.store.read_version(done["version"])
    assert files["heads.onnx"] == (at_hand / "heads.onnx").read_bytes()
    assert json.loads(files["manifest.json"])["golden"] == json.loads((at_hand / "manifest.json").read_text())["golden"]
    assert models.store.read_pointer() is None
    tagging.change("promote", done["version"])
    models.handle("a")
    assert models.served() == {"a": (1, models.heads(0))}
    now = tagging.done("thresholds", "show")
    assert now["version"] == done["version"]
    assert shown(now) == {
        "card": (0.7, "by hand"), "angry": (0.5, "tuned"), "thanks": (0.2, "by hand"), "wants_person": (0.5, "tuned"),
    }  # fmt: skip
    again = tagging.done("thresholds", "set", "card", ".6")
    assert again["before"] == {"card": 0.7}
    tagging.change("promote", again["version"])
    assert shown(tagging.done("thresholds", "show"))["thanks"] == (0.2, "by hand")
    listed = map(json.loads, tagging("versions", "list", "--json").stdout.splitlines())
    origins = {each["version"]: each["origin"] for each in listed}
    assert origins[again["version"]].endswith("thresholds by hand: card 0.6, thanks 0.2")


def test_the_same_move_is_the_same_version(tagging: Commands, at_hand: Path) -> None:
    assert at_hand
    assert tagging.done("thresholds", "set", "card", ".7") == tagging.done("thresholds", "set", "card", ".7")


@pytest.mark.parametrize(
    ("objective", "unproven"),
    [
        ("max_f1", ()),
        (NumericObjective(cost=Cost(fp=2, fn=1)), ()),
        (NumericObjective(min_precision=0.9), ("card",)),
        (NumericObjective(min_recall=0.9), ("card",)),
    ],
)
def test_a_threshold_by_hand_has_no_proof_of_a_floor(objective: Any, unproven: tuple[str, ...], tmp_path: Path) -> None:
    topic, person = TAXONOMY.heads
    card = replace(topic.labels[0], objective=objective)
    taxonomy = replace(TAXONOMY, heads=(replace(topic, labels=(card, *topic.labels[1:])), person))
    folder = write_mail_bundle(tmp_path / "old", taxonomy=taxonomy)
    done = run("set", "card", ".7", "--bundle", str(folder), "--out", str(tmp_path / "new"))
    assert done.exit_code == 0, done.output
    assert ("its items go to review" in done.stdout) is bool(unproven)
    result = load_bundle(tmp_path / "new").tag(text_mail("I lost my card."))
    assert [label.id for label in result.labels] == ["card"]
    assert (result.unproven, result.review) == (unproven, bool(unproven))
    assert "by hand" in run("show", "--bundle", str(tmp_path / "new")).stdout


def test_golden_items_whose_labels_change_are_tagged_again(bundles: tuple[Tagger, ...], tmp_path: Path) -> None:
    old = bundles[0].bundle
    assert "card" in old.manifest.golden[0].labels
    done = run("set", "card", "1", "--bundle", str(old.folder), "--out", str(tmp_path / "new"), "--json")
    assert json.loads(done.stdout)["golden"] == 1
    new = load_bundle(tmp_path / "new").bundle.manifest
    assert [golden.text for golden in new.golden] == [golden.text for golden in old.manifest.golden]
    assert "card" not in new.golden[0].labels
    assert new.golden[1] == old.manifest.golden[1]


def test_golden_items_with_a_score_at_the_new_threshold_are_replaced(
    bundles: tuple[Tagger, ...], tmp_path: Path
) -> None:
    """On another processor, such a score may be on the other side: the self-test would refuse the version there."""
    old = bundles[0].bundle
    score = str(old.manifest.golden[0].scores["card"])
    done = run("set", "card", score, "--bundle", str(old.folder), "--out", str(tmp_path / "new"))
    assert done.exit_code == 0, done.output
    assert [golden.text for golden in load_bundle(tmp_path / "new").bundle.manifest.golden] == ["Thank you very much."]


def test_where_no_text_is_sure_the_version_is_refused(bundles: tuple[Tagger, ...], tmp_path: Path) -> None:
    old, moves = bundles[0].bundle, list[str]()
    for label in ("card", "angry", "thanks", "wants_person"):
        moves += [label, str(old.manifest.golden[0].scores["angry"])]
    done = run("set", *moves, "--bundle", str(old.folder), "--out", str(tmp_path / "new"))
    assert done.exit_code == 1
    assert "would depend on the processor" in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("card", "1.5"), "the threshold of card is from 0 to 1, not 1.5; nothing was changed"),
        (("cord", ".5"), "there is no label cord: did you mean card?; nothing was changed"),
        (("card", ".5"), "the threshold of card is 0.5 already; nothing was changed"),
        (("card",), "write a value behind each label: refund .6"),
        (("card", "high"), "the threshold of card is a number from 0 to 1, not high"),
        (("card", ".6", "card", ".7"), "card has two values: 0.6 and .7"),
    ],
)
def test_bad_input_is_one_sentence_and_changes_nothing(
    models: Models, tagging: Commands, at_hand: Path, tmp_path: Path, words: tuple[str, ...], why: str
) -> None:
    before = models.store.version_ids()
    for where in (("--stage", tagging.stage), ("--bundle", str(at_hand), "--out", str(tmp_path / "new"))):
        done = run("set", *words, *where)
        assert done.exit_code == 2
        assert why in done.stderr
    assert models.store.version_ids() == before
    assert list(tmp_path.iterdir()) == []


def test_without_the_encoder_on_this_machine_the_stage_stays_as_it_is(
    models: Models, tagging: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tagging.cli.models.bundles_at_hand", lambda _: [])
    assert "is not on this machine" in tagging.refused("thresholds", "set", "card", ".7")
    assert models.store.version_ids() == [models.id(0)]


def test_a_folder_that_exists_is_not_overwritten(bundles: tuple[Tagger, ...], tmp_path: Path) -> None:
    done = run("set", "card", ".7", "--bundle", str(bundles[0].bundle.folder), "--out", str(tmp_path))
    assert (done.exit_code, list(tmp_path.iterdir())) == (2, [])
