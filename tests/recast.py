"""Revisions of regions for tests, made with the real verbs, in the test city."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from governance.accounts.actors import Actor
from governance.foundation.clock import local
from grids import regions
from grids.models import RegionRevision
from grids.regions import Draft, DraftRegion, Way, draft_of

BOOKS, GARDEN, BRIDGE = "990101001001", "990101001002", "990102001001"
"""书院社区 with two grids, 桂园社区 with one (both in 文津街道), 石桥村 with one (in 石桥镇)."""
TOWN, FAR_TOWN = "990101001000", "990102001000"


def begun(
    codes: Sequence[str], way: str, *, by: Actor, at: datetime, target: str = "", title: str = "社区调整"
) -> RegionRevision:
    """A draft as `way` begins it."""
    return regions.prepare(codes, way=way, title=title, by=by, at=at, target=target, reason="规模调整")


def varied(revision: RegionRevision, on: date | None = None, **changes: DraftRegion) -> Draft:
    """The draft as stored, with another day."""
    return replace(draft_of(revision), effective_on=on, **changes)  # type: ignore[arg-type]


def edited(revision: RegionRevision, draft: Draft, *, by: Actor, at: datetime) -> RegionRevision:
    """The revision with another content."""
    regions.edit(revision.pk, draft, by=by, at=at, version=revision.version)
    return RegionRevision.objects.get(pk=revision.pk)


def approved(
    revision: RegionRevision, *, by: Actor, approver: Actor, at: datetime, on: date | None = None
) -> RegionRevision:
    """The rest of the way to approval; in effect from the next day on unless another day is given."""
    day = on or local(at).date() + timedelta(days=1)
    revision = edited(revision, replace(draft_of(revision), effective_on=day), by=by, at=at)
    regions.submit(revision.pk, by=by, at=at)
    return regions.approve(revision.pk, by=approver, at=at)


def merged(*, by: Actor, approver: Actor, at: datetime, on: date | None = None) -> RegionRevision:
    """桂园社区 is merged into 书院社区, which keeps its code and is called 书桂社区 from then on."""
    revision = begun([BOOKS, GARDEN], Way.MERGE, by=by, at=at, title="书院、桂园社区合并")
    draft = draft_of(revision)
    named = replace(draft.results[0], name="书桂社区")
    revision = edited(revision, replace(draft, results=[named]), by=by, at=at)
    return approved(revision, by=by, approver=approver, at=at, on=on)


def split(*, by: Actor, approver: Actor, at: datetime) -> RegionRevision:
    """书院社区 keeps its first grid; the second one becomes 东苑社区."""
    revision = begun([BOOKS], Way.SPLIT, by=by, at=at, title="书院社区拆分")
    draft = draft_of(revision)
    fresh = replace(draft.results[1], name="东苑社区")
    places = dict(draft.places) | {f"{BOOKS}002": fresh.code}
    draft = replace(draft, results=[draft.results[0], fresh], places=places)
    revision = edited(revision, draft, by=by, at=at)
    return approved(revision, by=by, approver=approver, at=at)


def moved(codes: Sequence[str], target: str, *, by: Actor, approver: Actor, at: datetime) -> RegionRevision:
    """Regions go to another one above."""
    revision = begun(codes, Way.MOVE, by=by, at=at, target=target, title="划归调整")
    return approved(revision, by=by, approver=approver, at=at)
