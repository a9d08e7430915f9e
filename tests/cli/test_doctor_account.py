"""The checks of `tagging doctor` on an account: each has a state and what to do; without credentials there are none."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tagging.aws import client_at
from tagging.local.moto_server import CHILD_ENVIRONMENT
from tagging.operations import mail_exchanger
from tagging.operations.account_checks import OUTPUTS, check_account, check_quota
from tagging.operations.check import Check
from tagging.operations.machine_checks import CDK
from tests.cli.conftest import without_credentials

REGION = "eu-north-1"
"""One that no other test uses: what an account holds is seen by all on the same server."""
WANTED: dict[str, Any] = {
    "stack": "tagging-dev",
    "architecture": "arm64",
    "layers": {},
    "models": [],
    "concurrency": 20,
    "rule_set": None,
    "pages": None,
    "mail_domain": None,
    "settings": {"mail_domain": None, "log_days": 7},
    "account": None,
    "region": None,
}
Account = Callable[..., dict[str, Check]]


@pytest.fixture
def account(moto: str, monkeypatch: pytest.MonkeyPatch) -> Account:
    """The checks of an account on moto, by what they look at."""
    here = {"AWS_ENDPOINT_URL": moto, "AWS_REGION": REGION, "AWS_DEFAULT_REGION": REGION}
    for name, value in {**CHILD_ENVIRONMENT, **here}.items():
        if name != "PATH":
            monkeypatch.setenv(name, value)
    monkeypatch.setattr(mail_exchanger, "RESOLVERS", Path("/nowhere"))  # no test asks the DNS of the machine
    return lambda **changes: {each.name: each for each in check_account("dev", WANTED | changes)}


@pytest.fixture
def at(moto: str) -> Callable[[str], Any]:
    return lambda service: client_at(moto, REGION, service)


def test_the_checks_of_an_empty_account_name_what_to_create(account: Account) -> None:
    found = account()
    assert found["account"].state == "ok"
    assert found["region"] == Check("account", "region", "ok", REGION)
    assert found["bootstrap stack"].state == "missing"
    assert found["bootstrap stack"].todo == f"npx {CDK} bootstrap aws://{found['account'].found}/{REGION}"
    assert found["stack"].todo == f"npx {CDK} deploy -c stage=dev"


def test_the_checks_of_a_prepared_account_are_ok(account: Account, at: Callable[[str], Any]) -> None:
    at("ssm").put_parameter(Name="/cdk-bootstrap/hnb659fds/version", Value="28", Type="String")
    at("ses").create_receipt_rule_set(RuleSetName="tagging-dev-mail")
    at("ses").set_active_receipt_rule_set(RuleSetName="tagging-dev-mail")
    topic = {"Type": "AWS::SNS::Topic"}
    outputs = {name: {"Value": name} for name in OUTPUTS}
    template = json.dumps({"Resources": {"Topic": topic}, "Outputs": outputs})
    at("cloudformation").create_stack(StackName="tagging-dev", TemplateBody=template)
    found = account(rule_set="tagging-dev-mail")
    assert found["bootstrap stack"] == Check("account", "bootstrap stack", "ok", "version 28")
    assert found["SES rule set"] == Check("account", "SES rule set", "ok", "tagging-dev-mail is active")
    another = account(rule_set="tagging-prod-mail")["SES rule set"]
    assert (another.state, another.found) == (
        "missing",
        "tagging-dev-mail is active, not tagging-prod-mail: no mail arrives by SES",
    )
    assert another.todo == "aws ses set-active-receipt-rule-set --rule-set-name tagging-prod-mail"
    assert account()["SES rule set"].state == "skipped"
    assert found["stack"].state == "ok"


def test_a_stack_without_its_outputs_is_to_be_deployed_again(account: Account, at: Callable[[str], Any]) -> None:
    template = json.dumps({"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}})
    at("cloudformation").create_stack(StackName="tagging-old", TemplateBody=template)
    found = account(stack="tagging-old")["stack"]
    assert found.state == "missing"
    assert "MailBucketName" in found.found


def test_an_account_or_region_other_than_the_stage_s_is_reported(account: Account) -> None:
    found = account(account="999999999999", region="eu-west-1")
    assert [found[name].state for name in ("account", "region")] == ["missing", "missing"]
    assert "999999999999" in found["account"].found


def test_without_credentials_one_line_says_that_the_account_was_not_checked(
    account: Account, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    without_credentials(monkeypatch, tmp_path)
    assert list(account().values()) == [
        Check("account", "credentials", "skipped", "none: the account was not checked", "aws configure")
    ]


def test_a_stage_that_pages_nobody_is_found_without_credentials(
    account: Account, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    without_credentials(monkeypatch, tmp_path)
    found = account(pages="nobody")
    assert {name: each.state for name, each in found.items()} == {
        "page subscription": "missing",
        "credentials": "skipped",
    }
    assert "infra/stages/dev.toml" in found["page subscription"].todo
    assert account(pages="mail").keys() == {"credentials"}, "whether it is confirmed is in the account"


def test_a_small_quota_of_runs_is_to_be_raised() -> None:
    assert check_quota(1000, 1000, 100).state == "ok"
    small = check_quota(10, 10, 20)
    assert small.state == "missing"
    assert "L-B99A9384" in small.todo
    assert check_quota(1000, 50, 100).state == "missing"


def test_a_stage_that_pages_nobody_is_found(account: Account) -> None:
    found = account(pages="nobody")["page subscription"]
    assert (found.state, found.todo) == ("missing", 'set page_mail, or page = "none", in infra/stages/dev.toml')
    assert account(pages="mail", stack="tagging-none")["page subscription"].state == "skipped"


def test_the_subscription_to_the_page_topic_is_checked(
    account: Account, at: Callable[[str], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    topic = at("sns").create_topic(Name="pages")["TopicArn"]
    monkeypatch.setattr("tagging.operations.account_checks.stack_outputs", lambda _: {"PageTopicArn": topic})
    assert account(pages="mail")["page subscription"].found == "none: alarms page nobody"
    at("sns").subscribe(TopicArn=topic, Protocol="email", Endpoint="on-call@example.org")
    assert account(pages="mail")["page subscription"].state == "ok", "moto confirms at once"


def test_a_subscription_that_waits_for_its_confirmation_is_missing(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Pending:
        """An SNS client with a subscription that nobody confirmed, which moto does not have."""

        def get_paginator(self, _: str) -> Pending:
            return self

        def paginate(self, **_: str) -> list[dict[str, Any]]:
            return [{"Subscriptions": [{"SubscriptionArn": "PendingConfirmation"}]}]

    from tagging.operations import account_checks

    real = account_checks.account_client
    monkeypatch.setattr(account_checks, "stack_outputs", lambda _: {"PageTopicArn": "arn:aws:sns:x:1:pages"})
    monkeypatch.setattr(account_checks, "account_client", lambda name: Pending() if name == "sns" else real(name))
    found = account(pages="mail")["page subscription"]
    assert (found.state, found.found) == ("missing", "not confirmed: alarms page nobody")


def test_a_stack_deployed_with_other_settings_than_the_files_is_found(
    account: Account, at: Callable[[str], Any]
) -> None:
    queue = {"Type": "AWS::SQS::Queue"}
    deployed = {"mail_domain": "mail.example.org", "log_days": 7, "once": 1}
    for stack, value in (("tagging-drifted", deployed), ("tagging-same", WANTED["settings"])):
        outputs = {"Settings": {"Value": json.dumps(value)}}
        body = json.dumps({"Resources": {"Queue": queue}, "Outputs": outputs})
        at("cloudformation").create_stack(StackName=stack, TemplateBody=body)
    found = account(stack="tagging-drifted")["settings"]
    assert (found.state, found.found) == (
        "missing",
        'deployed → file: mail_domain "mail.example.org" → null, once 1 → unknown',
    )
    assert "infra/stages/dev.toml" in found.todo
    assert account(stack="tagging-same")["settings"].state == "ok"
    assert account(stack="tagging-none")["settings"].state == "skipped"


def test_a_domain_without_a_verified_identity_is_found(account: Account, at: Callable[[str], Any]) -> None:
    found = account(mail_domain="unknown.example.org")["SES identity"]
    assert (found.state, found.found) == (
        "missing",
        f"unknown.example.org has none in {REGION}: no mail arrives by SES",
    )
    at("sesv2").create_email_identity(EmailIdentity="mail.example.org")
    verified = at("sesv2").get_email_identity(EmailIdentity="mail.example.org")["VerifiedForSendingStatus"]
    assert (account(mail_domain="mail.example.org")["SES identity"].state == "ok") is verified
    assert "SES identity" not in account()
