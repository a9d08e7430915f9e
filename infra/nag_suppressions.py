"""What cdk-nag finds and we leave as it is, each with its reason."""

from __future__ import annotations

from collections.abc import Mapping

from aws_cdk import Validations
from constructs import Construct


def suppress_nag_findings(construct: Construct, findings: Mapping[str, str]) -> None:
    """Leave these findings of the construct (`rule[detail]` -> reason) as they are.

    Not by `Validations.suppress_nag_findings`: it refuses the `::` that every detail holds.
    """
    construct.node.add_metadata(Validations.ACKNOWLEDGED_RULES_METADATA_KEY, dict(findings), stack_trace=False)
