"""The report: one page that stands alone, for a manager on its first screen and for an engineer below."""

from tagging.learning.report.first_screen import Subject
from tagging.learning.report.page import page, write_report

__all__ = ["Subject", "page", "write_report"]
