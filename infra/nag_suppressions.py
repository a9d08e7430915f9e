"""Findings of cdk-nag that are accepted, each with its reason."""

from __future__ import annotations

from collections.abc import Mapping

from aws_cdk import Validations
from constructs import Construct


def suppress_nag_findings(construct: Construct, findings: Mapping[str, str]) -> None:
    """Accept these findings of the construct (`rule[detail]` -> reason).

    `Validations.acknowledge` cannot be used: it refuses the `::` in every detail.
    """
    construct.node.add_metadata(Validations.ACKNOWLEDGED_RULES_METADATA_KEY, dict(findings), stack_trace=False)
