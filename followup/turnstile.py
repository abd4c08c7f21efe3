"""How often somebody may try: counted in the database, so that losing Redis opens no door.

Addresses and numbers are kept as keyed hashes, for one window of minutes; a nightly task forgets them.
"""

from datetime import datetime, timedelta

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from followup.models import Turnstile
from governance.foundation.errors import TooMany
from governance.foundation.sealed import keyed_hash
from governance.foundation.tries import count_try
from incidents.catalogue import current as catalogue

KEPT = timedelta(days=1)


def window() -> timedelta:
    """The stretch over which tries are counted."""
    return timedelta(minutes=int(catalogue().policy("query.window_minutes")))


def count(kind: str, value: str, *, at: datetime) -> int:
    """Count one try more and give how many there have been in this window: one statement, safe side by side."""
    return count_try("followup_turnstile", _key(kind, value), at=at, window=window())


def give_back(kind: str, value: str) -> None:
    """Take the last try back: it was a right one."""
    Turnstile.objects.filter(key=_key(kind, value), count__gt=0).update(count=F("count") - 1)


def must_pass(kind: str, value: str, most: int, *, at: datetime) -> None:
    """Count one try; raises TooMany above `most`."""
    if count(kind, value, at=at) > most:
        raise too_many()


def too_many() -> TooMany:
    """Try again later."""
    seconds = int(window().total_seconds())
    return TooMany(
        _("Too many tries. Please come again in %(minutes)d minutes.") % {"minutes": seconds // 60},
        retry_after=seconds,
    )


def forget(*, at: datetime) -> int:
    """Remove counts of yesterday; returns how many."""
    return Turnstile.objects.filter(since__lt=at - KEPT).delete()[0]


def _key(kind: str, value: str) -> str:
    return keyed_hash(value, f"followup.turnstile.{kind}")
