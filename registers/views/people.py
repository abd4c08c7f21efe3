"""Residents as rows: what this reader may see of each, masked or not."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from governance.accounts.actors import Actor
from governance.foundation.clock import local
from registers.completeness import fresh_since
from registers.models import Resident
from registers.rules import keeps
from registers.views.frames import Freshness, freshness_of, place_words


@dataclass(frozen=True, kw_only=True)
class Row:
    """One resident. `groups` is empty for those without the duty."""

    resident: Resident
    name: str
    age: int | None
    address: str
    place: str
    groups: list[str]
    fresh: Freshness
    may_reveal: bool


def resident_rows(rows: Iterable[Resident], by: Actor, *, at: datetime) -> list[Row]:
    """Rows of residents; the duty is asked once for each place."""
    today = local(at).date()
    since = fresh_since(on=today)
    duty: dict[str, bool] = {}
    found = []
    for row in rows:
        if row.path not in duty:
            duty[row.path] = keeps(by, row.path)
        found.append(_row(row, today, since, is_keeper=duty[row.path]))
    return found


def _row(row: Resident, today: date, since: date, *, is_keeper: bool) -> Row:
    home = row.household
    return Row(
        resident=row,
        name=(row.name or row.masked_name) if is_keeper else row.masked_name,
        age=age_on(row.birth_date, today),
        address=home.address if is_keeper else home.masked_address,
        place=place_words(row.path),
        groups=row.group_words if is_keeper else [],
        fresh=freshness_of(row.confirmed_on, since),
        may_reveal=is_keeper and row.anonymised_at is None,
    )


def age_on(born: date | None, today: date) -> int | None:
    """Whole years."""
    if born is None:
        return None
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))
