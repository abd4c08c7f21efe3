"""Whether figures are public, and which: a rule value that administrators and the oversight officers of the city set.
Each change is a row of its own and stands in the journal; nothing is public before the first.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.utils.translation import pgettext_lazy

from assessment.definitions import Definition, by_code, definitions, in_force
from governance.accounts.actors import Actor
from governance.accounts.roles import Role
from governance.audit import journal
from governance.command.walls.rules import PUBLIC_SETTERS, may_keep
from governance.foundation.clock import local
from governance.foundation.errors import Forbidden, Unprocessable
from incidents import catalogue
from incidents.models import Policy

KEY: Final = "public_board"
LEAST, SMALLEST_LEAST, GREATEST_LEAST = 10, 5, 1000
MOST_CODES: Final = 8
USUAL: Final = ("K05", "K08", "K09", "K18.once")


@dataclass(frozen=True, kw_only=True)
class Setting:
    """What everybody may see. `least`: the smallest count that is shown."""

    is_open: bool = False
    codes: tuple[str, ...] = USUAL
    least: int = LEAST
    has_classes: bool = True
    by: str = ""

    def as_data(self) -> dict[str, Any]:
        """As it is stored."""
        return {
            "is_open": self.is_open,
            "codes": list(self.codes),
            "least": self.least,
            "has_classes": self.has_classes,
            "by": self.by,
        }


def current() -> Setting:
    """What holds now: no statement but those of the catalogue's snapshot."""
    return read(catalogue.current().policies.get(KEY))


def read(raw: Any) -> Setting:
    """A stored value; one that cannot be read shows nothing."""
    if not isinstance(raw, dict):
        return Setting()
    least = raw.get("least", LEAST)
    is_sound = isinstance(least, int) and least >= SMALLEST_LEAST
    return Setting(
        is_open=raw.get("is_open") is True and is_sound,
        codes=tuple(str(code) for code in raw.get("codes", ())),
        least=least if is_sound else LEAST,
        has_classes=raw.get("has_classes") is True,
        by=str(raw.get("by", "")),
    )


def offered(at: datetime) -> list[Definition]:
    """The rates that may be made public: those that are counted now."""
    today = local(at).date()
    newest = [in_force(versions, today) for versions in by_code(definitions()).values()]
    return [row for row in newest if row.can_count and row.is_rate and row.holds(today)]


def may_set(by: Actor) -> bool:
    """Administrators, and oversight officers of the whole city."""
    return may_keep(by, PUBLIC_SETTERS)


def must_set(by: Actor) -> None:
    """Raises Forbidden for anybody else."""
    if not may_set(by):
        raise Forbidden(
            pgettext_lazy(
                "public board", "Public figures are set by administrators and the oversight of the city"
            ),
            roles=[Role.ADMINISTRATOR, *sorted(PUBLIC_SETTERS)],
        )


@transaction.atomic
def set_up(
    *,
    is_open: bool,
    codes: Sequence[str],
    least: int,
    has_classes: bool,
    reason: str,
    by: Actor,
    at: datetime,
) -> Setting:
    """A new value from now on. Raises Forbidden, Unprocessable."""
    must_set(by)
    if not SMALLEST_LEAST <= least <= GREATEST_LEAST:
        raise Unprocessable(fields={"least": [pgettext_lazy("public board", "From 5 to 1000")]})
    if len(codes) > MOST_CODES or set(codes) - {row.code for row in offered(at)}:
        raise Unprocessable(
            fields={"codes": [pgettext_lazy("public board", "At most 8 of the indicators that are counted")]}
        )
    before = current()
    fresh = Setting(is_open=is_open, codes=tuple(codes), least=least, has_classes=has_classes, by=by.name)
    row = Policy.objects.create(key=KEY, value=fresh.as_data(), valid_from=at, note=reason[:200])
    journal.record(
        "public_board.set",
        by=by,
        obj=row,
        at=at,
        before=before.as_data(),
        after=fresh.as_data(),
        details={"reason": reason},
    )
    transaction.on_commit(catalogue.forget)
    return fresh
