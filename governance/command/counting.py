"""The statements behind the dashboard: plain counts by source, state, place and hour, without meaning.

A place is a pair: its id at the level that is asked for, and the grid that overrules it in the chosen reading of
the map (None almost always). `ground` turns pairs into places.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q
from django.db.models.functions import TruncDay, TruncHour
from django.utils import timezone

from governance.command.periods import DAY, Period
from incidents.catalogue import current as catalogue
from incidents.querysets import TicketQuerySet, lateness


@dataclass
class Tally:
    """The counts of one place."""

    intake: int = 0
    due: int = 0
    due_late: int = 0
    open: int = 0
    late: int = 0


Spot = tuple[int | None, int | None]
Tallies = dict[Spot, Tally]


def spot_fields(level: str, reading: str) -> tuple[str, str]:
    """The columns that make the pair."""
    return f"{level}_id", f"{reading}_id"


def count_intake(
    rows: TicketQuerySet, chosen: Period, spot: tuple[str, str], tallies: Tallies
) -> tuple[dict[str, int], int]:
    """Reports of the period by source, and how many there were in the period before."""
    since, until = chosen.before()
    counted = (
        rows.filter(registered_at__gte=since, registered_at__lt=chosen.until)
        .values_list("source_id", *spot)
        .annotate(
            now=Count("registered_at", filter=Q(registered_at__gte=chosen.since)),
            before=Count("registered_at", filter=Q(registered_at__lt=until)),
        )
        .order_by()
    )
    codes = {source.pk: code for code, source in catalogue().sources.items()}
    by_source: dict[str, int] = {}
    earlier = 0
    for source_id, place_id, grid_id, now, before in counted:
        code = codes[source_id]
        by_source[code] = by_source.get(code, 0) + now
        tallies.setdefault((place_id, grid_id), Tally()).intake += now
        earlier += before
    return by_source, earlier


def count_due(rows: TicketQuerySet, chosen: Period, spot: tuple[str, str], tallies: Tallies) -> None:
    """What fell due in the period so far, and how much of it was late (K05: by due time, not by intake)."""
    counted = (
        rows.filter(due_at__gte=chosen.since, due_at__lt=chosen.past)
        .values_list(*spot)
        .annotate(count=Count("due_at"), late=Count("due_at", filter=lateness(chosen.at)))
        .order_by()
    )
    for place_id, grid_id, count, late in counted:
        tally = tallies.setdefault((place_id, grid_id), Tally())
        tally.due, tally.due_late = count, late


def count_open(rows: TicketQuerySet, at: datetime, spot: tuple[str, str], tallies: Tallies) -> dict[str, int]:
    """Open tickets by state; open and late ones by place."""
    counted = (
        rows.open()
        .values_list(*spot, "state")
        .annotate(count=Count("state"), late=Count("state", filter=Q(next_due_at__lte=at)))
        .order_by()
    )
    stages: dict[str, int] = {}
    for place_id, grid_id, state, count, late in counted:
        tally = tallies.setdefault((place_id, grid_id), Tally())
        tally.open += count
        tally.late += late
        stages[state] = stages.get(state, 0) + count
    return stages


def total(tallies: Iterable[Tally]) -> Tally:
    """All of them together."""
    whole = Tally()
    for one in tallies:
        for name, value in vars(one).items():
            setattr(whole, name, getattr(whole, name) + value)
    return whole


def count_rhythm(rows: TicketQuerySet, chosen: Period) -> dict[datetime, int]:
    """Reports of the period and of the one before by local hour; by local day for more than a day."""
    since, _until = chosen.before()
    trunc = TruncHour if chosen.beat < DAY else TruncDay
    counted = (
        rows.filter(registered_at__gte=since, registered_at__lt=chosen.until)
        .values_list(trunc("registered_at", tzinfo=timezone.get_default_timezone()))
        .annotate(count=Count("registered_at"))
        .order_by()
    )
    return dict(counted)
