"""Routing rules that name a region follow it: a new version names the heir, and each other successor gets its own.

What a version said stays; a rule of a region that goes on holds for what was split off from it as well.
"""

from collections.abc import Iterator, Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from governance.accounts.actors import SYSTEM_ACTOR
from governance.accounts.models import OrgUnit
from grids.models import GridRevision, Region, RegionRevision
from grids.regions import RegionEffect
from incidents import directing
from incidents.models import RoutingRule


def follow(effect: RegionEffect, *, at: datetime) -> int:
    """Let present rules follow; returns how many versions were written. In the caller's transaction."""
    day = effect.revision.effective_on
    rows = RoutingRule.objects.filter(
        Q(ends_on=None) | Q(ends_on__gte=day), replaced_at=None, region__in=list(effect.heirs)
    )
    over = set(effect.ended_ids)
    written = 0
    for rule in rows.select_related("unit").order_by("position", "pk"):
        assert rule.region_id is not None
        successors = effect.successors(rule.region_id)
        heir = effect.heir(rule.region_id)
        if rule.region_id in over:
            directing.save(_draft(rule, heir, effect), by=SYSTEM_ACTOR, at=at, lineage=rule.lineage)
            written += 1
        for region in successors:
            if region.pk not in {heir.pk, rule.region_id}:
                directing.save(_draft(rule, region, effect), by=SYSTEM_ACTOR, at=at)
                written += 1
    return written


def follow_units(
    stand_ins: Mapping[int, int], revision: GridRevision | RegionRevision, *, at: datetime
) -> int:
    """Present rules that send to a unit that is no more send to the one in its stead; how many were written anew."""
    if not stand_ins:
        return 0
    assert revision.effective_on is not None, "a revision in effect has its day"
    units = OrgUnit.objects.in_bulk([*stand_ins, *stand_ins.values()])
    codes = {units[old].code: units[new].code for old, new in stand_ins.items()}
    present = RoutingRule.objects.filter(RoutingRule.still_hangs(revision.effective_on))
    rows = present.filter(Q(unit__in=list(stand_ins)) | Q(co_handlers__overlap=list(codes)))
    written = 0
    for rule in rows.select_related("unit", "region").order_by("position", "pk"):
        kept: dict[str, Any] = {
            field.name: getattr(rule, field.name) for field in fields(directing.RuleDraft)
        }
        instead = stand_ins.get(rule.unit_id or 0)
        kept["unit"] = units[instead] if instead is not None else rule.unit
        kept["co_handlers"] = list(_replaced(rule.co_handlers, codes))
        kept["reason"] = _("%(number)s: from %(before)s to %(after)s") % {
            "number": revision.number,
            "before": "、".join(units[old].name for old in stand_ins if _names(rule, units[old])),
            "after": "、".join(units[new].name for old, new in stand_ins.items() if _names(rule, units[old])),
        }
        directing.save(directing.RuleDraft(**kept), by=SYSTEM_ACTOR, at=at, lineage=rule.lineage)
        written += 1
    return written


def _names(rule: RoutingRule, unit: OrgUnit) -> bool:
    return rule.unit_id == unit.pk or unit.code in rule.co_handlers


def _replaced(words: list[str], codes: Mapping[str, str]) -> Iterator[str]:
    """Each once, in order."""
    yield from dict.fromkeys(codes.get(word, word) for word in words)


def _draft(rule: RoutingRule, region: Region, effect: RegionEffect) -> directing.RuleDraft:
    """What the rule says, for another region."""
    kept = {field.name: getattr(rule, field.name) for field in fields(directing.RuleDraft)}
    reason = _("%(number)s: from %(before)s to %(after)s") % {
        "number": effect.revision.number,
        "before": next(row.old.name for row in effect.successions if row.old_id == rule.region_id),
        "after": region.name,
    }
    return directing.RuleDraft(**kept | {"region": region, "reason": reason})
