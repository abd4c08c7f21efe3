"""The verbs after an agreement: confirmation by the court, performance, callbacks, the archive."""

from typing import Final

from django.utils.translation import pgettext_lazy

from governance.accounts.roles import Role
from governance.foundation.state_machine import Need, NeedKind, Verb
from mediation.states.names import AGREED, OPEN, CaseState
from mediation.states.who import (
    BROKEN,
    CALLERS,
    CONDUCT,
    GUIDANCE,
    NOTE,
    OWN,
    PLATFORM,
    REASON,
    SCOPE,
    TOWN,
    text,
)

S = CaseState

OBLIGATION: Final = Need(
    name="obligation", kind=NeedKind.CHOICE, label=pgettext_lazy("mediation", "Obligation")
)
WATCHERS: Final = {**CONDUCT, Role.COMMUNITY_STAFF.value: SCOPE}
KEEPING_VERBS: Final = (
    Verb(
        name="apply_confirmation",
        label=pgettext_lazy("mediation verb", "Apply for judicial confirmation"),
        sources=frozenset({S.AGREED_WRITTEN, S.PERFORMING}),
        target=S.CONFIRMING,
        who=CONDUCT,
        needs=(
            text("court", pgettext_lazy("mediation", "Competent court")),
            Need(
                name="parties",
                kind=NeedKind.UNITS,
                label=pgettext_lazy("mediation", "Parties that apply jointly"),
            ),
            NOTE,
        ),
        clock=pgettext_lazy("mediation", "the 30 days for the application end"),
        guard=pgettext_lazy(
            "mediation", "Jointly by every party, within 30 days of effect (People's Mediation Law art. 33)"
        ),
        row=24,
        next_in=frozenset({S.AGREED_WRITTEN, S.PERFORMING}),
    ),
    Verb(
        name="confirm",
        label=pgettext_lazy("mediation verb", "The court has confirmed"),
        sources=frozenset({S.CONFIRMING}),
        target=S.CONFIRMED,
        who=CONDUCT,
        needs=(
            text("ruling_no", pgettext_lazy("mediation", "Number of the ruling")),
            Need(
                name="decided_on", kind=NeedKind.DATE, label=pgettext_lazy("mediation", "Day of the ruling")
            ),
            NOTE,
        ),
        row=25,
        next_in=frozenset({S.CONFIRMING}),
    ),
    Verb(
        name="refuse_confirmation",
        label=pgettext_lazy("mediation verb", "The court does not confirm"),
        sources=frozenset({S.CONFIRMING}),
        target=S.CONFIRM_REFUSED,
        who=CONDUCT,
        needs=(
            text("ruling_no", pgettext_lazy("mediation", "Number of the ruling")),
            Need(
                name="decided_on", kind=NeedKind.DATE, label=pgettext_lazy("mediation", "Day of the ruling")
            ),
            REASON,
            *GUIDANCE,
        ),
        guard=pgettext_lazy(
            "mediation", "The agreement stays binding: watch its performance, change it, or sue"
        ),
        row=26,
        next_in=frozenset({S.CONFIRMING}),
        dangerous=True,
    ),
    Verb(
        name="give_up",
        label=pgettext_lazy("mediation verb", "The parties go to court"),
        sources=frozenset({S.CONFIRM_REFUSED}),
        target=S.FAILED,
        who=CONDUCT,
        needs=(REASON, *GUIDANCE),
        row=27,
        next_in=frozenset({S.CONFIRM_REFUSED}),
        dangerous=True,
    ),
    Verb(
        name="watch",
        label=pgettext_lazy("mediation verb", "Watch performance"),
        sources=frozenset({*AGREED, S.CONFIRMED, S.CONFIRM_REFUSED, S.BREACHED}),
        target=S.PERFORMING,
        who=WATCHERS,
        needs=(NOTE,),
        clock=pgettext_lazy("mediation", "each obligation has its day"),
        row=28,
        next_in=frozenset({*AGREED, S.CONFIRMED, S.CONFIRM_REFUSED}),
    ),
    Verb(
        name="receipt",
        label=pgettext_lazy("mediation verb", "Record a receipt"),
        sources=frozenset({S.CONFIRMING, S.CONFIRMED, S.CONFIRM_REFUSED, S.PERFORMING, S.BREACHED}),
        target="",
        who=WATCHERS,
        needs=(
            OBLIGATION,
            Need(
                name="amount",
                kind=NeedKind.NUMBER,
                label=pgettext_lazy("mediation", "Amount received"),
                required=False,
            ),
            Need(
                name="performed_on",
                kind=NeedKind.DATE,
                label=pgettext_lazy("mediation", "Day of performance (empty: today)"),
                required=False,
            ),
            text("opinion", pgettext_lazy("mediation", "How it was performed, and the proof")),
        ),
        guard=pgettext_lazy(
            "mediation", "Not more than is still owed, performed since the agreement took effect"
        ),
        row=29,
        next_in=frozenset({S.PERFORMING, S.BREACHED}),
    ),
    Verb(
        name="complete",
        label=pgettext_lazy("mediation verb", "Everything is performed"),
        sources=frozenset({S.PERFORMING, S.BREACHED}),
        target=S.PERFORMED,
        who=WATCHERS,
        needs=(NOTE,),
        clock=pgettext_lazy("mediation", "callbacks after 7, 30 and 90 days"),
        guard=pgettext_lazy("mediation", "Every obligation has its receipts"),
        row=30,
        next_in=frozenset({S.PERFORMING, S.BREACHED}),
    ),
    Verb(
        name="breach",
        label=pgettext_lazy("mediation verb", "Not performed"),
        sources=frozenset({S.PERFORMING}),
        target=S.BREACHED,
        who=WATCHERS,
        needs=(REASON, *BROKEN),
        guard=pgettext_lazy(
            "mediation",
            "An obligation is overdue; urged, then told to apply for enforcement (confirmed) or to sue",
        ),
        row=31,
        next_in=frozenset({S.PERFORMING}),
        dangerous=True,
    ),
    Verb(
        name="call_back",
        label=pgettext_lazy("mediation verb", "Record a callback"),
        sources=frozenset({S.PERFORMED, S.FAILED, S.REFUSED, S.BREACHED, S.FOLLOW_UP}),
        target=S.FOLLOW_UP,
        alternate=S.ACCEPTED,
        who=CALLERS,
        needs=(
            Need(
                name="outcome",
                kind=NeedKind.CHOICE,
                label=pgettext_lazy("mediation", "Outcome"),
                choices=[
                    ("stable", pgettext_lazy("callback outcome", "Settled")),
                    ("relapse", pgettext_lazy("callback outcome", "The quarrel has come back")),
                    ("unreachable", pgettext_lazy("callback outcome", "Not reached")),
                ],
            ),
            Need(
                name="satisfaction",
                kind=NeedKind.CHOICE,
                label=pgettext_lazy("mediation", "Satisfaction"),
                choices=[(str(n), str(n)) for n in range(5, 0, -1)],
                required=False,
            ),
            text("opinion", pgettext_lazy("mediation", "What the parties said")),
        ),
        clock=pgettext_lazy("mediation", "a relapse reopens the case: 30 days begin anew"),
        guard=pgettext_lazy("mediation", "Nobody calls back on a case that he or she mediated"),
        row=32,
        next_in=frozenset({S.PERFORMED, S.FAILED, S.REFUSED, S.BREACHED, S.FOLLOW_UP}),
    ),
    Verb(
        name="archive",
        label=pgettext_lazy("mediation verb", "Archive"),
        sources=frozenset({S.FOLLOW_UP, S.NOT_MEDIABLE}),
        target=S.ARCHIVED,
        who={Role.MEDIATOR.value: OWN, **TOWN},
        needs=(NOTE,),
        guard=pgettext_lazy(
            "mediation", "Registration, consent, session records, agreement and callbacks are complete"
        ),
        row=33,
        next_in=frozenset({S.FOLLOW_UP, S.NOT_MEDIABLE}),
    ),
    Verb(
        name="forget",
        label=pgettext_lazy("mediation verb", "Forget what is past its time"),
        sources=frozenset({S.ARCHIVED, S.NOT_MEDIABLE}),
        target="",
        who=PLATFORM,
        guard=pgettext_lazy(
            "mediation", "The volume is past the period for which it is kept; figures remain"
        ),
        row=34,
        aside=True,
    ),
    Verb(
        name="hand_over",
        label=pgettext_lazy("mediation verb", "Hand over"),
        sources=OPEN,
        target="",
        who=PLATFORM,
        guard=pgettext_lazy("mediation", "Grids were redrawn, or a mediator has left"),
        row=35,
        aside=True,
    ),
)
