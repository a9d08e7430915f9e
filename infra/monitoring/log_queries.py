"""The CloudWatch Logs Insights queries of the dashboards; items appear only by their ids."""

from __future__ import annotations

from typing import Final

QUARANTINED: Final = (
    'fields @timestamp, item, reason | filter message = "quarantined" | sort @timestamp desc | limit 50'
)
LABELS: Final = (
    'filter message = "tagged" | fields jsonParse(@message) as said | unnest said.labels into label'
    " | stats count(*) as given by label | sort given desc"
)
"""All labels, also those without a metric of their own; a message that was delivered twice counts twice."""
VERSIONS: Final = (
    'filter message = "tagged" and ispresent(version)'
    " | stats count(*) as items, latest(item) as example by generation, version | sort generation desc | limit 20"
)
"""Who decided, among the items whose rows were written: each generation of the pointer, and each version in it."""
FAULTS: Final = (
    'filter message = "goes back to the queue"'
    " | stats count(*) as messages, latest(item) as example by error, type, where"
    " | sort messages desc | limit 20"
)
EXAMPLES: Final = (
    'fields @timestamp, item, ticket | filter message = "tagged" and @message like /"({labels})"/'
    " | sort @timestamp desc | limit 50"
)
STARTS: Final = (
    'filter @type = "REPORT" | stats count(*) as runs, count(@initDuration) as cold, pct(@initDuration, 50) as cold_ms,'
    " max(@maxMemoryUsed / 1000000) as memory_mb by @log, bin(1h) | sort cold desc | limit 50"
)
