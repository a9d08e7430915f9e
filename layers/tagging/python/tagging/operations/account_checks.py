"""Checks of the AWS account that the environment names: what a deployment needs, and whether it is complete."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tagging.aws import AwsError, error_code
from tagging.operations.account import account_client, account_region, stack_outputs
from tagging.operations.check import Check
from tagging.operations.machine_checks import BOOTSTRAP_VERSION, CDK
from tagging.operations.mail_exchanger import DnsNotReadable, mail_exchangers
from tagging.operations.reprocessing_checks import NAME as REPROCESSING
from tagging.operations.reprocessing_checks import check_reprocessing

OLDEST_BOOTSTRAP = 6
"""Version of the bootstrap stack that our templates require."""
SPARE = 100
"""Concurrent runs that Lambda keeps for functions without a reservation; new accounts have as few as 10."""
OUTPUTS = ("MailBucketName", "MailQueueUrl", "LabelTableName", "TicketQueueUrl", "TicketDeadLetterUrl")
PAGES = "page subscription"
_NO_CREDENTIALS = ("NoCredentialsError", "PartialCredentialsError", "ProfileNotFound")


def check_account(stage: str, requirements: Mapping[str, Any]) -> Iterator[Check]:
    """Who is paged needs no credentials; without any, one line says that the account was not checked."""
    if requirements["pages"] == "nobody":
        todo = f'set page_mail, or page = "none", in infra/stages/{stage}.toml'
        yield Check("account", PAGES, "missing", "alarms would page nobody", todo)
    try:
        account = str(account_client("sts").get_caller_identity()["Account"])
    except AwsError as error:
        code = error_code(error)
        if code in _NO_CREDENTIALS:
            yield Check("account", "credentials", "skipped", "none: the account was not checked", "aws configure")
            return
        if code != "NoRegionError":
            yield Check("account", "credentials", "missing", f"refused: {code}", "aws sts get-caller-identity")
            return
        account = ""
    region = account_region()
    if region is None:
        yield Check("account", "region", "missing", "none", "export AWS_REGION=…, or aws configure set region …")
        return
    yield _same("account", account, requirements["account"])
    yield _same("region", region, requirements["region"])
    yield _readable("concurrent runs of Lambda", "lambda:GetAccountSettings", lambda: _quota(requirements))
    yield _readable("bootstrap stack", "ssm:GetParameter", lambda: _bootstrap(account, region))
    yield _readable("SES rule set", "ses:DescribeActiveReceiptRuleSet", lambda: _rule_set(requirements["rule_set"]))
    if requirements["mail_domain"] is not None:
        yield _readable("SES identity", "ses:GetEmailIdentity", lambda: _identity(requirements["mail_domain"], region))
        yield check_exchanger(requirements["mail_domain"], region)
    yield _readable("stack", "cloudformation:DescribeStacks", lambda: _stack(stage, requirements["stack"]))
    yield _readable("settings", "cloudformation:DescribeStacks", lambda: _settings(stage, requirements))
    yield _readable(REPROCESSING, "lambda:ListEventSourceMappings", lambda: _reprocessing(requirements["stack"]))
    if requirements["pages"] == "mail":
        yield _readable(PAGES, "sns:ListSubscriptionsByTopic", lambda: _page(requirements))


def check_quota(limit: int, unreserved: int, required: int) -> Check:
    """Whether so many concurrent runs are available."""
    name, counts = "concurrent runs of Lambda", f"{limit}, {unreserved} of them unreserved; up to {required} required"
    if unreserved >= required and limit >= SPARE:
        return Check("account", name, "ok", counts)
    todo = "raise it: Service Quotas, Lambda, Concurrent executions (L-B99A9384); or lower max_concurrency"
    return Check("account", name, "missing", counts, todo)


def _quota(requirements: Mapping[str, Any]) -> Check:
    limits = account_client("lambda").get_account_settings()["AccountLimit"]
    required = int(requirements["concurrency"])
    return check_quota(limits["ConcurrentExecutions"], limits["UnreservedConcurrentExecutions"], required)


def _same(name: str, actual: str, required: str | None) -> Check:
    if required in (None, actual):
        return Check("account", name, "ok", actual)
    message = f"{actual}, but the stage is for {required}"
    return Check("account", name, "missing", message, f"use the {name} of the stage")


def _readable(name: str, permission: str, check: Callable[[], Check]) -> Check:
    """The result of a check, or that AWS refused to answer it."""
    try:
        return check()
    except AwsError as error:
        return Check("account", name, "missing", f"cannot be read: {error_code(error)}", f"allow {permission}")


def _bootstrap(account: str, region: str) -> Check:
    todo = f"npx {CDK} bootstrap aws://{account or 'ACCOUNT'}/{region}"
    try:
        version = account_client("ssm").get_parameter(Name=BOOTSTRAP_VERSION)["Parameter"]["Value"]
    except AwsError as error:
        if error_code(error) != "ParameterNotFound":
            raise
        return Check("account", "bootstrap stack", "missing", "none in this region", todo)
    recent = version.isdigit() and int(version) >= OLDEST_BOOTSTRAP
    found = f"version {version}"
    return Check("account", "bootstrap stack", "ok" if recent else "missing", found, "" if recent else todo)


def _rule_set(required: str | None) -> Check:
    name = "SES rule set"
    if required is None:
        return Check("account", name, "skipped", "the stage has no domain to receive mail for")
    active = account_client("ses").describe_active_receipt_rule_set().get("Metadata", {}).get("Name")
    if active == required:
        return Check("account", name, "ok", f"{active} is active")
    message = f"{active} is active, not {required}" if active else "none is active"
    todo = f"aws ses set-active-receipt-rule-set --rule-set-name {required}"
    return Check("account", name, "missing", f"{message}: no mail arrives by SES", todo)


def _identity(domain: str, region: str) -> Check:
    """Whether SES verified the domain: it receives mail only for a verified one, in each region anew."""
    name = "SES identity"
    try:
        identity = account_client("sesv2").get_email_identity(EmailIdentity=domain)
    except AwsError as error:
        if error_code(error) != "NotFoundException":
            raise
        todo = 'mail_identity = "create", or aws sesv2 create-email-identity'
        return Check("account", name, "missing", f"{domain} has none in {region}: no mail arrives by SES", todo)
    if identity.get("VerifiedForSendingStatus"):
        return Check("account", name, "ok", f"{domain} is verified")
    todo = "add the DKIM records to the domain's DNS (outputs MailDkimRecord1 to 3)"
    return Check("account", name, "missing", f"{domain} is not verified: no mail arrives by SES", todo)


def check_exchanger(domain: str, region: str, resolver: tuple[str, int] | None = None) -> Check:
    """Whether the domain's MX record names SES in this region; `resolver`: address and port, else this machine's."""
    name, host = "MX record", f"inbound-smtp.{region}.amazonaws.com"
    try:
        exchangers = mail_exchangers(domain, resolver)
    except DnsNotReadable as error:
        return Check("account", name, "skipped", str(error))
    if exchangers and exchangers[0][1] == host:
        return Check("account", name, "ok", f"{domain} → {host}")
    found = f"{domain} → {exchangers[0][1]}" if exchangers else f"{domain} has none"
    return Check("account", name, "missing", f"{found}: no mail arrives by SES", f"{domain}. MX 10 {host}.")


def _stack(stage: str, name: str) -> Check:
    deploy = f"npx {CDK} deploy -c stage={stage}"
    try:
        outputs = stack_outputs(name)
    except AwsError as error:
        if error_code(error) != "ValidationError":
            raise
        return Check("account", "stack", "missing", f"{name} is not deployed", deploy)
    missing = [output for output in OUTPUTS if output not in outputs]
    if missing:
        return Check("account", "stack", "missing", f"{name} lacks {', '.join(missing)}", deploy)
    return Check("account", "stack", "ok", f"{name}, {len(outputs)} outputs")


def _outputs_if_deployed(stack: str) -> Mapping[str, str]:
    """The outputs of a stack; empty where it is not deployed."""
    try:
        return stack_outputs(stack)
    except AwsError as error:
        if error_code(error) != "ValidationError":
            raise
        return {}


def _reprocessing(stack: str) -> Check:
    return check_reprocessing(_outputs_if_deployed(stack))


def _settings(stage: str, requirements: Mapping[str, Any]) -> Check:
    """Whether the stack was deployed with the settings of the stage's file."""
    outputs = _outputs_if_deployed(requirements["stack"])
    if not outputs:
        return Check("account", "settings", "skipped", "the stage is not deployed")
    deployed, written = json.loads(outputs.get("Settings", "{}")), requirements["settings"]
    names = sorted(name for name in {**deployed, **written} if deployed.get(name) != written.get(name))
    if not names:
        return Check("account", "settings", "ok", f"{len(written)}, as deployed")
    shown = ", ".join(f"{name} {_shown(deployed, name)} → {_shown(written, name)}" for name in names[:3])
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    todo = f"npx {CDK} diff -c stage={stage}; then deploy, or correct infra/stages/{stage}.toml"
    return Check("account", "settings", "missing", f"deployed → file: {shown}{more}", todo)


def _shown(settings: Mapping[str, Any], name: str) -> str:
    return json.dumps(settings[name]) if name in settings else "unknown"


def _page(requirements: Mapping[str, Any]) -> Check:
    topic = _outputs_if_deployed(requirements["stack"]).get("PageTopicArn")
    if topic is None:
        return Check("account", PAGES, "skipped", "the stage is not deployed with alarms")
    pages = account_client("sns").get_paginator("list_subscriptions_by_topic").paginate(TopicArn=topic)
    arns = [subscription["SubscriptionArn"] for page in pages for subscription in page["Subscriptions"]]
    confirmed = [arn for arn in arns if arn.startswith("arn:")]  # else PendingConfirmation, or Deleted
    if confirmed:
        return Check("account", PAGES, "ok", f"{len(confirmed)} of {len(arns)} confirmed")
    message = "not confirmed: alarms page nobody" if arns else "none: alarms page nobody"
    return Check("account", PAGES, "missing", message, "follow the link in AWS's mail to page_mail, within three days")
