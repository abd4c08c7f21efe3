"""Tables of key reports, in reading order."""

from key_reports.models.accountability import AccountabilityCase, CasePerson, CauseMark
from key_reports.models.report import KeyReport, ReportClock, ReportRecipient, ReportText, labels
from key_reports.models.steps import KeyStep
from key_reports.models.zero import OwingUnit, SensitivePeriod, ZeroReport

__all__ = [
    "AccountabilityCase",
    "CasePerson",
    "CauseMark",
    "KeyReport",
    "KeyStep",
    "OwingUnit",
    "ReportClock",
    "ReportRecipient",
    "ReportText",
    "SensitivePeriod",
    "ZeroReport",
    "labels",
]
