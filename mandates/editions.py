"""New editions of duty lists, and what changed from one to the next. What is in force is never rewritten."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from governance.accounts.actors import Actor
from governance.audit import journal
from governance.foundation.clock import local
from governance.foundation.errors import FieldErrors, Forbidden, Text, Unprocessable
from grids.models import Region
from mandates.frame import changed
from mandates.models import DutyItem, DutyList, Level, ListKind
from mandates.rules import may_keep
from mandates.sheets import Row, rows_of
from mandates.states import KEEPERS

LOCK = 5_107_002
CODE = re.compile(r"[A-Za-z0-9_.-]{1,24}\Z")


@dataclass(frozen=True, kw_only=True)
class ListFacts:
    """The head of an edition. A known `code` continues that list and keeps its kind, level and region."""

    code: str
    title: str
    kind: str
    level: str
    region: Region
    valid_from: date
    valid_to: date | None = None
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Changes:
    """One edition compared with the one before."""

    added: Sequence[Row]
    removed: Sequence[Row]
    altered: Sequence[tuple[Row, Row]]

    @property
    def is_empty(self) -> bool:
        return not (self.added or self.removed or self.altered)


def publish(facts: ListFacts, rows: Sequence[Row], *, by: Actor, at: datetime) -> DutyList:
    """Put a new edition into force from its day on. Raises Forbidden, Unprocessable.

    A day that has passed is refused: what was given to the base under the edition of that day stays as it was.
    """
    if not (by.is_system or may_keep(by, facts.region.path)):
        raise Forbidden(
            _("Lists are kept by oversight and town staff and leaders, inside their own area"),
            roles=sorted(KEEPERS),
        )
    with transaction.atomic():
        _one_at_a_time()
        previous = DutyList.objects.filter(code=facts.code).order_by("-edition").first()
        if faults := _faults(facts, rows, previous, None if by.is_system else local(at).date()):
            raise Unprocessable(fields=faults)
        made = DutyList.objects.create(
            code=facts.code,
            edition=previous.edition + 1 if previous else 1,
            title=facts.title.strip(),
            kind=facts.kind,
            level=facts.level,
            region=facts.region,
            region_path=facts.region.path,
            valid_from=facts.valid_from,
            valid_to=facts.valid_to,
            note=facts.note.strip(),
            created_at=at,
            created_by_name=by.name[:80],
        )
        DutyItem.objects.bulk_create(
            DutyItem(duty_list=made, **row.plain()) for row in sorted(rows, key=lambda row: row.number)
        )
        journal.record(
            "duty_list.publish",
            by=by,
            obj=made,
            at=at,
            after={"items": [row.plain() for row in rows]},
            details={"code": made.code, "edition": made.edition, "items": len(rows)},
        )
        changed()
    return made


def _one_at_a_time() -> None:
    """Two people who publish at once come one after the other, for a new code as well."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def _faults(
    facts: ListFacts, rows: Sequence[Row], previous: DutyList | None, earliest: date | None
) -> FieldErrors:
    found: dict[str, list[Text]] = {}
    if not CODE.match(facts.code):
        found["code"] = [_("Letters, digits, dot, dash and underscore, at most 24")]
    if not facts.title.strip():
        found["title"] = [_("Give it a title")]
    if not rows:
        found["file"] = [_("A list needs at least one item")]
    if facts.kind not in ListKind.values or facts.level not in Level.values:
        found["kind"] = [_("Choose the kind and level of the list")]
    if previous is not None and (facts.kind, facts.level, facts.region.path) != (
        previous.kind,
        previous.level,
        previous.region_path,
    ):
        found["code"] = [_("Another list has this code: an edition keeps kind, level and region")]
    return found | _date_faults(facts, previous, earliest)


def _date_faults(facts: ListFacts, previous: DutyList | None, earliest: date | None) -> dict[str, list[Text]]:
    found: dict[str, list[Text]] = {}
    if earliest is not None and facts.valid_from < earliest:
        found["valid_from"] = [_("A list cannot come into force in the past")]
    elif previous is not None and facts.valid_from <= previous.valid_from:
        found["valid_from"] = [_("An edition begins after the one before it")]
    if facts.valid_to is not None and facts.valid_to < facts.valid_from:
        found["valid_to"] = [_("The last day cannot be before the first")]
    return found


def previous_of(edition: DutyList) -> DutyList | None:
    """The edition before."""
    rows = DutyList.objects.filter(code=edition.code, edition__lt=edition.edition)
    return rows.order_by("-edition").first()


def changes_of(edition: DutyList) -> Changes | None:
    """What changed from the edition before; None for a first one."""
    before = previous_of(edition)
    if before is None:
        return None
    return compare(rows_of(before.items.order_by("number")), rows_of(edition.items.order_by("number")))


def compare(before: Iterable[Row], after: Iterable[Row]) -> Changes:
    """Items that came, went, and are said differently; a new number alone is no change."""
    old = {row.identity: row for row in before}
    new = {row.identity: row for row in after}
    return Changes(
        added=[row for key, row in new.items() if key not in old],
        removed=[row for key, row in old.items() if key not in new],
        altered=[(old[key], row) for key, row in new.items() if key in old and _differ(old[key], row)],
    )


def _differ(one: Row, other: Row) -> bool:
    return one.plain() | {"number": 0} != other.plain() | {"number": 0}
