"""Links of walls: made and ended by who keeps the walls, opened by whoever holds one. Only hashes are stored."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils.translation import pgettext_lazy

from governance.accounts.actors import Actor
from governance.audit import journal
from governance.command.walls.models import WallLink
from governance.command.walls.rules import must_keep
from governance.foundation.errors import Conflict, NotFound, Unprocessable
from grids.models import Region

LONGEST: Final = timedelta(days=366)
SEEN_EVERY: Final = timedelta(minutes=5)
LEVELS: Final = ("city", "district", "town", "community")


@dataclass(frozen=True, kw_only=True)
class Made:
    """A link and its token, which is shown only now."""

    link: WallLink
    token: str


def hashed(token: str) -> str:
    """What is kept of a token: it is long and random, so a plain hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def make(name: str, region_code: str, *, days: int, by: Actor, at: datetime) -> Made:
    """A new link. Raises Forbidden, Unprocessable."""
    must_keep(by)
    region = Region.objects.filter(code=region_code, level__in=LEVELS, valid_to=None).first()
    if region is None:
        raise Unprocessable(fields={"region": [pgettext_lazy("wall", "Choose a place that is in force")]})
    if not 1 <= days <= LONGEST.days:
        raise Unprocessable(
            fields={"days": [pgettext_lazy("wall", "A link is valid for a day to a year (366 days)")]}
        )
    token = secrets.token_urlsafe(32)
    link = WallLink.objects.create(
        name=name,
        region=region,
        token_hash=hashed(token),
        hint=token[-4:],
        made_by=by.user,
        made_at=at,
        expires_at=at + timedelta(days=days),
    )
    journal.record(
        "wall.link.made", by=by, obj=link, at=at, details={"region": region.code, "days": days, "name": name}
    )
    return Made(link=link, token=token)


@transaction.atomic
def revoke(link_id: int, *, by: Actor, at: datetime) -> WallLink:
    """End a link; the screens that it opened go dark within a minute. Raises Forbidden, NotFound, Conflict."""
    must_keep(by)
    link = WallLink.objects.select_for_update().filter(pk=link_id).first()
    if link is None:
        raise NotFound()
    if link.revoked_at is not None:
        raise Conflict(pgettext_lazy("wall", "This link has been ended already"))
    link.revoked_at, link.revoked_by = at, by.user
    link.save(update_fields=["revoked_at", "revoked_by"])
    journal.record("wall.link.revoked", by=by, obj=link, at=at, details={"name": link.name})
    return link


def opened(token: str, *, at: datetime) -> WallLink | None:
    """The link of a token, valid or not; None for a token that never was. Remembers now and then that it is used."""
    link = WallLink.objects.select_related("region").defer("region__boundary").filter(
        token_hash=hashed(token)
    ).first()  # fmt: skip
    if link is not None and link.is_valid(at) and (link.seen_at is None or at - link.seen_at >= SEEN_EVERY):
        WallLink.objects.filter(pk=link.pk).update(seen_at=at)
    return link
