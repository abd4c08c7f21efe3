"""Where the burden of the base comes from. A source tells its rows with the day of issue, the issuing line, the place.

Rooms below register nothing: this storey reads them. A room above the command centre's own would call `register`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce, Left
from django.urls import reverse
from django.utils.translation import pgettext_lazy

from fieldwork.hazards.models import Hazard
from fieldwork.models import FieldTask
from governance.accounts.actors import Actor
from governance.accounts.models import Tier
from governance.foundation.clock import local
from governance.foundation.errors import Text
from incidents.models import Ticket
from mandates.models import AccessApplication
from mandates.states import AccessState
from publicity.models import NoticeTarget, PolicyNotice
from staffing.models import BulletinReceipt as StaffingReceipt
from staffing.querysets import bulletins_visible_to
from supervision.models import BulletinReceipt, InspectionTarget, SupervisionBulletin, SupervisionTask

TOWN_PATH: Final = 22
"""The path of a town has so many characters: city 5, district 7, town 10."""
BASE: Final = (Tier.GRID.value, Tier.COMMUNITY.value, Tier.TOWN.value)
SLOWEST: Final = timedelta(days=92)
"""A ticket is dispatched within this time after it was registered: the index of registrations is walked so far back."""
Kind = Literal["task", "inspection", "document"]


@dataclass(frozen=True, kw_only=True)
class Issued:
    """One thing that was issued, as a list shows it."""

    number: str
    title: str
    url: str


@dataclass(frozen=True, kw_only=True)
class Source:
    """`rows(since, until)`: what was issued in [since, until), annotated with `issued` (an instant or a day), `of_line`
    (a department line, empty for the command centres) and `of_town` (the path of a town, or of a place above one).
    `seen`: those of the rows that a reader may open; `show`: one of them in words.
    """

    name: str
    label: Text
    kind: Kind
    rows: Callable[[datetime, datetime], QuerySet[Any]]
    seen: Callable[[QuerySet[Any], Actor], QuerySet[Any]]
    show: Callable[[Any], Issued]


_sources: dict[str, Source] = {}


def register(source: Source) -> None:
    """Add a source; the same name again takes its place."""
    _sources[source.name] = source


def sources() -> list[Source]:
    """All of them, in the order in which they were registered."""
    return list(_sources.values())


def source_named(name: str) -> Source | None:
    """The source of that name."""
    return _sources.get(name)


def _told(rows: QuerySet[Any], *, issued: str, line: Any, place: str) -> QuerySet[Any]:
    """With the three columns that are counted by."""
    told: QuerySet[Any] = rows.annotate(
        issued=F(issued), of_line=F(line) if isinstance(line, str) else line, of_town=Left(place, TOWN_PATH)
    )
    return told


def _tickets(since: datetime, until: datetime) -> QuerySet[Any]:
    rows = Ticket.objects.real().filter(
        registered_at__gte=since - SLOWEST,
        registered_at__lt=until,
        first_dispatched_at__gte=since,
        first_dispatched_at__lt=until,
        lead_unit__tier__in=BASE,
    )
    return _told(rows, issued="first_dispatched_at", line="category__lead_line", place="region_path")


def _patrols(since: datetime, until: datetime) -> QuerySet[Any]:
    rows = FieldTask.objects.filter(planned_at__gte=since, planned_at__lt=until, campaign__isnull=False)
    return _told(rows, issued="planned_at", line="campaign__created_by__unit__line", place="region_path")


def _hazards(since: datetime, until: datetime) -> QuerySet[Any]:
    rows = Hazard.objects.filter(
        reported_at__gte=since - SLOWEST, reported_at__lt=until, judged_at__gte=since, judged_at__lt=until
    )
    return _told(rows.filter(unit__tier__in=BASE), issued="judged_at", line="line", place="region_path")


def _supervision(since: datetime, until: datetime) -> QuerySet[Any]:
    rows = SupervisionTask.objects.filter(
        created_at__gte=since, created_at__lt=until, notified_at__isnull=False, unit__tier__in=BASE
    )
    line = Coalesce("created_by__unit__line", F("unit__parent__line"))
    return _told(rows, issued="created_at", line=line, place="region_path")


def _mandates(since: datetime, until: datetime) -> QuerySet[Any]:
    rows = AccessApplication.objects.filter(state__in=[AccessState.IN_FORCE, AccessState.EXPIRED])
    rows = rows.filter(starts_on__gte=local(since).date(), starts_on__lt=local(until).date())
    return _told(rows, issued="starts_on", line="unit__line", place="region_path")


def _inspections(since: datetime, until: datetime) -> QuerySet[Any]:
    first, last = local(since).date(), local(until).date()
    rows = InspectionTarget.objects.filter(inspection__starts_on__gte=first, inspection__starts_on__lt=last)
    rows = rows.exclude(inspection__begun_at=None)
    return _told(rows, issued="inspection__starts_on", line="inspection__unit__line", place="region_path")


def _notices(since: datetime, until: datetime) -> QuerySet[Any]:
    rows = NoticeTarget.objects.filter(notice__published_at__gte=since, notice__published_at__lt=until)
    return _told(rows, issued="notice__published_at", line="notice__unit__line", place="region_path")


def _bulletins(since: datetime, until: datetime) -> QuerySet[Any]:
    rows = BulletinReceipt.objects.filter(bulletin__published_at__gte=since, bulletin__published_at__lt=until)
    return _told(
        rows.filter(unit__tier__in=BASE),
        issued="bulletin__published_at",
        line="bulletin__unit__line",
        place="bulletin__region_path",
    )


def _staffing(since: datetime, until: datetime) -> QuerySet[Any]:
    rows = StaffingReceipt.objects.filter(bulletin__published_at__gte=since, bulletin__published_at__lt=until)
    return _told(
        rows.filter(unit__tier__in=BASE),
        issued="bulletin__published_at",
        line="bulletin__published_by__unit__line",
        place="bulletin__region__path",
    )


def _visible(rows: QuerySet[Any], actor: Actor) -> QuerySet[Any]:
    """Rows whose own queryset knows who sees them."""
    return rows.filter(pk__in=rows.model._default_manager.visible_to(actor).values("pk"))


def _above(name: str, model: Any) -> Callable[[QuerySet[Any], Actor], QuerySet[Any]]:
    """Rows that are seen with what they belong to."""
    return lambda rows, actor: rows.filter(**{f"{name}__in": model.objects.visible_to(actor).values("pk")})


def _seen_tickets(rows: QuerySet[Any], actor: Actor) -> QuerySet[Any]:
    return rows.filter(
        pk__in=Ticket.objects.visible_to(actor, along="few").filter(pk__in=rows.values("pk")).values("pk")
    )


def _ticket(row: Any) -> Issued:
    return Issued(number=row.number, title=row.title, url=row.get_absolute_url())


def _patrol(row: Any) -> Issued:
    return Issued(number="", title=row.title, url=reverse("fieldwork:task", args=[row.pk]))


def _hazard(row: Any) -> Issued:
    return Issued(number=row.number, title=row.title, url=reverse("fieldwork:hazard", args=[row.number]))


def _supervised(row: Any) -> Issued:
    return Issued(number=row.number, title=row.title, url=row.get_absolute_url())


def _application(row: Any) -> Issued:
    return Issued(number=row.number, title=row.title, url=reverse("mandates:access", args=[row.number]))


def _inspection(row: Any) -> Issued:
    above = row.inspection
    return Issued(
        number=above.number,
        title=f"{above.title} · {row.name}",
        url=reverse("supervision:inspection", args=[above.number]),
    )


def _notice(row: Any) -> Issued:
    above = row.notice
    return Issued(
        number=above.number, title=above.title, url=reverse("publicity:notice", args=[above.number])
    )


def _bulletin(row: Any) -> Issued:
    above = row.bulletin
    return Issued(
        number=above.number, title=above.title, url=reverse("supervision:bulletin", args=[above.number])
    )


def _staffed(row: Any) -> Issued:
    above = row.bulletin
    return Issued(number="", title=above.title, url=reverse("staffing:bulletin", args=[above.pk]))


for _source in (
    Source(
        name="tickets",
        label=pgettext_lazy("burden", "Tickets dispatched"),
        kind="task",
        rows=_tickets,
        seen=_seen_tickets,
        show=_ticket,
    ),
    Source(
        name="patrols",
        label=pgettext_lazy("burden", "Patrols and visits of campaigns"),
        kind="task",
        rows=_patrols,
        seen=_visible,
        show=_patrol,
    ),
    Source(
        name="hazards",
        label=pgettext_lazy("burden", "Hazards to be rectified"),
        kind="task",
        rows=_hazards,
        seen=_visible,
        show=_hazard,
    ),
    Source(
        name="supervision",
        label=pgettext_lazy("burden", "Supervision tasks"),
        kind="task",
        rows=_supervision,
        seen=_visible,
        show=_supervised,
    ),
    Source(
        name="mandates",
        label=pgettext_lazy("burden", "Matters admitted to the base"),
        kind="task",
        rows=_mandates,
        seen=_visible,
        show=_application,
    ),
    Source(
        name="inspections",
        label=pgettext_lazy("burden", "Places inspected"),
        kind="inspection",
        rows=_inspections,
        seen=_visible,
        show=_inspection,
    ),
    Source(
        name="notices",
        label=pgettext_lazy("burden", "Notices"),
        kind="document",
        rows=_notices,
        seen=_above("notice", PolicyNotice),
        show=_notice,
    ),
    Source(
        name="bulletins",
        label=pgettext_lazy("burden", "Supervision bulletins"),
        kind="document",
        rows=_bulletins,
        seen=_above("bulletin", SupervisionBulletin),
        show=_bulletin,
    ),
    Source(
        name="staffing",
        label=pgettext_lazy("burden", "Staffing bulletins"),
        kind="document",
        rows=_staffing,
        seen=lambda rows, actor: rows.filter(bulletin__in=bulletins_visible_to(actor).values("pk")),
        show=_staffed,
    ),
):
    register(_source)
