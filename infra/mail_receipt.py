"""Receiving mail: SES receives it for a domain and puts each mail into the mail bucket."""

from __future__ import annotations

from typing import cast

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_ses as ses
from constructs import Construct

from infra.removal import removal_policy
from infra.settings import StageSettings
from tagging.intake import PROBE_PREFIX

RULE = "to-bucket"
PROBE_RULE = "probes"


class MailReceipt(Construct):
    """A rule set that receives all mail of the domain.

    CloudFormation creates rule sets but cannot activate them. Only one is active per account and region, so a person
    activates it: `activation` is the command.
    """

    def __init__(self, scope: Construct, construct_id: str, *, bucket: s3.Bucket, settings: StageSettings) -> None:
        super().__init__(scope, construct_id)
        stack = cdk.Stack.of(self)
        name, domain = str(settings.rule_set), str(settings.mail_domain)
        self.kind = "mail"
        self.identity_arn = f"arn:{stack.partition}:ses:{stack.region}:{stack.account}:identity/{domain}"
        # The id of a stack ends in a random part: nobody outside can know the address, and a new stack has a new one.
        token = cdk.Fn.select(2, cdk.Fn.split("/", stack.stack_id))
        self.probe_sender, self.probe_recipient = f"probe@{domain}", f"probe-{token}@{domain}"
        self.activation = f"aws ses set-active-receipt-rule-set --rule-set-name {name}"
        self.mx_record = f"10 inbound-smtp.{stack.region}.{stack.url_suffix}"
        self.dkim_records = self._create_identity(settings) if settings.mail_identity == "create" else []
        rule_set = ses.CfnReceiptRuleSet(self, "Rules", rule_set_name=name)
        allowed = bucket.add_to_resource_policy(
            self._allow_rule("MailFromOwnRule", bucket.arn_for_objects("*"), RULE, name)
        )
        rule = ses.CfnReceiptRule(
            self,
            "Rule",
            rule_set_name=name,
            rule=ses.CfnReceiptRule.RuleProperty(
                name=RULE,
                enabled=True,
                recipients=[domain],
                # SES writes its spam and virus verdicts above the sender's headers.
                scan_enabled=True,
                tls_policy="Require",
                actions=[
                    ses.CfnReceiptRule.ActionProperty(
                        s3_action=ses.CfnReceiptRule.S3ActionProperty(bucket_name=bucket.bucket_name)
                    )
                ],
            ),
        )
        rule.add_resource_dependency(rule_set)
        # SES writes a test object when the rule is created.
        rule.node.add_dependency(cast(Construct, allowed.policy_dependable))
        if settings.probe:
            self._receive_probes(bucket, name, after=rule)

    def _receive_probes(self, bucket: s3.Bucket, rule_set: str, *, after: ses.CfnReceiptRule) -> None:
        """A rule for the probes' recipient, which writes under `probe/` and ends the rule set.

        Created after the other one and without `after`: SES inserts it at the beginning, so that it applies first.
        """
        allowed = bucket.add_to_resource_policy(
            self._allow_rule("ProbesFromOwnRule", bucket.arn_for_objects(f"{PROBE_PREFIX}*"), PROBE_RULE, rule_set)
        )
        put = ses.CfnReceiptRule.S3ActionProperty(bucket_name=bucket.bucket_name, object_key_prefix=PROBE_PREFIX)
        rule = ses.CfnReceiptRule(
            self,
            "ProbeRule",
            rule_set_name=rule_set,
            rule=ses.CfnReceiptRule.RuleProperty(
                name=PROBE_RULE,
                enabled=True,
                recipients=[self.probe_recipient],
                scan_enabled=True,
                tls_policy="Require",
                actions=[
                    ses.CfnReceiptRule.ActionProperty(s3_action=put),
                    ses.CfnReceiptRule.ActionProperty(
                        stop_action=ses.CfnReceiptRule.StopActionProperty(scope="RuleSet")
                    ),
                ],
            ),
        )
        rule.add_resource_dependency(after)
        rule.node.add_dependency(cast(Construct, allowed.policy_dependable))

    def _allow_rule(self, sid: str, objects: str, rule: str, rule_set: str) -> iam.PolicyStatement:
        """Only this rule of this account writes mail."""
        stack = cdk.Stack.of(self)
        return iam.PolicyStatement(
            sid=sid,
            principals=[iam.ServicePrincipal("ses.amazonaws.com")],
            actions=["s3:PutObject"],
            resources=[objects],
            conditions={
                "StringEquals": {
                    "aws:SourceAccount": stack.account,
                    "aws:SourceArn": f"arn:{stack.partition}:ses:{stack.region}:{stack.account}"
                    f":receipt-rule-set/{rule_set}:receipt-rule/{rule}",
                }
            },
        )

    def _create_identity(self, settings: StageSettings) -> list[str]:
        """The domain's identity; returns the CNAME records by which SES verifies the domain (Easy DKIM)."""
        identity = ses.CfnEmailIdentity(
            self,
            "Identity",
            email_identity=str(settings.mail_domain),
            dkim_signing_attributes=ses.CfnEmailIdentity.DkimSigningAttributesProperty(
                next_signing_key_length="RSA_2048_BIT"
            ),
        )
        identity.apply_removal_policy(removal_policy(settings))
        records = (
            (identity.attr_dkim_dns_token_name1, identity.attr_dkim_dns_token_value1),
            (identity.attr_dkim_dns_token_name2, identity.attr_dkim_dns_token_value2),
            (identity.attr_dkim_dns_token_name3, identity.attr_dkim_dns_token_value3),
        )
        return [f"{name} CNAME {value}" for name, value in records]
