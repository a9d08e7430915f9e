"""The report: one page that stands alone, for a manager on its first screen and for an engineer below."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tagging.learning.report.first_screen import SEEN, Subject
    from tagging.learning.report.markup import Content, Markup, tag
    from tagging.learning.report.page import render_report, write_report
else:
    from tagging import door

    __getattr__ = door(
        __name__,
        first_screen="SEEN Subject",
        markup="Content Markup tag",
        page="render_report write_report",
    )
