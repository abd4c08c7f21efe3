"""The verbs up to acceptance: register, sort, name mediators, hear the parties, accept or end it."""

from typing import Final

from django.utils.translation import pgettext_lazy

from governance.accounts.roles import Role
from governance.foundation.state_machine import Need, NeedKind, Verb
from mediation.states.names import (
    BEFORE_ACCEPTANCE,
    OPEN,
    UNDER_WAY,
    CaseLevel,
    CaseState,
    NotMediable,
    RiskColor,
)
from mediation.states.who import (
    CONDUCT,
    GUIDANCE,
    NOTE,
    OWN,
    PARTY,
    REASON,
    REGISTRARS,
    SCOPE,
    SORTERS,
    TOWN,
    text,
)

S = CaseState

RISK: Final = Need(
    name="risk_color",
    kind=NeedKind.CHOICE,
    label=pgettext_lazy("mediation", "Risk colour"),
    choices=RiskColor.choices,
    help=pgettext_lazy("mediation", "The rules propose a colour; whoever sorts confirms or changes it"),
)
OPENING_VERBS: Final = (
    Verb(
        name="register",
        label=pgettext_lazy("mediation verb", "Register"),
        sources=frozenset(),
        target=S.REGISTERED,
        who=REGISTRARS,
        clock=pgettext_lazy("mediation", "2 hours to sort begin"),
        guard=pgettext_lazy("mediation", "At least two parties, the facts and the number of people involved"),
        row=1,
    ),
    Verb(
        name="triage",
        label=pgettext_lazy("mediation verb", "Sort and assign"),
        sources=frozenset({S.REGISTERED}),
        target=S.TRIAGED,
        who=SORTERS,
        needs=(
            Need(
                name="level",
                kind=NeedKind.CHOICE,
                label=pgettext_lazy("mediation", "Level"),
                choices=CaseLevel.choices,
            ),
            Need(name="body", kind=NeedKind.CHOICE, label=pgettext_lazy("mediation", "Mediation body")),
            RISK,
            NOTE,
        ),
        clock=pgettext_lazy("mediation", "the limit to sort ends"),
        guard=pgettext_lazy("mediation", "Red: the town leader owns the case and is told at once"),
        row=2,
        next_in=frozenset({S.REGISTERED}),
    ),
    Verb(
        name="decline",
        label=pgettext_lazy("mediation verb", "Not fit for mediation"),
        sources=frozenset({S.TRIAGED}),
        target=S.NOT_MEDIABLE,
        who={Role.MEDIATOR.value: OWN, **TOWN},
        needs=(
            Need(
                name="reason_code",
                kind=NeedKind.CHOICE,
                label=pgettext_lazy("mediation", "Ground"),
                choices=NotMediable.choices,
            ),
            REASON,
            *GUIDANCE,
        ),
        clock=pgettext_lazy("mediation", "every limit ends"),
        guard=pgettext_lazy("mediation", "Signs of a crime: the police are told as well"),
        row=3,
        dangerous=True,
    ),
    Verb(
        name="accept",
        label=pgettext_lazy("mediation verb", "Accept"),
        sources=frozenset({S.TRIAGED}),
        target=S.ACCEPTED,
        who=CONDUCT,
        needs=(
            Need(
                name="rights_told",
                kind=NeedKind.FLAG,
                label=pgettext_lazy("mediation", "Rights and duties were told to every party"),
            ),
            NOTE,
        ),
        clock=pgettext_lazy("mediation", "the 30 days of the case and the limit of the level begin"),
        guard=pgettext_lazy(
            "mediation", "Every party agrees; a mediator is named, and is tied to none of the parties"
        ),
        row=4,
        next_in=frozenset({S.TRIAGED}),
    ),
    Verb(
        name="refuse",
        label=pgettext_lazy("mediation verb", "A party refuses"),
        sources=frozenset({S.TRIAGED, S.ACCEPTED}),
        target=S.REFUSED,
        who=CONDUCT,
        needs=(PARTY, REASON, *GUIDANCE),
        clock=pgettext_lazy("mediation", "every limit ends; callbacks after 7, 30 and 90 days"),
        guard=pgettext_lazy("mediation", "A clear refusal ends mediation (People's Mediation Law art. 17)"),
        row=5,
        dangerous=True,
    ),
    Verb(
        name="consent",
        label=pgettext_lazy("mediation verb", "Record consent"),
        sources=frozenset({S.TRIAGED, *UNDER_WAY}),
        target="",
        who=CONDUCT,
        needs=(
            PARTY,
            Need(
                name="manner",
                kind=NeedKind.CHOICE,
                label=pgettext_lazy("mediation", "Form"),
                choices=[
                    ("written", pgettext_lazy("mediation", "In writing")),
                    ("oral", pgettext_lazy("mediation", "Oral, recorded")),
                ],
            ),
            Need(
                name="wants_closed",
                kind=NeedKind.FLAG,
                label=pgettext_lazy("mediation", "Asks for closed sessions"),
                required=False,
            ),
            NOTE,
        ),
        row=6,
        next_in=frozenset({S.TRIAGED, *UNDER_WAY}),
    ),
    Verb(
        name="add_party",
        label=pgettext_lazy("mediation verb", "Add a party"),
        sources=frozenset({*BEFORE_ACCEPTANCE, *UNDER_WAY}),
        target="",
        who={**CONDUCT, **SORTERS},
        guard=pgettext_lazy("mediation", "Without its consent there is no further session"),
        row=7,
        aside=True,
    ),
    Verb(
        name="assign",
        label=pgettext_lazy("mediation verb", "Name mediators"),
        sources=frozenset({S.TRIAGED, S.ACCEPTED, S.MEDIATING}),
        target="",
        who={**SORTERS, Role.MEDIATOR.value: OWN},
        needs=(
            Need(name="mediators", kind=NeedKind.UNITS, label=pgettext_lazy("mediation", "Mediators")),
            Need(
                name="lead",
                kind=NeedKind.CHOICE,
                label=pgettext_lazy("mediation", "Leads the mediation"),
                required=False,
                help=pgettext_lazy(
                    "mediation", "One of those named; where one alone is named, that one leads"
                ),
            ),
            Need(
                name="chosen_by",
                kind=NeedKind.CHOICE,
                label=pgettext_lazy("mediation", "Chosen by"),
                choices=[
                    ("body", pgettext_lazy("mediation", "The mediation body")),
                    ("parties", pgettext_lazy("mediation", "The parties")),
                ],
            ),
            NOTE,
        ),
        guard=pgettext_lazy("mediation", "Nobody who is tied to a party; one of several is chosen to lead"),
        row=7,
        next_in=frozenset({S.TRIAGED, S.ACCEPTED, S.MEDIATING}),
    ),
    Verb(
        name="recolor",
        label=pgettext_lazy("mediation verb", "Change the risk colour"),
        sources=frozenset({*BEFORE_ACCEPTANCE, *UNDER_WAY, S.BREACHED, S.FAILED, S.FOLLOW_UP}),
        target="",
        who={**SORTERS, Role.MEDIATOR.value: OWN},
        needs=(RISK, REASON),
        guard=pgettext_lazy("mediation", "Red: the town leader owns the case and is told at once"),
        row=8,
        aside=True,
    ),
    Verb(
        name="own",
        label=pgettext_lazy("mediation verb", "Name the responsible leader"),
        sources=OPEN,
        target="",
        who={**TOWN, Role.DISPATCHER.value: SCOPE},
        needs=(
            Need(name="leader", kind=NeedKind.PERSON, label=pgettext_lazy("mediation", "Leader")),
            NOTE,
        ),
        guard=pgettext_lazy("mediation", "A leader appointed over the place"),
        row=9,
        aside=True,
    ),
    Verb(
        name="acknowledge",
        label=pgettext_lazy("mediation verb", "Acknowledge the urgent report"),
        sources=OPEN,
        target="",
        who={
            Role.LEADER.value: SCOPE,
            Role.TOWN_STAFF.value: SCOPE,
            Role.POLICE_GRID_OFFICER.value: SCOPE,
        },
        needs=(text("opinion", pgettext_lazy("mediation", "What is done now")),),
        clock=pgettext_lazy("mediation", "the 30 minutes of the report end"),
        guard=pgettext_lazy("mediation", "There is a report that nobody has read"),
        row=10,
        next_in=OPEN,
        aside=True,
    ),
    Verb(
        name="call_police",
        label=pgettext_lazy("mediation verb", "Tell the police"),
        sources=OPEN,
        target="",
        who={**CONDUCT, **SORTERS},
        needs=(text("opinion", pgettext_lazy("mediation", "Signs of a crime or of violence")),),
        guard=pgettext_lazy(
            "mediation", "An urgent report within 30 minutes (People's Mediation Law art. 25)"
        ),
        row=11,
        aside=True,
    ),
    Verb(
        name="name_reader",
        label=pgettext_lazy("mediation verb", "Name a reader"),
        sources=frozenset(set(S)),
        target="",
        who={**TOWN, Role.MEDIATOR.value: OWN},
        needs=(
            Need(
                name="reader",
                kind=NeedKind.PERSON,
                label=pgettext_lazy("mediation", "Reader"),
                help=pgettext_lazy("mediation", "Name or user name of somebody who signs in here"),
            ),
            REASON,
        ),
        guard=pgettext_lazy("mediation", "Reads the case until it is archived; each reading rests on this"),
        row=12,
        aside=True,
    ),
    Verb(
        name="drop_reader",
        label=pgettext_lazy("mediation verb", "Take a reader off"),
        sources=frozenset(set(S)),
        target="",
        who={**TOWN, Role.MEDIATOR.value: OWN},
        needs=(
            Need(name="named", kind=NeedKind.CHOICE, label=pgettext_lazy("mediation", "Named reader")),
            REASON,
        ),
        guard=pgettext_lazy("mediation", "Does not read the case from now on, unless by office"),
        row=43,
        aside=True,
    ),
)
