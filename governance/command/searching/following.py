"""Saved filters that people follow: pinned to the search box, or telling of each ticket that comes to match, once.

The steps of tickets are the source of change: `tell_followers` reads them up to the horizon, asks each followed filter
about the tickets that they touched, and writes a notice for those that it had not found before. What matched already
when somebody began to follow is put down then, untold.
"""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from governance.accounts.actors import Actor
from governance.audit import journal
from governance.command.models import FollowCursor, FollowedTicket, Following
from governance.foundation.clock import local
from governance.foundation.errors import Conflict, Forbidden, NotFound
from governance.foundation.horizon import reach
from incidents import saved
from incidents.models import SavedFilter, Step, Ticket
from incidents.queries import filtered
from incidents.querysets import TicketQuerySet
from incidents.telling import tell
from incidents.views.links import filter_from

logger = logging.getLogger(__name__)
MOST_PINNED, MOST_TELLING = 8, 20
MOST_KNOWN: Final = 5_000
"""Open tickets that a filter may find when somebody begins to follow it; one that finds more tells too much."""
MOST_A_DAY: Final = 50
STEPS: Final = 1_000
TURNS: Final = 5


def followings_of(actor: Actor) -> Mapping[int, Following]:
    """What the person follows, by saved filter."""
    return {row.saved_id: row for row in Following.objects.filter(user=actor.user)} if actor.user else {}


def pinned_of(actor: Actor) -> Sequence[SavedFilter]:
    """The pinned filters that the person may still open, in their order."""
    chosen = {key for key, row in followings_of(actor).items() if row.is_pinned}
    return [row for row in saved.views_of(actor, SavedFilter.Page.LIST) if row.pk in chosen] if chosen else []


@transaction.atomic
def pin(actor: Actor, pk: int, *, is_on: bool, at: datetime) -> None:
    """Put a filter into the search box, or take it out. Raises NotFound, Conflict."""
    row = _row(actor, pk, at)
    if is_on and not row.is_pinned and _count(actor, is_pinned=True) >= MOST_PINNED:
        raise Conflict(_("At most %(n)d filters are pinned: take one out first") % {"n": MOST_PINNED})
    row.is_pinned = is_on
    _keep(row)


@transaction.atomic
def follow(actor: Actor, pk: int, *, is_on: bool, at: datetime) -> None:
    """Hear of tickets that come to match, or no more. Raises NotFound, Conflict where it would tell too much."""
    row = _row(actor, pk, at)
    if row.is_telling == is_on:
        _keep(row)
        return
    if is_on:
        if _count(actor, is_telling=True) >= MOST_TELLING:
            raise Conflict(_("At most %(n)d filters are followed: leave one first") % {"n": MOST_TELLING})
        known = list(
            _asked(actor, row.saved, at, is_open=True).values_list("pk", flat=True)[: MOST_KNOWN + 1]
        )
        if len(known) > MOST_KNOWN:
            raise Conflict(
                _("This filter finds more than %(n)d open tickets: narrow it down first") % {"n": MOST_KNOWN}
            )
    row.is_telling = is_on
    row.found.all().delete()
    if is_on:
        _cursor()
        FollowedTicket.objects.bulk_create(
            [FollowedTicket(following=row, ticket_id=key, at=at) for key in known]
        )
    _keep(row)
    journal.record(
        "search.follow" if is_on else "search.unfollow",
        by=actor,
        obj=row.saved,
        at=at,
        details={"query": row.saved.query},
    )


def _row(actor: Actor, pk: int, at: datetime) -> Following:
    if actor.user_id is None:
        raise Forbidden()
    view = saved.find(actor, str(pk))
    if view is None or view.page != SavedFilter.Page.LIST:
        raise NotFound()
    fresh = Following(user_id=actor.user_id, saved=view, created_at=at)
    Following.objects.bulk_create([fresh], ignore_conflicts=True)
    return (
        Following.objects.select_for_update(of=("self",))
        .select_related("saved")
        .get(user_id=actor.user_id, saved=view)
    )


def _count(actor: Actor, **chosen: bool) -> int:
    return Following.objects.filter(user=actor.user, **chosen).count()


def _keep(row: Following) -> None:
    """A row that says neither is none."""
    if row.is_pinned or row.is_telling:
        row.save()
    else:
        row.delete()


def _asked(actor: Actor, view: SavedFilter, at: datetime, *, is_open: bool = False) -> TicketQuerySet:
    """What the filter finds for this person now; of the open tickets alone."""
    return filtered(
        Ticket.objects.visible_to(actor, along="open" if is_open else "few"), filter_from(view.as_query, at)
    )


def _cursor() -> FollowCursor:
    """The cursor; it begins where the steps stand when somebody first follows a filter."""
    row, _is_new = FollowCursor.objects.get_or_create(pk=1, defaults={"step_id": reach(Step)})
    return row


def tell_followers(*, at: datetime) -> int:
    """Read the steps that came since, at most `TURNS` times `STEPS` of them; returns how many notices were written."""
    told = 0
    for _turn in range(TURNS):
        new, is_done = _turn_once(at)
        told += new
        if is_done:
            break
    return told


@transaction.atomic
def _turn_once(at: datetime) -> tuple[int, bool]:
    cursor = FollowCursor.objects.select_for_update(skip_locked=True).filter(pk=1).first()
    if cursor is None:
        return 0, True  # nobody follows anything yet, or somebody else is at it
    upto = reach(Step)
    rows = list(
        Step.objects.filter(pk__gt=cursor.step_id, pk__lte=upto)
        .order_by("pk")
        .values_list("pk", "ticket_id")[:STEPS]
    )
    is_done = len(rows) < STEPS
    reached = upto if is_done else rows[-1][0]
    touched = sorted({ticket for _pk, ticket in rows})
    told = sum(_told(row, touched, at) for row in _telling()) if touched else 0
    if reached > cursor.step_id:
        FollowCursor.objects.filter(pk=1).update(step_id=reached)
    return told, is_done


def _telling() -> Sequence[Following]:
    rows = Following.objects.filter(is_telling=True, user__is_active=True)
    return list(rows.select_related("saved", "user__unit").order_by("id"))


def _told(row: Following, touched: Sequence[int], at: datetime) -> int:
    """One filter; one that cannot be asked is reported and stops nobody else."""
    try:
        with transaction.atomic():
            return _tell(row, touched, at)
    except Exception:
        logger.exception("followed filter %s", row.pk)
        return 0


def _tell(row: Following, touched: Sequence[int], at: datetime) -> int:
    actor = Actor(user=row.user, unit_id=row.user.unit_id)
    if saved.find(actor, str(row.saved_id)) is None:
        return 0  # it is no longer shared with this person
    known = FollowedTicket.objects.filter(following=row, ticket__in=touched).values_list(
        "ticket_id", flat=True
    )
    left = sorted(set(touched) - set(known))
    found = (
        list(_asked(actor, row.saved, at).filter(pk__in=left).only("number", "title").order_by("pk"))
        if left
        else []
    )
    if not found:
        return 0
    today = local(at).date()
    before = row.told_count if row.told_on == today else 0
    room = max(MOST_A_DAY - before, 0)
    FollowedTicket.objects.bulk_create(
        [FollowedTicket(following=row, ticket=item, is_told=n < room, at=at) for n, item in enumerate(found)],
        ignore_conflicts=True,
    )
    with override(settings.LANGUAGE_CODE):
        for item in found[:room]:
            _notice(
                row,
                f"{item.pk}",
                f"{row.saved.name}：{item.number} {item.title}",
                item.get_absolute_url(),
                at,
                item.pk,
            )
        if len(found) > room:
            words = _("%(name)s: more than %(n)d new tickets today") % {
                "name": row.saved.name,
                "n": MOST_A_DAY,
            }
            home = f"{reverse('command:search')}?view={row.saved_id}"
            _notice(row, f"{today:%Y%m%d}", words, home, at, None)
    Following.objects.filter(pk=row.pk).update(told_on=today, told_count=before + min(len(found), room))
    return min(len(found), room)


def _notice(row: Following, part: str, words: str, url: str, at: datetime, ticket: int | None) -> None:
    tell(
        key=f"follow:{row.pk}:{part}",
        kind="found",
        title=words[:200],
        url=url,
        at=at,
        user_ids=[row.user_id],
        ticket_id=ticket,
    )
