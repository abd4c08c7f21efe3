"""Command units and departments follow their regions: who commands what is new, and who stands in for whom.

The unit of a region's main predecessor goes on; a region without one gets a unit of its own; a unit that has nothing
left to command hands over to that of the heir.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import F, Value
from django.db.models.functions import Concat, Length, Substr

from governance.accounts.models import OrgUnit, User
from grids.models import SIGNIFICANT_DIGITS, Region, RegionSuccession, UnitArea

COMMAND, AREA = UnitArea.Duty.COMMAND, UnitArea.Duty.AREA
KINDS = {
    Region.Level.TOWN.value: OrgUnit.Kind.SUB_CENTER,
    Region.Level.COMMUNITY.value: OrgUnit.Kind.WORKSTATION,
}


@dataclass
class Following:
    """What became of units: those that stand in, those that are new, those with another name or parent."""

    stand_ins: dict[int, int] = field(default_factory=dict)
    made: list[str] = field(default_factory=list)
    renamed: list[str] = field(default_factory=list)
    people: int = 0


def commands_over(regions: Iterable[Region]) -> dict[str, int]:
    """The command units of these regions and of all above them, by path."""
    paths = set()
    for region in regions:
        parts = region.path.rstrip("/").split("/")
        paths |= {"/".join(parts[: end + 1]) + "/" for end in range(len(parts))}
    rows = UnitArea.objects.filter(duty=COMMAND, region__path__in=paths, region__valid_to=None)
    return dict(rows.values_list("region__path", "unit_id"))


def follow(
    successions: Sequence[RegionSuccession],
    *,
    begun: Sequence[Region],
    kept: Sequence[tuple[Region, str]],
    ended: Sequence[Region],
    mains: Mapping[int, Region | None],
) -> Following:
    """Hand over. `begun` from the top down; `kept` with their former names; `mains` is the main predecessor by id."""
    done = Following()
    olds = {row.old_id: row.old for row in successions}
    areas = UnitArea.objects.select_for_update(of=("self",)).select_related("unit")
    commands = {row.region_id: row for row in areas.filter(region__in=olds, duty=COMMAND)}
    over = {region.pk for region in ended}
    for region, name in kept:
        if region.pk in commands:
            _rename(commands[region.pk].unit, name, region.name, done)
    claimed: set[int] = set()
    for region in begun:
        main = mains.get(region.pk)
        row = commands.get(main.pk) if main is not None and main.pk in over else None
        if row is not None and row.pk not in claimed and main is not None:
            claimed.add(row.pk)
            _go_on(row, main, region, done)
        else:
            like = _like(region, successions, commands)
            if like is not None:
                _make(region, like, done)
    _departments(successions, over)
    _hand_over(ended, successions, commands, claimed, done)
    return done


def _go_on(row: UnitArea, main: Region, region: Region, done: Following) -> None:
    """The unit commands the new region in place of the old one."""
    UnitArea.objects.filter(pk=row.pk).update(region=region)
    row.region = region
    _rename(row.unit, main.name, region.name, done)
    reparent(row.unit, _above(region))


def _rename(unit: OrgUnit, before: str, after: str, done: Following) -> None:
    if before == after or before not in unit.name:
        return
    unit.name = unit.name.replace(before, after)[:120]
    unit.name_en = ""
    unit.save(update_fields=["name", "name_en"])
    done.renamed.append(unit.code)


def _above(region: Region) -> OrgUnit | None:
    """The command unit of the region above."""
    row = UnitArea.objects.filter(region=region.parent_id, duty=COMMAND).select_related("unit").first()
    return row.unit if row is not None else None


def _like(
    region: Region, successions: Sequence[RegionSuccession], commands: Mapping[int, UnitArea]
) -> UnitArea | None:
    """The command unit of one that it comes from, as a pattern."""
    olds = [row.old_id for row in successions if row.new_id == region.pk]
    return next((commands[pk] for pk in olds if pk in commands), None)


def _make(region: Region, like: UnitArea, done: Following) -> None:
    """A command unit for a region that takes over nobody's."""
    pattern = like.unit
    before = Region.objects.filter(pk=like.region_id).values_list("name", flat=True).first() or ""
    kind = pattern.kind if pattern.tier == region.level else KINDS[region.level]
    ending = pattern.name.removeprefix(before) if before and pattern.name.startswith(before) else ""
    code = _free_code(f"CMD-{region.code[: SIGNIFICANT_DIGITS[region.level]]}")
    unit = OrgUnit.objects.create(
        code=code,
        name=f"{region.name}{ending or OrgUnit.Kind(kind).label}"[:120],
        kind=kind,
        tier=region.level,
        line=pattern.line,
        calendar=pattern.calendar,
        parent=_above(region) or pattern.parent,
    )
    UnitArea.objects.create(unit=unit, region=region, duty=COMMAND)
    done.made.append(code)


def _free_code(wanted: str) -> str:
    taken = set(OrgUnit.objects.filter(code__startswith=wanted).values_list("code", flat=True))
    return next(
        code for code in (wanted, *(f"{wanted}-{number}" for number in range(2, 1000))) if code not in taken
    )


def _departments(successions: Sequence[RegionSuccession], over: set[int]) -> None:
    """Whoever answered for an old region with a department answers for all that it went to."""
    for row in UnitArea.objects.filter(region__in={item.old_id for item in successions}, duty=AREA):
        for item in successions:
            if item.old_id == row.region_id and item.new_id != row.region_id:
                UnitArea.objects.get_or_create(unit_id=row.unit_id, region_id=item.new_id, duty=AREA)
        if row.region_id in over:
            row.delete()


def _hand_over(
    ended: Sequence[Region],
    successions: Sequence[RegionSuccession],
    commands: Mapping[int, UnitArea],
    claimed: set[int],
    done: Following,
) -> None:
    """Units of ended regions that command nothing new hand over to the command unit of the heir."""
    heirs = {row.old_id: row.new for row in successions if row.is_heir}
    for region in ended:
        row = commands.get(region.pk)
        if row is None or row.pk in claimed:
            continue
        row.delete()
        if UnitArea.objects.filter(unit=row.unit_id, duty=COMMAND).exists():
            continue
        heir = UnitArea.objects.filter(region=heirs[region.pk], duty=COMMAND).select_related("unit").first()
        instead = heir.unit if heir is not None else _above(heirs[region.pk])
        if instead is None:
            continue
        done.stand_ins[row.unit_id] = instead.pk
        done.people += User.objects.filter(unit=row.unit_id).update(unit=instead)
        for child in OrgUnit.objects.filter(parent=row.unit_id).order_by("pk"):
            reparent(child, instead)


def reparent(unit: OrgUnit, parent: OrgUnit | None) -> None:
    """Put the unit below another one; the paths of everything below it follow."""
    if unit.parent_id == (parent.pk if parent is not None else None):
        return
    before = unit.path
    unit.parent = parent
    unit.save(update_fields=["parent", "path"])
    below = OrgUnit.objects.filter(path__startswith=before).exclude(pk=unit.pk)
    below.update(path=Concat(Value(unit.path), Substr(F("path"), Length(Value(before)) + 1)))
