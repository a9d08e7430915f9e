"""`tagging promote --shadow` and `tagging rollback --shadow`: a shadow begins, ends, or serves."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tagging.serving.pointer import Challenger
from tests.serving.conftest import Commands, Models


@pytest.fixture
def pushed(models: Models, tagging: Commands) -> Models:
    """Three versions beside that of the layer, which serves."""
    assert tagging.stage
    models.push(1, 2, 3)
    return models


def test_a_shadow_begins_ends_and_each_command_names_the_way_back(pushed: Models, tagging: Commands) -> None:
    options = f"--kind mail --stage {tagging.stage}"
    begun = tagging.change("promote", pushed.id(1), "--shadow")
    assert (begun["pointer"]["champion"], begun["pointer"]["shadows"]) == ("layer", [pushed.id(1)])
    assert begun["back"] == f"tagging rollback --shadow {pushed.id(1)} {options}"
    assert pushed.pointer().by.startswith("arn:aws:sts::")
    ended = tagging.change("rollback", "--shadow", pushed.id(1)[:5])
    assert (ended["pointer"]["generation"], ended["pointer"]["shadows"]) == (2, [])
    assert ended["back"] == f"tagging promote {pushed.id(1)} --shadow {options}"


def test_a_shadow_that_is_promoted_serves_and_is_no_shadow(pushed: Models, tagging: Commands) -> None:
    tagging.change("promote", pushed.id(1), "--shadow")
    tagging.change("promote", pushed.folder(2), "--shadow")
    canary = tagging.change("promote", pushed.id(1), "--canary", ".05")
    assert canary["pointer"]["shadows"] == [pushed.id(2)]
    assert canary["back"] == f"tagging rollback --kind mail --stage {tagging.stage}"
    champion = tagging.change("promote", pushed.id(2))
    assert (champion["pointer"]["champion"], champion["pointer"]["shadows"]) == (pushed.id(2), [])


def test_what_is_printed_names_the_shadow_within_80_columns(pushed: Models, tagging: Commands) -> None:
    tagging.change("promote", pushed.id(1), "--shadow")
    done = tagging("promote", pushed.id(2), "--shadow", "--yes", "--why", "surer of refunds")
    assert done.exit_code == 0, done.output
    assert f"{pushed.id(1)}, {pushed.id(2)}" in done.stdout
    assert "decides nothing" in done.stdout
    shown = tagging("pointer", "show", "--kind", "mail").stdout
    assert shown.count(f"shadow {pushed.id(2)}") == 1  # in its history, once
    assert max(len(line) for line in (done.stdout + shown).splitlines() if "tagging rollback" not in line) <= 80


def test_a_shadow_ends_although_its_version_is_missing(pushed: Models, tagging: Commands) -> None:
    tagging.change("promote", pushed.id(1), "--shadow")
    pushed.point(lambda pointer: replace(pointer, generation=2, shadows=("f" * 12,)))
    assert tagging.change("rollback", "--shadow", "f" * 12)["pointer"]["shadows"] == []


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("promote", "{1}", "--shadow"), "{1} serves already"),
        (("promote", "{2}", "--shadow"), "{2} serves already"),
        (("promote", "{3}", "--shadow"), "{3} is a shadow already"),
        (("promote", "{0}", "--shadow", "--kind", "mail"), "end one with tagging rollback --shadow VERSION"),
        (("promote", "abcdef", "--shadow"), "there is no version abcdef"),
        (("rollback", "--shadow", "{2}"), "{2} is no shadow"),
        (("rollback", "--shadow", "abcdef"), "there is no version abcdef"),
    ],
)
def test_a_change_of_shadows_is_refused_in_one_line_that_says_what_stands(
    pushed: Models, tagging: Commands, words: tuple[str, ...], why: str
) -> None:
    ids = [pushed.id(number) for number in range(4)]
    pushed.promote(1)
    pushed.point(
        lambda pointer: replace(
            pointer, generation=2, challenger=Challenger(ids[2], 0.5, "0" * 16), shadows=(ids[3], "layer")
        )
    )
    line = tagging.refused(*(word.format(*ids) for word in words), "--yes")
    assert why.format(*ids) in line
    assert "nothing was changed" in line
    assert pushed.pointer().generation == 2


def test_the_bundle_of_the_layer_is_no_shadow_of_itself(pushed: Models, tagging: Commands) -> None:
    assert "the layer's bundle, which has a role already" in tagging.refused("promote", pushed.id(0), "--shadow")


def test_a_version_has_one_role(tagging: Commands) -> None:
    assert tagging("promote", "layer", "--shadow", "--canary", ".5").exit_code == 2
