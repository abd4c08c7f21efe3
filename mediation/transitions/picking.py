"""What verbs are given by key, looked up: parties of the case, its sessions, people, bodies, mediators."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from django.utils.translation import pgettext_lazy

from governance.accounts.models import User
from mediation.frame import Move, refuse
from mediation.models import MediationBody, MediationCase, Mediator, Party
from mediation.states.names import LEVELS

UNKNOWN: Final = pgettext_lazy("mediation", "Choose one of the list")
MOST_NAMES: Final = 5
CENT: Final = Decimal("0.01")


def key_of(value: Any) -> int:
    """A key that was given; 0, which nothing has, for anything else."""
    text = str(value or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def party(move: Move, value: Any, name: str = "party") -> Party:
    """A party of the case. Raises Unprocessable."""
    found = Party.objects.filter(case=move.row, pk=key_of(value)).first()
    if found is None:
        refuse(name, UNKNOWN)
    return found


def parties(move: Move, values: Iterable[Any], name: str = "parties") -> list[Party]:
    """Some parties of the case, each once. Raises Unprocessable."""
    keys = {key_of(value) for value in values or ()}
    found = list(Party.objects.filter(case=move.row, pk__in=keys).order_by("number"))
    if len(found) != len(keys):
        refuse(name, UNKNOWN)
    return found


def every_party(move: Move, values: Iterable[Any], name: str = "parties") -> list[Party]:
    """All of them. Raises Unprocessable, naming nobody, where one is missing."""
    found = parties(move, values, name)
    if len(found) != move.row.parties.count():
        refuse(
            name,
            pgettext_lazy("mediation", "Every party has to agree; one is missing here"),
            "consent_missing",
        )
    return found


def body(row: MediationCase, value: Any, today: date) -> MediationBody:
    """A body at work that serves the place of the case. Raises Unprocessable."""
    rows = MediationBody.objects.at_work(today).select_related("unit")
    found = rows.filter(pk=key_of(value)).first()
    if found is None or not row.region_path.startswith(found.region_path):
        refuse("body", pgettext_lazy("mediation", "Choose a mediation body that serves the place"))
    return found


def rank(level: str) -> int:
    """How high a level is, from the grid."""
    return [item.value for item in LEVELS].index(level)


def mediators(move: Move, values: Sequence[Any], today: date) -> list[Mediator]:
    """People of the register who work for a body of the place, in the order given. Raises Unprocessable."""
    keys = list(dict.fromkeys(key_of(value) for value in values or ()))
    rows = Mediator.objects.at_work(today).select_related("body", "user").filter(pk__in=keys)
    known = {item.pk: item for item in rows if move.row.region_path.startswith(item.body.region_path)}
    if not keys or len(known) != len(keys):
        refuse("mediators", pgettext_lazy("mediation", "Choose mediators of a body that serves the place"))
    return [known[key] for key in keys]


def person(value: Any, name: str) -> User:
    """Somebody who signs in, by key, user name or a name that nobody else has. Raises Unprocessable."""
    rows = User.objects.filter(is_active=True)
    text = str(value or "").strip()
    found = rows.filter(pk=key_of(text)).first() if key_of(text) else rows.filter(username=text).first()
    if found is not None:
        return found
    same = list(rows.filter(name=text).select_related("unit").order_by("pk")[:MOST_NAMES]) if text else []
    if not same:
        refuse(name, pgettext_lazy("mediation", "There is no such person"))
    if len(same) > 1:
        people = "、".join(f"{user.username}（{user.unit or '—'}）" for user in same)
        refuse(
            name,
            pgettext_lazy("mediation", "Several people have this name, give the user name: %(people)s")
            % {"people": people},
        )
    return same[0]


def money(value: Any, name: str) -> Decimal | None:
    """An amount of yuan to the cent, more than nothing; None for none. Raises Unprocessable."""
    if value is None or value == "":
        return None
    try:
        found = Decimal(str(value)).quantize(CENT)
    except InvalidOperation:
        found = Decimal(0)
    if not found.is_finite() or not 0 < found < Decimal(10) ** 12 or found != Decimal(str(value)):
        refuse(name, pgettext_lazy("mediation", "This is not a possible amount"))
    return found
