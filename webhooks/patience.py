"""How long to wait: after a failed attempt, before an endpoint is tried again, and when a message is given up. Pure."""

from datetime import timedelta

FIRST, LONGEST = timedelta(seconds=5), timedelta(hours=6)
FIRST_REST, LONGEST_REST = timedelta(seconds=15), timedelta(hours=1)
MOST_DOUBLINGS = 20


def after_failure(attempts: int, chance: float) -> timedelta:
    """The wait after that many attempts (from 1): doubled each time up to six hours, less a random part of a half.

    `chance` from 0 to 1 is the random part, so that messages that failed together do not come back together.
    """
    return _jittered(FIRST, LONGEST, attempts - 1, chance)


def rest(failures: int, limit: int, chance: float) -> timedelta:
    """How long an endpoint is left alone after `failures` in a row, `limit` of which open its circuit."""
    return _jittered(FIRST_REST, LONGEST_REST, failures - limit, chance)


def _jittered(first: timedelta, longest: timedelta, doublings: int, chance: float) -> timedelta:
    whole: timedelta = min(first * 2 ** min(max(doublings, 0), MOST_DOUBLINGS), longest)
    return whole * (0.5 + 0.5 * chance)
