"""Screening campaigns: ordered, answered by every unit with cases or with a zero report, repeated on their day."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import pgettext, pgettext_lazy

from governance.accounts.actors import SYSTEM_ACTOR, Actor
from governance.audit import journal
from governance.foundation.clock import local
from governance.foundation.errors import Conflict, Forbidden, NotFound, Unprocessable
from grids import scope as scopes
from grids.models import Region
from grids.territory import current as territory
from incidents.models import Notice
from incidents.telling import tell
from mediation.models import MediationCase, ScreeningCampaign, ScreeningReturn
from mediation.querysets.screening import ORDERERS, REPORTERS

BATCH: Final = 100


@dataclass(frozen=True, kw_only=True)
class CampaignDraft:
    """What is ordered."""

    title: str
    region: Region
    tier: str
    starts_on: date
    ends_on: date
    aim: str = ""
    repeat_days: int | None = None


def may_order(by: Actor, path: str) -> bool:
    """Whether the person orders screenings there."""
    return bool(scopes.of(by.user).roles_over(path) & ORDERERS)


def order(draft: CampaignDraft, *, by: Actor, at: datetime) -> ScreeningCampaign:
    """Order a campaign: every unit of its tier has to report. Raises Forbidden, Unprocessable."""
    role = next(iter(sorted(scopes.of(by.user).roles_over(draft.region.path) & ORDERERS)), "")
    if not role:
        raise Forbidden(
            pgettext_lazy("screening", "Screenings are ordered by the town and the centre"),
            roles=sorted(ORDERERS),
        )
    today = local(at).date()
    if not draft.title.strip():
        raise Unprocessable(fields={"title": [pgettext_lazy("mediation", "Please fill this in")]})
    if draft.ends_on < max(draft.starts_on, today):
        raise Unprocessable(
            fields={"ends_on": [pgettext_lazy("screening", "It ends after it begins, and not in the past")]}
        )
    if draft.repeat_days is not None and draft.repeat_days < 7:
        raise Unprocessable(
            fields={"repeat_days": [pgettext_lazy("screening", "At least seven days lie between two")]}
        )
    with transaction.atomic():
        row = _open(draft, None, by=by, at=at)
        journal.record("mediation.screening.order", by=by.acting_as(role), obj=row, at=at)
    return row


def _open(
    draft: CampaignDraft, former: ScreeningCampaign | None, *, by: Actor, at: datetime
) -> ScreeningCampaign:
    row = ScreeningCampaign.objects.create(
        title=draft.title.strip(),
        aim=draft.aim.strip(),
        region=draft.region,
        region_path=draft.region.path,
        tier=draft.tier,
        starts_on=draft.starts_on,
        ends_on=draft.ends_on,
        repeat_days=draft.repeat_days,
        repeats=former,
        created_at=at,
        created_by=by.user if by.user is not None else former.created_by if former is not None else None,
    )
    land = territory()
    units: dict[int, str] = {}
    for place in land.by_path.values():
        if place.level == draft.tier and place.path.startswith(draft.region.path):
            unit = land.command_unit(place.path, draft.tier)
            if unit is not None:
                units.setdefault(unit.id, place.path)
    if not units:
        raise Unprocessable(fields={"region": [pgettext_lazy("screening", "No unit reports in this place")]})
    ScreeningReturn.objects.bulk_create(
        [
            ScreeningReturn(campaign=row, unit_id=unit, region_path=path)
            for unit, path in sorted(units.items())
        ]
    )
    tell(
        key=f"screening:{row.pk}:ordered",
        kind="mediation_screening",
        title=(
            pgettext("screening", "Screening for disputes until %(day)s: %(title)s")
            % {"day": f"{row.ends_on:%m-%d}", "title": row.title}
        )[:200],
        url=reverse("mediation:screening", args=[row.pk]),
        at=at,
        unit_ids=units,
        audience=Notice.Audience.HANDLERS,
    )
    return row


def reporting_role(row: ScreeningReturn, by: Actor) -> str:
    """The role under which the person reports for the unit. Raises Forbidden."""
    scope = scopes.of(by.user)
    held = scope.roles_over(row.region_path) & REPORTERS
    if not held or (row.unit_id not in scope.unit_ids and "community_staff" not in held):
        raise Forbidden(
            pgettext_lazy("screening", "A unit reports for itself"), roles=sorted(REPORTERS), verb="screen"
        )
    return sorted(held)[0]


def report(
    return_id: int, *, by: Actor, at: datetime, numbers: list[str] | tuple[str, ...] = (), note: str = ""
) -> ScreeningReturn:
    """Report what was found: the codes of the cases that were registered, or nothing, which is a zero report.

    Raises NotFound, Forbidden, Conflict (the campaign has not begun), Unprocessable (a code the person cannot read).
    """
    with transaction.atomic():
        rows = ScreeningReturn.objects.select_for_update(of=("self",), no_key=True).select_related("campaign")
        row = rows.filter(pk=return_id, campaign__in=ScreeningCampaign.objects.visible_to(by)).first()
        if row is None:
            raise NotFound()
        role = reporting_role(row, by)
        if local(at).date() < row.campaign.starts_on:
            raise Conflict(pgettext_lazy("screening", "This screening has not begun"), code="not_begun")
        wanted = sorted({number.strip().upper() for number in numbers if number.strip()})
        found = list(
            MediationCase.objects.visible_to(by).filter(
                number__in=wanted, region_path__startswith=row.region_path
            )
        )
        if len(found) != len(wanted):
            raise Unprocessable(
                fields={"numbers": [pgettext_lazy("screening", "A case code here is not one of your place")]}
            )
        row.reported_at, row.reported_by, row.is_zero, row.note = at, by.user, not found, note.strip()[:500]
        row.save()
        row.cases.set(found)
        journal.record(
            "mediation.screening.report",
            by=by.acting_as(role),
            obj=row,
            at=at,
            details={"zero": row.is_zero, "cases": len(found)},
        )
    return row


def sweep(*, at: datetime) -> int:
    """Remind who has not reported on the last day; begin the next campaign of a series. Safe to run twice."""
    today = local(at).date()
    done = 0
    late = ScreeningCampaign.objects.filter(ends_on__lte=today, reminded_at=None).order_by("pk")[:BATCH]
    for row in late:
        units = list(row.returns.filter(reported_at=None).values_list("unit", flat=True))
        tell(
            key=f"screening:{row.pk}:late",
            kind="overdue",
            title=(pgettext("screening", "No screening report yet: %(title)s") % {"title": row.title})[:200],
            url=reverse("mediation:screening", args=[row.pk]),
            at=at,
            unit_ids=units,
            audience=Notice.Audience.HANDLERS,
        )
        ScreeningCampaign.objects.filter(pk=row.pk).update(reminded_at=at)
        done += 1
    series = ScreeningCampaign.objects.filter(repeat_days__isnull=False, repeated_by=None)
    for row in series.select_related("region").order_by("pk")[:BATCH]:
        starts = row.starts_on + timedelta(days=row.repeat_days or 0)
        if starts > today:
            continue
        done += _repeat(row, starts, at)
    return done


def _repeat(row: ScreeningCampaign, starts: date, at: datetime) -> int:
    """The next campaign of a series, once."""
    draft = CampaignDraft(
        title=row.title,
        aim=row.aim,
        region=row.region,
        tier=row.tier,
        starts_on=starts,
        ends_on=starts + (row.ends_on - row.starts_on),
        repeat_days=row.repeat_days,
    )
    try:
        with transaction.atomic():
            _open(draft, row, by=SYSTEM_ACTOR, at=at)
    except IntegrityError:  # another process was faster
        return 0
    return 1
