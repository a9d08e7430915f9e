"""Nothing in the stack is open, and a function may do exactly what it does."""

from __future__ import annotations

from tests.infra.conftest import Stack


def test_only_s3_on_behalf_of_this_account_may_write_to_the_intake_queue(dev: Stack, kind: str) -> None:
    statements = dev.named(f"{kind}IntakeQueuePolicy", "SQS::QueuePolicy")["PolicyDocument"]["Statement"]
    (allowed,) = [each for each in statements if each["Effect"] == "Allow"]
    assert allowed == {
        "Sid": "EventsFromOwnBuckets",
        "Effect": "Allow",
        "Principal": {"Service": "s3.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": dev.arn_of("SQS::Queue", f"{kind}IntakeQueue"),
        "Condition": {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}},
    }


def test_the_bucket_is_versioned_encrypted_and_closed_to_the_public(dev: Stack, kind: str) -> None:
    bucket = dev.named(f"{kind}Bucket", "S3::Bucket")
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert len(bucket["PublicAccessBlockConfiguration"]) == 4
    (rule,) = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert rule == {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}


def test_nothing_is_reached_without_tls(dev: Stack) -> None:
    policies = [*dev.all("SQS::QueuePolicy").values(), *dev.all("S3::BucketPolicy").values()]
    assert len(policies) == len(dev.all("SQS::Queue")) + len(dev.all("S3::Bucket"))
    for policy in policies:
        statements = policy["Properties"]["PolicyDocument"]["Statement"]
        (denied,) = [each for each in statements if each["Effect"] == "Deny"]
        assert denied["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
        assert denied["Principal"] == {"AWS": "*"}


def test_the_function_may_do_exactly_what_it_does(dev: Stack, kind: str) -> None:
    role = dev.named(f"Tag{kind}", "IAM::Role")
    assert "ManagedPolicyArns" not in role
    (policy,) = role["Policies"]
    allowed = {
        action: each["Resource"]
        for each in policy["PolicyDocument"]["Statement"]
        for action in ([each["Action"]] if isinstance(each["Action"], str) else each["Action"])
    }
    queue, tickets = (dev.arn_of("SQS::Queue", start) for start in (f"{kind}IntakeQueue", "OutputsTicketQueue"))
    # The only star: an object's key is not known beforehand.
    objects = {"Fn::Join": ["", [dev.arn_of("S3::Bucket", f"{kind}Bucket"), "/*"]]}
    log = dev.arn_of("Logs::LogGroup", f"Tag{kind}Log")
    assert allowed == {
        "sqs:ReceiveMessage": queue,
        "sqs:DeleteMessage": queue,
        "sqs:GetQueueAttributes": queue,
        "s3:GetObject": objects,
        "s3:GetObjectVersion": objects,
        "s3:ListBucket": dev.arn_of("S3::Bucket", f"{kind}Bucket"),
        "dynamodb:GetItem": dev.arn_of("DynamoDB::Table", "LabelTable"),
        "dynamodb:PutItem": dev.arn_of("DynamoDB::Table", "LabelTable"),
        "dynamodb:UpdateItem": dev.arn_of("DynamoDB::Table", "LabelTable"),
        "sqs:SendMessage": tickets,
        "logs:CreateLogStream": log,
        "logs:PutLogEvents": log,
    }
