"""Drift of a stage's items, as the hourly function reports it, and who acknowledged it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tagging import feature_log, quality  # doors: numpy is loaded when one is used
from tagging.kinds import KINDS
from tagging.operations.errors import OperationError
from tagging.operations.what_if import find_log

if TYPE_CHECKING:
    from tagging.kinds import Kind
    from tagging.operations.deployment import Deployment
    from tagging.quality import DriftReport, DriftState


def drift_reports(deployment: Deployment, kind: Kind | None) -> list[DriftReport]:
    """The reports of one kind, or of all that have one.

    Raises StageNotReadable without a feature log, OperationError where there is no report, and botocore's errors.
    """
    log = find_log(deployment)
    kinds = [kind] if kind else [each.name for each in KINDS.values()]
    reports = [report for each in kinds if (report := quality.read_drift(log, each)) is not None]
    if not reports:
        raise OperationError(
            f"stage {deployment.stage} has no drift report yet: the hourly function makes one of the feature log, "
            "where the setting `features` is `all`"
        )
    return reports


def acknowledge_drift(deployment: Deployment, report: DriftReport, name: str, by: str, why: str) -> DriftState:
    """Acknowledge the drift of a label or an input. Raises OperationError, and botocore's errors."""
    try:
        return quality.acknowledge(find_log(deployment), report.kind, name, by, why, datetime.now(UTC))
    except quality.NothingDrifted as error:
        raise OperationError(f"{error}; nothing was changed") from None
    except feature_log.Busy:
        raise OperationError("others acknowledge drift at the same time; run it again") from None
