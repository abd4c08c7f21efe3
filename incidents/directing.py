"""Keeping the dispatch directory: new versions, order, switching off. Each is one transaction with a journal entry."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from governance.accounts.actors import Actor
from governance.accounts.models import OrgUnit, Tier
from governance.accounts.roles import Role
from governance.audit import journal
from governance.foundation.errors import FieldErrors, Forbidden, NotFound, StaleVersion, Text, Unprocessable
from grids import scope as scopes
from grids.models import Region
from grids.territory import current as territory
from incidents import directory
from incidents.models import RoutingRule

KEEPERS = frozenset({Role.DISPATCHER.value, Role.OVERSIGHT_OFFICER.value})
READERS = KEEPERS | {
    Role.DUTY_OFFICER.value,
    Role.TOWN_STAFF.value,
    Role.COMMUNITY_STAFF.value,
    Role.DEPT_LEAD.value,
    Role.DEPT_HANDLER.value,
    Role.LEADER.value,
}
MOST_RULES, MOST_WORDS = 500, 20
LOCK = 5_107_001


@dataclass(frozen=True, kw_only=True)
class RuleDraft:
    """A rule as it shall be."""

    name: str
    starts_on: date
    category_prefix: str = ""
    region: Region | None = None
    weekdays: Sequence[int] = ()
    time_from: time | None = None
    time_to: time | None = None
    sources: Sequence[str] = ()
    urgencies: Sequence[str] = ()
    keywords: Sequence[str] = ()
    keyword_mode: str = RoutingRule.Mode.ANY
    unit: OrgUnit | None = None
    line: str = ""
    tier: str = ""
    co_handlers: Sequence[str] = ()
    ends_on: date | None = None
    reason: str = ""

    def faults(self) -> FieldErrors:
        """What keeps it from being stored."""
        found: dict[str, list[Text]] = {}
        if not self.name.strip():
            found["name"] = [_("Give it a name")]
        if self.unit is None and not (self.line and self.tier in Tier.values):
            found["unit"] = [_("Choose a unit, or a department line with a tier")]
        if (self.time_from is None) != (self.time_to is None):
            found["time_to"] = [_("A window needs both ends")]
        elif self.time_from is not None and self.time_from == self.time_to:
            found["time_to"] = [_("The window is empty")]
        if self.ends_on is not None and self.ends_on < self.starts_on:
            found["ends_on"] = [_("The last day cannot be before the first")]
        if len(self.keywords) > MOST_WORDS or any(len(word) > 40 for word in self.keywords):
            found["keywords"] = [_("At most twenty words of at most 40 characters")]
        if not self.narrows:
            found["category_prefix"] = [_("A rule without any condition would send everything to one unit")]
        return found

    @property
    def narrows(self) -> bool:
        """Whether it has a condition at all."""
        asked = (self.category_prefix, self.region, self.weekdays, self.time_from, self.sources)
        return any((*asked, self.urgencies, self.keywords))

    def rule(self, **more: Any) -> RoutingRule:
        """The unsaved version."""
        return RoutingRule(
            name=self.name.strip(),
            category_prefix=self.category_prefix,
            region=self.region,
            region_path=self.region.path if self.region else "",
            weekdays=sorted(set(self.weekdays)),
            time_from=self.time_from,
            time_to=self.time_to,
            sources=list(self.sources),
            urgencies=list(self.urgencies),
            keywords=list(self.keywords),
            keyword_mode=self.keyword_mode,
            unit=self.unit,
            line="" if self.unit else self.line,
            tier="" if self.unit else self.tier,
            co_handlers=list(self.co_handlers),
            starts_on=self.starts_on,
            ends_on=self.ends_on,
            reason=self.reason.strip(),
            **more,
        )


def may_read(by: Actor) -> bool:
    """Desks, departments and leaders."""
    return bool(scopes.of(by.user).roles & READERS)


def may_keep(by: Actor, path: str | None = None) -> bool:
    """Whether the person keeps rules for a place (empty: everywhere), or somewhere when none is named."""
    scope = scopes.of(by.user)
    if path is None:
        return bool(scope.roles & KEEPERS)
    return bool(scope.roles_over(path or top()) & KEEPERS)


def top() -> str:
    """The path of the whole territory; of nothing where regions have no common top."""
    tops = [place.path for place in territory().by_path.values() if not place.parent_path]
    return tops[0] if len(tops) == 1 else "/"


def save(
    draft: RuleDraft, *, by: Actor, at: datetime, lineage: UUID | None = None, version: int | None = None
) -> RoutingRule:
    """Store a new rule at the end, or the next version of one in its place. Raises what is refused."""
    if faults := draft.faults():
        raise Unprocessable(fields=faults)
    _must_keep(by, draft.region.path if draft.region else "")
    with _directory():
        stamp: dict[str, Any] = {"created_at": at, "created_by_id": by.user_id, "changed_at": at}
        if lineage is None:
            rows = RoutingRule.objects.filter(replaced_at=None)
            if rows.count() >= MOST_RULES:
                raise Unprocessable(_("The directory is full: at most %(n)d rules") % {"n": MOST_RULES})
            last = rows.aggregate(Max("position"))["position__max"] or 0
            made = draft.rule(position=last + 1, **stamp)
        else:
            before = _present(lineage, by, version)
            RoutingRule.objects.filter(pk=before.pk).update(replaced_at=at, changed_at=at)
            made = draft.rule(
                lineage=lineage,
                version=before.version + 1,
                position=before.position,
                is_active=before.is_active,
                **stamp,
            )
        made.save(force_insert=True)
        _record("save", made, by, at)
    return made


def switch(lineage: UUID, *, is_active: bool, by: Actor, at: datetime) -> RoutingRule:
    """Switch a rule off or on; it keeps its place."""
    with _directory():
        rule = _present(lineage, by)
        RoutingRule.objects.filter(pk=rule.pk).update(is_active=is_active, changed_at=at)
        rule.is_active = is_active
        _record("on" if is_active else "off", rule, by, at)
    return rule


def move(lineage: UUID, *, up: bool, by: Actor, at: datetime) -> RoutingRule:
    """Change places with the neighbour above or below; at the end of the list nothing happens."""
    with _directory():
        rule = _present(lineage, by)
        rules = directory.present()
        index = next(number for number, item in enumerate(rules) if item.pk == rule.pk)
        other = index - 1 if up else index + 1
        if not 0 <= other < len(rules):
            return rule
        rules[index], rules[other] = rules[other], rules[index]
        for position, item in enumerate(rules, 1):
            if item.position != position:
                RoutingRule.objects.filter(pk=item.pk).update(position=position, changed_at=at)
        rule.position = other + 1
        _record("move", rule, by, at)
    return rule


@contextmanager
def _directory() -> Iterator[None]:
    """A transaction in which the order of the directory is ours alone."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        yield


def _present(lineage: UUID, by: Actor, version: int | None = None) -> RoutingRule:
    """The present version. Raises NotFound, Forbidden, StaleVersion."""
    rule = RoutingRule.objects.filter(lineage=lineage, replaced_at=None).first()
    if rule is None:
        raise NotFound()
    _must_keep(by, rule.region_path)
    if version is not None and version != rule.version:
        raise StaleVersion(current_version=rule.version)
    return rule


def _must_keep(by: Actor, path: str) -> None:
    if not (by.is_system or may_keep(by, path)):
        raise Forbidden(
            _("Rules are kept by dispatchers and oversight officers, inside their own area"),
            roles=sorted(KEEPERS),
        )


def _record(verb: str, rule: RoutingRule, by: Actor, at: datetime) -> None:
    names = [item.attname for item in rule._meta.concrete_fields]
    journal.record(
        f"routing_rule.{verb}",
        by=by,
        obj=rule,
        at=at,
        after={name: str(getattr(rule, name)) for name in names},
        details={"lineage": str(rule.lineage), "version": rule.version, "position": rule.position},
    )
    transaction.on_commit(directory.forget)
