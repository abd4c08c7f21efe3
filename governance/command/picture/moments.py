"""What the moment asks for: limits nearly used up, things that wait for a decision, and earlier days beside."""

from collections import Counter
from datetime import datetime
from typing import Final

from django.utils.translation import pgettext

from governance.command.counting import OpenNow
from governance.command.periods import DAY, Period
from governance.command.picture.named import Figure, Named
from governance.foundation.clock import local
from governance.foundation.naming import label_of
from grids.territory import current as territory
from incidents.queries import TicketFilter
from incidents.querysets import TicketQuerySet
from incidents.states import RequestKind, Urgency

WEEK: Final = 7 * DAY
HOLDERS: Final = 8
"""So many units are named."""


def earlier(chosen: Period) -> list[tuple[str, str, datetime, datetime]]:
    """The same day a week and a year before, cut at the same time of day; nothing for longer periods."""
    if chosen.length != DAY:
        return []
    since = local(chosen.since)
    gone = chosen.past - chosen.since
    last_year = since.replace(year=since.year - 1, day=min(since.day, 28) if since.month == 2 else since.day)
    days = [
        ("week", pgettext("dashboard", "Same day last week"), since - WEEK),
        ("year", pgettext("dashboard", "Same day last year"), last_year),
    ]
    return [(key, words, day, day + gone) for key, words, day in days]


def due_soon(waiting: OpenNow, at: datetime) -> Figure:
    """Open tickets whose running limit is nearly used up."""
    return Figure(waiting.due_soon, TicketFilter(is_open=True, is_due_soon=at))


def holders(waiting: OpenNow, at: datetime) -> list[Named]:
    """Who must act: the units whose next move is overdue, those with the most first."""
    units = territory().units
    return [
        Named(
            str(unit_id),
            label_of(units[unit_id]) if unit_id in units else f"{unit_id}",
            Figure(count, TicketFilter(holder_id=unit_id, is_late_now=at)),
        )
        for unit_id, count in sorted(waiting.late_at.items(), key=lambda item: (-item[1], item[0]))[:HOLDERS]
    ]


def count_deciding(rows: TicketQuerySet, waiting: OpenNow) -> list[Named]:
    """What waits for a person among open tickets: requests of units, and what must not wait."""
    asked = Counter(kind for (kinds,) in rows.exclude(asked=[]).values_list("asked") for kind in kinds)
    found = [
        Named(kind.value, words, Figure(asked[kind.value], TicketFilter(asked=kind.value)))
        for kind, words in (
            (RequestKind.RETURN, pgettext("dashboard", "Returns to decide")),
            (RequestKind.EXTENSION, pgettext("dashboard", "Extensions to decide")),
            (RequestKind.SUSPENSION, pgettext("dashboard", "Suspensions to decide")),
        )
    ]
    critical = Urgency.CRITICAL.value
    found += [
        Named(
            "critical",
            pgettext("dashboard", "Critical, still open"),
            Figure(waiting.critical, TicketFilter(is_open=True, urgency=critical)),
        ),
        Named(
            "key",
            pgettext("dashboard", "Key reports, still open"),
            Figure(waiting.key_reports, TicketFilter(is_open=True, is_key_report=True)),
        ),
        Named(
            "urged",
            pgettext("dashboard", "Urged, still open"),
            Figure(waiting.urged, TicketFilter(is_open=True, is_urged=True)),
        ),
    ]
    return [item for item in found if item.figure.count]
