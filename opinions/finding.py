"""Registering an opinion: found on the net, or opened from a ticket of category 1703."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import translation
from django.utils.translation import pgettext, pgettext_lazy

from governance.accounts.actors import Actor
from governance.foundation.clock import local
from governance.foundation.errors import FieldErrors, NotFound, Text, Unprocessable
from governance.foundation.numbers import next_numbers
from grids.territory import latest as territory
from incidents import sides
from incidents.models import Ticket
from incidents.telling import tell
from opinions.frame import Move, leave_step
from opinions.limits import due_at
from opinions.models import OnlineOpinion, OpinionPost, OpinionReading, OpinionTicket
from opinions.rules import role_over
from opinions.states import OPINION_TABLE, Platform, Sentiment

MATTER: Final = "1703"
MOST: Final = 2_000_000_000


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What was found. `place` is the code of a region or a grid."""

    platform: str
    title: str
    text: str
    place: str
    found_at: datetime
    link: str = ""
    poster: str = ""
    sentiment: str = Sentiment.NEUTRAL.value
    views: int = 0
    comments: int = 0
    shares: int = 0

    def faults(self, at: datetime) -> FieldErrors:
        """What keeps it from being stored."""
        found: dict[str, list[Text]] = {}
        if self.platform not in Platform.values:
            found["platform"] = [pgettext_lazy("opinions", "Choose a platform")]
        if self.sentiment not in Sentiment.values:
            found["sentiment"] = [pgettext_lazy("opinions", "Choose a sentiment")]
        if not 0 < len(self.title.strip()) <= 120:
            found["title"] = [pgettext_lazy("opinions", "Give it a title of at most 120 characters")]
        if not 0 < len(self.text.strip()) <= 20_000:
            found["text"] = [pgettext_lazy("opinions", "Copy what was said, at most 20,000 characters")]
        if self.found_at > at:
            found["found_at"] = [pgettext_lazy("opinions", "It cannot be found in the future")]
        if self.link and not is_link(self.link):
            found["link"] = [pgettext_lazy("opinions", "This is not a link: it begins with http or https")]
        if len(self.poster) > 60:
            found["poster"] = [pgettext_lazy("opinions", "At most 60 characters")]
        return found | count_faults(self.views, self.comments, self.shares)


def is_link(text: str) -> bool:
    """An http or https address of at most 500 characters."""
    try:
        URLValidator(schemes=["http", "https"])(text)
    except ValidationError:
        return False
    return len(text) <= 500


def count_faults(views: int, comments: int, shares: int) -> dict[str, list[Text]]:
    """Numbers that no platform shows."""
    names = {"views": views, "comments": comments, "shares": shares}
    told = pgettext_lazy("opinions", "A number from 0 to 2,000,000,000")
    return {name: [told] for name, value in names.items() if not 0 <= value <= MOST}


@transaction.atomic
def register(finding: Finding, *, by: Actor, at: datetime, ticket_number: str = "") -> OnlineOpinion:
    """Register an opinion. Raises Forbidden, Unprocessable, NotFound (a ticket that one does not see)."""
    if faults := finding.faults(at):
        raise Unprocessable(fields=faults)
    place = territory().by_code.get(finding.place)
    if place is None:
        raise Unprocessable(
            fields={"place": [pgettext_lazy("opinions", "Choose the region or grid that it is about")]}
        )
    verb = OPINION_TABLE["register"]
    actor = by.acting_as(role_over(verb, by, path=place.path, unit_id=None, at=at))
    ticket = _ticket(ticket_number, by) if ticket_number else None
    assert by.user is not None
    row = OnlineOpinion(
        number=next_numbers("YQ", at)[0],
        platform=finding.platform,
        link=finding.link.strip(),
        poster=finding.poster.strip(),
        title=finding.title.strip(),
        text=finding.text.strip(),
        found_at=finding.found_at,
        sentiment=finding.sentiment,
        views=finding.views,
        comments=finding.comments,
        shares=finding.shares,
        region_id=place.region_id,
        region_path=place.path,
        assess_due_at=due_at("assess", "", finding.found_at),
        registered_by=by.user,
        registered_at=at,
    )
    row.save(force_insert=True)
    OpinionReading.objects.create(
        opinion=row, at=at, views=finding.views, comments=finding.comments, shares=finding.shares
    )
    if ticket is not None:
        OpinionTicket.objects.create(opinion=row, ticket=ticket, origin=OpinionTicket.Origin.OPENED_FROM)
        sides.mark(ticket.pk, "opinions")
    leave_step(Move(row, verb, actor, at, data={"ticket": ticket.number} if ticket else {}), "", None)
    _tell_the_post(row, by, at)
    return row


def _tell_the_post(row: OnlineOpinion, by: Actor, at: datetime) -> None:
    """Whoever holds the post for the place has to assess it; nobody is told of his or her own finding."""
    today = local(at).date()
    posts = OpinionPost.objects.filter(Q(ends_on=None) | Q(ends_on__gte=today), starts_on__lte=today)
    above = [place.path for place in territory().chain(row.region_path)]
    people = posts.filter(region_path__in=above, user__is_active=True).exclude(user=by.user_id)
    with translation.override(settings.LANGUAGE_CODE):
        words = pgettext("opinions", "Online opinion to be assessed: %(title)s") % {"title": row.title}
    tell(
        key=f"opinion:{row.pk}:registered",
        kind="opinion_found",
        title=words[:200],
        url=reverse("opinions:opinion", args=[row.number]),
        at=at,
        user_ids=people.values_list("user_id", flat=True),
        by=by,
    )


def _ticket(number: str, by: Actor) -> Ticket:
    """A ticket of the matter that the person sees. Raises NotFound, Unprocessable."""
    rows = Ticket.objects.visible_to(by).select_related("category").defer("search")
    ticket: Ticket | None = rows.filter(number=number).first()
    if ticket is None:
        raise NotFound()
    if not ticket.category.code.startswith(MATTER):
        raise Unprocessable(
            pgettext_lazy("opinions", "This ticket is not about online opinion (category 1703)")
        )
    return ticket
