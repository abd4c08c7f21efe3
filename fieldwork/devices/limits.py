"""The phone's limits as they hold on a day."""

from datetime import date

from fieldwork.models import PhoneLimit
from governance.foundation.prepared import fetch_all

DEFAULTS = {
    PhoneLimit.Name.DEVICE_DAYS: 90,
    PhoneLimit.Name.LOCK_MINUTES: 15,
    PhoneLimit.Name.SKEW_SECONDS: 300,
    PhoneLimit.Name.ARRIVE_METRES: 200,
    PhoneLimit.Name.PACK_TASKS: 100,
    PhoneLimit.Name.PACK_PLACES: 300,
    PhoneLimit.Name.KEEP_DAYS: 190,
}
"""What holds where the office has set nothing.

Idle lock: GB/T 22239-2019 8.1.4.1; how long answers are kept: Cybersecurity Law art. 21."""


def limit(name: PhoneLimit.Name, *, on: date) -> int:
    """The value in force on a day: the one with the latest date not after it."""
    return limits(name, on=on)[0]


def limits(*names: PhoneLimit.Name, on: date) -> tuple[int, ...]:
    """Several values in force on a day, in the order asked for: one statement."""
    found = dict(fetch_all(_IN_FORCE, [[name.value for name in names], on]))
    return tuple(found.get(name.value, DEFAULTS[name]) for name in names)


_IN_FORCE = """
SELECT name, value FROM fieldwork_phonelimit WHERE name = ANY(%s) AND valid_from <= %s ORDER BY valid_from
"""
