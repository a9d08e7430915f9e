"""Managed policies for people: `reader` looks, `operator` repairs and switches functions, `reviewer` answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sns as sns
from constructs import Construct

from infra.functions import TagFunction
from infra.intake import Intake
from infra.key import KEY_SERVICES, via_services
from infra.learning import BUCKET_ID as LEARNING_BUCKET_ID
from infra.learning import Learning
from infra.models import BUCKET_ID, Models
from infra.nag_suppressions import suppress_nag_findings
from infra.outputs import Outputs
from infra.review import INDEXES as REVIEW_INDEXES
from infra.review import Review
from tagging.operations import BOOTSTRAP_VERSION

READS_OF_ACCOUNT = (
    "cloudwatch:DescribeAlarms",
    "cloudwatch:GetMetricData",
    "lambda:GetAccountSettings",
    "lambda:ListEventSourceMappings",
    "ses:DescribeActiveReceiptRuleSet",
    "ses:GetEmailIdentity",
)
"""Read-only actions that AWS allows on all resources or on none, or whose resource may not exist yet."""
READS_OF_STACK = ("cloudformation:DescribeStacks", "cloudformation:ListStackResources")
READS_OF_FUNCTION = (
    "lambda:GetAlias",
    "lambda:GetFunctionConcurrency",
    "lambda:GetFunctionConfiguration",
    "lambda:GetProvisionedConcurrencyConfig",
    "lambda:ListVersionsByFunction",
)
CHANGES_OF_FUNCTION = (
    "lambda:DeleteFunctionConcurrency",
    "lambda:DeleteProvisionedConcurrencyConfig",
    "lambda:PutFunctionConcurrency",
    "lambda:PutProvisionedConcurrencyConfig",
    "lambda:UpdateAlias",
)
INDEXES = ("by_day", "by_label")
_ACCOUNT = "These actions only read; AWS offers no resource for most of them, and the identity may not exist yet."
_VERSIONS = "Versions are read and written under ids that are not known before; the bucket is of this stage."
_OBJECTS = "The key of an object is not known before it arrives; the bucket is of this stage."

_LOGGED = "Batches of the feature log have random keys, and an item may be in any of them; the bucket is of this stage."


class People(Construct):
    """The policies, attached to nobody; `operator` holds only what `reader` lacks, `reviewer` is complete."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        functions: Sequence[tuple[Intake, TagFunction]],
        outputs: Outputs,
        models: Models,
        learning: Learning,
        review: Review,
        topics: Sequence[sns.ITopic],
        plans: Sequence[str],
        log_groups: Sequence[logs.LogGroup],
        key: kms.IKey | None,
    ) -> None:
        """`plans`: ARNs of the malware gate's plans; `log_groups`: of functions that tag nothing."""
        super().__init__(scope, construct_id)
        self._stack, self._functions, self._outputs, self._key = cdk.Stack.of(self), functions, outputs, key
        self._models, self._learning, self._review = models.bucket, learning.bucket, review
        self._logs = [*(tagging.log_group for _, tagging in functions), *log_groups]
        name = self._stack.stack_name
        policies = (
            ("Reader", f"Looks at {name}", "Policy of people who look", self._reads(topics, plans)),
            ("Operator", f"Repairs {name}, beside reader", "Beside it, of people who repair", self._changes()),
            ("Reviewer", f"Answers about items of {name}", "Policy of people who answer", self._answers()),
        )
        for policy, description, output, allowed in policies:
            arn = self._policy(policy, description, allowed).managed_policy_arn
            cdk.CfnOutput(self._stack, f"{policy}PolicyArn", value=arn, description=output)

    def _policy(self, name: str, description: str, allowed: Mapping[Sequence[str], Sequence[str]]) -> iam.ManagedPolicy:
        statements = [iam.PolicyStatement(actions=list(actions), resources=list(on)) for actions, on in allowed.items()]
        if self._key is not None:
            actions = ["kms:Decrypt", *(["kms:GenerateDataKey"] if name != "Reader" else [])]
            services = [each for each in KEY_SERVICES if each != "lambda" or name == "Reader"]
            statements.append(
                iam.PolicyStatement(
                    actions=actions, resources=[self._key.key_arn], conditions=via_services(self, services)
                )
            )
        policy = iam.ManagedPolicy(self, name, description=description, statements=statements)
        objects = [f"Resource::<{intake.bucket_id}.Arn>/*" for intake, _ in self._functions]
        objects_of_models = {f"Resource::<{BUCKET_ID}.Arn>/versions/*": _VERSIONS}
        accepted = (
            dict.fromkeys(objects, _OBJECTS)
            | {f"Resource::<{LEARNING_BUCKET_ID}.Arn>/*": _LOGGED}
            | ({f"Resource::<{LEARNING_BUCKET_ID}.Arn>/hours/*": _LOGGED} if name == "Operator" else {})
            | objects_of_models
            | ({"Resource::*": _ACCOUNT} if name == "Reader" else {})
        )
        suppress_nag_findings(policy, {f"AwsSolutions-IAM5[{each}]": reason for each, reason in accepted.items()})
        return policy

    def _reads(self, topics: Sequence[sns.ITopic], plans: Sequence[str]) -> dict[Sequence[str], list[str]]:
        stack, table = self._stack, self._outputs.label_table.table_arn
        intakes = [intake for intake, _ in self._functions]
        bootstrap = f"arn:{stack.partition}:ssm:{stack.region}:{stack.account}:parameter{BOOTSTRAP_VERSION}"
        reads: dict[Sequence[str], list[str]] = {
            READS_OF_ACCOUNT: ["*"],
            READS_OF_STACK: [stack.stack_id],
            ("ssm:GetParameter",): [bootstrap],
            READS_OF_FUNCTION: self._function_arns(),
            ("logs:FilterLogEvents",): [each.log_group_arn for each in self._logs],
            ("dynamodb:BatchGetItem", "dynamodb:DescribeTable", "dynamodb:GetItem"): [table],
            ("dynamodb:Query", "dynamodb:Scan"): [f"{table}/index/{index}" for index in INDEXES],
            **self._reads_of_reviews(),
            ("s3:ListBucketVersions",): [each.bucket_arn for each in (*(i.bucket for i in intakes), self._models)],
            ("s3:ListBucket",): [self._models.bucket_arn, self._learning.bucket_arn],
            ("s3:GetObject",): [*self._pointers(), self._versions(), self._learning.arn_for_objects("*")],
            ("s3:GetObjectVersion",): self._pointers(),  # the changes before
            ("s3:GetObjectTagging",): [self._versions()],
            ("s3:GetObjectVersionTagging",): [intake.bucket.arn_for_objects("*") for intake in intakes],
            ("sqs:GetQueueAttributes",): self._queue_arns(dead_letters=False) + self._queue_arns(dead_letters=True),
        }
        if topics:
            reads["sns:ListSubscriptionsByTopic",] = [topic.topic_arn for topic in topics]
        if plans:
            reads["guardduty:GetMalwareProtectionPlan",] = list(plans)
        return reads

    def _reads_of_reviews(self) -> dict[Sequence[str], list[str]]:
        table = self._review.table.table_arn
        indexes = [f"{table}/index/{index}" for index in REVIEW_INDEXES]
        return {("dynamodb:GetItem", "dynamodb:Query"): [table, *indexes]}

    def _answers(self) -> dict[Sequence[str], list[str]]:
        """Whoever answers reads items, what was decided of them and by whom, and sends corrections; nothing else."""
        objects = [intake.bucket.arn_for_objects("*") for intake, _ in self._functions]
        rows = self._outputs.label_table.table_arn
        return {
            READS_OF_STACK: [self._stack.stack_id],
            ("dynamodb:BatchGetItem", "dynamodb:GetItem"): [rows],
            ("dynamodb:Query",): [f"{rows}/index/{index}" for index in INDEXES],
            **self._reads_of_reviews(),
            ("s3:GetObject", "s3:GetObjectVersion"): [*objects, *self._pointers()],
            ("s3:GetObject",): [self._versions(), self._learning.arn_for_objects("*")],
            ("s3:ListBucketVersions",): [self._models.bucket_arn],
            ("s3:ListBucket",): [self._models.bucket_arn, self._learning.bucket_arn],
            ("sqs:SendMessage",): [self._review.queue.queue_arn],
        }

    def _changes(self) -> dict[Sequence[str], list[str]]:
        objects = [intake.bucket.arn_for_objects("*") for intake, _ in self._functions]
        return {
            CHANGES_OF_FUNCTION: self._function_arns(),
            ("lambda:UpdateEventSourceMapping",): [
                mapping.event_source_mapping_arn
                for _, tagging in self._functions
                for mapping in (tagging.mapping, tagging.reprocessing_mapping)
            ],
            ("dynamodb:DeleteItem", "dynamodb:PutItem", "dynamodb:UpdateItem"): [self._outputs.label_table.table_arn],
            ("dynamodb:DeleteItem",): [self._review.table.table_arn],  # of items that are forgotten
            # To ask for the newest version of a key needs the permission to read it.
            ("s3:DeleteObjectVersion", "s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"): objects,
            ("s3:PutObject",): [*self._pointers(), self._versions(), self._learning.arn_for_objects("*")],
            ("s3:DeleteObject",): [self._learning.arn_for_objects("hours/*")],  # items of an hour that is made again
            ("s3:PutObjectTagging",): [self._versions()],
            ("sqs:SendMessage",): self._queue_arns(dead_letters=False),
            ("sqs:DeleteMessage", "sqs:ReceiveMessage"): self._queue_arns(dead_letters=True),
        }

    def _pointers(self) -> list[str]:
        return [self._models.arn_for_objects(f"serving/{intake.kind}.json") for intake, _ in self._functions]

    def _versions(self) -> str:
        return self._models.arn_for_objects("versions/*")

    def _function_arns(self) -> list[str]:
        return [arn for _, each in self._functions for arn in (each.function.function_arn, each.alias.function_arn)]

    def _queue_arns(self, *, dead_letters: bool) -> list[str]:
        if dead_letters:
            of_intakes = (intake.dead_letters for intake, _ in self._functions)
            queues = [*of_intakes, self._outputs.ticket_dead_letters, self._review.dead_letters]
        else:
            again = (tagging.reprocessing.queue for _, tagging in self._functions)
            of_intakes = (intake.queue for intake, _ in self._functions)
            queues = [*of_intakes, *again, self._outputs.ticket_queue, self._review.queue]
        return [queue.queue_arn for queue in queues]
