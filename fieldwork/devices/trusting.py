"""The deeds about trusted phones: trusting one, calling it back, confirming that it is empty, recovering its store."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from fieldwork.devices.limits import limit
from fieldwork.devices.rules import has_ended, is_administrator, may_trust
from fieldwork.models import PhoneLimit, PushSubscription, TrustedDevice
from governance.accounts.actors import Actor
from governance.accounts.models import User
from governance.accounts.roles import Role
from governance.audit import journal
from governance.foundation.clock import local
from governance.foundation.errors import Forbidden, NotFound, Unprocessable
from governance.foundation.sealed import keyed_hash

MOST_DEVICES = 5
SECRET_BYTES = 32
MAX_LABEL, MAX_REASON = 80, 200
SEEN_EVERY = timedelta(minutes=5)
CONTEXT = "fieldwork.trusteddevice.secret"


@dataclass(frozen=True, kw_only=True)
class Trust:
    """A phone that is trusted now: what it keeps (`cookie`), and what opens its store beside the PIN."""

    device: TrustedDevice
    cookie: str


def trust(*, by: Actor, at: datetime, label: str) -> Trust:
    """Let the sign-in last on this phone. Raises Forbidden for whoever may more than phones are for, Unprocessable
    where too many are trusted already.
    """
    user = by.user
    if user is None or not may_trust(user):
        raise Forbidden(_("With your posts every sign-in needs the password: this phone cannot be trusted"))
    days = limit(PhoneLimit.Name.DEVICE_DAYS, on=local(at).date())
    secret = secrets.token_urlsafe(SECRET_BYTES)
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        if TrustedDevice.objects.filter(user=user).trusted(at).count() >= MOST_DEVICES:
            raise Unprocessable(
                _("You have %(n)d trusted phones: call one back first") % {"n": MOST_DEVICES},
                code="many_devices",
            )
        device = TrustedDevice.objects.create(
            user=user,
            label=label.strip()[:MAX_LABEL] or _("Phone"),
            secret_hash=hash_of(secret),
            recovery=secrets.token_urlsafe(SECRET_BYTES),
            trusted_at=at,
            expires_at=at + timedelta(days=days),
            seen_at=at,
        )
        journal.record("fieldwork.trust", by=by, obj=device, at=at)
    return Trust(device=device, cookie=f"{device.pk}.{secret}")


def device_of(cookie: str) -> TrustedDevice | None:
    """The phone that holds this secret, whatever has become of it; its person comes with it."""
    name, _dot, secret = cookie.partition(".")
    try:
        key = UUID(name)
    except ValueError:
        return None
    rows = TrustedDevice.objects.select_related("user").filter(pk=key, secret_hash=hash_of(secret))
    return rows.first()


def hash_of(secret: str) -> str:
    """What the table keeps of a phone's secret."""
    return keyed_hash(secret, CONTEXT)


def seen(device: TrustedDevice, *, at: datetime) -> None:
    """Remember that the phone was here, at most every few minutes."""
    if at - device.seen_at >= SEEN_EVERY:
        TrustedDevice.objects.filter(pk=device.pk).update(seen_at=at)


def call_back(
    device_id: UUID, *, by: Actor, at: datetime, reason: str = "", is_wiped: bool = True
) -> TrustedDevice:
    """Trust the phone no longer, and order it to empty its store. Whose phone it is may, and an administrator, who
    says why. Again is no second deed. Raises NotFound, Unprocessable.
    """
    with transaction.atomic():
        rows = TrustedDevice.objects.visible_to(by).select_for_update(of=("self",))
        device = rows.filter(pk=device_id).first()
        if device is None:
            raise NotFound()
        is_own = device.user_id == by.user_id
        if not is_own and not reason.strip():
            raise Unprocessable(fields={"reason": [_("Say why the phone is called back")]})
        if device.revoked_at is not None and (device.wipe_at is not None or not is_wiped):
            return device
        device.revoked_at = device.revoked_at or at
        device.revoked_by = device.revoked_by or by.user
        device.reason = reason.strip()[:MAX_REASON]
        device.wipe_at = at if is_wiped else None
        device.save(update_fields=["revoked_at", "revoked_by", "reason", "wipe_at"])
        PushSubscription.objects.filter(device=device).delete()
        actor = by if is_own and not is_administrator(by.user) else by.acting_as(Role.ADMINISTRATOR)
        journal.record(
            "fieldwork.call_back",
            by=actor,
            obj=device,
            at=at,
            details={"person": device.user.username, "reason": device.reason, "wipe": is_wiped},
        )
    return device


def wiped(device: TrustedDevice, *, at: datetime) -> None:
    """The phone says that its store is empty."""
    if has_ended(device):
        TrustedDevice.objects.filter(pk=device.pk, wiped_at=None).update(wiped_at=at)


def recover(device: TrustedDevice, *, by: Actor, at: datetime, is_proved: bool) -> str:
    """What opens the store of a phone whose PIN is forgotten, for its person, on record. `is_proved`: the password was
    right (asked for where wrong ones are counted).

    Raises Forbidden (another person's phone, called back), Unprocessable (wrong password).
    """
    if by.user is None or device.user_id != by.user_id or not device.is_trusted(at):
        raise Forbidden(_("This phone is not trusted for you"))
    if not is_proved:
        raise Unprocessable(fields={"password": [_("The password is wrong")]}, code="wrong_password")
    with transaction.atomic():
        journal.record("fieldwork.recover", by=by, obj=device, at=at)
    return device.recovery
