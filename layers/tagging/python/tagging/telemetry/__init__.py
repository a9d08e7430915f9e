"""telemetry"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tagging.telemetry.item_lines import log_items
    from tagging.telemetry.logs import Logger, describe, make_logger
    from tagging.telemetry.metrics import OTHER_LABELS, BatchCounts, Metrics
    from tagging.telemetry.probe import Probe, ProbeFailed, build_probe
    from tagging.telemetry.probe_runs import ProbeRun, read_runs
    from tagging.telemetry.run import Run
else:
    from tagging import door

    __getattr__ = door(
        __name__,
        item_lines="log_items",
        logs="Logger describe make_logger",
        metrics="BatchCounts Metrics OTHER_LABELS",
        probe="Probe ProbeFailed build_probe",
        probe_runs="ProbeRun read_runs",
        run="Run",
    )
