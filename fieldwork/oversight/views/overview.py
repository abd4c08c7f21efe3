"""The overview on desk and phone: today's presence, what waits, coverage on the map, K22 to K26 of a period."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from fieldwork.fairness.loads import loads_of
from fieldwork.hazards.models import Hazard
from fieldwork.models import FieldTask
from fieldwork.oversight import measures
from fieldwork.oversight.measures import Measure, Period
from fieldwork.states import READERS
from fieldwork.terms import Work
from governance.accounts.actors import Actor
from governance.exchange.doors import desk_page
from governance.foundation.clock import local, now
from governance.foundation.errors import Forbidden, NotFound
from governance.foundation.naming import label_of
from grids.territory import Place
from grids.territory import current as territory
from grids.views.ground import area_of, ground_of
from registers.completeness import report
from registers.querysets import paths_for
from staffing.queries.presence import presence_by_day

DAYS: Final = 30
MOST_PINS: Final = 300
MOST_CHOICES: Final = 60


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Which places and days the address asks for."""

    paths: tuple[str, ...]
    period: Period
    place: Place | None

    @property
    def query(self) -> str:
        """As the part of an address."""
        code = {"place": self.place.code} if self.place is not None else {}
        return "&".join(filter(None, (urlencode(code), self.period.query)))


def asked_of(request: HttpRequest, actor: Actor) -> Asked:
    """`?place=` inside what the person oversees, `?since=&until=`; the last thirty days where there are none.

    Raises Forbidden for somebody who oversees nothing, NotFound for a place elsewhere.
    """
    paths = paths_for(actor, READERS)
    if not paths:
        raise Forbidden(
            pgettext(
                "field oversight", "These pages are for grid leaders, supervisors, communities and towns"
            ),
            roles=sorted(READERS),
        )
    code = request.GET.get("place", "")
    place = territory().by_code.get(code) if code else None
    if code and (place is None or not place.path.startswith(paths)):
        raise NotFound()
    today = local(now()).date()
    first, last = _day(request.GET.get("since", "")), _day(request.GET.get("until", ""))
    last = min(last or today, today)
    if first is None or first > last:
        first = last - timedelta(days=DAYS - 1)
    found = (place.path,) if place is not None else paths
    return Asked(paths=found, period=Period(first=first, last=last), place=place)


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if 2000 <= found.year <= 2200 else None


@dataclass(frozen=True, kw_only=True)
class Tile:
    """One indicator on the page: each number leads to its list."""

    code: str
    name: str
    measure: Measure
    part_url: str
    whole_url: str
    missing_url: str
    note: str = ""
    late_url: str = ""


@require_safe
@desk_page
def page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Everything at one glance."""
    at = now()
    asked = asked_of(request, actor)
    today = local(at).date()
    days = presence_by_day(asked.paths, first=today, last=today)
    queue = FieldTask.objects.to_review(actor).filter(is_sampled=True)
    context = {
        "asked": asked,
        "places": choices(paths_for(actor, READERS)),
        "presence": days[0] if days else None,
        "presence_url": f"{reverse('fieldwork:oversight-presence')}?{asked.query}",
        "review": queue.count(),
        "late_review": queue.filter(review_due_at__lte=at).count(),
        "hazards_late": Hazard.objects.visible_to(actor).inside(asked.paths).late(at).count(),
        "hazards_open": Hazard.objects.visible_to(actor).inside(asked.paths).open().count(),
        "tiles": tiles(asked, actor, today),
        "map": pins(asked),
        "ground": ground_of(area_of(actor.user)),
        "unvisited": measures.unvisited(asked.paths, asked.period).count(),
        "load": loads_of(asked.place, at=at) if asked.place is not None else None,
    }
    return render(request, "fieldwork/oversight/page.html", context)


def choices(paths: tuple[str, ...]) -> list[tuple[str, str]]:
    """The places that one may choose: those covered and the ones below, down to communities; grids of a community."""
    land = territory()
    inside = [place for place in land.by_path.values() if place.path.startswith(paths)]
    levels = {"city", "district", "town", "community"}
    wide = [place for place in inside if place.level in levels]
    found = wide if len(wide) > 1 else inside
    return [
        (place.code, label_of(place)) for place in sorted(found, key=lambda item: item.path)[:MOST_CHOICES]
    ]


def tiles(asked: Asked, actor: Actor, today: date) -> list[Tile]:
    """K22 to K26."""
    paths, period = asked.paths, asked.period
    of_places, of_grids = measures.coverage(paths, period)
    patrols = measures.completion(measures.ended(paths, period, Work.PATROL))
    visits = measures.visits(measures.ended(paths, period, Work.VISIT))
    key = measures.met(measures.key_objects(paths, period))
    complete, fresh = freshness(asked, actor, today)
    register = reverse("registers:report")
    if asked.place is not None:
        register += f"?region={asked.place.code}"

    def tile(code: str, name: str, measure: Measure, note: str = "", kind: str = "") -> Tile:
        base = reverse("fieldwork:oversight-rows", args=[kind or code.lower()])
        return Tile(
            code=code,
            name=name,
            measure=measure,
            note=note,
            part_url=f"{base}?part=done&{asked.query}",
            whole_url=f"{base}?part=all&{asked.query}",
            missing_url=f"{base}?part=missing&{asked.query}",
            late_url=f"{base}?part=late&{asked.query}" if measure.late else "",
        )

    def registered(code: str, name: str, measure: Measure) -> Tile:
        return Tile(
            code=code, name=name, measure=measure, part_url=register, whole_url=register, missing_url=register
        )

    return [
        tile("K22", pgettext("K22", "Patrol coverage: key places"), of_places, kind="k22"),
        tile("K22", pgettext("K22", "Patrol coverage: grids"), of_grids, kind="k22-grids"),
        tile("K23", pgettext("K23", "Patrol completion"), patrols),
        tile("K24", pgettext("K24", "Visit completion"), visits, pgettext("K24", "counted in visits")),
        tile("K25", pgettext("K25", "Key-object visits met"), key),
        registered("K26", pgettext("K26", "Data completeness"), complete),
        registered("K26", pgettext("K26", "Data freshness"), fresh),
    ]


def freshness(asked: Asked, actor: Actor, today: date) -> tuple[Measure, Measure]:
    """K26 of all registers together: complete and fresh, of all active records."""
    complete = fresh = active = 0
    for path in asked.paths:
        for tally in report(actor, path=path, on=today).whole.values():
            complete, fresh, active = complete + tally.complete, fresh + tally.fresh, active + tally.active
    return Measure(part=complete, whole=active), Measure(part=fresh, whole=active)


def pins(asked: Asked) -> dict[str, Any]:
    """The key places on the map: green where a patrol was, red where none was; those left out first."""
    left = measures.unvisited(asked.paths, asked.period).order_by("pk")[:MOST_PINS]
    done = measures.visited(asked.paths, asked.period).order_by("pk")[: MOST_PINS - len(left)]
    features = []
    for rows, lamp, words in (
        (done, "green", pgettext("field oversight", "visited")),
        (left, "red", pgettext("field oversight", "not visited")),
    ):
        for row in rows.only("name", "lon", "lat"):
            facts = {
                "lamp": lamp,
                "label": f"{row.name} · {words}",
                "url": reverse("registers:place", args=[row.pk]),
            }
            point = {"type": "Point", "coordinates": [row.lon, row.lat]}
            features.append({"type": "Feature", "properties": facts, "geometry": point})
    return {"type": "FeatureCollection", "features": features}
