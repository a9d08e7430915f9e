"""Checks of the AWS account that the environment names: what a deployment needs, and whether it stands."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tagging.aws import AwsError, error_code
from tagging.operations.account import account_client, account_region, stack_outputs
from tagging.operations.check import Check
from tagging.operations.machine_checks import CDK

OLDEST_BOOTSTRAP = 6
"""Version of the bootstrap stack that our templates ask for."""
SPARE = 100
"""Concurrent runs that Lambda keeps for functions without a reservation; new accounts have as few as 10."""
OUTPUTS = ("MailBucketName", "MailQueueUrl", "LabelTableName", "TicketQueueUrl", "TicketDeadLetterUrl")
_NOBODY = ("NoCredentialsError", "PartialCredentialsError", "ProfileNotFound")


def check_account(stage: str, wanted: Mapping[str, Any]) -> Iterator[Check]:
    """Credentials first: without any, one line says that the rest was not looked at."""
    try:
        account = str(account_client("sts").get_caller_identity()["Account"])
    except AwsError as error:
        code = error_code(error)
        if code in _NOBODY:
            yield Check("account", "credentials", "skipped", "none: the account was not looked at", "aws configure")
            return
        if code != "NoRegionError":
            yield Check("account", "credentials", "missing", f"refused: {code}", "aws sts get-caller-identity")
            return
        account = ""
    region = account_region()
    if region is None:
        yield Check("account", "region", "missing", "none", "export AWS_REGION=…, or aws configure set region …")
        return
    yield _same("account", account, wanted["account"])
    yield _same("region", region, wanted["region"])
    yield _asked("concurrent runs of Lambda", "lambda:GetAccountSettings", lambda: _quota(wanted))
    yield _asked("bootstrap stack", "ssm:GetParameter", lambda: _bootstrap(account, region))
    yield _asked("SES rule set", "ses:DescribeActiveReceiptRuleSet", lambda: _rule_set(wanted["rule_set"]))
    yield _asked("stack", "cloudformation:DescribeStacks", lambda: _stack(stage, wanted["stack"]))


def quota(limit: int, unreserved: int, wanted: int) -> Check:
    """Whether so many concurrent runs are to be had."""
    name, told = "concurrent runs of Lambda", f"{limit}, {unreserved} of them unreserved; up to {wanted} wanted"
    if unreserved >= wanted and limit >= SPARE:
        return Check("account", name, "ok", told)
    todo = "ask for more: Service Quotas, Lambda, Concurrent executions (L-B99A9384); or lower max_concurrency"
    return Check("account", name, "missing", told, todo)


def _quota(wanted: Mapping[str, Any]) -> Check:
    found = account_client("lambda").get_account_settings()["AccountLimit"]
    return quota(found["ConcurrentExecutions"], found["UnreservedConcurrentExecutions"], int(wanted["concurrency"]))


def _same(name: str, found: str, wanted: str | None) -> Check:
    if wanted in (None, found):
        return Check("account", name, "ok", found)
    return Check("account", name, "missing", f"{found}, but the stage is for {wanted}", f"use the {name} of the stage")


def _asked(name: str, permission: str, ask: Callable[[], Check]) -> Check:
    """A check, or that AWS would not answer it."""
    try:
        return ask()
    except AwsError as error:
        return Check("account", name, "missing", f"cannot be read: {error_code(error)}", f"allow {permission}")


def _bootstrap(account: str, region: str) -> Check:
    todo = f"npx {CDK} bootstrap aws://{account or 'ACCOUNT'}/{region}"
    try:
        found = account_client("ssm").get_parameter(Name="/cdk-bootstrap/hnb659fds/version")["Parameter"]["Value"]
    except AwsError as error:
        if error_code(error) != "ParameterNotFound":
            raise
        return Check("account", "bootstrap stack", "missing", "none in this region", todo)
    new = found.isdigit() and int(found) >= OLDEST_BOOTSTRAP
    return Check("account", "bootstrap stack", "ok" if new else "missing", f"version {found}", "" if new else todo)


def _rule_set(wanted: str | None) -> Check:
    name = "SES rule set"
    if wanted is None:
        return Check("account", name, "skipped", "the stage has no domain to receive mail for")
    found = account_client("ses").describe_active_receipt_rule_set().get("Metadata", {}).get("Name")
    if found == wanted:
        return Check("account", name, "ok", f"{found} is active")
    told = f"{found} is active, not {wanted}" if found else "none is active"
    todo = f"aws ses set-active-receipt-rule-set --rule-set-name {wanted}"
    return Check("account", name, "missing", f"{told}: no mail arrives by SES", todo)


def _stack(stage: str, name: str) -> Check:
    deploy = f"npx {CDK} deploy -c stage={stage}"
    try:
        outputs = stack_outputs(name)
    except AwsError as error:
        if error_code(error) != "ValidationError":
            raise
        return Check("account", "stack", "missing", f"{name} is not deployed", deploy)
    lacking = [output for output in OUTPUTS if output not in outputs]
    if lacking:
        return Check("account", "stack", "missing", f"{name} lacks {', '.join(lacking)}", deploy)
    return Check("account", "stack", "ok", f"{name}, {len(outputs)} outputs")
