"""Commendations: nominated by the station, publicised, awarded or not. The only writer of `Commendation.state`.

The figures of the year stand beside a nomination and decide nothing; people do, and never about themselves or what
they have nominated.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction
from django.utils.translation import pgettext, pgettext_lazy

from governance.accounts.actors import Actor
from governance.accounts.models import User
from governance.audit import journal
from governance.foundation.clock import local
from governance.foundation.errors import Conflict, Forbidden, NotFound, StaleVersion
from governance.foundation.state_machine import Verb
from grids import scope as scopes
from grids.models import GridAssignment
from grids.territory import current as territory
from staffing import contributions
from staffing.leaves import places_of
from staffing.models import Commendation
from staffing.posting import lock_person, overlapping
from staffing.querysets import commendations_visible_to
from staffing.rules import refuse
from staffing.states import COMMENDATION_TABLE, NOT_OWN, CommendationState

OTHERS = pgettext_lazy("commendation", "This person's place belongs to others")


@dataclass(frozen=True, kw_only=True)
class Nomination:
    """Who, for which year, for what."""

    user_id: int
    year: int
    merits: str


@transaction.atomic
def nominate(facts: Nomination, *, by: Actor, at: datetime) -> Commendation:
    """Nominate somebody who held a post of a grid in that year. Raises NotFound, Forbidden, Unprocessable."""
    user = lock_person(facts.user_id)
    actor = by.acting_as(_role(COMMENDATION_TABLE["nominate"], user, by, on=local(at).date()))
    if facts.year > local(at).year:
        raise refuse("year", pgettext("commendation", "This year has not come yet"))
    if not facts.merits.strip():
        raise refuse("merits", pgettext("commendation", "Say what the person has done"))
    posts = overlapping(date(facts.year, 1, 1), date(facts.year, 12, 31))
    if not GridAssignment.objects.filter(posts, user=user).exists():
        raise refuse("user", pgettext("commendation", "This person held no post of a grid in that year"))
    open_or_awarded = (*COMMENDATION_TABLE.open_states, CommendationState.AWARDED)
    if Commendation.objects.filter(user=user, year=facts.year, state__in=open_or_awarded).exists():
        raise refuse("user", pgettext("commendation", "This person is nominated for that year already"))
    assert by.user is not None, "people nominate, not the platform"
    unit = territory().units.get(by.unit_id or 0)
    row = Commendation.objects.create(
        user=user,
        year=facts.year,
        merits=facts.merits.strip(),
        figures=contributions.of_year([user.pk], facts.year)[user.pk],
        nominated_by=by.user,
        nominating_unit=unit.name if unit is not None else "",
        nominated_at=at,
    )
    journal.record("commendation.nominate", by=actor, obj=row, at=at, after=digest(row))
    return row


@transaction.atomic
def perform(
    name: str, commendation_id: int, *, by: Actor, at: datetime, version: int | None = None, **data: Any
) -> Commendation:
    """One of `publicise`, `award`, `refuse`, `withdraw`.

    Raises NotFound, StaleVersion, IllegalTransition, Forbidden, Conflict, Unprocessable.
    """
    rows = Commendation.objects.select_for_update(of=("self",)).select_related("user")
    row = rows.filter(pk=commendation_id).first()
    if row is None or not commendations_visible_to(by).filter(pk=row.pk).exists():
        raise NotFound()
    if version is not None and version != row.version:
        raise StaleVersion(current_version=row.version, state=row.state)
    verb = COMMENDATION_TABLE.check(name, row.state)
    actor = by.acting_as(role_for(verb, row, by, on=local(at).date()))
    for need in verb.needs:
        if need.required and not str(data.get(need.name) or "").strip():
            raise refuse(need.name, pgettext("commendation", "Please fill this in"))
    before = digest(row)
    DEEDS[name](row, data, local(at).date())
    row.state, row.version = verb.target, row.version + 1
    row.decided_by, row.decided_at = by.user, at
    row.save()
    journal.record(f"commendation.{name}", by=actor, obj=row, at=at, before=before, after=digest(row))
    return row


def permitted(row: Commendation, by: Actor, *, on: date) -> list[Verb]:
    """The verbs that this person may do on that day: exactly the buttons shown."""
    found = []
    for verb in COMMENDATION_TABLE.leaving(row.state):
        if verb.name == "award" and not _is_over(row, on):
            continue
        try:
            role_for(verb, row, by, on=on)
        except Forbidden:
            continue
        found.append(verb)
    return found


def role_for(verb: Verb, row: Commendation, by: Actor, *, on: date) -> str:
    """The role under which `by` does the verb; nobody decides what he or she has nominated. Raises Forbidden."""
    if verb.name != "withdraw" and row.nominated_by_id == by.user_id:
        raise Forbidden(NOT_OWN, code="own_nomination")
    return _role(verb, row.user, by, on=on)


def _role(verb: Verb, user: User, by: Actor, *, on: date) -> str:
    if by.user_id == user.pk:
        raise Forbidden(NOT_OWN, code="own_commendation")
    scope, places = scopes.of(by.user), places_of(user, on)
    for role in verb.who:
        if places and all(scope.covers(path, {role}) for path in places):
            return role
    raise Forbidden(OTHERS, roles=sorted(verb.who))


def _is_over(row: Commendation, on: date) -> bool:
    return row.public_until is not None and on > row.public_until


def _publicise(row: Commendation, data: Mapping[str, Any], today: date) -> None:
    if data["until"] <= today:
        raise refuse("until", pgettext("commendation", "Publicity lasts at least until tomorrow"))
    row.public_from, row.public_until = today, data["until"]


def _award(row: Commendation, data: Mapping[str, Any], today: date) -> None:
    if not _is_over(row, today):
        raise Conflict(pgettext_lazy("commendation", "The publicity is not over yet"), code="still_public")
    row.honour, row.document, row.awarded_on = data["honour"].strip(), data["document"].strip(), today


def _say(row: Commendation, data: Mapping[str, Any], today: date) -> None:
    row.opinion = data["opinion"].strip()


DEEDS: Final[Mapping[str, Callable[[Commendation, Mapping[str, Any], date], None]]] = {
    "publicise": _publicise,
    "award": _award,
    "refuse": _say,
    "withdraw": _say,
}


def digest(row: Commendation) -> dict[str, str]:
    """What the journal keeps of a commendation."""
    names = ("user_id", "year", "state", "public_from", "public_until", "honour", "document", "awarded_on")
    return {name: str(getattr(row, name) or "") for name in names}
