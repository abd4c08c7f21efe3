"""The state table of an online opinion as data: found, weighed up, assigned, answered, closed. Pure.

`opinion_post` is the post of online opinion (舆情处置岗): people named for a region, see `OpinionPost`.
"""

from typing import Final

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy

from governance.accounts.roles import Role
from governance.foundation.errors import Text
from governance.foundation.state_machine import Need, NeedKind, Reach, StateTable, Verb, Who

POST: Final = "opinion_post"


class OpinionState(TextChoices):
    """From the finding to the result."""

    REGISTERED = "registered", pgettext_lazy("opinion state", "Registered")
    WATCHING = "watching", pgettext_lazy("opinion state", "Under watch")
    ASSIGNED = "assigned", pgettext_lazy("opinion state", "Assigned for response")
    RESPONDED = "responded", pgettext_lazy("opinion state", "Responded")
    CLOSED = "closed", pgettext_lazy("opinion state", "Closed")
    DISMISSED = "dismissed", pgettext_lazy("opinion state", "Not taken up")


class Platform(TextChoices):
    """Where it was said."""

    WEIBO = "weibo", pgettext_lazy("platform", "Weibo")
    WECHAT = "wechat", pgettext_lazy("platform", "WeChat")
    SHORT_VIDEO = "short_video", pgettext_lazy("platform", "Short video")
    FORUM = "forum", pgettext_lazy("platform", "Forum")
    NEWS = "news", pgettext_lazy("platform", "News site")
    MESSAGE_BOARD = "message_board", pgettext_lazy("platform", "Leaders' message board")
    OTHER = "other", pgettext_lazy("platform", "Other platform")


class Sentiment(TextChoices):
    """How it is meant."""

    POSITIVE = "positive", pgettext_lazy("sentiment", "Positive")
    NEUTRAL = "neutral", pgettext_lazy("sentiment", "Neutral")
    NEGATIVE = "negative", pgettext_lazy("sentiment", "Negative")


class Level(TextChoices):
    """How grave it is; limits depend on it."""

    GENERAL = "general", pgettext_lazy("opinion level", "General")
    LARGER = "larger", pgettext_lazy("opinion level", "Larger")
    MAJOR = "major", pgettext_lazy("opinion level", "Major")
    GRAVE = "grave", pgettext_lazy("opinion level", "Especially major")


class Result(TextChoices):
    """What came of it."""

    SETTLED = "settled", pgettext_lazy("opinion result", "Matter solved, calm again")
    EXPLAINED = "explained", pgettext_lazy("opinion result", "Explained and understood")
    REFUTED = "refuted", pgettext_lazy("opinion result", "Rumour refuted")
    FADED = "faded", pgettext_lazy("opinion result", "Faded by itself")


S = OpinionState
OPEN: Final = frozenset({S.REGISTERED, S.WATCHING, S.ASSIGNED, S.RESPONDED})
SCOPE, OWN = Reach.SCOPE, Reach.OWN
CENTRE: Final[Who] = {
    POST: SCOPE,
    Role.OVERSIGHT_OFFICER.value: SCOPE,
    Role.DUTY_OFFICER.value: SCOPE,
    Role.DISPATCHER.value: SCOPE,
}
"""The post of online opinion and the command centre, inside their own area."""
FINDERS: Final[Who] = {**CENTRE, Role.TOWN_STAFF.value: SCOPE}
JUDGES: Final[Who] = {POST: SCOPE, Role.OVERSIGHT_OFFICER.value: SCOPE, Role.DUTY_OFFICER.value: SCOPE}
ANSWERERS: Final[Who] = {
    Role.DEPT_LEAD.value: OWN,
    Role.DEPT_HANDLER.value: OWN,
    Role.TOWN_STAFF.value: OWN,
    Role.COMMUNITY_STAFF.value: OWN,
}
"""People of the unit that has to respond."""
RAISERS: Final[Who] = {
    Role.DUTY_OFFICER.value: SCOPE,
    Role.DISPATCHER.value: SCOPE,
    Role.TOWN_STAFF.value: SCOPE,
}
"""Of those who find opinions, whoever registers tickets."""
WATCHERS: Final = frozenset({Role.LEADER})
"""Read in their area without a hand in it."""
READING_ROLES: Final = frozenset({*FINDERS, *ANSWERERS, *WATCHERS})
"""Who finds these pages in the navigation; whoever holds the post alone is led there by the bell."""


def _text(name: str, label: Text, *, required: bool = True) -> Need:
    return Need(name=name, kind=NeedKind.TEXT, label=label, required=required)


def _choice(name: str, label: Text, choices: type[TextChoices]) -> Need:
    return Need(name=name, kind=NeedKind.CHOICE, label=label, choices=choices.choices)


LEVEL: Final = _choice("level", pgettext_lazy("opinions", "Level"), Level)
ANALYSIS: Final = _text("opinion", pgettext_lazy("opinions", "Analysis"))
REASON: Final = _text("opinion", pgettext_lazy("opinions", "Reason"))
COUNTS: Final = tuple(
    Need(name=name, kind=NeedKind.INTEGER, label=label)
    for name, label in (
        ("views", pgettext_lazy("opinions", "Views")),
        ("comments", pgettext_lazy("opinions", "Comments")),
        ("shares", pgettext_lazy("opinions", "Shares")),
    )
)

VERBS: Final = (
    Verb(
        name="register",
        label=pgettext_lazy("opinions", "Register an opinion"),
        sources=frozenset(),
        target=S.REGISTERED,
        who=FINDERS,
        clock=pgettext_lazy("opinions", "the limit to assess begins when it was found"),
    ),
    Verb(
        name="observe",
        label=pgettext_lazy("opinions", "Note the spread"),
        sources=OPEN,
        target="",
        who=FINDERS,
        needs=COUNTS,
        aside=True,
    ),
    Verb(
        name="watch",
        label=pgettext_lazy("opinions", "Assess: watch"),
        sources=frozenset({S.REGISTERED}),
        target=S.WATCHING,
        who=JUDGES,
        needs=(LEVEL, ANALYSIS),
        clock=pgettext_lazy("opinions", "the limit to assess ends"),
    ),
    Verb(
        name="assign",
        label=pgettext_lazy("opinions", "Assess: assign for response"),
        sources=frozenset({S.REGISTERED, S.WATCHING}),
        target=S.ASSIGNED,
        who=JUDGES,
        needs=(
            LEVEL,
            Need(name="unit", kind=NeedKind.UNIT, label=pgettext_lazy("opinions", "Responsible unit")),
            ANALYSIS,
        ),
        clock=pgettext_lazy("opinions", "the limit of the level to respond begins"),
    ),
    Verb(
        name="respond",
        label=pgettext_lazy("opinions", "Respond"),
        sources=frozenset({S.ASSIGNED}),
        target=S.RESPONDED,
        who=ANSWERERS,
        needs=(
            _text("response", pgettext_lazy("opinions", "What was done and answered")),
            _text("response_link", pgettext_lazy("opinions", "Where it was answered"), required=False),
        ),
        clock=pgettext_lazy("opinions", "the limit to respond ends"),
    ),
    Verb(
        name="send_back",
        label=pgettext_lazy("opinions", "Send back"),
        sources=frozenset({S.RESPONDED}),
        target=S.ASSIGNED,
        who=JUDGES,
        needs=(REASON,),
        clock=pgettext_lazy("opinions", "the limit to respond begins anew"),
    ),
    Verb(
        name="close",
        label=pgettext_lazy("opinions", "Close"),
        sources=frozenset({S.WATCHING, S.RESPONDED}),
        target=S.CLOSED,
        who=JUDGES,
        needs=(
            _choice("result", pgettext_lazy("opinions", "Result"), Result),
            _text("opinion", pgettext_lazy("opinions", "Summary")),
        ),
        guard=pgettext_lazy("opinions", "Whoever responded does not close it"),
    ),
    Verb(
        name="dismiss",
        label=pgettext_lazy("opinions", "Not taken up"),
        sources=frozenset({S.REGISTERED}),
        target=S.DISMISSED,
        who=JUDGES,
        needs=(REASON,),
        dangerous=True,
    ),
    Verb(
        name="raise_ticket",
        label=pgettext_lazy("opinions", "Raise a ticket"),
        sources=frozenset({S.REGISTERED, S.WATCHING, S.ASSIGNED}),
        target="",
        who=RAISERS,
        guard=pgettext_lazy("opinions", "One ticket of category 1703 is registered from it"),
        aside=True,
    ),
)
OPINION_TABLE: Final = StateTable(OpinionState, {verb.name: verb for verb in VERBS}, OPEN)
