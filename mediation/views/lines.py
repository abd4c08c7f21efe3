"""Cases as lists show them: plain rows with the columns of a line alone, in words that are looked up once a page."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Prefetch

from governance.accounts.actors import Actor
from governance.accounts.models import User
from governance.foundation.plain_rows import PlainIterable
from mediation.models import MediationCase, UrgentReport
from mediation.querysets.cases import CaseQuerySet
from mediation.states import TONES, CaseState, RiskColor
from mediation.views.faces import category_words, place_words

SHOWN: Final = (
    "number",
    "state",
    "title",
    "category_code",
    "region_path",
    "risk_color",
    "registered_at",
    "next_due_at",
)
"""Nothing that is sealed is opened for a list."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One line of a list."""

    row: MediationCase
    lamp: str
    tone: str
    state: str
    color: str
    place: str
    category: str


def shown(rows: CaseQuerySet) -> CaseQuerySet:
    """With the columns of a line alone."""
    found = rows.only(*SHOWN)
    found._iterable_class = PlainIterable
    return found


def lines(rows: Iterable[MediationCase], at: datetime) -> list[Line]:
    """The lines of one page."""
    found = list(rows)
    states = {code: str(CaseState(code).label) for code in {row.state for row in found}}
    colors = {code: str(RiskColor(code).label) for code in {row.risk_color for row in found}}
    places = {path: place_words(path) for path in {row.region_path for row in found}}
    kinds = {code: category_words(code) for code in {row.category_code for row in found}}
    return [
        Line(
            row=row,
            lamp=row.lamp(at),
            tone=TONES[row.state],
            state=states[row.state],
            color=colors[row.risk_color],
            place=places[row.region_path],
            category=kinds[row.category_code],
        )
        for row in found
    ]


@dataclass(frozen=True, kw_only=True, slots=True)
class RedLine:
    """One line of the red cases: who leads it, and the causes of the reports that nobody has read."""

    row: MediationCase
    lamp: str
    state: str
    place: str
    leader: str
    is_mine: bool
    unread: tuple[str, ...]


def red_lines(rows: CaseQuerySet, actor: Actor, at: datetime) -> list[RedLine]:
    """Red cases as the desk of whoever leads them shows them."""
    unread = UrgentReport.objects.filter(read_at=None).only("case_id", "cause").order_by("pk")
    found = list(rows.only(*SHOWN, "people", "leader_id").prefetch_related(Prefetch("reports", unread)))
    leaders = {row.leader_id for row in found if row.leader_id is not None}
    names = {user.pk: str(user) for user in User.objects.filter(pk__in=leaders).only("name", "username")}
    states = {code: str(CaseState(code).label) for code in {row.state for row in found}}
    return [
        RedLine(
            row=row,
            lamp=row.lamp(at),
            state=states[row.state],
            place=place_words(row.region_path),
            leader=names.get(row.leader_id or 0, ""),
            is_mine=row.leader_id == actor.user_id,
            unread=tuple(str(item.get_cause_display()) for item in row.reports.all()),
        )
        for row in found
    ]
