"""Whole questions about many cases: the rates K31 to K36 with both their numbers and the cases behind each, at which
level disputes are settled, and where they come again.

Every question starts from cases that the asker may read. In a period `since` is included, `until` is not. Definitions
are those of the indicator list: who is left out stands with each of them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet
from django.utils.translation import pgettext_lazy

from governance.foundation.clock import local
from governance.foundation.errors import Text
from governance.foundation.percent import percent_words
from incidents.sandbox import apart
from mediation.models import (
    Agreement,
    Callback,
    CaseClock,
    CaseStep,
    ClockKind,
    JudicialConfirmation,
    MediationCase,
    Obligation,
    Party,
)
from mediation.states import CaseLevel, CaseOrigin, CaseState
from mediation.states.names import CLOSED
from mediation.values import value

Cases = QuerySet[MediationCase]
GROUPS: Final[Mapping[str, str]] = {"": "", "level": "level", "kind": "kind", "cause": "category_code"}
"""What a rate may be split by, and the column of the case that says it."""
FAILING: Final = ("fail", "stop")
AGREEING: Final = ("agree_oral", "agree_written")
AGAIN: Final = 2


@dataclass(frozen=True)
class Rate:
    """A numerator and a denominator; `share` is None where nothing was counted."""

    group: str
    part: int
    whole: int

    @property
    def share(self) -> float | None:
        return self.part / self.whole if self.whole else None

    @property
    def words(self) -> str:
        """`95.74 %`; a dash where nothing was counted."""
        return percent_words(self.part, self.whole)


@dataclass(frozen=True, kw_only=True)
class Basis:
    """What a rate counts: the rows of its denominator, which of them its numerator has, and by what a row names its
    case where it is not the case itself.
    """

    rows: QuerySet[Any]
    part: Q
    of_case: str = ""

    def column(self, name: str) -> str:
        """A column of the case, as the rows say it."""
        return f"{self.of_case}__{name}" if self.of_case else name


@dataclass(frozen=True, kw_only=True)
class Measure:
    """One indicator: its code, its name, what its two numbers are, and what is counted; `note` where no cases are."""

    code: str
    name: Text
    part: Text
    whole: Text
    basis: Callable[[Cases, datetime, datetime], Basis]
    note: Text = ""


def rates(cases: Cases, since: datetime, until: datetime, by: str = "") -> list[tuple[Measure, list[Rate]]]:
    """Every measure in the period, whole or split. KeyError for an unknown split."""
    column = GROUPS[by]
    real = cases.filter(apart())
    return [(item, _split(item.basis(real, since, until), column)) for item in MEASURES]


@dataclass(frozen=True, kw_only=True)
class Number:
    """One of the numbers that `rates` says: of which measure, which side of it, of which group of a split."""

    code: str
    is_part: bool = False
    by: str = ""
    group: str = ""


def behind(cases: Cases, number: Number, since: datetime, until: datetime) -> QuerySet[Any]:
    """The keys of the cases that a number counted. KeyError for an unknown measure or split."""
    measure = next((item for item in MEASURES if item.code == number.code), None)
    if measure is None:
        raise KeyError(number.code)
    basis = measure.basis(cases.filter(apart()), since, until)
    rows = basis.rows.filter(basis.part) if number.is_part else basis.rows
    if column := GROUPS[number.by]:
        rows = rows.filter(**{basis.column(column): number.group})
    return rows.order_by().values(basis.of_case or "pk")


def _split(basis: Basis, column: str) -> list[Rate]:
    """Both numbers by the values of a column, or in one row."""
    counts: dict[str, Any] = {
        "whole": Count("pk", distinct=True),
        "part": Count("pk", distinct=True, filter=basis.part),
    }
    if not column:
        found = basis.rows.order_by().aggregate(**counts)
        return [Rate("", found["part"], found["whole"])]
    rows = basis.rows.order_by().values(group=F(basis.column(column)))
    return [
        Rate(row["group"] or "", row["part"], row["whole"])
        for row in rows.annotate(**counts).order_by("group")
    ]


def resolution(cases: Cases, since: datetime, until: datetime) -> Basis:
    """K31 化解率: of the cases accepted in the period, those that reached an agreement which was not broken.

    The cohort goes on maturing after the period: whoever publishes it says on which day it was frozen.
    """
    rows = cases.filter(accepted_at__gte=since, accepted_at__lt=until)
    return Basis(rows=rows, part=Q(agreed_at__isnull=False) & ~Q(state=CaseState.BREACHED))


def closed_at(*levels: str) -> Callable[[Cases, datetime, datetime], Basis]:
    """小事不出村、大事不出镇: of the disputes settled in the period (agreed, and not broken since), those settled at
    one of these levels.
    """

    def basis(cases: Cases, since: datetime, until: datetime) -> Basis:
        rows = cases.filter(agreed_at__gte=since, agreed_at__lt=until).exclude(state=CaseState.BREACHED)
        return Basis(rows=rows, part=Q(level__in=levels))

    return basis


def handed_up(cases: Cases, since: datetime, until: datetime) -> Basis:
    """矛盾不上交: of the cases accepted in the period, those that were handed to a higher level."""
    raised = CaseStep.objects.filter(case=OuterRef("pk"), verb="level_up")
    rows = cases.filter(accepted_at__gte=since, accepted_at__lt=until).annotate(is_raised=Exists(raised))
    return Basis(rows=rows, part=Q(is_raised=True))


def success(cases: Cases, since: datetime, until: datetime) -> Basis:
    """K32 调解成功率: of the mediations that ended in the period, those that ended with an agreement.

    Refused and not mediable ones were no mediation and are left out; a case that a relapse reopened may end again.
    """
    agreed = Q(verb__in=AGREEING, from_state=CaseState.MEDIATING)
    rows = CaseStep.objects.filter(agreed | Q(verb__in=FAILING), case__in=cases, at__gte=since, at__lt=until)
    return Basis(rows=rows, part=agreed, of_case="case")


def performance(cases: Cases, since: datetime, until: datetime) -> Basis:
    """K33 协议履行率: of the agreements whose last day falls into the period, those wholly performed in time."""
    first, last = local(since).date(), local(until).date()
    late = Obligation.objects.filter(term__agreement=OuterRef("pk")).filter(
        Q(done_on=None) | Q(done_on__gt=F("due_on"))
    )
    rows = (
        Agreement.objects.filter(case__in=cases, replaced_at=None, effective_at__isnull=False)
        .annotate(last_due=Max("terms__obligations__due_on"))
        .filter(last_due__gte=first, last_due__lt=last)
    )
    kept = Agreement.objects.filter(pk__in=rows.values("pk")).annotate(is_late=Exists(late))
    return Basis(rows=kept, part=Q(is_late=False), of_case="case")


def confirmation(cases: Cases, since: datetime, until: datetime) -> Basis:
    """K34 司法确认率: of the written agreements whose 30 days ended in the period, the confirmed ones. No target."""
    rows = CaseClock.objects.filter(
        case__in=cases, kind=ClockKind.CONFIRM, original_due_at__gte=since, original_due_at__lt=until
    )
    done = JudicialConfirmation.objects.filter(
        agreement__case=OuterRef("case"),
        agreement__effective_at=OuterRef("started_at"),
        result=JudicialConfirmation.Result.CONFIRMED,
    )
    return Basis(rows=rows.annotate(is_confirmed=Exists(done)), part=Q(is_confirmed=True), of_case="case")


def police_closure(cases: Cases, since: datetime, until: datetime) -> Basis:
    """K35 警情流转办结率: of the disputes that police handed over in the period, those that are closed."""
    rows = cases.filter(origin=CaseOrigin.POLICE, registered_at__gte=since, registered_at__lt=until)
    return Basis(rows=rows, part=Q(state__in=CLOSED))


def police_satisfaction(cases: Cases, since: datetime, until: datetime) -> Basis:
    """K36 警情回访满意率: of the valid answers about such disputes in the period, the satisfied ones."""
    rows = Callback.objects.filter(
        case__in=cases.filter(origin=CaseOrigin.POLICE),
        called_at__gte=since,
        called_at__lt=until,
        satisfaction__isnull=False,
    )
    return Basis(rows=rows, part=Q(satisfaction__gte=value("mediation.satisfied")), of_case="case")


ACCEPTED: Final = pgettext_lazy("indicator", "accepted in the period")
SETTLED: Final = pgettext_lazy("indicator", "settled in the period")
MEASURES: Final = (
    Measure(
        code="K31",
        name=pgettext_lazy("indicator", "Dispute resolution"),
        part=pgettext_lazy("indicator", "agreed and not broken"),
        whole=ACCEPTED,
        basis=resolution,
    ),
    Measure(
        code="K31.community",
        name=pgettext_lazy("indicator", "Settled in the village or community"),
        part=pgettext_lazy("indicator", "settled in the village, the community or below"),
        whole=SETTLED,
        basis=closed_at(CaseLevel.GRID, CaseLevel.COMMUNITY),
    ),
    Measure(
        code="K31.town",
        name=pgettext_lazy("indicator", "Settled in the town"),
        part=pgettext_lazy("indicator", "settled in the town"),
        whole=SETTLED,
        basis=closed_at(CaseLevel.TOWN),
    ),
    Measure(
        code="K31.upper",
        name=pgettext_lazy("indicator", "Settled in the district or city"),
        part=pgettext_lazy("indicator", "settled in the district or city"),
        whole=SETTLED,
        basis=closed_at(CaseLevel.UPPER),
    ),
    Measure(
        code="K31.up",
        name=pgettext_lazy("indicator", "Disputes handed up"),
        part=pgettext_lazy("indicator", "handed to a higher level"),
        whole=ACCEPTED,
        basis=handed_up,
    ),
    Measure(
        code="K32",
        name=pgettext_lazy("indicator", "Mediation success"),
        part=pgettext_lazy("indicator", "ended with an agreement"),
        whole=pgettext_lazy("indicator", "mediation ended"),
        basis=success,
    ),
    Measure(
        code="K33",
        name=pgettext_lazy("indicator", "Performance of agreements"),
        part=pgettext_lazy("indicator", "performed in time"),
        whole=pgettext_lazy("indicator", "agreements due"),
        basis=performance,
    ),
    Measure(
        code="K34",
        name=pgettext_lazy("indicator", "Judicial confirmation"),
        part=pgettext_lazy("indicator", "confirmed by a court"),
        whole=pgettext_lazy("indicator", "written agreements past 30 days"),
        basis=confirmation,
    ),
    Measure(
        code="K35",
        name=pgettext_lazy("indicator", "Closure of police transfers"),
        part=pgettext_lazy("indicator", "closed cases"),
        whole=pgettext_lazy("indicator", "received from police"),
        basis=police_closure,
    ),
    Measure(
        code="K36",
        name=pgettext_lazy("indicator", "Satisfaction with police transfers"),
        part=pgettext_lazy("indicator", "satisfied answers"),
        whole=pgettext_lazy("indicator", "valid answers"),
        basis=police_satisfaction,
        note=pgettext_lazy("indicator", "Answers are counted, a case may have several; its cases stand here"),
    ),
)


@dataclass(frozen=True)
class Again:
    """A place and kind of dispute that came more than once."""

    region_path: str
    region_name: str
    category: str
    count: int


def repeated_places(cases: Cases, since: datetime, until: datetime, most: int = 50) -> list[Again]:
    """Places where disputes of one kind were registered at least twice, the most frequent first."""
    rows = cases.filter(registered_at__gte=since, registered_at__lt=until).order_by()
    found = (
        rows.values("region_path", "region__name", "category_code")
        .annotate(count=Count("pk", distinct=True))
        .filter(count__gte=AGAIN)
        .order_by("-count", "region_path", "category_code")[:most]
    )
    return [
        Again(row["region_path"], row["region__name"], row["category_code"], row["count"]) for row in found
    ]


@dataclass(frozen=True)
class AgainPerson:
    """Somebody who is a party of several cases: masked, with the codes of the cases that the asker may read."""

    shown: str
    sides: tuple[str, ...]
    numbers: tuple[str, ...]


def repeated_people(cases: Cases, since: datetime, until: datetime, most: int = 50) -> list[AgainPerson]:
    """People found by the keyed hash of their number in at least two cases.

    Minors and restricted cases are never among them; names are masked, numbers are not shown at all.
    """
    rows = Party.objects.filter(
        case__in=cases.filter(registered_at__gte=since, registered_at__lt=until, is_sensitive=False),
        is_minor=False,
    ).exclude(identity_index="")
    keys = (
        rows.order_by()
        .values("identity_index")
        .annotate(count=Count("case", distinct=True))
        .filter(count__gte=AGAIN)
        .order_by("-count", "identity_index")[:most]
    )
    order = [row["identity_index"] for row in keys]
    by_key: dict[str, list[Party]] = {key: [] for key in order}
    for party in rows.filter(identity_index__in=order).select_related("case").order_by("case__registered_at"):
        by_key[party.identity_index].append(party)
    return [
        AgainPerson(
            found[-1].shown_name,
            tuple(dict.fromkeys(str(item.get_side_display()) for item in found)),
            tuple(dict.fromkeys(item.case.number for item in found)),
        )
        for found in by_key.values()
    ]
