"""The evaluation report, and the pages and charts that it shares with the dashboard preview."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tagging.learning.report.html import render
    from tagging.learning.report.page import render_report, write_report
    from tagging.learning.report.plot import Plot, series_style
    from tagging.learning.report.summary import SEEN, ReportSource
else:
    from tagging import door

    __getattr__ = door(
        __name__,
        html="render",
        page="render_report write_report",
        plot="Plot series_style",
        summary="SEEN ReportSource",
    )
