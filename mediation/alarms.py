"""Red risk, crowds, violence, signs of a crime: the line is told at once, a leader owns the case, the police hear."""

from datetime import datetime
from typing import Final

from django.contrib.contenttypes.models import ContentType

from governance.accounts.models import Appointment, User
from governance.accounts.roles import Role
from governance.foundation.clock import local
from grids.models import Region
from grids.territory import current as territory
from mediation import clocks
from mediation.frame import Move
from mediation.models import ClockKind, MediationCase, UrgentReport
from mediation.states import RiskColor
from mediation.telling import tell_police, tell_town
from mediation.values import end_of, statute

C = UrgentReport.Cause
TO_POLICE: Final = frozenset({C.VIOLENCE, C.CRIME})


def raise_for(move: Move) -> None:
    """Everything that the case's colour and signs ask for; what was reported and not read yet is not repeated."""
    row = move.row
    causes = [
        cause
        for cause, holds in (
            (C.CRIME, row.is_criminal),
            (C.VIOLENCE, row.is_violent),
            (C.CROWD, row.is_crowd),
            (C.RED, row.risk_color == RiskColor.RED),
        )
        if holds
    ]
    if not causes:
        return
    if row.leader_id is None:
        row.leader_id = leader_of(row.region_path, move.at)
        if row.leader_id is not None:
            row.readers = sorted({*row.readers, row.leader_id})
            move.data["leader"] = row.leader_id
    for cause in causes:
        report(move, cause)


def report(move: Move, cause: str) -> None:
    """One urgent report, once for each cause."""
    row = move.row
    if UrgentReport.objects.filter(case=row, cause=cause).exists():
        return
    due = end_of(statute("report"), move.at)
    UrgentReport.objects.create(
        case=row, cause=cause, told_at=move.at, due_at=due, to_police=cause in TO_POLICE
    )
    if clocks.running(row, ClockKind.REPORT) is None:
        clocks.begin(row, ClockKind.REPORT, "report", move.at)
    tell_town(row, cause, at=move.at, by=move.by, key=cause)
    if cause in TO_POLICE:
        tell_police(row, cause, at=move.at, by=move.by, key=f"police-{cause}")
    move.data.setdefault("reports", []).append(str(cause))


def tell_police_again(move: Move) -> None:
    """The police hear of signs that came later, though the case had been reported before."""
    if str(C.CRIME) not in move.data.get("reports", []):
        tell_police(move.row, C.CRIME, at=move.at, by=move.by)


def leader_of(path: str, at: datetime) -> int | None:
    """The leader appointed over the town of a place; over the district or the city where the town has none."""
    found = leaders_over(path, at)
    return found[0].pk if found else None


def is_leader_of(user_id: int, row: MediationCase, at: datetime) -> bool:
    """Whether the person is appointed as a leader over the place of the case."""
    return any(person.pk == user_id for person in leaders_over(row.region_path, at))


def leaders_over(path: str, at: datetime) -> list[User]:
    """Everybody who leads over a place, the town's first, then the district's, then the city's."""
    chain = [place.region_id for place in reversed(territory().chain(path)) if place.level != "grid"]
    kind, today = ContentType.objects.get_for_model(Region), local(at).date()
    rows = Appointment.objects.filter(
        role=Role.LEADER, target_type=kind, target_id__in=chain, user__is_active=True
    ).select_related("user")
    held = [row for row in rows.order_by("pk") if row.is_in_force(today)]
    held.sort(key=lambda row: chain.index(row.target_id))
    return list(dict.fromkeys(row.user for row in held))
