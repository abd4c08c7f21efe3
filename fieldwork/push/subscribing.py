"""Switching push messages on and off for a trusted phone. They end with its trust."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import pgettext_lazy

from fieldwork.models import PushSubscription, TrustedDevice
from fieldwork.push.keys import decoded, is_configured
from fieldwork.push.sealing import BadKey, checked_key
from governance.accounts.actors import Actor
from governance.audit import journal
from governance.exchange.addresses import BadUrl, target_of
from governance.foundation.errors import Conflict, Forbidden, Unprocessable
from incidents.models import NoticeMark, Topic

FIRST_TOPICS = (Topic.ALARM.value, Topic.WORK.value)
"""What comes as a push message until the person has chosen."""


@transaction.atomic
def subscribe(
    device: TrustedDevice | None, *, endpoint: str, public_key: str, secret: str, by: Actor, at: datetime
) -> PushSubscription:
    """This phone takes push messages from now on; again, at its new address.

    Raises Conflict (the site sends none), Forbidden (not a trusted phone of this person), Unprocessable.
    """
    if not is_configured():
        raise Conflict(pgettext_lazy("push", "This site sends no push messages"), code="no_push")
    if by.user is None or device is None or device.user_id != by.user_id or not device.is_trusted(at):
        raise Forbidden(pgettext_lazy("push", "Set this phone up first: only trusted phones take messages"))
    try:
        target_of(endpoint)
    except BadUrl as problem:
        raise Unprocessable(fields={"endpoint": [problem.words]}) from problem
    try:
        checked_key(decoded(public_key), decoded(secret))
    except (BadKey, ValueError) as problem:
        words = pgettext_lazy("push", "This browser did not give a key for push messages")
        raise Unprocessable(fields={"keys": [words]}) from problem
    row, _is_new = PushSubscription.objects.update_or_create(
        device=device,
        defaults={"endpoint": endpoint, "public_key": public_key, "secret": secret, "created_at": at},
    )
    mark, _is_new = NoticeMark.objects.get_or_create(user=by.user)
    if not mark.message:
        NoticeMark.objects.filter(pk=mark.pk).update(message=list(FIRST_TOPICS))
    journal.record("fieldwork.subscribe", by=by, obj=device, at=at)
    return row


@transaction.atomic
def unsubscribe(device: TrustedDevice | None, *, by: Actor, at: datetime) -> None:
    """No more messages to this phone. Again is no second deed."""
    if device is None or device.user_id != by.user_id:
        return
    gone, _kinds = PushSubscription.objects.filter(device=device).delete()
    if gone:
        journal.record("fieldwork.unsubscribe", by=by, obj=device, at=at)
