"""Notices as push messages: a channel of the bell. They say that there is something, and where; nothing of whom.

The queue, the quiet hours, the tries and the worker are those of `incidents.channels`. A message that is tried again
has the same topic and tag, so that a phone shows it once.
"""

import hashlib
import json
import logging
from typing import Final

from django.conf import settings
from django.utils import translation
from django.utils.translation import pgettext, pgettext_lazy

from fieldwork.models import PushSubscription
from fieldwork.push.keys import decoded, encoded, proof_for
from fieldwork.push.sealing import sealed
from governance.accounts.models import User
from governance.exchange.posting import Poster
from governance.foundation.clock import now
from incidents.channels import Channel, Letter, NotDelivered

LOG = logging.getLogger(__name__)
GONE: Final = frozenset({404, 410})
KEPT_SECONDS: Final = 24 * 3600
PHONE, BELL = "/m/", "/m/notices/"


def subscriptions(person: User) -> "list[PushSubscription]":
    """The phones of a person that are trusted now."""
    rows = PushSubscription.objects.filter(device__user=person, device__revoked_at=None)
    return list(rows.filter(device__expires_at__gt=now()).order_by("pk"))


def reaches(person: User) -> bool:
    """Whether any phone of the person takes messages."""
    return bool(subscriptions(person))


def message_of(letter: Letter) -> bytes:
    """What the phone shows: no name, no place, no word of the notice."""
    with translation.override(settings.LANGUAGE_CODE):
        words = pgettext("push", "There is something new for you: open it to see")
        title = pgettext("push", "New notice")
    url = letter.url if letter.url.startswith(PHONE) else BELL
    return json.dumps({"title": title, "body": words, "url": url, "tag": letter.key}).encode()


def send(letter: Letter) -> None:
    """To every phone of the person. Raises NotDelivered where none has taken it and one may later."""
    message = message_of(letter)
    topic = encoded(hashlib.sha256(letter.key.encode()).digest())[:32]
    taken, refused = 0, ""
    with Poster(timeout=settings.WEBHOOK_TIMEOUT_SECONDS) as poster:
        for row in subscriptions(letter.person):
            headers = {
                "Authorization": proof_for(row.endpoint),
                "Content-Encoding": "aes128gcm",
                "Content-Type": "application/octet-stream",
                "TTL": str(KEPT_SECONDS),
                "Topic": topic,
                "Urgency": "high",
            }
            body = sealed(message, decoded(row.public_key), decoded(row.secret))
            answer = poster.post(row.endpoint, headers, body).result()
            if answer.is_taken:
                taken += 1
                PushSubscription.objects.filter(pk=row.pk).update(sent_at=now())
            elif answer.status in GONE:
                PushSubscription.objects.filter(pk=row.pk, created_at=row.created_at).delete()
            else:
                refused = answer.error or str(answer.status)
                LOG.info("push message not taken: %s", refused)
    if refused and not taken:
        raise NotDelivered(refused)


CHANNEL: Final = Channel(
    name="push", label=pgettext_lazy("push", "Push message on the phone"), send=send, reaches=reaches
)
