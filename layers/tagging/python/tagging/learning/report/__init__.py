"""The report: one page that stands alone, for a manager on its first screen and for an engineer below."""

from tagging.learning.report.first_screen import SEEN, Subject
from tagging.learning.report.page import page, write_report

__all__ = ["SEEN", "Subject", "page", "write_report"]
