"""Who held which post when a fact was known: people are named by the posts of that day, not by those of today."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.contrib.contenttypes.models import ContentType

from governance.accounts.models import Appointment, OrgUnit, Tier, User
from governance.accounts.roles import Role
from governance.foundation.clock import local
from grids.models import Grid, Region
from grids.territory import current as territory
from key_reports.models import AccountabilityCase
from key_reports.states import Capacity


def posts_of(row: AccountabilityCase) -> Iterable[tuple[int, str, str]]:
    """Who held the posts over the place and in the unit on the day on which the fact was known."""
    day, report = local(row.known_at).date(), row.report
    writer = report.writer if report is not None and not report.is_confidential else None
    if writer is not None:
        yield writer.pk, Capacity.DIRECT, post_of(writer, "")
    chain = territory().chain(row.region_path)
    regions = [place.region_id for place in chain if place.level != Tier.GRID]
    grids = [place.id for place in chain if place.level == Tier.GRID]
    towns = [place.region_id for place in chain if place.level == Tier.TOWN]
    wanted = (
        (
            Capacity.DIRECT,
            Role.GRID_PATROLLER,
            Grid,
            [] if report is not None and report.writer_id else grids,
        ),
        (Capacity.SUPERVISOR, Role.GRID_SUPERVISOR, Region, regions),
        (Capacity.UNIT_LEAD, Role.DEPT_LEAD, OrgUnit, [row.unit_id]),
        (Capacity.UNIT_LEAD, Role.TOWN_STAFF, Region, towns),
        (Capacity.TOWN_LEADER, Role.LEADER, Region, towns),
    )
    for capacity, role, kind, keys in wanted:
        for held in _held(role, kind, keys, day):
            yield held.user_id, capacity, post_of(held.user, str(Role(role).label))


def _held(role: str, kind: Any, keys: list[int], day: date) -> list[Appointment]:
    rows = Appointment.objects.filter(
        role=role, target_type=ContentType.objects.get_for_model(kind), target_id__in=keys
    ).select_related("user__unit")
    first: dict[int, Appointment] = {}
    for row in rows.order_by("pk"):
        if row.is_in_force(day):
            first.setdefault(row.user_id, row)
    return list(first.values())


def post_of(user: User, role: str) -> str:
    return " ".join(filter(None, [user.unit.name if user.unit is not None else "", role]))[:120]
