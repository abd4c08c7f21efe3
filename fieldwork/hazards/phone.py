"""What a phone may do to hazards without a line: report one, and check one again. Once each, whenever it arrives.

And what it keeps for that: the forms, and the hazards whose second look is this person's to take.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.urls import reverse
from django.utils.translation import pgettext, pgettext_lazy

from fieldwork.hazards import deeds, reporting
from fieldwork.hazards.models import Hazard
from fieldwork.hazards.reporting import HazardDraft
from fieldwork.hazards.rules import held_roles, may_read, permitted
from fieldwork.hazards.states import HAZARD_TABLE, HazardState, Origin
from fieldwork.sync.kinds import Done, Kind, Sent
from fieldwork.sync.packing import Kept, Section
from governance.accounts.actors import Actor
from governance.foundation.errors import Conflict, NotFound, Unprocessable
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
    try:
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
    except Conflict as problem:
        problem.extra = {"current_version": row.version} | problem.extra | dict(last_deed(row))
        raise
    words = pgettext("hazard", "Checked again: %(number)s") % {"number": row.number}
    return done(row, words)


def done(row: Hazard, words: str) -> Done:
    """Where to look at it."""
    url = reverse("phone-hazards:hazard", args=[row.number])
    return Done(words=words, url=url, number=row.number, version=row.version)


def last_deed(row: Hazard) -> Iterable[tuple[str, Any]]:
    """Who did what to it last, for whoever acted on an older state of it."""
    step = row.steps.order_by("-pk").first()
    if step is None:
        return ()
    label = str(HAZARD_TABLE[step.verb].label)
    return (("changed_by", step.actor_name), ("changed_at", step.at), ("changed_to", label))


def rechecks_of(row: Hazard, by: Actor) -> list[tuple[str, Any]]:
    """What may come of a second look by this person, as choices; none where it is not theirs to take."""
    return [(verb.name, verb.label) for verb in permitted(row, by) if verb.name in RECHECKS]


def checkable(by: Actor, most: int) -> list[Hazard]:
    """What is said to be rectified and the person may look at again, due first. One statement."""
    rows = Hazard.objects.visible_to(by).filter(state=HazardState.SUBMITTED).order_by("due_at", "pk")
    verbs = [HAZARD_TABLE[name] for name in sorted(RECHECKS)]
    return [
        row for row in rows[: most * 2] if any(True for verb in verbs for _role in held_roles(verb, row, by))
    ][:most]


MOST_KEPT: Final = 12
"""Hazards whose pages a phone keeps: more second looks are not taken in a day."""


def kept(actor: Actor, at: datetime) -> Section:
    """The form of a new one, the list, and the pages of what waits for this person's second look."""
    if not may_read(actor):
        return Section(data=[])
    rows = checkable(actor, MOST_KEPT)
    pages: list[Kept] = [reverse("phone-hazards:list"), reverse("phone-hazards:new")]
    pages += [(reverse("phone-hazards:hazard", args=[row.number]), str(row.version)) for row in rows]
    found = [{"number": row.number, "title": row.title, "point": [row.lon, row.lat]} for row in rows]
    return Section(data=found, pages=pages)


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
