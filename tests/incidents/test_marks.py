"""What few tickets carry is found by an index of its own, in the order of the list."""

import pytest
from django.db import connection
from django.http import QueryDict

from incidents import similar
from incidents.models import Ticket
from incidents.models.marks import RARE_MARKS
from incidents.queries import filtered
from incidents.views.links import filter_from
from tests.cast import DAY, MONDAY, Cast, MakeTicket

pytestmark = pytest.mark.django_db
FILTERS = {
    "urged=1": "ticket_urged",
    "key=1": "ticket_key_report",
    "pressing=1": "ticket_pressing",
    "binding=1": "ticket_final",
    "returned=1": "ticket_returned",
    "reworked=1": "ticket_reworked",
    "reopened=1": "ticket_reopened",
    "merged=1": "ticket_with_merged",
    "supervised=1": "ticket_supervised",
    "instructed=1": "ticket_instructed",
    "excluded=1": "ticket_excluded",
    "outside=1": "ticket_outside",
    "confidential=1": "ticket_confidential",
    "auto_signed=1": "ticket_auto_signed",
    "overdue=1": "ticket_was_late",
    "level=city": "ticket_of_city",
    "sensitive=1": "ticket_sensitive",
    "urgency=critical": "ticket_critical",
    "asked=extension": "ticket_asked",
}


def plan_of(statement: str, values: object) -> str:
    """How the rows would be found if nothing but an index in the right order were allowed."""
    with connection.cursor() as cursor:
        for way in ("seqscan", "bitmapscan", "sort"):
            cursor.execute(f"SET LOCAL enable_{way} = off")
        cursor.execute(f"EXPLAIN {statement}", values)
        return "\n".join(row[0] for row in cursor.fetchall())


def test_every_mark_has_its_filter() -> None:
    assert {f"ticket_{name}" for name in RARE_MARKS} | {"ticket_asked"} == set(FILTERS.values())


def test_a_list_of_few_walks_its_own_index(cast: Cast, make_ticket: MakeTicket) -> None:
    for _index in range(30):
        make_ticket()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE incidents_ticket")
    for query, index in FILTERS.items():
        rows = filtered(Ticket.objects.all(), filter_from(QueryDict(query), MONDAY), in_order=True)
        page = rows.order_by("-registered_at", "-id").values("id")[:51]
        assert f"using {index} on incidents_ticket" in plan_of(*page.query.sql_with_params()), query


def test_similar_ones_are_chosen_by_the_index_alone(cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket()
    with (
        connection.cursor() as cursor
    ):  # as after a vacuum of a full table, whatever a neighbour's vacuum has seen
        cursor.execute(
            "UPDATE pg_class SET reltuples = 1e6, relpages = 1e5, relallvisible = 1e5"
            " WHERE oid = 'incidents_ticket'::regclass"
        )
    chosen = similar._promising(ticket, (MONDAY - DAY, MONDAY + DAY))
    assert "Index Only Scan using ticket_near" in plan_of(chosen.sql, chosen.params)
