"""`tagging reconcile`: object versions without a row are found, and tagged once they were sent."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from tagging.intake.source import StoredObject
from tagging.local.cloud import LocalCloud
from tagging.operations import object_versions
from tagging.operations.object_versions import SkippedVersions, versions_since
from tests.operate.on_cloud import Run, intake_url, mail_bucket, reprocessing_url, take
from tests.service_harness import MAIL, THANKS

HOUR = timedelta(hours=1)


@pytest.fixture
def bucket(cloud: LocalCloud) -> str:
    return mail_bucket(cloud)


def put(cloud: LocalCloud, key: str, data: bytes = MAIL) -> str:
    stored = cloud.put("tag_mail", key, data)
    return StoredObject(stored.bucket, stored.key, stored.version).item_id


def test_versions_whose_message_was_lost_are_found_sent_and_tagged_once(
    cloud: LocalCloud, run: Run, bucket: str
) -> None:
    known = put(cloud, "known.eml")
    cloud.deliver_until_idle()
    lost = {put(cloud, "a b+[c].eml"), put(cloud, "known.eml", THANKS), put(cloud, "ä/#?.eml")}
    take(cloud, intake_url(cloud))
    dry = run("reconcile", bucket, "--since", "1h", "--json")
    assert dry.exit_code == 1
    *gaps, counts = map(json.loads, dry.stdout.splitlines())
    assert {gap["id"] for gap in gaps} == lost
    assert (counts["versions"], counts["gaps"], counts["sent"]) == (4, 3, 0)
    assert take(cloud, intake_url(cloud)) == []
    assert run("reconcile", bucket, "--since", "1h", "--send").exit_code == 0
    assert run("reconcile", bucket, "--since", "1h", "--send").exit_code == 0  # again before they were tagged
    cloud.deliver_until_idle()
    assert {row.id for row in cloud.rows()} == {known, *lost}
    assert len(cloud.sent_tickets()) == 3  # thanks make none
    clean = run("reconcile", bucket, "--since", "1h")
    assert clean.exit_code == 0
    assert clean.stdout.strip() == "4 object versions, 0 without a row"


def test_setup_objects_of_aws_need_no_row(cloud: LocalCloud, run: Run, bucket: str) -> None:
    for key in ("inbox/AMAZON_SES_SETUP_NOTIFICATION", "malware-protection-resource-validation-object"):
        put(cloud, key)
    take(cloud, intake_url(cloud))
    done = run("reconcile", bucket, "--since", "1h")
    assert (done.exit_code, done.stdout.strip()) == (0, "0 object versions, 0 without a row")


def test_each_bucket_has_its_own_queue_and_kind(cloud: LocalCloud, run: Run) -> None:
    stored = cloud.put("tag_image", "a.png", b"image")
    take(cloud, intake_url(cloud, "tag_image"))
    assert run("reconcile", stored.bucket, "--since", "1h", "--send").exit_code == 0
    (message,) = take(cloud, reprocessing_url(cloud, "tag_image"))
    asked = json.loads(message["Body"])
    assert (asked["kind"], asked["object"]["version"]) == ("image", stored.version)


def test_the_output_lists_versions_without_a_row(cloud: LocalCloud, run: Run, bucket: str) -> None:
    version = cloud.put("tag_mail", "[/lost].eml", MAIL).version
    output = run("reconcile", bucket, "--since", "2020-01-01")
    assert output.exit_code == 1
    assert f"no row: s3://{bucket}/[/lost].eml?versionId={version}" in output.stdout
    assert "1 object versions, 1 without a row" in output.stdout


def test_the_setup_object_of_ses_needs_no_row(cloud: LocalCloud, run: Run, bucket: str) -> None:
    put(cloud, "inbox/AMAZON_SES_SETUP_NOTIFICATION")
    cloud.deliver_until_idle()
    assert cloud.rows() == []
    output = run("reconcile", bucket, "--since", "1h")
    assert output.exit_code == 0, output.output
    assert output.stdout.strip() == "0 object versions, 0 without a row"


def test_older_and_deleted_versions_are_skipped(cloud: LocalCloud, run: Run, bucket: str) -> None:
    put(cloud, "old.eml")
    put(cloud, "old.eml")
    cloud.client("s3").delete_object(Bucket=bucket, Key="old.eml")
    put(cloud, "z.eml")
    later = run("reconcile", bucket, "--since", "2999-01-01", "--json")
    assert later.exit_code == 0
    assert json.loads(later.stdout)["earlier"] == 3
    counts = json.loads(run("reconcile", bucket, "--since", "1h", "--json").stdout.splitlines()[-1])
    assert (counts["versions"], counts["gaps"], counts["deleted"]) == (1, 1, 2)


def test_a_listing_is_read_page_by_page(cloud: LocalCloud, bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Deleted keys are known on the next page too."""
    monkeypatch.setattr(object_versions, "_PAGE", 2)
    s3 = cloud.client("s3")
    kept = {put(cloud, f"{key}.eml") for key in "acegi"}
    for _ in range(3):
        put(cloud, "f.eml")
    s3.delete_object(Bucket=bucket, Key="f.eml")
    skipped = SkippedVersions()
    pages = [page.versions for page in versions_since(s3, bucket, datetime.now(UTC) - HOUR, skipped)]
    assert max(map(len, pages)) <= 2
    assert {each.item_id for page in pages for each in page} == kept
    assert skipped.deleted == 3


def test_versions_older_than_the_bucket_s_versioning_are_counted_separately(cloud: LocalCloud) -> None:
    s3 = cloud.client("s3")
    s3.create_bucket(Bucket="without-versions")
    s3.put_object(Bucket="without-versions", Key="a.eml", Body=MAIL)
    skipped = SkippedVersions()
    (page,) = versions_since(s3, "without-versions", datetime.now(UTC) - HOUR, skipped)
    assert (page.versions, page.last) == ([], True)
    assert skipped.unversioned == 1


def test_a_forgotten_item_is_no_gap(cloud: LocalCloud, run: Run, bucket: str) -> None:
    item_id = put(cloud, "a.eml")
    cloud.deliver_until_idle()
    assert run("forget", item_id).exit_code == 0
    assert run("reconcile", bucket, "--since", "1h").exit_code == 0


@pytest.mark.parametrize("words", [("elsewhere", "--since", "1h"), ("tagging-local-mail",), ("x", "--since", "soon")])
def test_wrong_use_exits_2(run: Run, words: tuple[str, ...]) -> None:
    assert run("reconcile", *words).exit_code == 2


def test_behind_the_malware_gate_only_clean_objects_are_sent(cloud: LocalCloud, run: Run) -> None:
    outputs = cloud.client("cloudformation").describe_stacks(StackName="tagging-local")["Stacks"][0]["Outputs"]
    values = {output["OutputKey"]: {"Value": output["OutputValue"]} for output in outputs}
    values |= {"ImageMalwarePlan": {"Value": "p"}}
    template = {"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}, "Outputs": values}
    cloud.client("cloudformation").create_stack(StackName="tagging-gated", TemplateBody=json.dumps(template))
    results = {"clean.png": "NO_THREATS_FOUND", "bad.png": "THREATS_FOUND", "new.png": None}
    for key, result in results.items():
        stored = cloud.put("tag_image", key, b"image")
        if result:
            tags = [{"Key": "GuardDutyMalwareScanStatus", "Value": result}]
            cloud.client("s3").put_object_tagging(
                Bucket=stored.bucket, Key=key, VersionId=stored.version, Tagging={"TagSet": tags}
            )
    take(cloud, intake_url(cloud, "tag_image"))
    asked = ("reconcile", stored.bucket, "--since", "1h", "--send", "--stage", "gated")
    done = run(*asked)
    assert done.exit_code == 1
    assert "3 without a row, 1 sent" in done.stdout
    assert "2 not sent: no scan found them clean" in done.stdout
    (message,) = take(cloud, reprocessing_url(cloud, "tag_image"))
    assert json.loads(message["Body"])["object"]["key"] == "clean.png"
    put(cloud, "mail.eml")  # mails have no gate
    take(cloud, intake_url(cloud))
    assert run(*asked[:1], cloud.stack.bucket_of("tag_mail").name, *asked[2:]).exit_code == 0
