"""Inviting a group, joining it by its link, taking a link back. Who holds a link is nobody's user.

An address is signed with a salt of its purpose; the row behind it says until when. Not signed by us: not found. Signed
but over: gone, with the reason.
"""

import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.core import signing
from django.db import models, transaction
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.translation import pgettext, pgettext_lazy

from fieldwork.guests.models import GuestInvitation, GuestPass
from fieldwork.guests.querysets import INVITERS, inviting_paths
from fieldwork.hazards.timing import end_of
from fieldwork.limits import value
from governance.accounts.actors import Actor
from governance.accounts.roles import SYSTEM
from governance.audit import journal
from governance.foundation.clock import local
from governance.foundation.errors import Forbidden, NotFound, Problem, Text, TooMany, Unprocessable
from governance.foundation.sealed import keyed_hash
from grids.territory import latest as territory

LONGEST_TOKEN: Final = 200
JOIN, PASS = "invitation", "pass"


class Gone(Problem):
    """A link that was good once."""

    status = 410
    code = "link_gone"
    title = pgettext_lazy("guest", "This link is no longer valid")


def holder(group: str = "", address: str = "", request_id: str = "") -> Actor:
    """Whoever holds a link: no account, the platform acts for him or her."""
    name = pgettext("actor", "Mobile grid worker, by link")
    return Actor(
        role=SYSTEM,
        client="web",
        client_name=f"{name} · {group}" if group else name,
        address=address,
        request_id=request_id,
    )


@dataclass(frozen=True, kw_only=True)
class Invited:
    """What somebody writes down to invite a group."""

    name: str
    kind: str
    place_code: str
    ends_on: date
    most_members: int


def invite(wanted: Invited, *, by: Actor, at: datetime) -> GuestInvitation:
    """Make an invitation. Raises Forbidden, Unprocessable."""
    place = territory().by_code.get(wanted.place_code)
    if place is None:
        words = pgettext_lazy("guest", "Choose a place from the list")
        raise Unprocessable(fields={"place_code": [words]})
    if not place.path.startswith(inviting_paths(by) or ("-",)) or by.user is None:
        raise Forbidden(
            pgettext_lazy("guest", "Groups are invited by communities, towns and the oversight office"),
            roles=sorted(INVITERS),
        )
    if by.unit_id is None:
        raise Unprocessable(pgettext_lazy("guest", "Only somebody of a unit invites"))
    _check(wanted, at)
    with transaction.atomic():
        row = GuestInvitation.objects.create(
            name=wanted.name.strip(),
            kind=wanted.kind,
            region_path=place.path,
            unit_id=by.unit_id,
            nonce=secrets.token_urlsafe(16),
            made_by=by.user,
            made_at=at,
            expires_at=end_of(wanted.ends_on, at),
            most_members=wanted.most_members,
        )
        journal.record("guest.invite", by=by, obj=row, at=at, after=facts(row))
    return row


def _check(wanted: Invited, at: datetime) -> None:
    faults: dict[str, list[Text]] = {}
    if not 0 < len(wanted.name.strip()) <= 60:
        faults["name"] = [pgettext_lazy("guest", "Name the group, in at most 60 characters")]
    if wanted.kind not in GuestInvitation.Kind.values:
        faults["kind"] = [pgettext_lazy("guest", "Choose from the list")]
    today, most = local(at).date(), int(value("guest.most_days"))
    if not today <= wanted.ends_on <= today + timedelta(days=most):
        words = pgettext_lazy("guest", "From today to %(days)d days ahead")
        faults["ends_on"] = [words % {"days": most}]
    if not 1 <= wanted.most_members <= int(value("guest.most_members")):
        words = pgettext_lazy("guest", "From 1 to %(most)d people")
        faults["most_members"] = [words % {"most": int(value("guest.most_members"))}]
    if faults:
        raise Unprocessable(fields=faults)


def join(token: str, *, name: str, phone: str, address: str, by: Actor, at: datetime) -> GuestPass:
    """Give somebody a pass of his or her own. Raises NotFound, Gone, TooMany, Unprocessable."""
    with transaction.atomic():
        row = find_invitation(token, at=at, lock=True)
        words = name.strip()
        if not 0 < len(words) <= 20:
            raise Unprocessable(fields={"name": [pgettext_lazy("guest", "Say how you are called")]})
        if row.passes.filter(revoked_at=None).count() >= row.most_members:
            raise Gone(pgettext_lazy("guest", "This group is full. Please ask whoever invited you."))
        origin = keyed_hash(address, "fieldwork.guest.address")
        rule = value("guest.most_joins")
        since = at - timedelta(minutes=int(rule["minutes"]))
        if GuestPass.objects.filter(address_hash=origin, joined_at__gt=since).count() >= int(rule["count"]):
            raise too_many(int(rule["minutes"]))
        guest = GuestPass.objects.create(
            invitation=row,
            nonce=secrets.token_urlsafe(16),
            name=words,
            phone=phone.strip(),
            joined_at=at,
            address_hash=origin,
            tries_since=at,
        )
        journal.record("guest.join", by=by, obj=guest, at=at, details={"invitation": row.pk})
    return guest


def too_many(minutes: int) -> TooMany:
    """Come again later."""
    words = pgettext_lazy("guest", "Too many tries. Please come again in %(minutes)d minutes.")
    return TooMany(words % {"minutes": minutes}, retry_after=minutes * 60)


def revoke(row: "GuestInvitation | GuestPass", *, by: Actor, at: datetime) -> None:
    """Take a link back, now; one that is taken back already stays so. Raises NotFound for what is not seen."""
    key = row.pk if isinstance(row, GuestInvitation) else row.invitation_id
    if not GuestInvitation.objects.visible_to(by).filter(pk=key).exists():
        raise NotFound()
    with transaction.atomic():
        rows = type(row)._base_manager.filter(pk=row.pk, revoked_at=None)
        if rows.update(revoked_at=at, revoked_by=by.user):
            journal.record("guest.revoke", by=by, obj=row, at=at)


def forget_addresses(*, at: datetime) -> int:
    """What a pass was made from is kept for a day; returns how many were forgotten."""
    old = GuestPass.objects.filter(joined_at__lt=at - timedelta(days=1)).exclude(address_hash="")
    return old.update(address_hash="")


def token_of(row: "GuestInvitation | GuestPass") -> str:
    """The signed word in the address."""
    return _signer(JOIN if isinstance(row, GuestInvitation) else PASS).sign(f"{row.pk}-{row.nonce}")


def address_of(row: "GuestInvitation | GuestPass") -> str:
    """The whole address, as it stands in the QR code."""
    name = "guests:join" if isinstance(row, GuestInvitation) else "guests:mine"
    return settings.PUBLIC_URL.rstrip("/") + reverse(name, args=[token_of(row)])


def find_invitation(token: str, *, at: datetime, lock: bool = False) -> GuestInvitation:
    """The invitation behind a word. Raises NotFound, Gone."""
    rows = GuestInvitation.objects.select_related("unit")
    row: GuestInvitation = _find(rows.select_for_update(of=("self",)) if lock else rows, JOIN, token)
    _must_be_open(row, at)
    return row


def find_pass(token: str, *, at: datetime, lock: bool = False) -> GuestPass:
    """The pass behind a word, with its invitation. Raises NotFound, Gone."""
    rows = GuestPass.objects.select_related("invitation__unit")
    row: GuestPass = _find(rows.select_for_update(of=("self",)) if lock else rows, PASS, token)
    if row.revoked_at is not None:
        raise Gone(pgettext_lazy("guest", "This link has been taken back by the office that gave it."))
    _must_be_open(row.invitation, at)
    return row


def _must_be_open(row: GuestInvitation, at: datetime) -> None:
    if row.revoked_at is not None:
        raise Gone(pgettext_lazy("guest", "This link has been taken back by the office that gave it."))
    if at >= row.expires_at:
        raise Gone(pgettext_lazy("guest", "The time of this link is over. Please ask for a new one."))


def _find(rows: "models.QuerySet[Any]", purpose: str, token: str) -> Any:
    if len(token) > LONGEST_TOKEN:
        raise NotFound()
    try:
        pk, _dash, nonce = _signer(purpose).unsign(token).partition("-")
        row = rows.filter(pk=int(pk)).first()
    except (signing.BadSignature, ValueError) as error:
        raise NotFound() from error
    if row is None or not constant_time_compare(row.nonce, nonce):
        raise NotFound()
    return row


def _signer(purpose: str) -> signing.Signer:
    return signing.Signer(salt=f"fieldwork.guest.{purpose}", sep=".")


def facts(row: GuestInvitation) -> dict[str, str]:
    """What the journal keeps a digest of."""
    return {item.name: str(getattr(row, item.attname)) for item in row._meta.concrete_fields}
