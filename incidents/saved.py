"""Filters under a name: kept, shared with a unit or a role, put in order, chosen to open first.

A filter is words of a query only. Whoever opens a shared one sees what he or she may see, nothing more.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import Max, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from governance.accounts.actors import Actor
from governance.accounts.roles import Role
from governance.audit import journal
from governance.foundation.errors import Forbidden, NotFound, Unprocessable
from grids import scope as scopes
from grids.territory import current as territory
from incidents.models import DefaultView, SavedFilter

MOST, MAX_NAME, MAX_QUERY = 30, 40, 1000


def views_of(actor: Actor, page: str) -> list[SavedFilter]:
    """The person's own in their order, then those shared with him or her: one statement."""
    rows = list(_seen_by(actor).filter(page=page).order_by("position", "id"))
    own = [row for row in rows if row.owner_id == actor.user_id]
    return own + sorted((row for row in rows if row.owner_id != actor.user_id), key=lambda row: row.name)


def find(actor: Actor, pk: str) -> SavedFilter | None:
    """The filter of that id, if this person may open it."""
    if not pk.isascii() or not pk.isdigit() or len(pk) > 18:
        return None
    return _seen_by(actor).filter(pk=int(pk)).first()


def _seen_by(actor: Actor) -> QuerySet[SavedFilter]:
    scope = scopes.of(actor.user)
    units, roles = sorted(scope.unit_ids), sorted(scope.roles)
    with_unit = Q(shared_unit__in=units) & (Q(shared_role="") | Q(shared_role__in=roles))
    with_role = Q(shared_unit=None, shared_role__in=roles)
    rows = SavedFilter.objects.select_related("owner")
    return rows.filter(Q(owner_id=actor.user_id) | with_unit | with_role)


@transaction.atomic
def save(actor: Actor, *, page: str, name: str, query: str, at: datetime) -> SavedFilter:
    """Keep a filter under a name of one's own; the same name again means the new query. Raises Unprocessable."""
    name = " ".join(name.split())[: MAX_NAME + 1]
    if not name or len(name) > MAX_NAME:
        raise Unprocessable(fields={"name": [_("Give it a name of at most 40 characters")]})
    if len(query) > MAX_QUERY:
        raise Unprocessable(_("This filter is too long to be kept"))
    owner_id = _person(actor)
    own = SavedFilter.objects.select_for_update().filter(owner_id=owner_id, page=page)
    row = own.filter(name=name).first()
    if row is None:
        if own.count() >= MOST:
            raise Unprocessable(_("At most 30 filters are kept: delete one first"))
        last = own.aggregate(last=Max("position"))["last"]
        row = SavedFilter(
            owner_id=owner_id,
            page=page,
            name=name,
            position=0 if last is None else last + 1,
            created_at=at,
        )
    row.query = query
    row.save()
    journal.record("filter.save", by=actor, obj=row, at=at, details={"page": page, "query": query})
    return row


def share_choices(actor: Actor) -> list[tuple[str, str]]:
    """With whom this person may share, as (value, words): the own units, roles in them; roles of the whole city."""
    scope, land = scopes.of(actor.user), territory()
    found = []
    for unit_id in sorted(scope.unit_ids):
        if (unit := land.units.get(unit_id)) is not None:
            found.append((f"{unit_id}:", unit.label))
    if covers_city(actor):
        found += [(f":{role.value}", str(role.label)) for role in Role if role is not Role.API_CLIENT]
    return found


def covers_city(actor: Actor) -> bool:
    """Whether the person acts for the whole city."""
    return any(path.count("/") == 1 for path in scopes.of(actor.user).paths)


@transaction.atomic
def share(actor: Actor, pk: int, *, to: str, at: datetime) -> SavedFilter:
    """Share with `to` (one of `share_choices`; empty: with nobody). Raises Forbidden, NotFound."""
    row = _own(actor, pk)
    if to and to not in {value for value, _words in share_choices(actor)}:
        raise Forbidden(_("You may share with your own unit, and for the whole city only with roles of it"))
    unit, _colon, role = to.partition(":")
    row.shared_unit_id, row.shared_role = (int(unit) if unit else None), role
    row.save(update_fields=["shared_unit", "shared_role"])
    journal.record("filter.share", by=actor, obj=row, at=at, details={"to": to})
    return row


@transaction.atomic
def move(actor: Actor, pk: int, *, step: int) -> None:
    """One place up (-1) or down (1) among one's own."""
    row = _own(actor, pk)
    rows = list(
        SavedFilter.objects.select_for_update()
        .filter(owner_id=actor.user_id, page=row.page)
        .order_by("position", "id")
    )
    here = next(index for index, item in enumerate(rows) if item.pk == pk)
    there = here + step
    if not 0 <= there < len(rows):
        return
    rows[here], rows[there] = rows[there], rows[here]
    for position, item in enumerate(rows):
        item.position = position
    SavedFilter.objects.bulk_update(rows, ["position"])


@transaction.atomic
def delete(actor: Actor, pk: int, *, at: datetime) -> None:
    """Forget one of one's own; nobody sees it any more."""
    row = _own(actor, pk)
    journal.record("filter.delete", by=actor, obj=row, at=at, details={"name": row.name, "query": row.query})
    row.delete()


@transaction.atomic
def choose_default(actor: Actor, page: str, pk: int | None) -> SavedFilter | None:
    """Which filter the page begins with; None: with everything. Raises NotFound for one that is not seen."""
    if pk is None:
        DefaultView.objects.filter(user_id=_person(actor), page=page).delete()
        return None
    row = _seen_by(actor).filter(pk=pk, page=page).first()
    if row is None:
        raise NotFound()
    DefaultView.objects.update_or_create(user_id=_person(actor), page=page, defaults={"saved": row})
    return row


def default_of(actor: Actor, page: str) -> SavedFilter | None:
    """The filter the page begins with, as long as it may be seen."""
    chosen = DefaultView.objects.filter(user_id=_person(actor), page=page).values("saved_id")
    return _seen_by(actor).filter(pk__in=chosen).first()


def _person(actor: Actor) -> int:
    """Filters belong to people. Raises Forbidden for the platform and for clients."""
    if actor.user_id is None:
        raise Forbidden()
    return actor.user_id


def _own(actor: Actor, pk: int) -> SavedFilter:
    row = SavedFilter.objects.select_for_update().filter(pk=pk, owner_id=actor.user_id).first()
    if row is None:
        raise NotFound()
    return row
