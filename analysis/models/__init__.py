"""Tables of analysis: what was found, the rules and their warnings, projects that go to the causes."""

from analysis.models.found import AnalysisRun, AnalysisValue, HotSpot, Surge
from analysis.models.projects import ProjectMeasure, ProjectStep, ProjectTicket, SpecialProject
from analysis.models.warnings import EarlyWarning, WarningRule, WarningStep

__all__ = [
    "AnalysisRun",
    "AnalysisValue",
    "EarlyWarning",
    "HotSpot",
    "ProjectMeasure",
    "ProjectStep",
    "ProjectTicket",
    "SpecialProject",
    "Surge",
    "WarningRule",
    "WarningStep",
]
