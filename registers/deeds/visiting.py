"""Writing household visits."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from governance.accounts.actors import Actor
from governance.accounts.models import User
from governance.audit import journal
from governance.foundation.clock import local
from governance.foundation.errors import NotFound, Unprocessable
from registers.deeds.recording import facts_of, locked, once
from registers.models import Household, HouseholdVisit
from registers.roles import KEEPERS
from registers.rules import role_over


@dataclass(frozen=True, kw_only=True)
class VisitFacts:
    """What a form says of a visit."""

    on: date
    purpose: str
    was_met: bool = True
    note: str = ""


@transaction.atomic
def note_visit(pk: int, facts: VisitFacts, *, key: UUID, by: Actor, at: datetime) -> HouseholdVisit:
    """Somebody was at the door. One that met the people needs a word of what was found.

    Raises NotFound, Forbidden, Unprocessable.
    """
    home = locked(Household.objects.visible_to(by).active(), pk)
    actor = by.acting_as(role_over(by, home.path, KEEPERS))
    known = HouseholdVisit.objects.filter(key=key).first()
    if known is not None:
        return known
    if facts.on > local(at).date():
        raise Unprocessable(fields={"on": [_("A visit lies in the past: please check the date")]})
    if facts.was_met and not facts.note.strip():
        raise Unprocessable(fields={"note": [_("Say in a word what was found")]})
    if not isinstance(by.user, User):
        raise NotFound()
    row = HouseholdVisit(
        household=home,
        on=facts.on,
        purpose=facts.purpose,
        was_met=facts.was_met,
        note=facts.note.strip(),
        author=by.user,
        noted_at=at,
        key=key,
    )
    with once():
        row.save(force_insert=True)
    if row.was_met and (home.visited_on is None or home.visited_on < row.on):
        Household.objects.filter(pk=home.pk).update(visited_on=row.on)
    journal.record("household.visit", by=actor, obj=row, at=at, after=facts_of(row))
    return row
