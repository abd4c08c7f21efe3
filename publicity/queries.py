"""Questions about receipts: how many of a place have read, place by place and unit by unit, and who has not."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from grids.territory import Place
from grids.territory import current as territory
from publicity.models import NoticeReceipt, NoticeStanding

BELOW = {"city": "town", "district": "town", "town": "community", "community": "grid"}
MOST_UNITS = 50


@dataclass(frozen=True, kw_only=True)
class Share:
    """How many people get it, and how many of them have read it."""

    read: int
    whole: int

    @property
    def unread(self) -> int:
        return self.whole - self.read

    @property
    def percent(self) -> str:
        """Two decimals, half up; a dash where nobody gets it."""
        return f"{int(self.read * 10000 / self.whole + 0.5) / 100:.2f}%" if self.whole else "–"


@dataclass(frozen=True, kw_only=True)
class PlaceShare:
    """One line of the table by place. `is_own`: people who stand at the place itself, not below."""

    path: str
    place: Place | None
    share: Share
    is_own: bool = False


_BY_PLACE = """
SELECT array_to_string((string_to_array(s.place_path, '/'))[1:%s], '/'), count(DISTINCT r.id),
       count(DISTINCT r.id) FILTER (WHERE r.read_at IS NOT NULL)
  FROM publicity_noticestanding s JOIN publicity_noticereceipt r ON r.id = s.receipt_id
 WHERE r.notice_id = %s AND s.place_path LIKE %s
 GROUP BY 1 ORDER BY 1
"""


def receipts(notice_id: int, paths: Sequence[str]) -> QuerySet[NoticeReceipt]:
    """The people who get the notice and stand inside one of the places; each once."""
    inside = Q(pk__in=[])
    for path in paths:
        inside |= Q(place_path__startswith=path)
    here = NoticeStanding.objects.filter(inside, receipt=OuterRef("pk"))
    return NoticeReceipt.objects.filter(Exists(here), notice=notice_id)


def share_of(notice_id: int, paths: Sequence[str]) -> Share:
    """Each person counts once, wherever he or she stands."""
    found = receipts(notice_id, paths).aggregate(whole=Count("pk"), read=Count("read_at"))
    return Share(read=found["read"], whole=found["whole"])


def by_place(notice_id: int, path: str) -> list[PlaceShare]:
    """The places one level below `path` in their order: one statement. Who stands in two of them counts in both."""
    land = territory()
    above = land.by_path.get(path)
    level = BELOW.get(above.level if above else "city", "grid")
    depth = next((place.path.count("/") for place in land.by_path.values() if _is(place, path, level)), 0)
    if not depth:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_BY_PLACE, [depth, notice_id, f"{path}%"])
        rows = cursor.fetchall()
    return [
        PlaceShare(
            path=f"{key.rstrip('/')}/",
            place=land.by_path.get(f"{key.rstrip('/')}/"),
            share=Share(read=read, whole=whole),
            is_own=f"{key.rstrip('/')}/".count("/") < depth,
        )
        for key, whole, read in rows
    ]


def _is(place: Place, path: str, level: str) -> bool:
    return place.level == level and place.path.startswith(path)


@dataclass(frozen=True, kw_only=True)
class UnitShare:
    """One line of the table by unit."""

    unit_id: int | None
    name: str
    share: Share


def by_unit(rows: QuerySet[NoticeReceipt]) -> list[UnitShare]:
    """Home units with the most unread first; a bounded number."""
    counted = (
        rows.values("user__unit", "user__unit__name")
        .annotate(whole=Count("pk"), read=Count("read_at"))
        .order_by("read", "user__unit__name")
    )
    found = [
        UnitShare(
            unit_id=item["user__unit"],
            name=item["user__unit__name"] or "",
            share=Share(read=item["read"], whole=item["whole"]),
        )
        for item in counted
    ]
    found.sort(key=lambda line: (-line.share.unread, line.name))
    return found[:MOST_UNITS]


def listed(rows: QuerySet[NoticeReceipt]) -> QuerySet[NoticeReceipt]:
    """With unit and person, to be ordered by the name of the unit."""
    named = rows.annotate(unit_name=Coalesce("user__unit__name", Value("")))
    return named.select_related("user__unit")
