"""The frame of every verb on a case, in one transaction: lock the row, check version, table and rule, let the verb
write, write state, limits, step and journal.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NoReturn

from django.db import transaction
from django.utils.translation import pgettext_lazy

from governance.accounts.actors import Actor
from governance.audit import journal
from governance.foundation.errors import NotFound, StaleVersion, Text, Unprocessable
from governance.foundation.live import publish_on_commit
from governance.foundation.state_machine import Verb
from mediation.clocks import refresh
from mediation.feed import announce_step
from mediation.models import CaseStep, MediationCase
from mediation.rules import must_not_wait, role_for
from mediation.states import CASE_TABLE

LONGEST = 20_000


@dataclass
class Move:
    """One verb in progress: the locked row and what the step will say. `to_state` may be put right by the verb.

    Where it keeps the version, a form that somebody has open can still be sent.
    """

    row: MediationCase
    verb: Verb
    by: Actor
    at: datetime
    to_state: str
    words: str = ""
    data: dict[str, Any] = field(default_factory=dict)
    keeps_version: bool = False

    def text(self, name: str, words: Any, most: int = LONGEST) -> str:
        """Words that the verb needs, trimmed. Raises Unprocessable when they are missing or too long."""
        found, need = str(words or "").strip(), self.verb.need(name)
        if need is not None and need.required and not found:
            refuse(name, pgettext_lazy("mediation", "Please fill this in"))
        if len(found) > most:
            refuse(name, pgettext_lazy("mediation", "At most %(limit)d characters") % {"limit": most})
        return found

    def choice(self, name: str, value: Any) -> str:
        """One of the choices of a need; empty where it is not required. Raises Unprocessable."""
        found, need = str(value or ""), self.verb.need(name)
        assert need is not None
        if not found and not need.required:
            return ""
        if found not in dict(need.choices):
            refuse(name, pgettext_lazy("mediation", "Choose one of the list"))
        return found

    def say(self, data: Mapping[str, Any], name: str = "opinion") -> None:
        """Keep the words of the deed."""
        self.words = self.text(name, data.get(name))

    def guide(self, data: Mapping[str, Any]) -> None:
        """Keep which way is open and what the parties were told (art. 26)."""
        self.data["way"] = self.choice("way", data.get("way"))
        self.data["guidance"] = self.text("guidance", data.get("guidance"), 2000)


def refuse(name: str, text: Text, code: str = "") -> NoReturn:
    """Raises Unprocessable at a field."""
    raise Unprocessable(fields={name: [text]}, code=code)


def locked(pk: int) -> MediationCase:
    """The row, locked. Raises NotFound."""
    rows = MediationCase.objects.select_for_update(of=("self",), no_key=True)
    row = rows.select_related("body", "region").defer("search").filter(pk=pk).first()
    if row is None:
        raise NotFound()
    return row


@contextmanager
def moving(name: str, pk: int, *, by: Actor, at: datetime, version: int | None = None) -> Iterator[Move]:
    """Run one verb. Raises NotFound, StaleVersion, IllegalTransition, Forbidden, Conflict, Unprocessable."""
    with transaction.atomic():
        row = locked(pk)
        if version is not None and version != row.version:
            raise StaleVersion(
                pgettext_lazy(
                    "mediation", "Somebody else has changed this in the meantime; nothing was stored"
                ),
                current_version=row.version,
                state=row.state,
            )
        verb = CASE_TABLE.check(name, row.state)
        actor = by.acting_as(role_for(verb, row, by))
        must_not_wait(verb, row)
        move = Move(row, verb, actor, at, verb.target or row.state)
        before, from_state = facts(row), row.state
        yield move
        row.state = move.to_state
        row.version += 0 if move.keeps_version else 1
        refresh(row)
        row.save()
        leave_step(move, from_state, before)


def leave_step(move: Move, from_state: str, before: Mapping[str, Any] | None) -> CaseStep:
    """Write the step and the journal entry of a deed, and tell open screens."""
    row = move.row
    step = CaseStep.objects.create(
        case=row,
        verb=move.verb.name,
        from_state=from_state,
        to_state=row.state,
        at=move.at,
        actor_id=move.by.user_id,
        actor_name=move.by.name[:80],
        role=move.by.role,
        words=move.words,
        data=move.data,
    )
    journal.record(
        f"mediation.{move.verb.name}",
        by=move.by,
        obj=row,
        at=move.at,
        before=before,
        after=facts(row),
        details={"step": step.pk},
    )
    announce_step(row, step)
    publish_on_commit({f"mediation:{row.pk}"}, {"verb": move.verb.name})
    return step


def facts(row: MediationCase) -> dict[str, str]:
    """What the journal keeps a digest of."""
    fields = (item for item in row._meta.concrete_fields if not item.generated)
    return {item.name: str(getattr(row, item.attname)) for item in fields}
