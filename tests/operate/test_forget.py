"""`tagging forget`: only the id of a forgotten item is kept, and nothing brings the item back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tagging.aws import ClientError
from tagging.corrections import hashed_items
from tagging.intake.source import StoredObject
from tagging.local.cloud import LocalCloud
from tagging.model import checksum_of
from tagging.operations.erase import erase_row
from tagging.serving import MANIFEST, files_in
from tagging.store.label_table import LabelTable
from tagging.store.row import FORGOTTEN, Row
from tests.messages import inline
from tests.operate.on_cloud import Run, intake_url, items, take
from tests.service_harness import MAIL, ServiceHarness


@pytest.fixture
def table(cloud: LocalCloud) -> LabelTable:
    return LabelTable(cloud.client("dynamodb"), cloud.stack.label_table)


def tagged(cloud: LocalCloud, key: str, data: bytes = MAIL) -> tuple[StoredObject, str]:
    """A mail that was tagged, and the message that asked for it."""
    stored = cloud.put("tag_mail", key, data)
    (message,) = take(cloud, intake_url(cloud))
    cloud.send("tag_mail", message["Body"])
    cloud.deliver_until_idle()
    return StoredObject(stored.bucket, stored.key, stored.version), message["Body"]


def test_row_index_entries_and_pointer_are_erased_and_a_redelivery_changes_nothing(
    cloud: LocalCloud, table: LabelTable, run: Run
) -> None:
    source, message = tagged(cloud, "canary/lost card.eml")
    row = table.get(source.item_id)
    assert row is not None
    assert "canary" in str(items(cloud)[source.item_id]["record"])  # what is packed is looked into
    for label in row.revision.labels:  # as for labels that ask to be listed
        table.add_to_index(label, row)
    done = run("forget", source.item_id)
    assert done.exit_code == 0, done.output
    assert "its ticket was sent" in done.stdout
    assert "itself (--object deletes that version)" in done.stdout
    kept = items(cloud)
    assert kept.keys() == {source.item_id, f"latest#{source.key_id}"}
    assert kept[f"latest#{source.key_id}"].keys() == {"id", "sequencer"}
    assert not [text for text in ("canary", *row.revision.labels, str(row.input_hash)) if text in str(kept)]
    assert "day_shard" not in kept[source.item_id]
    cloud.send("tag_mail", message)
    cloud.deliver_until_idle()
    assert items(cloud) == kept
    assert len(cloud.sent_tickets()) == 1


def test_a_newer_version_of_the_key_is_tagged_and_kept(cloud: LocalCloud, table: LabelTable, run: Run) -> None:
    old, _ = tagged(cloud, "a.eml")
    assert run("forget", f"s3://{old.bucket}/{old.key}").exit_code == 0
    assert table.latest(StoredObject(old.bucket, old.key)) == ""
    again = run("forget", f"s3://{old.bucket}/{old.key}", "--json")
    assert (again.exit_code, json.loads(again.stdout)["before"]) == (0, True)
    new, _ = tagged(cloud, "a.eml", MAIL + b" Thank you")
    assert table.latest(StoredObject(old.bucket, old.key)) == new.item_id
    assert run("forget", f"s3://{old.bucket}/{old.key}?versionId={old.version}").exit_code == 0
    assert table.latest(StoredObject(old.bucket, old.key)) == new.item_id


def test_with_object_only_that_version_is_deleted(cloud: LocalCloud, run: Run) -> None:
    old, _ = tagged(cloud, "a.eml")
    new, _ = tagged(cloud, "a.eml")
    assert run("forget", old.item_id, "--object").exit_code == 0
    listed = cloud.client("s3").list_object_versions(Bucket=old.bucket)
    assert [each["VersionId"] for each in listed["Versions"]] == [new.version]
    assert "DeleteMarkers" not in listed
    again = run("forget", f"s3://{old.bucket}/a.eml?versionId={old.version}", "--object")
    assert again.exit_code == 0
    run("forget", new.item_id)
    for named in (old.item_id, f"s3://{old.bucket}/a.eml"):
        unknown = run("forget", named, "--object")
        assert unknown.exit_code == 1
        assert "give it as s3://bucket/key?versionId=" in unknown.stderr


def test_to_forget_an_item_again_changes_nothing(cloud: LocalCloud, run: Run) -> None:
    cloud.send("tag_mail", inline("crm-1", "I lost my card"))
    cloud.deliver_until_idle()
    assert run("forget", "crm-1").exit_code == 0
    before = items(cloud)
    again = run("forget", "crm-1")
    assert (again.exit_code, items(cloud)) == (0, before)
    assert "was forgotten before" in again.stdout
    shown = json.loads(run("show", "crm-1", "--json").stdout)
    assert (shown["revision"]["quarantine"]["reason"], shown["ticket"]) == (FORGOTTEN, "sent")


def test_other_content_under_a_forgotten_id_is_not_tagged(cloud: LocalCloud, run: Run) -> None:
    cloud.send("tag_mail", inline("crm-1", "I lost my card"))
    cloud.deliver_until_idle()
    run("forget", "crm-1")
    before = items(cloud)
    cloud.send("tag_mail", inline("crm-1", "something else"))
    cloud.deliver_until_idle()
    assert items(cloud) == before


def test_a_quarantined_item_can_be_forgotten_and_leaves_the_list(cloud: LocalCloud, run: Run) -> None:
    cloud.send("tag_mail", inline("blank", "  "))
    cloud.deliver_until_idle()
    assert run("forget", "blank").exit_code == 0
    assert run("quarantine", "list", "--json").stdout == ""
    assert run("quarantine", "show", "blank").exit_code == 1
    assert "it was forgotten" in run("quarantine", "retry", "blank").stderr


def test_a_pending_ticket_is_never_sent(stricter: ServiceHarness, run: Run) -> None:
    body = inline("crm-1", "I lost my card")
    refused = ClientError({"Error": {"Code": "Injected"}}, "SendMessageBatch")
    with stricter.failing("sqs.SendMessageBatch", refused):
        assert stricter.handle(body) == ["0"]
    done = run("forget", "crm-1", "--json")
    assert json.loads(done.stdout)["ticket"] == "pending"
    assert stricter.handle(body) == []
    assert stricter.tickets() == []


def test_what_an_attempt_writes_during_the_erasure_is_erased_too(
    stricter: ServiceHarness, cloud: LocalCloud, table: LabelTable
) -> None:
    """Between the reading of the row and its erasure another bundle's attempt adds a revision and an index entry."""
    stricter.handle(inline("crm-1", "I lost my card"))
    seen = table.get("crm-1")
    assert seen is not None

    class Interrupted(LabelTable):
        met = False

        def replace(self, old: Row, new: Row) -> bool:
            if not self.met:
                self.met = True
                head = stricter.service.serving.layer.bundle.taxonomy.heads[0].id
                assert stricter.handle(inline("crm-1", "I lost my card", heads=[head])) == []
            return super().replace(old, new)

    interrupted: Any = Interrupted(cloud.client("dynamodb"), table.name)
    erase_row(interrupted, seen)
    assert interrupted.met
    assert items(cloud).keys() == {"crm-1"}
    assert items(cloud)["crm-1"]["labels"] == {"L": []}


def test_an_item_without_a_row_exits_1_with_one_line(run: Run, cloud: LocalCloud) -> None:
    for named in ("no-such-id", "latest#0", "s3://tagging-local-mail/absent.eml"):
        done = run("forget", named)
        assert done.exit_code == 1
        assert done.stderr.strip() == f"tagging forget: no row for {named}"
    assert items(cloud) == {}


def test_versions_that_learned_from_answers_about_it_are_named_with_their_roles(
    cloud: LocalCloud, run: Run, root: Path
) -> None:
    source, _ = tagged(cloud, "a.eml")
    bucket, bundle = cloud.output("ModelsBucketName"), root / "layers/mail_model/bundle"
    learned, other = (_version_that_learned(bundle, [item, "another"]) for item in (source.item_id, "a third"))
    for version, files in (learned, other):
        for name, content in files.items():
            cloud.client("s3").put_object(Bucket=bucket, Key=f"versions/mail/{version}/{name}", Body=content)
    assert run("promote", learned[0], "--shadow", "--yes").exit_code == 0
    done = run("forget", source.item_id)
    assert f"not erased: what versions learned from answers about it: {learned[0]} (shadow);" in done.stdout
    again = run("forget", source.item_id, "--json")
    assert json.loads(again.stdout)["learned"] == [f"{learned[0]} (shadow)"]
    shown = json.loads(run("versions", "show", learned[0], "--json").stdout)
    assert shown["about"]["corrections"] == {"items": 2}


def _version_that_learned(bundle: Path, items: list[str]) -> tuple[str, dict[str, bytes]]:
    """Id and files of a version that tags as the bundle does, and says that it learned from these items."""
    files = files_in(bundle)
    manifest = json.loads(files[MANIFEST])
    manifest["about"] |= {"corrections": {"items": len(items), "learned": hashed_items(items)}}
    manifest["checksum"] = checksum_of(manifest)
    return manifest["checksum"][:12], files | {MANIFEST: json.dumps(manifest).encode()}
