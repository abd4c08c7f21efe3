"""Places where no item in force covers a matter for grid workers: the planner leaves them out and says so.

The lists speak of places, so the answer is the same for all places that the same lists reach; it is asked once for each
such group, not once for each of twenty thousand grids.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from django.utils.translation import ngettext, pgettext

from fieldwork.fairness.covering import GRID, line_of, matter_of
from fieldwork.fairness.models import BlockedTask
from governance.accounts.actors import SYSTEM_ACTOR, Actor
from governance.foundation.clock import local
from governance.foundation.naming import label_of
from grids.territory import Place
from grids.territory import current as territory
from mandates.queries import Covering, covering
from mandates.standing import current as standing

MOST_NAMES: Final = 3


@dataclass(frozen=True, kw_only=True)
class Gap:
    """An outermost place that nothing covers, and why. `is_whole`: nor anything below it."""

    place: Place
    found: Covering
    is_whole: bool


@dataclass(frozen=True, kw_only=True)
class Gaps:
    """Where a matter may not be planned. `matter` empty: the objects are asked of nobody."""

    matter: str
    rows: Sequence[Gap] = field(default_factory=tuple)
    places: int = 0

    @property
    def inside(self) -> list[str]:
        """Patterns of the paths in which nothing is covered."""
        return [f"{gap.place.path}%" for gap in self.rows if gap.is_whole]

    @property
    def at(self) -> list[str]:
        """Paths that are not covered themselves, while something below them is."""
        return [gap.place.path for gap in self.rows if not gap.is_whole]

    @property
    def is_everywhere(self) -> bool:
        """Whether nothing at all is covered."""
        return bool(self.rows) and len(self.rows) == self.places

    @property
    def words(self) -> str:
        """Which places, and why: nothing where all is covered."""
        if not self.rows:
            return ""
        names = "、".join(label_of(gap.place) for gap in self.rows[:MOST_NAMES])
        found = ngettext("%(n)d place left out", "%(n)d places left out", len(self.rows)) % {
            "n": len(self.rows)
        }
        return pgettext("fairness", "%(count)s (%(names)s): %(why)s") % {
            "count": found,
            "names": names,
            "why": self.rows[0].found.why_not,
        }


def gaps_of(subject: str, kinds: Sequence[str], *, on: date, path: str = "") -> Gaps:
    """Where patrols or visits of such objects may not be planned, inside `path`."""
    return gaps(matter_of(subject, kinds), on=on, path=path)


def gaps(matter: str, *, on: date, path: str = "") -> Gaps:
    """The outermost places inside `path` where nothing covers the matter for grid workers. No statement."""
    land = [place for place in territory().by_path.values() if place.path.startswith(path)]
    if not matter or not land:
        return Gaps(matter=matter)
    open_at = _answers(matter, land, on)
    if all(found.is_covered for found in open_at.values()):
        return Gaps(matter=matter)
    below: dict[str, list[Place]] = defaultdict(list)
    for place in land:
        below[place.parent_path if place.parent_path in open_at else ""].append(place)
    tops = below[""]
    rows = sorted(_outermost(tops, below, open_at), key=lambda gap: gap.place.path)
    return Gaps(matter=matter, rows=rows, places=len(tops))


def _outermost(
    places: Iterable[Place], below: dict[str, list[Place]], found: dict[str, Covering]
) -> Iterable[Gap]:
    for place in places:
        inner = list(_outermost(below[place.path], below, found))
        is_closed = not found[place.path].is_covered
        wholes = sum(gap.is_whole and gap.place.parent_path == place.path for gap in inner)
        if is_closed and wholes == len(below[place.path]):
            yield Gap(place=place, found=found[place.path], is_whole=True)
            continue
        yield from inner
        if is_closed:
            yield Gap(place=place, found=found[place.path], is_whole=False)


def _answers(matter: str, land: Iterable[Place], on: date) -> dict[str, Covering]:
    """By path, what covers the matter. A place lies in the areas of its parent, and in its own where lists name it."""
    snapshot = standing()
    areas = {edition.region_path for edition in snapshot.editions}
    for grant in (*snapshot.grants, *snapshot.powers):
        areas.update(grant.paths)
    within: dict[str, tuple[str, ...]] = {}
    answers: dict[tuple[str, ...], Covering] = {}
    found: dict[str, Covering] = {}
    for place in sorted(land, key=lambda item: item.path):
        if place.parent_path in within:
            key = within[place.parent_path] + ((place.path,) if place.path in areas else ())
        else:
            key = tuple(sorted(area for area in areas if place.path.startswith(area)))
        within[place.path] = key
        if key not in answers:
            answers[key] = covering(matter, GRID, place.path, on)
        found[place.path] = answers[key]
    return found


def tell_left_out(found: Gaps, *, kind: str, label: str, by: Actor = SYSTEM_ACTOR, at: datetime) -> int:
    """Count what a plan has left out, once a day for each place; how many are new."""
    day = local(at).date()
    paths = {gap.place.path: gap for gap in found.rows}
    known = BlockedTask.objects.filter(
        kind=kind, label=label[:160], place_path__in=list(paths), at__date=day, by=by.user_id
    )
    for path in known.values_list("place_path", flat=True):
        paths.pop(path, None)
    BlockedTask.objects.bulk_create(
        BlockedTask(
            at=at,
            kind=kind,
            label=label[:160],
            matter_code=found.matter,
            gap=gap.found.gap,
            by_id=by.user_id,
            line=line_of(by, found.matter),
            place_path=gap.place.path,
        )
        for gap in paths.values()
    )
    return len(paths)
