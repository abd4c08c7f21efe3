"""The verbs of the process: sessions planned and held, handed up, extended, and what the parties agree."""

from typing import Final

from django.utils.translation import pgettext_lazy

from governance.accounts.roles import Role
from governance.foundation.state_machine import Need, NeedKind, Verb
from mediation.states.names import OPEN, UNDER_WAY, CaseState, PauseGround, SessionKind, VisitKind
from mediation.states.who import CONDUCT, NOTE, PLATFORM, REASON, SCOPE, text

S = CaseState

KIND: Final = Need(
    name="session_kind",
    kind=NeedKind.CHOICE,
    label=pgettext_lazy("mediation", "Kind of session"),
    choices=SessionKind.choices,
)
PLACE: Final = text("place", pgettext_lazy("mediation", "Place"))
NEXT: Final = Need(
    name="next_at",
    kind=NeedKind.INSTANT,
    label=pgettext_lazy("mediation", "Next session"),
    required=False,
)
MEDIATING_VERBS: Final = (
    Verb(
        name="plan_session",
        label=pgettext_lazy("mediation verb", "Plan a session"),
        sources=UNDER_WAY,
        target="",
        who=CONDUCT,
        needs=(
            KIND,
            Need(name="starts_at", kind=NeedKind.INSTANT, label=pgettext_lazy("mediation", "Begins")),
            Need(name="minutes", kind=NeedKind.INTEGER, label=pgettext_lazy("mediation", "Minutes it takes")),
            Need(name="room", kind=NeedKind.CHOICE, label=pgettext_lazy("mediation", "Room"), required=False),
            text("place", pgettext_lazy("mediation", "Place"), required=False),
            NOTE,
        ),
        guard=pgettext_lazy("mediation", "Room and mediators are free"),
        row=12,
        next_in=UNDER_WAY,
    ),
    Verb(
        name="cancel_session",
        label=pgettext_lazy("mediation verb", "Call a session off"),
        sources=UNDER_WAY,
        target="",
        who=CONDUCT,
        needs=(
            Need(name="session", kind=NeedKind.CHOICE, label=pgettext_lazy("mediation", "Session")),
            REASON,
        ),
        row=13,
        aside=True,
    ),
    Verb(
        name="hold_session",
        label=pgettext_lazy("mediation verb", "Record a session"),
        sources=UNDER_WAY,
        target=S.MEDIATING,
        who=CONDUCT,
        needs=(
            KIND,
            Need(name="starts_at", kind=NeedKind.INSTANT, label=pgettext_lazy("mediation", "Began")),
            Need(name="ends_at", kind=NeedKind.INSTANT, label=pgettext_lazy("mediation", "Ended")),
            PLACE,
            Need(name="parties", kind=NeedKind.UNITS, label=pgettext_lazy("mediation", "Parties present")),
            text("others", pgettext_lazy("mediation", "Others present"), required=False),
            text("minutes", pgettext_lazy("mediation", "Minutes")),
            text("result", pgettext_lazy("mediation", "Result")),
            NEXT,
        ),
        clock=pgettext_lazy("mediation", "the limit to hold a session begins anew"),
        guard=pgettext_lazy("mediation", "Every party still agrees; a closed case admits only who is named"),
        row=14,
        next_in=UNDER_WAY,
    ),
    Verb(
        name="level_up",
        label=pgettext_lazy("mediation verb", "Hand up"),
        sources=frozenset({S.MEDIATING}),
        target=S.MEDIATING,
        who={**CONDUCT, Role.TOWN_STAFF.value: SCOPE},
        needs=(
            Need(name="body", kind=NeedKind.CHOICE, label=pgettext_lazy("mediation", "Mediation body")),
            REASON,
            text("tried", pgettext_lazy("mediation", "What was tried")),
        ),
        clock=pgettext_lazy("mediation", "the limit of the level begins anew, the case's own runs on"),
        guard=pgettext_lazy("mediation", "To a body one level above or higher"),
        row=15,
    ),
    Verb(
        name="change_kind",
        label=pgettext_lazy("mediation verb", "Hand to another kind of mediation"),
        sources=frozenset({S.ACCEPTED, S.MEDIATING}),
        target="",
        who={**CONDUCT, Role.TOWN_STAFF.value: SCOPE},
        needs=(
            Need(name="body", kind=NeedKind.CHOICE, label=pgettext_lazy("mediation", "Mediation body")),
            REASON,
        ),
        clock=pgettext_lazy("mediation", "the limits of the level and of the case run on"),
        guard=pgettext_lazy(
            "mediation", "People's, administrative, judicial or professional, at the same level"
        ),
        row=47,
        aside=True,
    ),
    Verb(
        name="extend",
        label=pgettext_lazy("mediation verb", "Extend"),
        sources=frozenset({S.MEDIATING}),
        target="",
        who=CONDUCT,
        needs=(
            Need(
                name="parties",
                kind=NeedKind.UNITS,
                label=pgettext_lazy("mediation", "Parties that agree in writing"),
            ),
            REASON,
        ),
        clock=pgettext_lazy("mediation", "30 days more for the case"),
        guard=pgettext_lazy("mediation", "Every party agrees in writing, before the limit is over"),
        row=16,
    ),
    Verb(
        name="suspend",
        label=pgettext_lazy("mediation verb", "Suspend"),
        sources=UNDER_WAY,
        target="",
        who={**CONDUCT, Role.TOWN_STAFF.value: SCOPE},
        needs=(
            Need(
                name="ground",
                kind=NeedKind.CHOICE,
                label=pgettext_lazy("mediation", "Ground"),
                choices=PauseGround.choices,
            ),
            Need(
                name="until",
                kind=NeedKind.DATE,
                label=pgettext_lazy("mediation", "Goes on at the latest on"),
            ),
            Need(
                name="parties",
                kind=NeedKind.UNITS,
                label=pgettext_lazy("mediation", "Parties that were told"),
            ),
            REASON,
        ),
        clock=pgettext_lazy(
            "mediation",
            "the limits of the case, the level and the session stand still; statutory ones run on",
        ),
        guard=pgettext_lazy(
            "mediation",
            "Every party is told; a ground that is known, a day on which it goes on, no limit over",
        ),
        row=41,
        aside=True,
    ),
    Verb(
        name="resume",
        label=pgettext_lazy("mediation verb", "Resume"),
        sources=UNDER_WAY,
        target="",
        who={**CONDUCT, Role.TOWN_STAFF.value: SCOPE, **PLATFORM},
        needs=(NOTE,),
        clock=pgettext_lazy("mediation", "the limits run on; what they stood still for does not count"),
        guard=pgettext_lazy("mediation", "It is suspended; on the day that was set it goes on by itself"),
        row=42,
        next_in=UNDER_WAY,
        aside=True,
    ),
    Verb(
        name="confer",
        label=pgettext_lazy("mediation verb", "Consult departments"),
        sources=UNDER_WAY,
        target="",
        who={**CONDUCT, Role.TOWN_STAFF.value: SCOPE},
        needs=(
            Need(name="units", kind=NeedKind.UNITS, label=pgettext_lazy("mediation", "Departments")),
            text("opinion", pgettext_lazy("mediation", "What they are asked")),
        ),
        guard=pgettext_lazy("mediation", "They are told the question, not who the parties are"),
        row=17,
        aside=True,
    ),
    Verb(
        name="visit",
        label=pgettext_lazy("mediation verb", "Record a visit"),
        sources=OPEN,
        target="",
        who={
            **CONDUCT,
            Role.TOWN_STAFF.value: SCOPE,
            Role.COMMUNITY_STAFF.value: SCOPE,
            Role.LEADER.value: SCOPE,
        },
        needs=(
            Need(
                name="visit_kind",
                kind=NeedKind.CHOICE,
                label=pgettext_lazy("mediation", "Kind of visit"),
                choices=VisitKind.choices,
            ),
            text("opinion", pgettext_lazy("mediation", "What was said and promised")),
        ),
        row=18,
        aside=True,
    ),
    Verb(
        name="draft",
        label=pgettext_lazy("mediation verb", "Draft the agreement"),
        sources=frozenset({S.MEDIATING, S.CONFIRM_REFUSED}),
        target="",
        who=CONDUCT,
        guard=pgettext_lazy("mediation", "Instalments add up to what is owed; a new draft replaces the last"),
        row=19,
        next_in=frozenset({S.MEDIATING, S.CONFIRM_REFUSED}),
    ),
    Verb(
        name="agree_oral",
        label=pgettext_lazy("mediation verb", "Oral agreement"),
        sources=frozenset({S.MEDIATING}),
        target=S.AGREED_ORAL,
        who=CONDUCT,
        needs=(
            Need(name="party", kind=NeedKind.CHOICE, label=pgettext_lazy("mediation", "Who performs it")),
            text("content", pgettext_lazy("mediation", "What was agreed")),
            Need(
                name="at_once",
                kind=NeedKind.FLAG,
                label=pgettext_lazy("mediation", "It was performed at once"),
                required=False,
            ),
            Need(
                name="due_on",
                kind=NeedKind.DATE,
                label=pgettext_lazy("mediation", "To be performed by"),
                required=False,
            ),
        ),
        clock=pgettext_lazy("mediation", "the case's limits end"),
        guard=pgettext_lazy(
            "mediation", "Simple and performed soon; in writing where a party asks or the matter is major"
        ),
        row=20,
    ),
    Verb(
        name="agree_written",
        label=pgettext_lazy("mediation verb", "Written agreement takes effect"),
        sources=frozenset({S.MEDIATING, S.CONFIRM_REFUSED}),
        target=S.AGREED_WRITTEN,
        who=CONDUCT,
        needs=(NOTE,),
        clock=pgettext_lazy("mediation", "the case's limits end, 30 days for judicial confirmation begin"),
        guard=pgettext_lazy(
            "mediation", "Signed by every party and the mediator, sealed by the committee (art. 29)"
        ),
        row=21,
        next_in=frozenset({S.MEDIATING, S.CONFIRM_REFUSED}),
    ),
)
