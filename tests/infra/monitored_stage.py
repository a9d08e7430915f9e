"""A monitored stage with fixed names, which needs no synthesis."""

from __future__ import annotations

from infra.monitoring.monitored import MonitoredFunction, MonitoredRule, MonitoredStack


def monitored_function(kind: str, labels: tuple[str, ...], critical: tuple[str, ...]) -> MonitoredFunction:
    return MonitoredFunction(
        kind=kind,
        service=f"tag_{kind}",
        function_name=f"{kind}-function",
        queue=f"{kind}-queue",
        dead_letters=f"{kind}-dead",
        log_group=f"{kind}-log",
        labels=labels,
        critical=critical,
        critical_rates=dict.fromkeys(critical, 0.01),
        timeout_s=30,
        memory_mb=1769,
        warm_pool=True,
    )


MONITORED = MonitoredStack(
    stack="tagging-x",
    region="eu-west-1",
    namespace="Tagging",
    functions=(
        monitored_function("mail", ("refund", "threat", "fraud"), ("threat", "fraud")),
        monitored_function("image", ("weapon", "garment"), ("weapon",)),
    ),
    ticket_queue="tickets",
    ticket_dead_letters="tickets-dead",
    rules=(MonitoredRule("image-verdicts", "verdicts", "Verdicts on uploads", dead_letters=True),),
)
