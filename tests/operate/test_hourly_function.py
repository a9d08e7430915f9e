"""`tagging invoke learn --stage local`: hours of a local cloud that runs become numbers and reviews."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tagging.feature_log import Attempt
from tagging.local.cloud import LocalCloud
from tests.operate.on_cloud import Run

MAILS = ("gmail_alternative", "thanks_only", "several_questions")


def test_mails_of_an_hour_that_has_ended_are_counted_and_drawn_for_review_and_another_event_is_a_fault(
    cloud: LocalCloud, run: Run, root: Path, tmp_path: Path
) -> None:
    for name in MAILS:
        cloud.put("tag_mail", f"{name}.eml", (root / f"events/mails/{name}.eml").read_bytes())
    cloud.deliver_until_idle()
    two_hours_ago(cloud)
    (tmp_path / "night.json").write_text('{"event": "night"}')
    done = run("invoke", "learn", str(root / "events/learn/hour.json"), str(tmp_path / "night.json"), "--json")
    assert done.exit_code == 1
    hour, night = map(json.loads, done.stdout.splitlines())
    assert (hour["fault"], night["answer"]) == (None, None)
    assert night["fault"]["message"] == """event must be {"event": "hour"}, not {'event': 'night'}"""
    answer = hour["answer"]
    assert (answer["written"], answer["summarised"], answer["reports"]) == (1, 1, 1)
    quality = run("quality", "--json")
    assert json.loads(quality.stdout)["items"] == len(MAILS), quality.output
    mails, _ = map(json.loads, run("review", "list", "--json").stdout.splitlines())
    assert len(mails["open"]) == answer["drawn"] == mails["drawn_this_week"]
    drift = run("drift")
    assert (drift.exit_code, drift.output.count("mails, by")) == (0, 1), drift.output


def two_hours_ago(cloud: LocalCloud) -> None:
    """Let the feature log hold what was tagged as if it were of two hours ago."""
    s3, bucket = cloud.client("s3"), cloud.output("LearningBucketName")
    hour = Attempt.begun(datetime.now(UTC) - timedelta(hours=2)).hour
    for each in s3.list_objects_v2(Bucket=bucket, Prefix="features/")["Contents"]:
        features, kind, encoder, *_, token = each["Key"].split("/")
        earlier = f"{features}/{kind}/{encoder}/{hour}/{token}"
        s3.copy_object(Bucket=bucket, Key=earlier, CopySource={"Bucket": bucket, "Key": each["Key"]})
        s3.delete_object(Bucket=bucket, Key=each["Key"])
