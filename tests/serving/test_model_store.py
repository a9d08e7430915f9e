"""The bucket of models: conditional writes, immutable versions, and what is refused."""

from __future__ import annotations

import pytest

from tagging.aws import ClientError
from tagging.model.bundle_files import BundleError, OtherEncoder
from tagging.serving.model_store import ModelStore, MovedMeanwhile, VersionMissing
from tagging.serving.pointer import PointerError, challenged, promoted
from tagging.serving.version_files import files_of, load_version, version_id
from tagging.start import load_bundle
from tests.image_bundle import write_image_bundle
from tests.serving.conftest import BY, Models


def test_without_a_pointer_there_is_none(models: Models) -> None:
    assert models.store.read_pointer() is None


def test_an_unchanged_pointer_is_not_sent_again(models: Models) -> None:
    models.point(lambda pointer: promoted(pointer, "mail", models.id(1), BY))
    seen = models.store.read_pointer()
    assert models.store.read_pointer(seen) is seen
    models.point(lambda pointer: promoted(pointer, "mail", models.id(2), BY))
    after = models.store.read_pointer(seen)
    assert after is not None
    assert after.pointer.champion == models.id(2)


def test_of_two_first_pointers_exactly_one_is_written(models: Models) -> None:
    models.store.write_pointer(promoted(None, "mail", models.id(1), BY), None)
    with pytest.raises(MovedMeanwhile):
        models.store.write_pointer(promoted(None, "mail", models.id(2), BY), None)


def test_of_two_changes_of_the_same_pointer_exactly_one_is_written(models: Models) -> None:
    models.point(lambda pointer: promoted(pointer, "mail", models.id(1), BY))
    seen = models.store.read_pointer()
    assert seen is not None
    models.store.write_pointer(promoted(seen.pointer, "mail", models.id(2), BY), seen)
    with pytest.raises(MovedMeanwhile):
        models.store.write_pointer(challenged(seen.pointer, "mail", models.id(3), 0.5, BY), seen)
    after = models.store.read_pointer()
    assert after is not None
    assert (after.pointer.generation, after.pointer.champion) == (2, models.id(2))


def test_a_pointer_of_another_kind_is_refused(models: Models) -> None:
    models.point(lambda pointer: promoted(pointer, "image", models.id(1), BY))
    with pytest.raises(PointerError, match="image"):
        models.store.read_pointer()


def test_a_version_is_read_as_it_was_pushed_and_never_written_again(models: Models) -> None:
    files = models.files(1)
    assert set(models.store.write_version(models.id(1), files)) == set(files)
    assert models.store.write_version(models.id(1), dict.fromkeys(files, b"other")) == []
    assert models.store.read_version(models.id(1)) == files
    assert "encoder/encoder.onnx" not in files


def test_an_interrupted_push_is_no_version_until_the_next_push_completes_it(models: Models) -> None:
    files = models.files(1)
    with models.harness.failing("s3.PutObject"), pytest.raises(ConnectionError):
        models.store.write_version(models.id(1), files)
    assert models.store.version_ids() == []
    with pytest.raises(VersionMissing):
        models.store.read_version(models.id(1))
    models.store.write_version(models.id(1), files)
    assert models.store.version_ids() == [models.id(1)]


def test_a_file_that_somebody_else_is_writing_does_not_count_as_written(models: Models) -> None:
    conflict = ClientError({"Error": {"Code": "ConditionalRequestConflict"}}, "PutObject")
    with models.harness.failing("s3.PutObject", conflict), pytest.raises(ClientError):
        models.store.write_version(models.id(1), models.files(1))
    assert models.store.version_ids() == []


def test_versions_of_another_kind_are_not_listed(models: Models) -> None:
    models.push(1)
    assert ModelStore(models.harness.clients.s3, models.store.bucket, "image").version_ids() == []


def test_a_pushed_version_tags_as_its_bundle_does(models: Models) -> None:
    models.push(1)
    layer = models.bundles[0].bundle
    tagger = load_version(models.store.read_version(models.id(1)), models.id(1), layer)
    assert tagger.bundle.version == models.bundles[1].bundle.version
    assert tagger.bundle.encoder is layer.encoder


def test_a_version_with_any_byte_changed_or_any_file_missing_is_refused(models: Models) -> None:
    files, layer = models.files(1), models.bundles[0].bundle
    for name, content in files.items():
        for at in range(0, len(content), max(1, len(content) // 40)):
            damaged = content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]
            with pytest.raises(BundleError):
                load_version(files | {name: damaged}, models.id(1), layer)
        with pytest.raises(BundleError, match=name):
            load_version({each: files[each] for each in files if each != name}, models.id(1), layer)


def test_a_version_under_another_id_is_refused(models: Models) -> None:
    with pytest.raises(BundleError, match=models.id(1)):
        load_version(models.files(1), models.id(2), models.bundles[0].bundle)


def test_a_version_for_another_encoder_is_told_apart(models: Models, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = load_bundle(write_image_bundle(tmp_path_factory.mktemp("other") / "made")).bundle
    with pytest.raises(OtherEncoder):
        load_version(files_of(other.folder, other), version_id(other), models.bundles[0].bundle)
