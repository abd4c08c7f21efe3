"""Bulletins of listed items: the lines are taken from what stands out, frozen, published, signed for by each unit."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

from django.db import transaction
from django.urls import reverse
from django.utils.translation import pgettext_lazy

from governance.accounts.actors import Actor
from governance.accounts.roles import Role
from governance.audit import journal
from governance.foundation.calendars import load_calendar
from governance.foundation.errors import NotFound, Unprocessable
from governance.foundation.numbers import next_numbers
from governance.foundation.state_machine import Verb
from grids import scope as scopes
from grids.territory import current as territory
from incidents.models import Notice, Ticket
from incidents.telling import tell
from supervision.frame import BULLETINS, Move, begun, moving
from supervision.ground import answering_unit, place_unit
from supervision.late import late_since, workdays_late
from supervision.models import BulletinItem, BulletinReceipt, SupervisionBulletin, SupervisionTask
from supervision.rules import role_over
from supervision.states import BULLETIN_TABLE, SPEAKERS
from supervision.timing import OFFICE
from supervision.values import values_at
from supervision.words import in_city_words

MOST: Final = 300


@transaction.atomic
def draft(*, title: str, by: Actor, at: datetime, path: str = "") -> SupervisionBulletin:
    """Begin a bulletin for the place that one oversees. Raises Forbidden, Unprocessable."""
    path = path or _place_of(by)
    role = role_over(BULLETIN_TABLE["draft"], by, path=path)
    if not title.strip():
        raise Unprocessable(fields={"title": [pgettext_lazy("supervision", "Give it a title")]})
    place = territory().by_path.get(path)
    unit_id = place_unit(path, place.level) if place is not None else None
    assert by.user is not None
    assert unit_id is not None  # whoever oversees a place belongs to a territory
    row = SupervisionBulletin(
        number=next_numbers("TB", at)[0],
        title=title.strip()[:120],
        region_path=path,
        unit_id=unit_id,
        as_of=at,
        drafted_by=by.user,
    )
    begun(BULLETINS, "draft", row, by=by, role=role, at=at)
    BulletinItem.objects.bulk_create(_lines(row, at))
    return row


def _place_of(by: Actor) -> str:
    paths = [
        reach.path
        for reach in scopes.of(by.user).reaches
        if reach.path and reach.role == Role.OVERSIGHT_OFFICER
    ]
    return min(paths, key=len, default="")


def _lines(row: SupervisionBulletin, at: datetime) -> Iterator[BulletinItem]:
    """Listed tasks first, then tickets that run late by so many workdays and are not among them."""
    calendar, named = load_calendar(OFFICE), set()
    tasks = SupervisionTask.objects.listed().filter(region_path__startswith=row.region_path)
    for task in tasks.with_labels().order_by("created_at", "pk")[:MOST]:
        named.add(task.ticket_id)
        due_at = task.due_at or task.created_at
        yield BulletinItem(
            bulletin=row,
            task=task,
            unit_id=task.unit_id,
            kind=task.kind,
            title=task.title,
            place=_place_words(task.region_path),
            due_at=due_at,
            overdue_days=workdays_late(calendar, due_at, at),
        )
    yield from _late_tickets(row, at, named)


def _late_tickets(
    row: SupervisionBulletin, at: datetime, named: Iterable[int | None]
) -> Iterator[BulletinItem]:
    days, calendar = values_at(at)["ladder.bulletin_workdays"], load_calendar(OFFICE)
    tickets = (
        Ticket.objects.open()
        .real()
        .inside(row.region_path)
        .filter(feedback_at=None, due_at__lt=late_since(calendar, at, days))
        .exclude(pk__in=[pk for pk in named if pk])
        .filter(is_sensitive=False)
        .defer("search", "content")
        .order_by("due_at", "id")
    )
    for ticket in tickets[:MOST]:
        if ticket.due_at is not None:
            yield BulletinItem(
                bulletin=row,
                ticket=ticket,
                unit_id=answering_unit(ticket),
                title=ticket.title,
                place=_place_words(ticket.region_path),
                due_at=ticket.due_at,
                overdue_days=workdays_late(calendar, ticket.due_at, at),
            )


def _place_words(path: str) -> str:
    """Town and community of a place, as a bulletin writes it."""
    places = [place.name for place in territory().chain(path) if place.level in {"town", "community"}]
    return "".join(places)[:120]


def edit(
    pk: int, *, by: Actor, at: datetime, opening: str = "", demands: str = "", version: int | None = None
) -> SupervisionBulletin:
    """Other words for the draft."""
    with moving(BULLETINS, "edit", pk, by=by, at=at, version=version) as move:
        move.row.opening = move.say(opening, name="opening")
        move.row.demands = move.say(demands, name="demands")
    result: SupervisionBulletin = move.row
    return result


def retake(pk: int, *, by: Actor, at: datetime, version: int | None = None) -> SupervisionBulletin:
    """The lines as they stand now; what was left out before stays left out."""
    with moving(BULLETINS, "retake", pk, by=by, at=at, version=version) as move:
        row = move.row
        kept = {(item.task_id, item.ticket_id): item.left_out for item in row.items.exclude(left_out="")}
        row.items.all().delete()
        row.as_of = at
        lines = list(_lines(row, at))
        for item in lines:
            item.left_out = kept.get((item.task_id, item.ticket_id), "")
        BulletinItem.objects.bulk_create(lines)
    result: SupervisionBulletin = move.row
    return result


def leave_out(
    pk: int, item_id: int, *, by: Actor, at: datetime, reason: str, version: int | None = None
) -> SupervisionBulletin:
    """Take a line out of the draft, or back in with an empty reason. Raises NotFound for a strange line."""
    with moving(BULLETINS, "edit", pk, by=by, at=at, version=version) as move:
        item = move.row.items.filter(pk=item_id).first()
        if item is None:
            raise NotFound()
        item.left_out = reason.strip()[:200]
        item.save(update_fields=["left_out"])
        move.data = {"item": item.pk, "left_out": item.left_out}
    result: SupervisionBulletin = move.row
    return result


def publish(pk: int, *, by: Actor, at: datetime, version: int | None = None) -> SupervisionBulletin:
    """Freeze it and send it to every unit that is named."""
    with moving(BULLETINS, "publish", pk, by=by, at=at, version=version) as move:
        _send(move)
    result: SupervisionBulletin = move.row
    return result


def _send(move: Move[SupervisionBulletin]) -> None:
    row = move.row
    units = sorted(set(row.items.filter(left_out="").values_list("unit_id", flat=True)))
    if not units:
        raise Unprocessable(
            pgettext_lazy("supervision", "A bulletin without a line cannot be published"), code="empty"
        )
    row.published_by, row.published_at = move.by.user, move.at
    BulletinReceipt.objects.bulk_create(BulletinReceipt(bulletin=row, unit_id=unit) for unit in units)
    move.data = {"units": len(units)}
    tell(
        key=f"supervision:{row.number}:publish",
        kind="bulletin",
        title=in_city_words(
            pgettext_lazy("supervision notice", "Your unit is named in a bulletin; sign as read"), row.title
        ),
        url=reverse("supervision:bulletin", args=[row.number]),
        at=move.at,
        unit_ids=units,
        audience=Notice.Audience.HANDLERS,
        by=move.by,
    )


def discard(
    pk: int, *, by: Actor, at: datetime, opinion: str = "", version: int | None = None
) -> SupervisionBulletin:
    """The draft is given up, with a reason."""
    with moving(BULLETINS, "discard", pk, by=by, at=at, version=version) as move:
        move.say(opinion)
    result: SupervisionBulletin = move.row
    return result


@transaction.atomic
def read(pk: int, *, by: Actor, at: datetime) -> BulletinReceipt:
    """Sign as read for one's own unit: the first signature stays. Raises NotFound, Forbidden."""
    units = sorted(scopes.of(by.user).unit_ids)
    rows = BulletinReceipt.objects.select_for_update(of=("self",)).select_related("bulletin")
    receipt = rows.filter(bulletin=pk, unit__in=units).order_by("read_at", "pk").first()
    if receipt is None:
        raise NotFound()
    role = role_over(READING, by, unit_id=receipt.unit_id)
    if receipt.read_at is None:
        receipt.read_by, receipt.read_at = by.user, at
        receipt.save(update_fields=["read_by", "read_at"])
        journal.record("supervision.bulletin.read", by=by.acting_as(role), obj=receipt, at=at)
    return receipt


READING: Final = Verb(
    name="read",
    label=pgettext_lazy("supervision", "Sign as read"),
    sources=frozenset({"published"}),
    target="",
    who=SPEAKERS,
)
