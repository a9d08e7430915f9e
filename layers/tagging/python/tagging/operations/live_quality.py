"""Reports of live quality of a stage."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from tagging import quality  # a door: numpy is loaded when it is used
from tagging.kinds import KINDS
from tagging.operations.errors import OperationError
from tagging.operations.what_if import find_log

if TYPE_CHECKING:
    from tagging.kinds import Kind
    from tagging.operations.deployment import Deployment
    from tagging.quality import QualityReport


def quality_reports(deployment: Deployment, kind: Kind | None) -> list[QualityReport]:
    """The latest reports of one kind, or of all that have one.

    Raises StageNotReadable without a feature log, OperationError where there is no report, and botocore's errors.
    """
    log = find_log(deployment)
    kinds = [kind] if kind else [each.name for each in KINDS.values()]
    try:
        reports = [report for each in kinds if (report := quality.read_quality(log, each)) is not None]
    except msgspec.MsgspecError:
        raise OperationError("the report of quality is damaged; the next hourly run writes it anew") from None
    if not reports:
        raise OperationError(
            f"stage {deployment.stage} has no report of quality yet: the hourly function makes one of the feature log, "
            "where the setting `features` is `all`"
        )
    return reports
