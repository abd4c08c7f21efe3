"""Props for scenes of the analysis: tickets on chosen days, made by copying one real ticket."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import connection

from incidents.models import MatterCategory, Ticket
from tests.cast import MONDAY

DAY = timedelta(days=1)
COLUMNS = "id, number, query_code, external_no, registered_at, category_id, is_sensitive, state, source_id"


def copies(
    ticket: Ticket,
    times: Iterable[datetime],
    *,
    category: str = "",
    is_sensitive: bool = False,
    state: str = "",
    source: int = 0,
) -> None:
    """More tickets like this one, registered at these instants: rows of the table, as a bulk load writes them."""
    kind = MatterCategory.objects.get(code=category).pk if category else ticket.category_id
    columns = [field.column for field in Ticket._meta.concrete_fields]
    own = {
        "number": "'WX' || lpad(n.place::text, 14, '0')",
        "external_no": "NULL",
        "registered_at": "n.at",
        "category_id": str(kind),
        "is_sensitive": str(is_sensitive).lower(),
        "state": f"'{state}'" if state else "t.state",
        "source_id": str(source) if source else "t.source_id",
    }
    names = [name for name in columns if name != "id"]
    chosen = ", ".join(own.get(name, f't."{name}"') for name in names)
    listed = ", ".join(f'"{name}"' for name in names)
    begin = Ticket.objects.count() * 1000
    with connection.cursor() as cursor:
        cursor.execute(
            f"""INSERT INTO incidents_ticket ({listed})
                SELECT {chosen} FROM incidents_ticket t,
                       unnest(%s::timestamptz[]) WITH ORDINALITY AS given(at, row),
                       LATERAL (SELECT given.at, given.row + {begin} AS place) n
                 WHERE t.id = %s""",
            [list(times), ticket.pk],
        )


def daily(count: int, first: int, last: int, *, at: datetime = MONDAY) -> list[datetime]:
    """So many instants a day, from `first` to `last` days before `at`, both counted."""
    return [
        at - back * DAY + timedelta(minutes=7 * number)
        for back in range(first, last - 1, -1)
        for number in range(count)
    ]
