"""What each rule value of supervision is: its name, what it decides, its shape. Pure; other keys are no rules."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import pgettext_lazy

from governance.foundation.calendars import Limit
from governance.foundation.errors import Text
from supervision.names import Kind


@dataclass(frozen=True, kw_only=True)
class Shape:
    """A kind of value: what may be stored."""

    name: str
    accepts: Callable[[Any], bool]


def _is_limit(value: Any) -> bool:
    try:
        amount, unit, clock = value
        Limit(amount, unit, clock)
    except (TypeError, ValueError):
        return False
    return True


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 365


def _is_share(value: Any) -> bool:
    return isinstance(value, float) and 0.01 <= value <= 0.99


def _is_limit_for_each_kind(value: Any) -> bool:
    return isinstance(value, dict) and set(value) == set(Kind) and all(map(_is_limit, value.values()))


LIMIT: Final = Shape(name="limit", accepts=_is_limit)
LIMITS: Final = Shape(name="limits", accepts=_is_limit_for_each_kind)
SHARE: Final = Shape(name="share", accepts=_is_share)
TIMES: Final = Shape(name="times", accepts=_is_whole)
WORKDAYS: Final = Shape(name="workdays", accepts=_is_whole)
DAYS: Final = Shape(name="days", accepts=_is_whole)
METRES: Final = Shape(name="metres", accepts=_is_whole)


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One rule value: what people call it and what it decides."""

    shape: Shape
    label: Text
    meaning: Text


def _rule(shape: Shape, label: Text, meaning: Text) -> Rule:
    return Rule(shape=shape, label=label, meaning=meaning)


RULES: Final[Mapping[str, Rule]] = {
    "limit.send": _rule(
        LIMIT,
        pgettext_lazy("supervision rule", "Limit to send"),
        pgettext_lazy("supervision rule", "From creating a supervision until oversight sends it"),
    ),
    "limit.sign": _rule(
        LIMIT,
        pgettext_lazy("supervision rule", "Limit to sign"),
        pgettext_lazy("supervision rule", "From sending until the unit signs; then the platform signs"),
    ),
    "limit.rectify": _rule(
        LIMITS,
        pgettext_lazy("supervision rule", "Limit to rectify"),
        pgettext_lazy("supervision rule", "From signing until the unit reports; then it is escalated"),
    ),
    "limit.check": _rule(
        LIMIT,
        pgettext_lazy("supervision rule", "Limit to check"),
        pgettext_lazy("supervision rule", "From the report until oversight accepts or rejects it"),
    ),
    "limit.score": _rule(
        LIMIT,
        pgettext_lazy("supervision rule", "Limit to score"),
        pgettext_lazy("supervision rule", "From acceptance until oversight closes it with a score"),
    ),
    "limit.recheck": _rule(
        LIMIT,
        pgettext_lazy("supervision rule", "Looked at again after"),
        pgettext_lazy("supervision rule", "From closing until somebody looks whether it is back"),
    ),
    "limit.appeal": _rule(
        LIMIT,
        pgettext_lazy("supervision rule", "Limit to decide an appeal"),
        pgettext_lazy("supervision rule", "From lodging until the second officer or a leader decides"),
    ),
    "again.share": _rule(
        SHARE,
        pgettext_lazy("supervision rule", "Limit after a rejection"),
        pgettext_lazy("supervision rule", "Share of the limit to rectify, rounded up"),
    ),
    "alarm.warn_ratio": _rule(
        SHARE,
        pgettext_lazy("supervision rule", "Amber from"),
        pgettext_lazy("supervision rule", "Share of a limit after which people are warned"),
    ),
    "alarm.repeat_workdays": _rule(
        WORKDAYS,
        pgettext_lazy("supervision rule", "Reminded again after"),
        pgettext_lazy(
            "supervision rule", "What oversight leaves lying is told again, then to whoever is on duty"
        ),
    ),
    "ladder.supervise_workdays": _rule(
        WORKDAYS,
        pgettext_lazy("supervision rule", "Supervised when late by"),
        pgettext_lazy("supervision rule", "A ticket this much past its limit begets a supervision"),
    ),
    "ladder.bulletin_workdays": _rule(
        WORKDAYS,
        pgettext_lazy("supervision rule", "In the bulletin when late by"),
        pgettext_lazy("supervision rule", "A ticket this much past its limit is named in the bulletin"),
    ),
    "ladder.reworks": _rule(
        TIMES,
        pgettext_lazy("supervision rule", "Supervised when reworked"),
        pgettext_lazy("supervision rule", "Results sent back by the check"),
    ),
    "ladder.redos": _rule(
        TIMES,
        pgettext_lazy("supervision rule", "Supervised when done again"),
        pgettext_lazy("supervision rule", "Sent back after a call to the citizen"),
    ),
    "ladder.complaints": _rule(
        TIMES,
        pgettext_lazy("supervision rule", "Supervised when reported"),
        pgettext_lazy("supervision rule", "Reports of one matter within the days below"),
    ),
    "ladder.complaint_days": _rule(
        DAYS,
        pgettext_lazy("supervision rule", "Reports are counted over"),
        pgettext_lazy("supervision rule", "How far back reports of one matter count"),
    ),
    "recurrence.place_times": _rule(
        TIMES,
        pgettext_lazy("supervision rule", "Recurrence warning of a place"),
        pgettext_lazy("supervision rule", "Tickets of one category at one place within the days below"),
    ),
    "recurrence.person_times": _rule(
        TIMES,
        pgettext_lazy("supervision rule", "Recurrence warning of a person"),
        pgettext_lazy("supervision rule", "Tickets that one person has brought within the days below"),
    ),
    "recurrence.days": _rule(
        DAYS,
        pgettext_lazy("supervision rule", "Recurrence is counted over"),
        pgettext_lazy("supervision rule", "How far back tickets count for a recurrence warning"),
    ),
    "recurrence.metres": _rule(
        METRES,
        pgettext_lazy("supervision rule", "One place is"),
        pgettext_lazy("supervision rule", "How far tickets of one place lie apart at most, to each side"),
    ),
    "recurrence.quiet_days": _rule(
        DAYS,
        pgettext_lazy("supervision rule", "Recurrence warnings lapse after"),
        pgettext_lazy("supervision rule", "Days in which nothing more has come"),
    ),
    "recurrence.relapse_days": _rule(
        DAYS,
        pgettext_lazy("supervision rule", "Recurrence warnings open again for"),
        pgettext_lazy("supervision rule", "Days after closing in which one more ticket opens it again"),
    ),
    "appeal.workdays": _rule(
        WORKDAYS,
        pgettext_lazy("supervision rule", "Appeals are taken for"),
        pgettext_lazy("supervision rule", "From the result until a unit may object to it"),
    ),
    "follow_up.days": _rule(
        DAYS,
        pgettext_lazy("supervision rule", "Poor answers on the board for"),
        pgettext_lazy("supervision rule", "How long the board shows answers of dissatisfied citizens"),
    ),
}
