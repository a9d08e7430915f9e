"""SES receives mail for a domain and writes it only into the mail bucket; a person activates it."""

from __future__ import annotations

import shlex
from collections.abc import Callable

import botocore.session
from botocore import xform_name

from tests.infra.conftest import Stack


def test_all_mail_of_the_domain_is_received_over_tls_scanned_and_put_into_the_mail_bucket(everything: Stack) -> None:
    rule = everything.named("MailReceiptRule", "SES::ReceiptRule")["Rule"]
    assert rule["Recipients"] == ["mail.example.org"]
    assert rule["Actions"] == [{"S3Action": {"BucketName": {"Ref": "MailBucket"}}}]
    assert (rule["Enabled"], rule["ScanEnabled"], rule["TlsPolicy"]) == (True, True, "Require")


def test_only_this_rule_of_this_account_may_write_mail(everything: Stack) -> None:
    policy = everything.named("MailIntakeBucketPolicy", "S3::BucketPolicy")["PolicyDocument"]["Statement"]
    allowed, probes = (each for each in policy if each["Principal"] == {"Service": "ses.amazonaws.com"})
    assert (allowed["Action"], allowed["Sid"], probes["Sid"]) == (
        "s3:PutObject",
        "MailFromOwnRule",
        "ProbesFromOwnRule",
    )
    condition = allowed["Condition"]["StringEquals"]
    assert condition["aws:SourceAccount"] == {"Ref": "AWS::AccountId"}
    resource = everything.named("MailReceiptRule", "SES::ReceiptRule")
    arn = f":receipt-rule-set/{resource['RuleSetName']}:receipt-rule/{resource['Rule']['Name']}"
    assert condition["aws:SourceArn"]["Fn::Join"][1][-1] == arn


def test_the_rule_depends_on_its_set_and_on_the_bucket_policy(everything: Stack) -> None:
    rule = everything.all("SES::ReceiptRule")[everything.id_of("SES::ReceiptRule", "MailReceiptRule")]
    assert set(rule["DependsOn"]) == {
        everything.id_of("SES::ReceiptRuleSet", "MailReceipt"),
        everything.id_of("S3::BucketPolicy", "MailIntakeBucketPolicy"),
    }


def test_the_stack_outputs_the_activation_command(everything: Stack) -> None:
    words = shlex.split(everything.template["Outputs"]["MailActivation"]["Value"])
    model = botocore.session.get_session().get_service_model(words[1])
    by_name = {xform_name(name, "-"): name for name in model.operation_names}
    members = model.operation_model(by_name[words[2]]).input_shape.members
    assert [xform_name(name, "-") for name in members] == [words[3].removeprefix("--")]
    assert words[4] == everything.only("SES::ReceiptRuleSet")["RuleSetName"]


def test_without_a_domain_no_mail_is_received(prod: Stack) -> None:
    assert "SES" not in str(prod.template)


def test_the_stack_creates_the_domains_identity_and_prints_its_records_if_asked(
    everything: Stack, synthesised: Callable[..., Stack]
) -> None:
    identity = everything.only("SES::EmailIdentity")
    assert identity["EmailIdentity"] == "mail.example.org"
    id = everything.id_of("SES::EmailIdentity", "MailReceipt")
    for number in (1, 2, 3):
        name, value = ({"Fn::GetAtt": [id, f"DkimDNSToken{part}{number}"]} for part in ("Name", "Value"))
        record = everything.template["Outputs"][f"MailDkimRecord{number}"]["Value"]
        assert record == {"Fn::Join": ["", [name, " CNAME ", value]]}
    existing = synthesised("dev", mail_domain="mail.example.org")
    assert existing.all("SES::ReceiptRule")
    assert not existing.all("SES::EmailIdentity")
