"""Who is told what about a key report. The bell names its number and its kind, never what it says or of whom."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.utils import translation
from django.utils.translation import pgettext

from governance.accounts.actors import Actor
from governance.accounts.models import Tier
from governance.accounts.roles import Role
from grids.territory import current as territory
from incidents.duty import Watch, centre_with, duty_unit
from incidents.models import Notice
from incidents.telling import tell
from key_reports.models import KeyReport, ReportRecipient
from key_reports.states import Stage
from mediation.alarms import leaders_over

A = Notice.Audience
ZERO: Final = "zero"
KINDS: Final = {"warn": "warn", "late": "overdue"}


def tell_reporters(row: KeyReport, what: str, *, at: datetime, by: Actor | None = None, key: str = "") -> int:
    """Whoever writes it; while nobody does, the unit that has to report, and whoever stands over its place."""
    told = tell_people(row, what, [row.writer_id] if row.writer_id else [], at=at, by=by, key=key)
    return told + tell_units(row, what, [row.unit_id], (A.DUTY, A.HANDLERS, A.LEADS), at=at, by=by, key=key)


def tell_duty(row: KeyReport, what: str, *, at: datetime, by: Actor | None = None, key: str = "") -> int:
    """The centre on duty, and by name whoever stands in its roster."""
    people = [person["user"] for person in Watch(at).named(row.region_path) if person["user"]]
    told = tell_units(row, what, [duty_unit(row.region_path)], (A.DUTY,), at=at, by=by, key=key)
    return told + tell_people(row, what, people, at=at, by=by, key=key)


def tell_overseers(row: KeyReport, what: str, *, at: datetime, key: str = "") -> int:
    """The nearest oversight."""
    unit = centre_with(Role.OVERSIGHT_OFFICER, row.region_path)
    return tell_units(row, what, [unit], (A.OVERSIGHT,), at=at, key=key)


def tell_leaders(row: KeyReport, what: str, *, at: datetime, key: str = "") -> int:
    """Everybody who leads over the place: the town's first."""
    people = [person.pk for person in leaders_over(row.region_path, at)]
    return tell_people(row, what, people, at=at, key=key)


def tell_recipient(
    item: ReportRecipient, what: str, *, at: datetime, by: Actor | None = None, key: str = ""
) -> int:
    """One recipient: the unit's duty, handlers and leads, or the person."""
    row, own = item.report, f"{key or what}-{item.pk}"
    if item.user_id is not None:
        return tell_people(row, what, [item.user_id], at=at, by=by, key=own)
    return tell_units(row, what, [item.unit_id], (A.DUTY, A.HANDLERS, A.LEADS), at=at, by=by, key=own)


def tell_units(
    row: Any,
    what: str,
    unit_ids: Iterable[int | None],
    audiences: Iterable[str],
    *,
    at: datetime,
    by: Actor | None = None,
    key: str = "",
) -> int:
    """Units, by audience."""
    ids = [pk for pk in unit_ids if pk]
    return sum(_tell(row, what, at=at, by=by, key=key, unit_ids=ids, audience=item) for item in audiences)


def tell_people(
    row: Any, what: str, people: Iterable[int], *, at: datetime, by: Actor | None = None, key: str = ""
) -> int:
    """Some people by name."""
    found = sorted(set(people))
    return _tell(row, what, at=at, by=by, key=key, user_ids=found, audience=A.LEADS) if found else 0


def _tell(row: Any, what: str, *, at: datetime, by: Actor | None, key: str, **whom: Any) -> int:
    return tell(
        key=f"{(row._meta.model_name or '')[:10]}:{row.pk}:{key or f'{what}-{row.version}'}"[:80],
        kind=KINDS.get(what.partition("_")[0], "key_report"),
        title=words_of(what, row),
        url=row.get_absolute_url(),
        at=at,
        is_important=True,
        by=None if getattr(row, "is_confidential", False) else by,
        **whom,
    )


def centre_of(path: str) -> int | None:
    """The unit whose receipt makes a report received."""
    unit = territory().command_unit(path, Tier.CITY)
    return unit.id if unit is not None else None


def words_of(what: str, row: Any) -> str:
    """What the bell says."""
    with translation.override(settings.LANGUAGE_CODE):
        kind, _line, stage = what.partition("_")
        if stage == ZERO:
            zero = pgettext("key report notice", "daily report")
            return (_alarms()[kind] % {"stage": zero, "number": row.number})[:200]
        if stage in Stage.values:
            template = _alarms()[kind]
            return (template % {"stage": Stage(stage).label, "number": row.number})[:200]
        return (_words()[what] % {"number": row.number, "kind": row.kind_words})[:200]


def _alarms() -> dict[str, str]:
    """Words of an alarm before and after a limit."""
    return {
        "warn": pgettext("key report notice", "Soon due: %(stage)s, %(number)s"),
        "late": pgettext("key report notice", "Not in time: %(stage)s, %(number)s"),
    }


def _words() -> dict[str, str]:
    """Words of what has happened."""
    return {
        "draft": pgettext("key report notice", "To be reported at once (%(kind)s): %(number)s"),
        "phoned": pgettext("key report notice", "Reported by phone (%(kind)s): %(number)s"),
        "first": pgettext("key report notice", "First report, confirm receipt (%(kind)s): %(number)s"),
        "relay": pgettext("key report notice", "Relayed to you, confirm receipt (%(kind)s): %(number)s"),
        "received": pgettext("key report notice", "The centre has received it (%(kind)s): %(number)s"),
        "follow": pgettext("key report notice", "Follow-up report (%(kind)s): %(number)s"),
        "final": pgettext("key report notice", "Final report (%(kind)s): %(number)s"),
        "downgrade": pgettext("key report notice", "Downgraded to an ordinary matter (%(kind)s): %(number)s"),
        "account_open": pgettext("key report notice", "A suspicion to be looked at (%(kind)s): %(number)s"),
        "account_notify": pgettext("key report notice", "Please explain (%(kind)s): %(number)s"),
        "account_decide": pgettext("key report notice", "Decided (%(kind)s): %(number)s"),
        "account_appeal": pgettext("key report notice", "An appeal to be decided (%(kind)s): %(number)s"),
    }
