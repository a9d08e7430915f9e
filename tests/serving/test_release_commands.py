"""`tagging versions`, `promote`, `rollback`, `pointer`: a release from the first push to the way back."""

from __future__ import annotations

import dataclasses
import json

import pytest

from tagging.operations.deployment import find_deployment
from tagging.operations.models import find_models
from tagging.operations.pointer_changes import plan_promotion, write_plan
from tagging.serving.pointer import promoted
from tests.serving.conftest import BY, Commands, Models


def push(models: Models, tagging: Commands, *numbers: int) -> None:
    for number in numbers:
        tagging.done("versions", "push", models.folder(number))


def test_a_version_is_pushed_serves_a_share_then_all_and_the_one_before_comes_back(
    models: Models, tagging: Commands
) -> None:
    push(models, tagging, 1)
    canary = tagging.change("promote", models.id(1), "--canary", ".05")
    assert canary["pointer"]["champion"] == "layer"
    assert canary["pointer"]["challenger"]["version"] == models.id(1)
    assert canary["pointer"]["challenger"]["share"] == 0.05
    grown = tagging.change("promote", models.id(1), "--canary", ".25")
    assert grown["pointer"]["challenger"]["salt"] == canary["pointer"]["challenger"]["salt"]
    champion = tagging.change("promote", models.id(1), "--champion")
    assert (champion["pointer"]["champion"], champion["pointer"]["previous"]) == (models.id(1), "layer")
    back = tagging.change("rollback")
    assert (back["pointer"]["champion"], back["pointer"]["previous"]) == ("layer", models.id(1))
    assert [each["pointer"]["generation"] for each in (canary, grown, champion, back)] == [1, 2, 3, 4]
    assert models.pointer().generation == 4


def test_who_and_why_stand_in_the_pointer(models: Models, tagging: Commands) -> None:
    push(models, tagging, 1)
    tagging.change("promote", models.id(1))
    assert models.pointer().by.startswith("arn:aws:sts::")
    assert models.pointer().why == "a test"
    tagging.done("rollback", "--yes")
    assert models.pointer().why == "no reason given"


def test_nothing_changes_before_somebody_says_yes(models: Models, tagging: Commands) -> None:
    push(models, tagging, 1)
    said_no = tagging("promote", models.id(1), answer="n\n")
    assert said_no.exit_code == 1
    assert "nothing was changed" in said_no.stderr
    nobody = tagging("promote", models.id(1), answer="")
    assert nobody.exit_code != 0
    assert tagging("promote", models.id(1), "--json").stdout == ""
    assert models.store.read_pointer() is None
    said_yes = tagging("promote", models.id(1), answer="y\n")
    assert said_yes.exit_code == 0, said_yes.output
    assert models.pointer().champion == models.id(1)


def test_a_change_prints_what_it_does_and_the_way_back_within_80_columns(models: Models, tagging: Commands) -> None:
    push(models, tagging, 1, 2)
    tagging.change("promote", models.id(1))
    done = tagging("promote", models.id(2), "--canary", ".05", "--yes", "--why", "surer of refunds")
    assert done.exit_code == 0, done.output
    for part in ("generation 1 → 2", f"{models.id(2)}, 5 %", "4 kept", "surer of refunds", "tagging rollback"):
        assert part in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80


def test_the_way_back_of_every_change_is_a_command_that_undoes_it(models: Models, tagging: Commands) -> None:
    push(models, tagging, 1, 2)
    options = f"--kind mail --stage {tagging.stage}"
    assert tagging.change("promote", models.id(1))["back"] == f"tagging rollback {options}"
    assert tagging.change("promote", models.id(2), "--canary", ".05")["back"] == f"tagging rollback {options}"
    ended = tagging.change("rollback")["back"]
    assert ended == f"tagging promote {models.id(2)} --canary 0.05 {options}"
    words = ended.removeprefix("tagging ").removesuffix(f" --stage {tagging.stage}").split()
    assert tagging.change(*words)["pointer"]["challenger"]["version"] == models.id(2)
    beside_a_canary = tagging.change("promote", "layer", "--kind", "mail")["back"]
    assert beside_a_canary == f"tagging promote {models.id(1)} {options}"


def test_a_folder_or_the_beginning_of_an_id_stands_for_a_version(models: Models, tagging: Commands) -> None:
    push(models, tagging, 1)
    tagging.change("promote", models.folder(1), "--canary", ".5")
    tagging.change("promote", models.id(1)[:5])
    assert models.pointer().champion == models.id(1)
    tagging.change("promote", "layer")
    assert models.pointer().champion == "layer"


def test_a_version_is_pushed_once_and_pushing_it_again_is_fine(models: Models, tagging: Commands) -> None:
    first = tagging.done("versions", "push", models.folder(1))
    again = tagging.done("versions", "push", models.folder(1))
    assert set(first["written"]) == set(models.files(1))
    assert again == first | {"written": []}


def test_versions_are_listed_with_their_roles(models: Models, tagging: Commands) -> None:
    push(models, tagging, 1, 2, 3)
    tagging.change("promote", models.id(1))
    tagging.change("promote", models.id(2))
    tagging.change("promote", models.id(3), "--canary", ".25")
    result = tagging("versions", "list", "--json")
    roles = {each["version"]: each["role"] for each in map(json.loads, result.stdout.splitlines())}
    assert roles == {
        models.id(0): "", models.id(1): "previous", models.id(2): "champion", models.id(3): "challenger 0.25",
    }  # fmt: skip
    assert max(map(len, tagging("versions", "list").stdout.splitlines())) <= 80


def test_a_version_is_shown_with_its_labels_beside_the_champion(models: Models, tagging: Commands) -> None:
    push(models, tagging, 1)
    shown = tagging.done("versions", "show", models.id(1))
    assert [each["id"] for each in shown["labels"]] == ["card", "angry", "thanks", "wants_person"]
    assert shown["beside_champion"]["gone"] == []
    assert "wants_person" in tagging("versions", "show", models.id(1)).stdout


def test_the_pointer_is_shown_with_its_history(models: Models, tagging: Commands) -> None:
    assert tagging.done("pointer", "show")["pointer"] is None
    push(models, tagging, 1, 2)
    for number in (1, 2):
        tagging.change("promote", models.id(number))
    tagging.change("promote", models.id(1), "--canary", ".05")
    shown = tagging.done("pointer", "show")
    assert [each["pointer"]["generation"] for each in shown["history"]] == [3, 2, 1]
    text = tagging("pointer", "show").stdout
    assert f"{models.id(2)} since" in text
    assert max(map(len, text.splitlines())) <= 80


def test_who_names_the_version_that_tags_an_item(models: Models, tagging: Commands) -> None:
    push(models, tagging, 1)
    tagging.change("promote", models.id(1), "--canary", ".5")
    ids = [f"item-{number}" for number in range(20)]
    result = tagging("pointer", "who", *ids, "--json")
    named = {each["id"]: each["version"] for each in map(json.loads, result.stdout.splitlines())}
    assert named == {each: models.pointer().version_of(each) for each in ids}
    assert set(named.values()) == {"layer", models.id(1)}


def test_a_retired_version_can_be_taken_back_by_pushing_it_again(models: Models, tagging: Commands) -> None:
    push(models, tagging, 1)
    tagging.done("versions", "retire", models.id(1), "--yes")
    tags = models.harness.clients.s3.get_object_tagging
    for name in models.files(1):
        found = tags(Bucket=models.store.bucket, Key=f"versions/mail/{models.id(1)}/{name}")["TagSet"]
        assert found == [{"Key": "retired", "Value": "true"}]
    assert "was retired" in tagging.refused("promote", models.id(1), "--yes")
    push(models, tagging, 1)
    tagging.change("promote", models.id(1))


def test_a_version_with_a_role_is_not_retired(models: Models, tagging: Commands) -> None:
    push(models, tagging, 1, 2, 3)
    for number in (1, 2):
        tagging.change("promote", models.id(number))
    tagging.change("promote", models.id(3), "--canary", ".5")
    for number, role in ((1, "previous"), (2, "champion"), (3, "challenger")):
        assert f"is {role}" in tagging.refused("versions", "retire", models.id(number), "--yes")


def test_of_two_changes_at_once_one_succeeds_and_the_other_says_what_stands(
    models: Models, tagging: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    push(models, tagging, 1, 2)

    def meanwhile(*_: object, **__: object) -> bool:  # somebody else is quicker, while this person reads the question
        models.point(lambda pointer: promoted(pointer, "mail", models.id(2), BY))
        return True

    monkeypatch.setattr("typer.confirm", meanwhile)
    line = tagging.refused("promote", models.id(1))
    assert "somebody else changed the pointer meanwhile" in line
    assert f"now: {models.id(2)} serves (generation 1" in line
    assert models.pointer().champion == models.id(2)


def test_a_change_whose_answer_was_lost_counts_as_written(models: Models, tagging: Commands) -> None:
    push(models, tagging, 1)
    s3, attempts = models.harness.clients.s3, []

    def once_more(**call: object) -> int | None:  # as botocore does where the first answer did not come
        attempts.append(call)
        return 0 if len(attempts) == 1 else None

    found = dataclasses.replace(find_models(find_deployment(tagging.stage), "mail"), s3=s3, store=models.store)
    plan = plan_promotion(found, models.id(1))
    s3.meta.events.register_first("needs-retry.s3.PutObject", once_more)
    pointer = write_plan(plan, "anna", "a test")
    s3.meta.events.unregister("needs-retry.s3.PutObject", once_more)
    assert len(attempts) == 2
    assert models.pointer() == pointer
