"""Days of other platforms from a file: all rows or none, a day that stands already is corrected; and the days shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils.translation import pgettext, pgettext_lazy

from assessment.models import PlatformDay
from assessment.pay.rules import ENTERERS, may_enter
from assessment.surveys.sheets import day_of
from exports import reading
from governance.accounts.actors import Actor
from governance.accounts.presence import active_users
from governance.audit import journal
from governance.foundation.errors import Forbidden, Unprocessable

MOST_BYTES: Final = 2 * 1024 * 1024
MOST_ROWS: Final = 5_000
MOST_PEOPLE: Final = 100_000_000
HEADS: Final = (("平台", "platform"), ("日期", "day"), ("活跃用户", "活跃用户数", "people"))


@dataclass(frozen=True, kw_only=True)
class Row:
    """One day of one platform."""

    platform: str
    day: date
    people: int


def read(raw: bytes, today: date) -> tuple[list[Row], list[tuple[int, str]]]:
    """The rows, and what is wrong by row of the file. Raises TooLarge, Unprocessable."""
    sheet = reading.read(raw, most_bytes=MOST_BYTES, most_rows=MOST_ROWS)
    places = [next((sheet.head.index(word) for word in words if word in sheet.head), None) for words in HEADS]
    if None in places:
        text = pgettext("presence", "The columns are: platform (平台), day (日期), active users (活跃用户)")
        raise Unprocessable(fields={"file": [text]})
    found: dict[tuple[str, date], Row] = {}
    faults: list[tuple[int, str]] = []
    for line, cells in sheet.rows:
        row = _row([cells[at].strip() for at in places if at is not None], today)
        if row is None:
            text = pgettext(
                "presence", "a name of at most 60 characters, a day not after today, a whole number"
            )
            faults.append((line, text))
        elif (row.platform, row.day) in found:
            faults.append((line, pgettext("presence", "this day of the platform stands in the file twice")))
        else:
            found[row.platform, row.day] = row
    return list(found.values()), faults


def _row(cells: Sequence[str], today: date) -> Row | None:
    platform, day, people = cells[0], day_of(cells[1]), cells[2]
    is_number = people.isascii() and people.isdigit() and len(people) <= 9
    if not 0 < len(platform) <= 60 or day is None or not is_number:
        return None
    if not date(2000, 1, 1) <= day <= today or int(people) > MOST_PEOPLE:
        return None
    return Row(platform=platform, day=day, people=int(people))


def must_enter(by: Actor) -> None:
    """Raises Forbidden."""
    if not may_enter(by):
        raise Forbidden(
            pgettext_lazy("presence", "Figures of other platforms are entered by the oversight of the city"),
            roles=sorted(ENTERERS),
        )


@transaction.atomic
def store(rows: Sequence[Row], *, by: Actor, at: datetime) -> int:
    """Keep the rows; how many there are. Again with the same rows is the same. Raises Forbidden."""
    must_enter(by)
    assert by.user is not None, "people enter, not the platform"
    PlatformDay.objects.bulk_create(
        [
            PlatformDay(
                platform=row.platform, day=row.day, people=row.people, entered_by=by.user, entered_at=at
            )
            for row in rows
        ],
        update_conflicts=True,
        unique_fields=["day", "platform"],
        update_fields=["people", "entered_by", "entered_at"],
    )
    details = {"rows": len(rows), "platforms": sorted({row.platform for row in rows})[:20]}
    journal.record("presence.enter", by=by, obj=by.user, at=at, details=details)
    return len(rows)


@dataclass(frozen=True, kw_only=True)
class Day:
    """One day: this platform and each of the others, None where nothing is known."""

    day: date
    own: int
    others: Sequence[int | None]

    @property
    def whole(self) -> int:
        """All together; who uses two platforms counts in both."""
        return self.own + sum(count or 0 for count in self.others)


def days(last: date, length: int) -> tuple[list[str], list[Day]]:
    """The other platforms by name and the days up to `last`, the oldest first. Two statements."""
    since = last - timedelta(days=length - 1)
    own = active_users(since, last)
    rows = PlatformDay.objects.filter(day__gte=since, day__lte=last).values_list("platform", "day", "people")
    known = {(platform, day): people for platform, day, people in rows}
    names = sorted({platform for platform, _day in known})
    dates = [since + timedelta(days=number) for number in range(length)]
    found = [
        Day(day=day, own=own.get(day, 0), others=[known.get((name, day)) for name in names]) for day in dates
    ]
    return names, found
