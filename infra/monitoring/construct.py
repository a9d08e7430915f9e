"""Monitoring of a stage: a topic for each severity, the alarms of the tables, and the dashboards."""

from __future__ import annotations

from itertools import chain
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from constructs import Construct

from infra.monitoring.alarms import Alarm, Composite, Severity, alarms
from infra.monitoring.dashboards import Dashboards
from infra.monitoring.feature_log_alarms import feature_log_alarms
from infra.monitoring.monitored import MonitoredStack
from infra.monitoring.objectives import Objectives, burn_alarms
from infra.monitoring.quality_alarms import quality_alarms
from infra.monitoring.review_alarms import review_alarms
from infra.monitoring.serving_alarms import serving_alarms
from infra.settings import StageSettings


class Monitoring(Construct):
    """Topics, alarms and dashboards of one stage; each alarm's description ends with its runbook section."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        settings: StageSettings,
        key: kms.IKey | None,
    ) -> None:
        """Only the topics; `watch` adds the rest."""
        super().__init__(scope, construct_id)
        self._settings, self._stack, self._runbooks = settings, settings.stack_name, settings.runbooks
        self.topics: dict[Severity, sns.Topic] = {
            "page": _topic(self, "Page", settings.page_mail, key),
            "ticket": _topic(self, "Ticket", settings.ticket_mail, key),
        }

    def watch(self, monitored: MonitoredStack) -> None:
        """Add the alarms of the tables and the dashboards."""
        settings = self._settings
        objectives = Objectives(settings.available_percent, settings.quick_percent, settings.quick_s)
        tables = (
            alarms(monitored),
            serving_alarms(monitored),
            feature_log_alarms(monitored),
            review_alarms(monitored),
            quality_alarms(monitored),
        )
        single = [self._alarm(alarm) for alarm in chain.from_iterable(tables)]
        composites = [
            self._composite(composite, [self._alarm(part) for part in parts])
            for composite, parts in burn_alarms(monitored, objectives)
        ]
        arns = [alarm.get_att("Arn").to_string() for alarm in (*composites, *single)]
        bodies = Dashboards(monitored, objectives, arns, settings.architecture).bodies()
        for name, body in bodies.items():
            cloudwatch.CfnDashboard(
                self,
                f"{_logical(name)}Dashboard",
                # Dashboards are global: without the region, the same stage in a second region could not be deployed.
                dashboard_name=f"{monitored.stack}-{monitored.region}-{name}",
                dashboard_body=cdk.Stack.of(self).to_json_string(body),
            )

    def _alarm(self, alarm: Alarm) -> cloudwatch.CfnAlarm:
        return cloudwatch.CfnAlarm(
            self,
            _logical(alarm.name),
            alarm_name=f"{self._stack}-{alarm.name}",
            alarm_description=self._description(alarm.meaning, alarm.section),
            evaluation_periods=alarm.periods,
            datapoints_to_alarm=alarm.datapoints,
            treat_missing_data="breaching" if alarm.missing_breaches else "notBreaching",
            comparison_operator=_comparison(alarm),
            **_metric_properties(alarm),
            **self._actions(alarm.severity),
        )

    def _composite(self, composite: Composite, parts: list[cloudwatch.CfnAlarm]) -> cloudwatch.CfnCompositeAlarm:
        resource = cloudwatch.CfnCompositeAlarm(
            self,
            _logical(composite.name),
            alarm_name=f"{self._stack}-{composite.name}",
            alarm_description=self._description(composite.meaning, composite.section),
            alarm_rule=" OR ".join(self._all_of(group) for group in composite.groups),
            **self._actions(composite.severity),
        )
        for part in parts:  # CloudFormation does not see the names in the rule
            resource.add_resource_dependency(part)
        return resource

    def _all_of(self, names: tuple[str, ...]) -> str:
        alarms_of_group = [f'ALARM("{self._stack}-{name}")' for name in names]
        return f"({' AND '.join(alarms_of_group)})"

    def _description(self, meaning: str, section: str) -> str:
        return f"{meaning} Runbook: {self._runbooks}/{section}"

    def _actions(self, severity: Severity | None) -> dict[str, Any]:
        if severity is None:
            return {}
        topic = self.topics[severity].topic_arn
        return {"alarm_actions": [topic], "ok_actions": [topic]}


def _topic(scope: Construct, name: str, mail: str | None, key: kms.IKey | None) -> sns.Topic:
    topic = sns.Topic(scope, name, enforce_ssl=True, master_key=key)
    # The policy that requires TLS replaces the default one, by which every alarm of the account may publish.
    topic.add_to_resource_policy(
        iam.PolicyStatement(
            sid="AlarmsOfThisAccount",
            principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
            actions=["sns:Publish"],
            resources=[topic.topic_arn],
            conditions={"StringEquals": {"aws:SourceAccount": cdk.Stack.of(scope).account}},
        )
    )
    if mail is not None:
        sns.CfnSubscription(topic, "Mail", topic_arn=topic.topic_arn, protocol="email", endpoint=mail)
    return topic


def _logical(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("-"))


def _comparison(alarm: Alarm) -> str:
    if alarm.threshold is None:
        return "LessThanLowerOrGreaterThanUpperThreshold"
    return "LessThanThreshold" if alarm.below else "GreaterThanThreshold"


def _metric_properties(alarm: Alarm) -> dict[str, Any]:
    """The alarm's single metric, or its expression and the metrics in it."""
    if alarm.expression is None:
        (metric,) = alarm.metrics.values()
        return {**metric.alarm_properties(), "threshold": alarm.threshold}
    inputs = [metric.query(name, returned=alarm.threshold is None) for name, metric in alarm.metrics.items()]
    result: dict[str, Any] = {"id": "result", "expression": alarm.expression, "label": alarm.name, "returnData": True}
    if not alarm.metrics:
        result["period"] = alarm.period_s
    if alarm.threshold is None:
        return {"metrics": [*inputs, result], "threshold_metric_id": "result"}
    return {"metrics": [*inputs, result], "threshold": alarm.threshold}
