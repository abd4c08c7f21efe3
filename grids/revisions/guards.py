"""What has to hold before a plan goes on: its grids have not moved, its day can come, its check is sound."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from governance.foundation.clock import local
from governance.foundation.errors import Conflict, Unprocessable
from grids.checks import Report, worded
from grids.models import Grid, GridEdition, GridRevision, RevisionSource
from grids.revisions.planning import check_revision


class MovedSources(Conflict):
    """A grid has changed, or ended, since the revision took it in. `extra["grids"]` names each."""

    code = "moved_sources"


def must_be_fresh(revision: GridRevision) -> list[Grid]:
    """The source grids, locked, as they were taken in. Raises MovedSources."""
    taken = list(RevisionSource.objects.filter(revision=revision).order_by("grid_id"))
    ids = [row.grid_id for row in taken]
    rows = Grid.objects.select_for_update(of=("self",), no_key=True).select_related("community")
    rows = rows.defer("community__boundary")
    grids = {grid.pk: grid for grid in rows.filter(pk__in=ids).order_by("pk")}
    moved = [
        grids[row.grid_id]
        for row in taken
        if grids[row.grid_id].valid_to is not None or grids[row.grid_id].edition != row.edition
    ]
    if moved:
        names = "、".join(f"{grid.name}({grid.code})" for grid in moved)
        raise MovedSources(
            _("Changed since this revision took it in: %(grids)s. Withdraw it and prepare it anew.")
            % {"grids": names},
            grids=[grid.code for grid in moved],
        )
    return [grids[pk] for pk in ids]


def begun_on(grids: Iterable[Grid]) -> dict[int, date]:
    """The day from which each grid has been as it is: after its last edition, else its first day."""
    rows = {grid.pk: grid for grid in grids}
    ended = GridEdition.objects.filter(grid__in=rows).values_list("grid_id").annotate(Max("valid_to"))
    last = dict(ended.values_list("grid_id", "valid_to__max"))
    return {
        pk: max(last[pk] + timedelta(days=1), grid.valid_from) if pk in last else grid.valid_from
        for pk, grid in rows.items()
    }


def must_have_day(revision: GridRevision, grids: Iterable[Grid], *, at: datetime) -> None:
    """A day is set, has not passed, and comes after the day on which each grid became what it is."""
    day = revision.effective_on
    if day is None:
        raise Unprocessable(fields={"effective_on": [_("Set the day from which it is in effect")]})
    if day < local(at).date():
        raise Unprocessable(
            fields={"effective_on": [_("The day of effect, %(day)s, has passed") % {"day": day}]}
        )
    must_come_after(day, grids)


def must_come_after(day: date, grids: Iterable[Grid]) -> None:
    """The day comes after the day on which each grid became what it is. Raises Unprocessable."""
    rows = {grid.pk: grid for grid in grids}
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


def must_be_sound(revision: GridRevision, *, at: datetime) -> Report:
    """The check, kept on the revision. Unprocessable with the sentences of all errors."""
    report = check_revision(revision, at=at)
    if not revision.results.exists():
        raise Unprocessable(fields={"results": [_("The plan has no grids")]})
    if not report.is_sound:
        told = worded(report.stored(at=at))
        assert told is not None
        wrong = [item["message"] for item in told["findings"] if item["severity"] == "error"]
        raise Unprocessable(fields={"results": wrong}, code="check_failed")
    revision.report = report.stored(at=at)
    return report
