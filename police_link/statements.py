"""The statement of a day: which numbers 110 says it sent. Posted or entered by hand; the last counts."""

import re
from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import pgettext_lazy

from governance.accounts.actors import Actor
from governance.accounts.roles import Role
from governance.audit import journal
from governance.foundation.clock import local
from governance.foundation.errors import Forbidden, Text, Unprocessable
from incidents.intake import known_source
from incidents.models import TicketSource
from police_link import values
from police_link.models import PoliceStatement, StatementLine
from police_link.rules import may_reconcile
from police_link.states import POLICE, RECONCILERS
from police_link.values import SOURCE

SEPARATORS = re.compile(r"[\s,;，；、]+")
LONGEST = 80


def numbers_in(text: str) -> list[str]:
    """The numbers in a text: one a line, or separated by commas."""
    return [part for part in SEPARATORS.split(text.replace("\ufeff", "")) if part]


@transaction.atomic
def state(
    day: date, numbers: Iterable[str], *, by: Actor, at: datetime, source: str = SOURCE
) -> PoliceStatement:
    """Keep what 110 says about a day; the same numbers again change nothing. Raises Forbidden, Unprocessable."""
    actor, known = by.acting_as(_role(by)), known_source(source, by)
    wanted = _checked(day, list(numbers), known, at)
    row, created = PoliceStatement.objects.select_for_update().get_or_create(
        source=known,
        day=day,
        defaults={"count": len(wanted), "given_at": at, "given_by": actor.name[:80]},
    )
    before = sorted(row.lines.values_list("external_no", flat=True))
    if not created and before == wanted:
        return row
    if not created:
        row.version += 1
        row.count, row.given_at, row.given_by = len(wanted), at, actor.name[:80]
        row.save()
        row.lines.all().delete()
    StatementLine.objects.bulk_create(StatementLine(statement=row, external_no=number) for number in wanted)
    details = {"day": f"{day:%Y-%m-%d}", "count": len(wanted), "before": len(before), "version": row.version}
    journal.record("police.statement", by=actor, obj=row, at=at, details=details)
    return row


def _checked(day: date, numbers: list[str], source: TicketSource, at: datetime) -> list[str]:
    most = int(values.value("police.statement_rows"))
    words: Text | None = None
    if source.kind != TicketSource.Kind.POLICE:
        raise Unprocessable(
            fields={"source": [pgettext_lazy("police", "This is not a source of the police")]},
            code="unknown_source",
        )
    if day > local(at).date():
        raise Unprocessable(fields={"day": [pgettext_lazy("police", "This day has not come yet")]})
    if len(numbers) > most:
        words = pgettext_lazy("police", "At most %(most)d numbers in one statement") % {"most": most}
    elif any(len(number) > LONGEST or not number.strip() for number in numbers):
        words = pgettext_lazy("police", "A number has 1 to 80 characters")
    elif len(set(numbers)) != len(numbers):
        twice = next(number for number in numbers if numbers.count(number) > 1)
        words = pgettext_lazy("police", "The number %(number)s stands here twice") % {"number": twice}
    if words is not None:
        raise Unprocessable(fields={"numbers": [words]})
    return sorted(numbers)


def _role(by: Actor) -> str:
    """The role under which a statement may be given: both sides may. Raises Forbidden."""
    if by.is_api_client:
        return str(Role.API_CLIENT)
    if not may_reconcile(by):
        raise Forbidden(
            pgettext_lazy("police", "Statements are given by the police and by the desks of the centre"),
            roles=sorted({*POLICE, *RECONCILERS}),
        )
    return ""
