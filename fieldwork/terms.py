"""The words of patrols and visits: kinds of work, of objects, of findings and of reasons. Pure data."""

from typing import Final

from django.db.models import Q, TextChoices
from django.utils.translation import pgettext_lazy


class Work(TextChoices):
    """What the worker goes out for."""

    PATROL = "patrol", pgettext_lazy("fieldwork", "Patrol")
    VISIT = "visit", pgettext_lazy("fieldwork", "Visit")


class PatrolKind(TextChoices):
    """What a patrol is for (日常巡查、街面巡逻防控、安全隐患排查); a round of visits has none."""

    DAILY = "daily", pgettext_lazy("patrol kind", "Round of the grid")
    STREET = "street", pgettext_lazy("patrol kind", "Street patrol")
    HAZARD = "hazard", pgettext_lazy("patrol kind", "Screening for hazards")


KIND_BY_WORK: Final = Q(work=Work.VISIT, patrol_kind="") | (Q(work=Work.PATROL) & ~Q(patrol_kind=""))
"""A patrol has a kind, a round of visits has none."""


def kind_of(work: str, chosen: str, usual: PatrolKind) -> str:
    """The kind of a patrol, as it was chosen, else the usual one; empty for visits."""
    return "" if work == Work.VISIT else chosen or usual.value


class Mode(TextChoices):
    """Where a task comes from (经常 / 集中; hot spots; put by a person)."""

    REGULAR = "regular", pgettext_lazy("fieldwork mode", "Regular")
    CAMPAIGN = "campaign", pgettext_lazy("fieldwork mode", "Campaign")
    HOT_SPOT = "hot_spot", pgettext_lazy("fieldwork mode", "Hot spot")
    SPECIAL = "special", pgettext_lazy("fieldwork mode", "Put by hand")
    EVENT = "event", pgettext_lazy("fieldwork mode", "Major change")


class Coverage(TextChoices):
    """Whether everybody is meant or only key objects (普遍 / 重点)."""

    UNIVERSAL = "universal", pgettext_lazy("fieldwork coverage", "Universal")
    KEY = "key", pgettext_lazy("fieldwork coverage", "Key objects")


class Subject(TextChoices):
    """What a rule is about, and so what the objects of its tasks are."""

    HOUSEHOLD = "household", pgettext_lazy("fieldwork subject", "Household")
    KEY_PERSON = "key_person", pgettext_lazy("fieldwork subject", "Key person")
    KEY_PLACE = "key_place", pgettext_lazy("fieldwork subject", "Key place")
    GRID = "grid", pgettext_lazy("fieldwork subject", "Grid")
    HOT_SPOT = "hot_spot", pgettext_lazy("fieldwork subject", "Place with many reports")


class Period(TextChoices):
    """How often: once in each calendar period, or after a major change. Days are workdays."""

    DAY = "day", pgettext_lazy("fieldwork period", "Every workday")
    WEEK = "week", pgettext_lazy("fieldwork period", "Every week")
    MONTH = "month", pgettext_lazy("fieldwork period", "Every month")
    QUARTER = "quarter", pgettext_lazy("fieldwork period", "Every quarter")
    HALF_YEAR = "half_year", pgettext_lazy("fieldwork period", "Every half-year")
    EVENT = "event", pgettext_lazy("fieldwork period", "After a major change")


class ObjectState(TextChoices):
    """One object of a task."""

    OPEN = "open", pgettext_lazy("fieldwork object", "To be visited")
    DONE = "done", pgettext_lazy("fieldwork object", "Visited")
    NOT_MET = "not_met", pgettext_lazy("fieldwork object", "Nobody met")
    DROPPED = "dropped", pgettext_lazy("fieldwork object", "Not visited")


class FindingKind(TextChoices):
    """What a finding becomes, without being written twice."""

    TICKET = "ticket", pgettext_lazy("finding", "Ticket")
    DISPUTE = "dispute", pgettext_lazy("finding", "Dispute to mediate")
    HAZARD = "hazard", pgettext_lazy("finding", "Hazard")
    KEY_REPORT = "key_report", pgettext_lazy("finding", "Important urgent information")


class CancelReason(TextChoices):
    """Why a task is no longer to be done."""

    MOVED = "moved", pgettext_lazy("fieldwork cancel", "Moved away")
    DIED = "died", pgettext_lazy("fieldwork cancel", "Died")
    MERGED = "merged", pgettext_lazy("fieldwork cancel", "Done together with another task")
    CLOSED = "closed", pgettext_lazy("fieldwork cancel", "Place closed or torn down")
    WEATHER = "weather", pgettext_lazy("fieldwork cancel", "Weather or emergency")
    OTHER = "other", pgettext_lazy("fieldwork cancel", "Other reason")


class AnswerKind(TextChoices):
    """How a line of a checklist is answered."""

    YES_NO = "yes_no", pgettext_lazy("checklist", "In order or not")
    NUMBER = "number", pgettext_lazy("checklist", "Number")
    TEXT = "text", pgettext_lazy("checklist", "Words")


KEY_SUBJECTS: Final = frozenset({Subject.KEY_PERSON, Subject.KEY_PLACE})
POINTED: Final = frozenset({Subject.KEY_PLACE, Subject.HOT_SPOT})
"""Subjects that a patrol passes by; households and people are visited."""
