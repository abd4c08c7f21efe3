"""What a list of requests is asked for: parameters of an address, judged; the limits are the standard's."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.http import QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext_lazy as _

from governance.foundation.api.strict import EARLIEST, LATEST
from governance.foundation.errors import Invalid, Text

SPAN = timedelta(days=90)
MOST = 1000
DEEPEST = 100_000
STATUSES = ("open", "closed")
LOST_PLUS = re.compile(r" (\d{2}:?\d{2})\Z")
"""`+08:00` that was put into an address without being escaped."""
TRUE = frozenset({"true", "1", "yes"})


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which requests: `numbers` overrides everything else. `since` and `until` are of the time of the request."""

    numbers: Sequence[str] = ()
    codes: Sequence[str] = ()
    statuses: Sequence[str] = ()
    since: datetime
    until: datetime
    updated_since: datetime | None = None
    updated_until: datetime | None = None
    page: int = 1
    page_size: int = MOST
    is_extended: bool = False

    @property
    def begin(self) -> int:
        """How many rows lie before the page."""
        return (self.page - 1) * self.page_size


class _Reader:
    """Collects what is wrong, so that all of it is told at once."""

    def __init__(self, params: QueryDict) -> None:
        self.params = params
        self.errors: dict[str, list[Text]] = {}

    def words(self, name: str) -> list[str]:
        """Declared several times or with commas."""
        parts = [part.strip() for text in self.params.getlist(name) for part in text.split(",")]
        return list(dict.fromkeys(part for part in parts if part))

    def moment(self, name: str, *, ends: bool = False) -> datetime | None:
        text = self.params.get(name, "").strip()
        if not text:
            return None
        found = moment_of(text, ends=ends)
        if found is None:
            self.errors[name] = [_("Write a time like 2026-11-20T19:30:00+08:00")]
        return found

    def number(self, name: str, usual: int, most: int) -> int:
        text = self.params.get(name, "").strip()
        if not text:
            return usual
        if not (text.isascii() and text.isdigit() and len(text) < 10 and 1 <= int(text) <= most):
            self.errors[name] = [_("Write a whole number from 1 to %(most)d") % {"most": most}]
            return usual
        return int(text)


def read(params: QueryDict, at: datetime) -> Wanted:
    """The question that a list is asked. Raises Invalid with every fault."""
    reader = _Reader(params)
    numbers = reader.words("service_request_id")
    is_extended = params.get("extensions", "").strip().lower() in TRUE
    if len(numbers) > MOST:
        raise Invalid(
            fields={"service_request_id": [_("Ask for at most %(most)d at a time") % {"most": MOST}]}
        )
    if numbers:
        return Wanted(numbers=numbers, since=at - SPAN, until=at, is_extended=is_extended)
    since, until = _span(reader, at)
    statuses = reader.words("status")
    if set(statuses) - set(STATUSES):
        reader.errors["status"] = [_("Choose one of: %(words)s") % {"words": ", ".join(STATUSES)}]
    size = reader.number("page_size", MOST, MOST)
    wanted = Wanted(
        codes=reader.words("service_code"),
        statuses=statuses,
        since=since,
        until=until,
        updated_since=reader.moment("updated_after"),
        updated_until=reader.moment("updated_before", ends=True),
        page=reader.number("page", 1, DEEPEST // size),
        page_size=size,
        is_extended=is_extended,
    )
    if reader.errors:
        raise Invalid(fields=reader.errors)
    return wanted


def _span(reader: _Reader, at: datetime) -> tuple[datetime, datetime]:
    """At most 90 days: those before `end_date`, those after `start_date`, else the last ones."""
    since, until = reader.moment("start_date"), reader.moment("end_date", ends=True)
    if since is not None and until is not None:
        if since > until:
            reader.errors["end_date"] = [_("The end lies before the beginning")]
        elif until - since > SPAN:
            reader.errors["end_date"] = [_("Ask for at most 90 days")]
        return since, until
    if since is not None:
        return since, since + SPAN
    until = until or at
    return until - SPAN, until


def moment_of(text: str, *, ends: bool = False) -> datetime | None:
    """A W3C date or time in UTC; without an offset in the city's own time. A day ends with its last microsecond."""
    text = LOST_PLUS.sub(r"+\1", text)
    try:
        found: Any = parse_datetime(text) if len(text) > 10 else None
        if found is None and (day := parse_date(text)) is not None:
            found = datetime.combine(day, time.max if ends else time.min)
    except ValueError:
        return None
    if found is None or not 1900 <= found.year < 2200:
        return None
    if found.tzinfo is None:
        found = found.replace(tzinfo=timezone.get_default_timezone())
    moment: datetime = found.astimezone(UTC)
    return moment if EARLIEST <= moment < LATEST else None
