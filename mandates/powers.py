"""The verbs of a delegated power: proposed, approved by the leading group, withdrawn."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from governance.accounts.actors import Actor
from governance.foundation.errors import FieldErrors, Text, Unprocessable
from governance.foundation.numbers import next_numbers
from grids.models import Region
from mandates.frame import Move, empowering, leave_step
from mandates.models import DelegatedPower
from mandates.models.lists import MATTER_PATTERN, NO_MATTER
from mandates.rules import role_over
from mandates.states import POWER_TABLE


@dataclass(frozen=True, kw_only=True)
class PowerDraft:
    """What is proposed."""

    title: str
    matter_code: str
    from_line: str
    towns: Sequence[Region]
    legal_basis: str
    starts_on: date
    ends_on: date | None = None

    def faults(self) -> FieldErrors:
        """What keeps it from being stored."""
        found: dict[str, list[Text]] = {}
        if not self.title.strip():
            found["title"] = [_("Give it a title")]
        if not MATTER_PATTERN.match(self.matter_code):
            found["matter_code"] = [NO_MATTER]
        if not self.from_line.strip():
            found["from_line"] = [_("Name the department that hands it down")]
        if not self.towns or any(town.level != Region.Level.TOWN for town in self.towns):
            found["towns"] = [_("Choose the towns that shall exercise it")]
        if not self.legal_basis.strip():
            found["legal_basis"] = [_("Name the law or document that it rests on")]
        if self.ends_on is not None and self.ends_on < self.starts_on:
            found["ends_on"] = [_("The last day cannot be before the first")]
        return found


@transaction.atomic
def propose(draft: PowerDraft, *, by: Actor, at: datetime) -> DelegatedPower:
    """Propose a power for some towns. Raises Unprocessable, Forbidden."""
    if faults := draft.faults():
        raise Unprocessable(fields=faults)
    verb = POWER_TABLE["propose"]
    paths = [town.path for town in draft.towns]
    actor = by.acting_as(role_over(verb, by, paths=paths, unit_id=by.unit_id))
    assert by.user is not None
    row = DelegatedPower.objects.create(
        number=next_numbers("XF", at)[0],
        title=draft.title.strip(),
        matter_code=draft.matter_code,
        from_line=draft.from_line.strip(),
        legal_basis=draft.legal_basis.strip(),
        starts_on=draft.starts_on,
        ends_on=draft.ends_on,
        proposed_by=by.user,
        proposed_at=at,
    )
    row.towns.set(draft.towns)
    leave_step(Move(row, verb, actor, at, data={"towns": [town.code for town in draft.towns]}), "", None)
    return row


def perform(
    name: str, pk: int, *, by: Actor, at: datetime, version: int | None = None, opinion: str = ""
) -> DelegatedPower:
    """Approve or withdraw."""
    with empowering(name, pk, by=by, at=at, version=version) as move:
        move.say(opinion)
        if name == "approve":
            move.row.decided_at = at
    return move.row
