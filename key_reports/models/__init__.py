"""Tables of key reports, in reading order."""

from key_reports.models.report import KeyReport, ReportClock, ReportRecipient, ReportText, labels
from key_reports.models.steps import KeyStep

__all__ = ["KeyReport", "KeyStep", "ReportClock", "ReportRecipient", "ReportText", "labels"]
