"""How hazards look on a screen: rows of lists, entries of the story, fields of a dialog, places in words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import pgettext

from fieldwork.hazards.models import Hazard, HazardListing, HazardProof
from fieldwork.hazards.states import HAZARD_TABLE, TONES
from governance.accounts.actors import Actor
from governance.accounts.roles import Role
from governance.foundation.clock import local
from governance.foundation.errors import NotFound
from governance.foundation.naming import label_of
from governance.foundation.state_machine import NeedKind
from grids.territory import current as territory
from incidents.catalogue import current as catalogue
from incidents.forms import VerbForm
from incidents.views.case import Photo, photo_of
from incidents.views.faces import unit_name
from incidents.views.verbs import uploaded


@dataclass(frozen=True, kw_only=True)
class Row:
    """One hazard as a line of a list."""

    hazard: Hazard
    lamp: str
    tone: str
    place: str
    matter: str
    unit: str


def visible_hazard(actor: Actor, number: str) -> Hazard:
    """The hazard, if this person may see it. Raises NotFound."""
    rows = (
        Hazard.objects.visible_to(actor).select_related("unit", "reporter", "ticket").defer("ticket__search")
    )
    found: Hazard | None = rows.filter(number=number).first()
    if found is None:
        raise NotFound()
    return found


def row_of(hazard: Hazard, at: datetime) -> Row:
    """No statement: units and matters are snapshots."""
    return Row(
        hazard=hazard,
        lamp=hazard.lamp(at),
        tone=TONES[hazard.state],
        place=place_words(hazard.region_path),
        matter=matter_words(hazard.category_code),
        unit=unit_name(hazard.unit_id) if hazard.unit_id else "",
    )


def place_words(path: str) -> str:
    """The places from the town down."""
    chain = [label_of(place) for place in territory().chain(path)]
    return " · ".join(chain[2:] or chain[-1:])


def matter_words(code: str) -> str:
    """The name of a matter; its code where the edition of now does not know it."""
    category = catalogue().by_code.get(code)
    return category.label if category is not None else code


def entries(row: Hazard) -> list[dict[str, Any]]:
    """The story, newest first, with the photos of each deed: two statements."""
    steps = list(row.steps.order_by("-pk"))
    photos: dict[int, list[Photo]] = {}
    for proof in HazardProof.objects.filter(step__in=steps).select_related("attachment").order_by("pk"):
        photos.setdefault(proof.step_id, []).append(photo_here(proof))
    return [
        {
            "title": HAZARD_TABLE[step.verb].label,
            "at": step.at,
            "who": step.actor_name,
            "role": str(Role(step.role).label) if step.role in Role.values else "",
            "text": step.opinion,
            "tone": TONES.get(step.to_state, "") if step.from_state != step.to_state else "",
            "facts": list(facts_of(step.data, step.occurred_at, step.at)),
            "shots": photos.get(step.pk, []),
        }
        for step in steps
    ]


def facts_of(
    data: Mapping[str, Any], occurred_at: datetime | None, at: datetime
) -> Iterable[tuple[str, str]]:
    """What a deed says besides its opinion."""
    unit = territory().unit_by_code.get(str(data.get("unit", "")))
    if unit is not None:
        yield pgettext("hazard", "Unit that rectifies"), label_of(unit)
    if data.get("due_at"):
        yield pgettext("hazard", "To be rectified by"), moment_words(data["due_at"])
    if data.get("listing"):
        yield pgettext("hazard", "Number of the listing"), str(data["listing"])
    if data.get("measures"):
        yield pgettext("hazard", "What has to be done"), str(data["measures"])
    if occurred_at is not None and abs((at - occurred_at).total_seconds()) > 60:
        yield pgettext("hazard", "Done on the spot at"), moment_words(occurred_at.isoformat())


def moment_words(text: str) -> str:
    """A stored instant by the clock on the wall."""
    return f"{local(datetime.fromisoformat(text)):%Y-%m-%d %H:%M}"


def photo_here(proof: HazardProof) -> Photo:
    """The photo with the address at which this app gives it out."""
    url = reverse("fieldwork:hazard-photo", args=[proof.attachment_id])
    shown = photo_of(proof.attachment)
    return replace(shown, url=url, thumb_url=f"{url}?thumb=1" if shown.thumb_url else "")


def listing_of(row: Hazard) -> HazardListing | None:
    """The newest listing, in force or lifted."""
    rows = row.listings.select_related("supervisor", "listed_by", "lifted_by")
    found: HazardListing | None = rows.order_by("-pk").first()
    return found


@dataclass(frozen=True, kw_only=True)
class FieldFace:
    """How one need is asked for."""

    part: str
    bound: Any
    url: str = ""
    shown: str = ""
    have: Any = ()
    error: str = ""
    is_needed: bool = False


def field_faces(form: VerbForm, path: str, actor: Actor) -> list[FieldFace]:
    """The fields of a verb's dialog, as its needs say."""
    found = []
    for need in form.verb.needs:
        bound = form[need.name]
        if need.kind is NeedKind.UNIT:
            value = str(bound.value() or "")
            unit = territory().units.get(int(value)) if value.isdigit() else None
            shown = label_of(unit) if unit is not None else ""
            url = f"{reverse('incidents:pick-units')}?path={path}"
            found.append(FieldFace(part="picker", bound=bound, url=url, shown=shown))
        elif need.kind is NeedKind.PHOTOS:
            have, error = uploaded(actor, bound.value()), " ".join(map(str, bound.errors))
            found.append(
                FieldFace(part="photos", bound=bound, have=have, error=error, is_needed=need.required)
            )
        else:
            found.append(FieldFace(part="plain", bound=bound))
    return found
