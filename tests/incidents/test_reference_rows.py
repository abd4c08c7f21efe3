"""What a ticket, a step or a limit names is never deleted, although no foreign key watches those columns."""

import uuid
from typing import Any

import pytest
from django.db import IntegrityError, connection, models, transaction

from governance.accounts.models import OrgUnit, User
from governance.exchange.models import ApiClient
from grids.models import Grid, Region
from incidents.models import Deadline, MatterCategory, Step, Ticket, TicketSource
from tests.cast import MONDAY, Cast, MakeTicket

pytestmark = pytest.mark.django_db


def twin(row: models.Model, **changes: Any) -> int:
    """A new row like this one, which nothing names yet; its key."""
    row.pk, row._state.adding = None, True
    for name, value in changes.items():
        setattr(row, name, value)
    row.save(force_insert=True)
    key: int = row.pk
    return key


def erase(model: type[models.Model], pk: int) -> None:
    """Past the ORM, as somebody's own statement would; what is checked at the end is checked now."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {model._meta.db_table} WHERE id = %s", [pk])
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def named(ticket: Ticket, column: str, cast: Cast) -> tuple[type[models.Model], int]:
    """A new row and its table, for that column to name."""
    word = uuid.uuid4().hex[:8]
    if column == "source_id":
        return TicketSource, twin(ticket.source, code=word)
    if column == "category_id":
        return MatterCategory, twin(ticket.category, code=word[:6])
    if column == "client_id":
        return ApiClient, twin(ApiClient.objects.get(code="hotline"), code=word, key_hash=word)
    if column == "grid_id":
        return Grid, twin(Grid.objects.get(pk=ticket.grid_id), code=word, path=f"{word}/", team=None)
    if column in {"region_id", "town_id", "community_id"}:
        return Region, twin(Region.objects.get(pk=ticket.town_id), code=word, path=f"{word}/")
    if column == "actor_id":
        return User, twin(User.objects.get(pk=cast.duty.user_id), username=word, phone=None)
    return OrgUnit, twin(cast.unit("CG"), code=word)


@pytest.mark.parametrize(
    ("holder", "column"),
    [
        *(
            (Ticket, f"{name}_id")
            for name in ("source", "category", "client", "region", "town", "community", "grid", "holder")
        ),
        (Step, "actor_id"),
        (Step, "unit_id"),
        (Step, "holder_id"),
        (Deadline, "unit_id"),
    ],
)
def test_it_stays_while_something_names_it(
    cast: Cast, make_ticket: MakeTicket, holder: type[models.Model], column: str
) -> None:
    ticket = make_ticket()
    model, pk = named(ticket, column, cast)
    erase(model, pk)  # nothing names it yet
    model, pk = named(Ticket.objects.get(pk=ticket.pk), column, cast)
    if holder is Step:
        Step.objects.create(ticket=ticket, verb="void", to_state="voided", at=MONDAY, **{column: pk})
    else:
        rows = holder._default_manager.filter(**{"pk" if holder is Ticket else "ticket_id": ticket.pk})
        assert rows.update(**{column: pk})
    with pytest.raises(IntegrityError, match=f"{holder._meta.db_table}.{column}={pk} names it"):
        erase(model, pk)
    assert model._default_manager.filter(pk=pk).exists()
