"""Who is told what about a matter: the desks of the centre at its place, and the police units there."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import pgettext

from governance.accounts.actors import Actor
from grids.territory import current as territory
from incidents.models import Notice
from incidents.telling import tell
from police_link.models import PoliceIncident
from police_link.querysets import POLICE_LINE

A = Notice.Audience


def tell_centre(
    row: PoliceIncident, what: str, *, at: datetime, by: Actor | None = None, key: str = ""
) -> int:
    """The desk of the city and of the town."""
    land = territory()
    desks = (land.command_unit(row.region_path, tier) for tier in ("town", "city"))
    return _tell(row, what, {desk.id for desk in desks if desk is not None}, (A.DUTY,), at=at, by=by, key=key)


def tell_overseers(row: PoliceIncident, what: str, *, at: datetime, by: Actor | None = None) -> int:
    """Who decides a dispute."""
    unit = territory().command_unit(row.region_path, "city")
    return _tell(row, what, {unit.id} if unit is not None else (), (A.OVERSIGHT,), at=at, by=by)


def tell_police(row: PoliceIncident, what: str, *, at: datetime, by: Actor | None = None) -> int:
    """The police units that answer for the place."""
    units = {unit.id for unit in territory().line_units(POLICE_LINE, row.region_path)}
    return _tell(row, what, units, (A.HANDLERS, A.LEADS), at=at, by=by)


def tell_holder(
    row: PoliceIncident, unit_id: int, what: str, *, at: datetime, by: Actor | None = None
) -> int:
    """The unit that holds the ticket."""
    return _tell(row, what, {unit_id}, (A.HANDLERS, A.DUTY), at=at, by=by, url=row.ticket)


def _tell(
    row: PoliceIncident,
    what: str,
    unit_ids: Iterable[int],
    audiences: Iterable[str],
    *,
    at: datetime,
    by: Actor | None,
    key: str = "",
    url: object = None,
) -> int:
    link = reverse("police_link:incident", args=[row.number])
    if url is not None and row.ticket is not None:
        link = reverse("incidents:ticket", args=[row.ticket.number])
    return sum(
        tell(
            key=f"police:{row.pk}:{what}:{key or row.version}",
            kind=KINDS.get(what, f"police_{what}"[:20]),
            title=words_of(what, row),
            url=link,
            at=at,
            unit_ids=unit_ids,
            audience=audience,
            by=by,
        )
        for audience in audiences
    )


KINDS = {"late": "overdue", "soon": "warn"}


def words_of(what: str, row: PoliceIncident) -> str:
    """What the bell says."""
    with translation.override(settings.LANGUAGE_CODE):
        words = {
            "offered": pgettext("police notice", "Transfer of 110 to be decided: %(title)s"),
            "supplement": pgettext("police notice", "110 has added to its transfer: %(title)s"),
            "disputed": pgettext("police notice", "110 objects to a refusal: %(title)s"),
            "withdrawn": pgettext("police notice", "110 has withdrawn its transfer: %(title)s"),
            "decided": pgettext("police notice", "The centre has decided about a transfer: %(title)s"),
            "handing": pgettext("police notice", "The centre hands a matter to 110: %(title)s"),
            "taken": pgettext("police notice", "110 has taken the matter; finish the ticket: %(title)s"),
            "declined": pgettext("police notice", "110 does not take the matter; it stays here: %(title)s"),
            "reported": pgettext("police notice", "The police have reported their result: %(title)s"),
            "soon": pgettext("police notice", "A transfer of 110 has to be decided soon: %(title)s"),
            "late": pgettext("police notice", "Not decided in time, kept by the first receiver: %(title)s"),
        }
        return (words[what] % {"title": row.title})[:200]
