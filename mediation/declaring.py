"""A mediator declares to whom he or she is tied, before a case comes: nobody is named for a case against such a tie."""

from collections.abc import Iterable
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import pgettext_lazy

from governance.accounts.actors import Actor
from governance.audit import journal
from governance.foundation.clock import local
from governance.foundation.errors import Conflict, Forbidden, NotFound
from mediation.models import MediationCase, Mediator, MediatorTie
from mediation.recusal import tied
from mediation.states.names import CARRIED


def mediators_of(by: Actor, at: datetime) -> list[Mediator]:
    """The rows of the register of mediators that are this person."""
    rows = Mediator.objects.visible_to(by).at_work(local(at).date()).filter(user_id=by.user_id or 0)
    return list(rows.select_related("body").order_by("pk"))


def declared(mediators: Iterable[Mediator]) -> list[MediatorTie]:
    """What they have declared, newest first; each tie once, though a person may mediate for several bodies."""
    found: dict[tuple[str, str], MediatorTie] = {}
    for tie in MediatorTie.objects.filter(mediator__in=mediators).order_by("-pk"):
        found.setdefault((tie.name_index, tie.identity_index), tie)
    return list(found.values())


def declare(
    *, by: Actor, at: datetime, kind: str, name: str, identity_number: str = "", phone: str = ""
) -> list[MediationCase]:
    """Store a tie; the open cases of the person in which a party is tied now, for another mediator to be named.

    Raises Forbidden (no mediator), Conflict (declared already).
    """
    mine = _mine(by, at)
    try:
        with transaction.atomic():
            for mediator in mine:
                MediatorTie.objects.create(
                    mediator=mediator,
                    kind=kind,
                    name=name.strip(),
                    identity_number=identity_number.strip(),
                    phone=phone.strip(),
                    declared_at=at,
                )
                journal.record("mediation.tie", by=by, obj=mediator, at=at, details={"kind": kind})
    except IntegrityError as error:
        raise Conflict(pgettext_lazy("mediators", "This relation has been declared already")) from error
    rows = MediationCase.objects.visible_to(by).filter(handled_by__contains=[by.user_id], state__in=CARRIED)
    return [row for row in rows.order_by("pk") if tied(row, mine)]


def withdraw(pk: int, *, by: Actor, at: datetime) -> None:
    """Take a tie back that is no more. Raises Forbidden, NotFound."""
    mine = _mine(by, at)
    with transaction.atomic():
        tie = MediatorTie.objects.filter(pk=pk, mediator__in=mine).first()
        if tie is None:
            raise NotFound()
        same = MediatorTie.objects.filter(
            mediator__in=mine, name_index=tie.name_index, identity_index=tie.identity_index
        )
        for item in same.select_related("mediator"):
            journal.record("mediation.untie", by=by, obj=item.mediator, at=at, details={"kind": item.kind})
        same.delete()


def _mine(by: Actor, at: datetime) -> list[Mediator]:
    found = mediators_of(by, at)
    if not found:
        raise Forbidden(
            pgettext_lazy("mediators", "Only somebody of the register of mediators declares this")
        )
    return found
