"""What has to hold before a plan of regions goes on: nothing it takes in has changed, its day can come, it is sound."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from governance.foundation.clock import local
from governance.foundation.errors import Unprocessable
from grids.models import Region, RegionEdition, RegionRevision
from grids.regions.checking import check, in_words, stored
from grids.regions.planning import Setting, draft_of, setting_of
from grids.revisions.guards import MovedSources


def must_be_fresh(revision: RegionRevision) -> list[Region]:
    """The source regions, locked, as they were taken in, with their pieces. Raises MovedSources."""
    taken = {row.region_id: row.edition for row in revision.sources.all()}
    rows = Region.objects.select_for_update(of=("self",), no_key=True).select_related("parent")
    regions = list(rows.defer("parent__boundary").filter(pk__in=taken).order_by("pk"))
    moved = [
        region for region in regions if region.valid_to is not None or region.edition != taken[region.pk]
    ]
    if moved:
        names = "、".join(f"{region.name}({region.code})" for region in moved)
        raise MovedSources(
            _("Changed since this revision took it in: %(regions)s. Withdraw it and prepare it anew.")
            % {"regions": names},
            regions=[region.code for region in moved],
        )
    return sorted(regions, key=lambda region: region.code)


def begun_on(regions: Iterable[Region]) -> dict[int, date]:
    """The day from which each region has been as it is: after its last edition, else its first day."""
    rows = {region.pk: region for region in regions}
    ended = RegionEdition.objects.filter(region__in=rows).values_list("region_id").annotate(Max("valid_to"))
    last = dict(ended.values_list("region_id", "valid_to__max"))
    return {
        pk: max(last[pk] + timedelta(days=1), region.valid_from) if pk in last else region.valid_from
        for pk, region in rows.items()
    }


def must_have_day(revision: RegionRevision, regions: Iterable[Region], *, at: datetime) -> None:
    """A day is set and has not passed, and comes after each region became what it is. Raises Unprocessable."""
    day = revision.effective_on
    if day is None:
        raise Unprocessable(fields={"effective_on": [_("Set the day from which it is in effect")]})
    if day < local(at).date():
        raise Unprocessable(
            fields={"effective_on": [_("The day of effect, %(day)s, has passed") % {"day": day}]}
        )
    must_come_after(day, regions)


def must_come_after(day: date, regions: Iterable[Region]) -> None:
    """The day comes after the day on which each region became what it is. Raises Unprocessable."""
    rows = {region.pk: region for region in regions}
    for pk, begun in begun_on(rows.values()).items():
        if begun >= day:
            told = {"grid": rows[pk].name, "begun": begun}
            raise Unprocessable(
                fields={
                    "effective_on": [
                        _("%(grid)s is as it is only since %(begun)s: choose a later day") % told
                    ]
                }
            )


def must_be_sound(revision: RegionRevision, *, at: datetime) -> Setting:
    """The check, kept on the revision. Unprocessable with the sentences of all errors."""
    setting, draft = setting_of(revision), draft_of(revision)
    findings = check(setting, draft)
    wrong = [in_words(finding.stored())["message"] for finding in findings if finding.is_error]
    if wrong:
        raise Unprocessable(fields={"results": wrong}, code="check_failed")
    revision.report = stored(findings, at=at)
    return setting
