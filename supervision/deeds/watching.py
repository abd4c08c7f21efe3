"""Watching for recurrence: new tickets are looked at once, in the order of their ids; warnings are raised, added to,
opened again and left to lapse.

One process at a time holds the cursor. A ticket whose warning cannot be written is reported and passed over: it stops
nobody. Looked at twice, a ticket does nothing the second time.
"""

import logging
from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from math import cos, radians
from typing import Final

from django.db import transaction
from django.db.models import QuerySet

from governance.accounts.actors import SYSTEM_ACTOR
from governance.accounts.roles import SYSTEM
from governance.foundation.masking import mask_name, mask_phone
from governance.foundation.numbers import next_numbers
from governance.foundation.sealed import keyed_hash
from incidents import sandbox, sides
from incidents.models import MatterCategory, Requester, Ticket
from supervision import clusters
from supervision.clusters import Cluster
from supervision.deeds.ordering import SIDE
from supervision.frame import RECURRENCES, begun, moving
from supervision.models import RecurrenceCursor, RecurrenceTicket, RecurrenceWarning
from supervision.names import RecurrenceKind, RecurrenceState
from supervision.states import RECURRENCE_OPEN
from supervision.values import Values, values_at
from supervision.words import tell_of_recurrence

logger = logging.getLogger(__name__)
SETTLED: Final = timedelta(minutes=1)
"""How old a ticket is before it is looked at: by then those with lower ids are there as well."""
CONTEXT: Final = "supervision.recurrence.person"
CLOSED: Final = frozenset({RecurrenceState.RESOLVED, RecurrenceState.EXPIRED})


def watch(*, at: datetime, limit: int = 500) -> int:
    """Look at the next tickets, at most `limit`; returns how many warnings were raised, added to or opened again."""
    with transaction.atomic():
        cursor = _cursor(at)
        if cursor is None:
            return 0
        batch = _batch(cursor, at, limit)
        if not batch:
            return 0
        trial = sandbox.ids()
        done = _look([pk for pk, source in batch if source not in trial], values_at(at), at)
        cursor.last_ticket = batch[-1][0]
        cursor.save(update_fields=["last_ticket"])
    return done


def _cursor(at: datetime) -> RecurrenceCursor | None:
    """The cursor, locked; None while another process holds it. The first one begins as far back as tickets count."""
    if not RecurrenceCursor.objects.exists():
        since = at - timedelta(days=values_at(at)["recurrence.days"])
        rows = Ticket.objects.filter(registered_at__gte=since).order_by("registered_at", "id")
        first = rows.values_list("id", flat=True).first()
        RecurrenceCursor.objects.get_or_create(pk=1, defaults={"last_ticket": first - 1 if first else 0})
    return RecurrenceCursor.objects.select_for_update(skip_locked=True).filter(pk=1).first()


def _batch(cursor: RecurrenceCursor, at: datetime, limit: int) -> list[tuple[int, int]]:
    """The next ids with their sources, up to the first ticket that is too young."""
    found = []
    rows = Ticket.objects.filter(pk__gt=cursor.last_ticket).order_by("pk")
    for pk, source, registered_at in rows.values_list("pk", "source_id", "registered_at")[:limit]:
        if registered_at > at - SETTLED:
            break
        found.append((pk, source))
    return found


def _look(batch: Sequence[int], values: Values, at: datetime) -> int:
    done, known = 0, set[tuple[int, str]]()
    for ticket_id, warning_id in clusters.at_known_places(batch, values):
        known.add((ticket_id, RecurrenceKind.PLACE))
        done += _guarded(_add, warning_id, [ticket_id], at)
    for ticket_id, warning_id in _of_known_people(batch, values):
        known.add((ticket_id, RecurrenceKind.PERSON))
        done += _guarded(_add, warning_id, [ticket_id], at)
    for kind, find in ((RecurrenceKind.PLACE, clusters.places), (RecurrenceKind.PERSON, clusters.persons)):
        for cluster in find(batch, values):
            if (cluster.ticket_id, kind) not in known:
                done += _guarded(_raise, kind, cluster, values, at)
    return done


def _guarded(deed: Callable[..., bool], *arguments: object) -> int:
    try:
        with transaction.atomic():
            return int(deed(*arguments))
    except Exception:
        logger.exception("recurrence could not be kept: %s", arguments[1])
        return 0


def _of_known_people(batch: Sequence[int], values: Values) -> list[tuple[int, int]]:
    """(ticket, warning) of people about whom a warning stands, or was closed a short while before the ticket."""
    keys = {(ticket, person_key(phone)) for ticket, phone in clusters.telephones(batch)}
    rows = RecurrenceWarning.objects.filter(
        kind=RecurrenceKind.PERSON, person_key__in={key for _t, key in keys}
    )
    relapse = timedelta(days=values["recurrence.relapse_days"])
    registered = dict(
        Ticket.objects.filter(pk__in={t for t, _key in keys}).values_list("pk", "registered_at")
    )
    found = {}
    for row in rows.filter(state__in=[*RECURRENCE_OPEN, *CLOSED]).order_by("pk"):
        for ticket, key in keys:
            came = registered[ticket]
            is_back = row.closed_at is not None and row.closed_at <= came <= row.closed_at + relapse
            if key == row.person_key and (row.is_open or is_back):
                found[ticket] = row.pk
    return sorted(found.items())


def _add(warning_id: int, ticket_ids: Sequence[int], at: datetime) -> bool:
    """One more ticket of a warning that stands or comes back."""
    row = RecurrenceWarning.objects.select_for_update().get(pk=warning_id)
    new = set(ticket_ids) - set(row.links.filter(ticket__in=ticket_ids).values_list("ticket_id", flat=True))
    if not new:
        return False
    verb = "join" if row.is_open else "recur"
    with moving(RECURRENCES, verb, row.pk, by=SYSTEM_ACTOR, at=at) as move:
        move.data = {"tickets": _link(move.row, new)}
        if verb == "recur":
            move.row.closed_at = None
    row.refresh_from_db()
    if verb == "recur":
        tell_of_recurrence(verb, row, at=at)
    return True


def _raise(kind: str, cluster: Cluster, values: Values, at: datetime) -> bool:
    """A new warning. What came before another one was closed counts no more; one of the batch may stand by now."""
    ticket = (
        Ticket.objects.defer("search", "content")
        .select_related("grid", "community")
        .get(pk=cluster.ticket_id)
    )
    key = person_key(cluster.same) if kind == RecurrenceKind.PERSON else ""
    alike = _alike(kind, cluster, ticket, key, values)
    if (standing := alike.filter(state__in=sorted(RECURRENCE_OPEN)).first()) is not None:
        return _add(standing.pk, list(cluster.ticket_ids), at)
    rows = Ticket.objects.filter(pk__in=cluster.ticket_ids)
    closings = alike.filter(closed_at__isnull=False).order_by("-closed_at")
    if (closed_at := closings.values_list("closed_at", flat=True).first()) is not None:
        rows = rows.filter(registered_at__gt=closed_at)
    ids = list(rows.order_by("pk").values_list("pk", flat=True))
    times = values[f"recurrence.{kind}_times"]
    if len(ids) < times:
        return False
    row = RecurrenceWarning(
        number=next_numbers("YJ", at)[0],
        kind=kind,
        subject=_subject(kind, cluster, ticket)[:200],
        category_code=cluster.same if kind == RecurrenceKind.PLACE else "",
        lon=ticket.lon if kind == RecurrenceKind.PLACE else None,
        lat=ticket.lat if kind == RecurrenceKind.PLACE else None,
        place=ticket.place if kind == RecurrenceKind.PLACE else "",
        person_key=key,
        region_path=ticket.region_path,
        times=times,
        days=values["recurrence.days"],
        raised_at=at,
        last_at=ticket.registered_at,
    )
    begun(RECURRENCES, "raise", row, by=SYSTEM_ACTOR, role=SYSTEM, at=at, data={"count": len(ids)})
    _link(row, ids)
    row.save()
    tell_of_recurrence("raise", row, at=at)
    return True


def _alike(
    kind: str, cluster: Cluster, ticket: Ticket, key: str, values: Values
) -> "QuerySet[RecurrenceWarning]":
    """Warnings about the same person, or the same category at the same place."""
    rows = RecurrenceWarning.objects.filter(kind=kind)
    if kind == RecurrenceKind.PERSON:
        return rows.filter(person_key=key)
    rows = rows.filter(category_code=cluster.same)
    if ticket.lon is None or ticket.lat is None:
        return rows.filter(lon=None, place=ticket.place, region_path=ticket.region_path)
    high = values["recurrence.metres"] / clusters.METRES_PER_DEGREE
    wide = high / max(0.01, cos(radians(ticket.lat)))
    return rows.filter(
        lon__range=(ticket.lon - wide, ticket.lon + wide), lat__range=(ticket.lat - high, ticket.lat + high)
    )


def _subject(kind: str, cluster: Cluster, ticket: Ticket) -> str:
    """What recurs, in words that everybody may read who may read the warning."""
    if kind == RecurrenceKind.PERSON:
        people = Requester.objects.filter(ticket=ticket, phone=cluster.same)
        person = people.order_by("-pk").first()
        name = mask_name(person.name) if person is not None else ""
        return f"{name} {mask_phone(cluster.same)}".strip()
    category = MatterCategory.objects.get(pk=ticket.category_id)
    lies_in = ticket.grid or ticket.community
    where = ticket.place or (lies_in.name if lies_in is not None else "")
    return f"{category.name} · {where}"


def _link(row: RecurrenceWarning, ticket_ids: Collection[int]) -> list[str]:
    """Bind the tickets, mark their pages, and count anew; their numbers."""
    RecurrenceTicket.objects.bulk_create(
        [RecurrenceTicket(warning=row, ticket_id=pk) for pk in sorted(ticket_ids)], ignore_conflicts=True
    )
    found = list(
        Ticket.objects.filter(pk__in=ticket_ids)
        .order_by("pk")
        .values_list("number", "registered_at", "region_path", "is_sensitive")
    )
    for pk in sorted(ticket_ids):
        sides.mark(pk, SIDE)
    row.count = row.links.count()
    row.last_at = max([row.last_at, *(at for _n, at, _p, _s in found)])
    row.is_sensitive = row.is_sensitive or any(hidden for _n, _at, _p, hidden in found)
    row.region_path = common_path([row.region_path, *(path for _n, _at, path, _s in found)])
    return [number for number, _at, _p, _s in found]


def common_path(paths: Sequence[str]) -> str:
    """The smallest place that holds them all."""
    parts = [path.rstrip("/").split("/") for path in paths]
    common = []
    for some in zip(*parts, strict=False):
        if len(set(some)) > 1:
            break
        common.append(some[0])
    return "/".join(common) + "/" if common else ""


def person_key(phone: str) -> str:
    """The keyed hash by which a person is known here."""
    return keyed_hash(phone, CONTEXT)


def lapse(*, at: datetime, limit: int = 200) -> int:
    """Let warnings lapse where nothing has come for so many days; returns how many did."""
    before = at - timedelta(days=values_at(at)["recurrence.quiet_days"])
    due = RecurrenceWarning.objects.filter(state__in=sorted(RECURRENCE_OPEN), last_at__lt=before)
    ended = 0
    for pk in list(due.order_by("last_at", "pk").values_list("pk", flat=True)[:limit]):
        with transaction.atomic():
            rows = RecurrenceWarning.objects.select_for_update(skip_locked=True)
            if not rows.filter(pk=pk, state__in=sorted(RECURRENCE_OPEN), last_at__lt=before).exists():
                continue
            with moving(RECURRENCES, "expire", pk, by=SYSTEM_ACTOR, at=at) as move:
                move.row.closed_at = at
            ended += 1
    return ended
