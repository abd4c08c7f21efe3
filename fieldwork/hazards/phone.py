"""What a phone may do to hazards without a line: report one, and check one again. Once each, whenever it arrives."""

from datetime import datetime
from typing import Final
from uuid import UUID

from django.urls import reverse
from django.utils.translation import pgettext, pgettext_lazy

from fieldwork.hazards import deeds, reporting
from fieldwork.hazards.models import Hazard
from fieldwork.hazards.reporting import HazardDraft
from fieldwork.hazards.states import Origin
from fieldwork.sync.kinds import Done, Kind, Sent
from governance.accounts.actors import Actor
from governance.foundation.errors import NotFound, Unprocessable
from incidents.places import Spot

RECHECKS: Final = frozenset({"accept", "lift", "send_back"})


def report(sent: Sent, *, by: Actor, at: datetime) -> Done:
    """A hazard as the phone's form held it; the position of the phone where the form has none."""
    found = reporting.report(
        HazardDraft(
            category=sent.one("category"),
            content=sent.one("content"),
            spot=spot_of(sent),
            party=sent.one("party"),
            origin=sent.one("origin") or Origin.REPORT.value,
            occurred_at=sent.occurred_at,
            key=sent.id,
            photos=photos_of(sent),
        ),
        by=by,
        at=at,
    )
    words = pgettext("hazard", "Hazard reported: %(number)s") % {"number": found.hazard.number}
    return done(found.hazard, words)


def recheck(sent: Sent, *, by: Actor, at: datetime) -> Done:
    """Accepted, its listing lifted, or sent back: `verb`, with photos and what was found; `number` names the hazard."""
    verb = sent.one("verb")
    if verb not in RECHECKS:
        raise Unprocessable(fields={"verb": [pgettext_lazy("hazard", "Choose from the list")]})
    row = Hazard.objects.visible_to(by).filter(number=sent.one("number")).first()
    if row is None:
        raise NotFound()
    version = sent.one("version")
    row = deeds.perform(
        verb,
        row.pk,
        by=by,
        at=at,
        version=int(version) if version.isdigit() else None,
        photos=photos_of(sent),
        occurred_at=sent.occurred_at,
        key=sent.id,
        opinion=sent.one("opinion"),
    )
    words = pgettext("hazard", "Checked again: %(number)s") % {"number": row.number}
    return done(row, words)


def done(row: Hazard, words: str) -> Done:
    """Where to look at it."""
    url = reverse("fieldwork:hazard", args=[row.number])
    return Done(words=words, url=url, number=row.number, version=row.version)


def spot_of(sent: Sent) -> Spot:
    """The point of the form, else where the phone was, else the place that was chosen."""
    lon, lat = number_of(sent.one("lon")), number_of(sent.one("lat"))
    if (lon is None or lat is None) and not sent.one("region_code") and sent.position is not None:
        lon, lat = sent.position.lon, sent.position.lat
    return Spot(lon=lon, lat=lat, region_code=sent.one("region_code")[:15], text=sent.one("place"))


def number_of(text: str) -> float | None:
    """A number as a form holds it. Raises Unprocessable for what is none."""
    if not text:
        return None
    try:
        return float(text)
    except ValueError as error:
        words = pgettext_lazy("hazard", "This is not a possible position")
        raise Unprocessable(fields={"point": [words]}) from error


def photos_of(sent: Sent) -> list[UUID]:
    """The ids of the photos. Raises Unprocessable for what is none."""
    try:
        return [UUID(item) for item in sent.many("photos")]
    except ValueError as error:
        words = pgettext_lazy("hazard", "A photo named here was not uploaded by you or is used already")
        raise Unprocessable(fields={"photos": [words]}) from error


KINDS: Final = (
    Kind(name="hazard", label=pgettext_lazy("hazard", "Report a hazard"), do=report),
    Kind(name="hazard_recheck", label=pgettext_lazy("hazard", "Check a hazard again"), do=recheck),
)
