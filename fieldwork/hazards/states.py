"""The state table of a hazard as data: found, judged, rectified with proof, checked again, accepted or sent back. Pure.

A general hazard is ordered to be rectified; a major one is listed (挂牌) and supervised until its acceptance lifts the
listing (Work Safety Law: duty to list and supervise). Roles act in their area (`scope`), for the unit that has to
rectify (`own`), or for the department whose line answers for the matter at the place (`lead`).
"""

from typing import Final

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy

from governance.accounts.roles import WORKERS, Role
from governance.foundation.errors import Text
from governance.foundation.state_machine import Need, NeedKind, Reach, StateTable, Verb, Who


class HazardState(TextChoices):
    """Where the rectification loop stands."""

    REPORTED = "reported", pgettext_lazy("hazard", "To be judged")
    RECTIFYING = "rectifying", pgettext_lazy("hazard", "Being rectified")
    SUBMITTED = "submitted", pgettext_lazy("hazard", "To be checked again")
    ACCEPTED = "accepted", pgettext_lazy("hazard", "Accepted")
    DISMISSED = "dismissed", pgettext_lazy("hazard", "No hazard")


class Grade(TextChoices):
    """How grave it is; empty while nobody has judged."""

    GENERAL = "general", pgettext_lazy("hazard", "General hazard")
    MAJOR = "major", pgettext_lazy("hazard", "Major hazard")


class Origin(TextChoices):
    """What somebody was doing when it was found."""

    REPORT = "report", pgettext_lazy("hazard origin", "Report")
    PATROL = "patrol", pgettext_lazy("hazard origin", "Patrol")
    VISIT = "visit", pgettext_lazy("hazard origin", "Visit")
    INSPECTION = "inspection", pgettext_lazy("hazard origin", "Inspection")
    TICKET = "ticket", pgettext_lazy("hazard origin", "Ticket")


S = HazardState
SCOPE, OWN, LEAD = Reach.SCOPE, Reach.OWN, Reach.LEAD


def _reaching(reach: Reach, *roles: Role) -> Who:
    return {role.value: reach for role in roles}


DEPARTMENT: Final = (Role.DEPT_LEAD, Role.DEPT_HANDLER)
REPORTERS: Final[Who] = _reaching(
    SCOPE,
    *sorted(WORKERS),
    Role.COMMUNITY_STAFF,
    Role.TOWN_STAFF,
    Role.DUTY_OFFICER,
    Role.DISPATCHER,
    Role.OVERSIGHT_OFFICER,
    *DEPARTMENT,
)
"""Reporting is open wherever the matter lies: nothing is lost because it lies next door."""
CENTRE: Final[Who] = _reaching(SCOPE, Role.OVERSIGHT_OFFICER, Role.TOWN_STAFF)
JUDGES: Final[Who] = {
    **CENTRE,
    **_reaching(SCOPE, Role.DISPATCHER, Role.COMMUNITY_STAFF),
    **_reaching(LEAD, *DEPARTMENT),
}
LISTERS: Final[Who] = {**CENTRE, **_reaching(SCOPE, Role.LEADER), **_reaching(LEAD, Role.DEPT_LEAD)}
RECTIFIERS: Final[Who] = _reaching(
    OWN,
    *DEPARTMENT,
    Role.TOWN_STAFF,
    Role.COMMUNITY_STAFF,
    Role.GRID_LEADER,
    Role.GRID_PATROLLER,
    Role.POLICE_GRID_OFFICER,
)
CHECKERS: Final[Who] = {
    **CENTRE,
    **_reaching(
        SCOPE,
        Role.COMMUNITY_STAFF,
        Role.GRID_SUPERVISOR,
        Role.GRID_LEADER,
        Role.GRID_PATROLLER,
        Role.POLICE_GRID_OFFICER,
    ),
    **_reaching(LEAD, *DEPARTMENT),
}
"""On-site verification and check (permission matrix), and the department whose line it is."""
SUPERVISORS: Final[Who] = {**LISTERS, **_reaching(SCOPE, Role.GRID_SUPERVISOR)}


def text(name: str, label: Text, *, required: bool = True, help_text: Text = "") -> Need:
    return Need(name=name, kind=NeedKind.TEXT, label=label, required=required, help=help_text)


UNIT: Final = Need(name="unit", kind=NeedKind.UNIT, label=pgettext_lazy("hazard", "Unit that rectifies"))
PARTY: Final = text(
    "party",
    pgettext_lazy("hazard", "Who is liable"),
    required=False,
    help_text=pgettext_lazy("hazard", "The shop, company or owner at the place"),
)
MEASURES: Final = text("measures", pgettext_lazy("hazard", "What has to be done"))
DUE_ON: Final = Need(
    name="due_on",
    kind=NeedKind.DATE,
    label=pgettext_lazy("hazard", "To be rectified by"),
    required=False,
    help=pgettext_lazy("hazard", "Empty: by the limit of its grade"),
)
NEW_DUE: Final = Need(
    name="due_on", kind=NeedKind.DATE, label=pgettext_lazy("hazard", "To be rectified by"), required=True
)
REASON: Final = text("opinion", pgettext_lazy("hazard", "Reason"))
PHOTOS: Final = Need(
    name="photos", kind=NeedKind.PHOTOS, label=pgettext_lazy("hazard", "Photos from the spot")
)
MORE_PHOTOS: Final = Need(
    name="photos",
    kind=NeedKind.PHOTOS,
    label=pgettext_lazy("hazard", "Photos from the spot"),
    required=False,
)

VERBS: Final = (
    Verb(
        name="report",
        label=pgettext_lazy("hazard", "Report a hazard"),
        sources=frozenset(),
        target=S.REPORTED,
        who=REPORTERS,
        needs=(PHOTOS,),
        clock=pgettext_lazy("hazard", "the limit to judge begins"),
        row=1,
    ),
    Verb(
        name="order",
        label=pgettext_lazy("hazard", "Order rectification"),
        sources=frozenset({S.REPORTED}),
        target=S.RECTIFYING,
        who=JUDGES,
        needs=(UNIT, PARTY, MEASURES, DUE_ON),
        clock=pgettext_lazy("hazard", "the limit to rectify begins"),
        guard=pgettext_lazy(
            "hazard",
            "It is judged to be a general hazard; a unit of the base gets it only where an item covers it",
        ),
        row=2,
    ),
    Verb(
        name="list",
        label=pgettext_lazy("hazard", "List as a major hazard"),
        sources=frozenset({S.REPORTED, S.RECTIFYING, S.SUBMITTED}),
        target=S.RECTIFYING,
        who=LISTERS,
        needs=(UNIT, PARTY, MEASURES, DUE_ON, text("opinion", pgettext_lazy("hazard", "Why it is major"))),
        clock=pgettext_lazy("hazard", "the limits to control and to rectify begin"),
        guard=pgettext_lazy(
            "hazard",
            "Your unit supervises it until it is accepted: control measures first, then a look every week",
        ),
        row=3,
        dangerous=True,
    ),
    Verb(
        name="dismiss",
        label=pgettext_lazy("hazard", "Not a hazard"),
        sources=frozenset({S.REPORTED}),
        target=S.DISMISSED,
        who=JUDGES,
        needs=(REASON,),
        clock=pgettext_lazy("hazard", "no limit runs"),
        row=4,
        dangerous=True,
    ),
    Verb(
        name="control",
        label=pgettext_lazy("hazard", "Report control measures"),
        sources=frozenset({S.RECTIFYING}),
        target="",
        who=RECTIFIERS,
        needs=(text("opinion", pgettext_lazy("hazard", "Control measures taken")), MORE_PHOTOS),
        clock=pgettext_lazy("hazard", "the limit to control ends"),
        guard=pgettext_lazy("hazard", "Of a major hazard: evacuation, closing off, shutting down, guarding"),
        row=5,
        aside=True,
    ),
    Verb(
        name="submit",
        label=pgettext_lazy("hazard", "Report it rectified"),
        sources=frozenset({S.RECTIFYING}),
        target=S.SUBMITTED,
        who=RECTIFIERS,
        needs=(text("opinion", pgettext_lazy("hazard", "What was done")), PHOTOS),
        clock=pgettext_lazy("hazard", "the limit to check again begins"),
        guard=pgettext_lazy("hazard", "Somebody else checks it on the spot before it counts"),
        row=6,
    ),
    Verb(
        name="accept",
        label=pgettext_lazy("hazard", "Accept after checking"),
        sources=frozenset({S.SUBMITTED}),
        target=S.ACCEPTED,
        who=CHECKERS,
        needs=(text("opinion", pgettext_lazy("hazard", "What was found")), PHOTOS),
        clock=pgettext_lazy("hazard", "no limit runs"),
        guard=pgettext_lazy("hazard", "Of a general hazard; whoever rectified it does not check it"),
        row=7,
    ),
    Verb(
        name="lift",
        label=pgettext_lazy("hazard", "Accept and lift the listing"),
        sources=frozenset({S.SUBMITTED}),
        target=S.ACCEPTED,
        who=LISTERS,
        needs=(text("opinion", pgettext_lazy("hazard", "What was found")), PHOTOS),
        clock=pgettext_lazy("hazard", "no limit runs"),
        guard=pgettext_lazy("hazard", "Of a major hazard; by another unit than the one that rectified it"),
        row=8,
    ),
    Verb(
        name="send_back",
        label=pgettext_lazy("hazard", "Send back"),
        sources=frozenset({S.SUBMITTED}),
        target=S.RECTIFYING,
        who={**CHECKERS, **_reaching(SCOPE, Role.LEADER)},
        needs=(text("opinion", pgettext_lazy("hazard", "What is still wrong")), MORE_PHOTOS),
        clock=pgettext_lazy("hazard", "a shorter limit to rectify begins"),
        guard=pgettext_lazy("hazard", "The date by which it counts as rectified in time stays as it was"),
        row=9,
        dangerous=True,
    ),
    Verb(
        name="extend",
        label=pgettext_lazy("hazard", "Grant more time"),
        sources=frozenset({S.RECTIFYING}),
        target="",
        who=LISTERS,
        needs=(NEW_DUE, REASON),
        clock=pgettext_lazy("hazard", "the limit to rectify moves"),
        guard=pgettext_lazy("hazard", "Not by the unit that rectifies, and not without end"),
        row=10,
        aside=True,
    ),
    Verb(
        name="look",
        label=pgettext_lazy("hazard", "Record a supervision visit"),
        sources=frozenset({S.RECTIFYING, S.SUBMITTED}),
        target="",
        who=SUPERVISORS,
        needs=(text("opinion", pgettext_lazy("hazard", "What was found")), MORE_PHOTOS),
        clock=pgettext_lazy("hazard", "the next supervision visit is due later"),
        guard=pgettext_lazy("hazard", "Of a listed hazard"),
        row=11,
        aside=True,
    ),
    Verb(
        name="lower",
        label=pgettext_lazy("hazard", "Lower to a general hazard"),
        sources=frozenset({S.RECTIFYING}),
        target="",
        who=_reaching(SCOPE, Role.OVERSIGHT_OFFICER, Role.LEADER),
        needs=(REASON,),
        guard=pgettext_lazy("hazard", "Whoever listed it does not lower it; the listing is lifted"),
        row=12,
        aside=True,
        dangerous=True,
    ),
)
OPEN: Final = frozenset({S.REPORTED, S.RECTIFYING, S.SUBMITTED})
HAZARD_TABLE: Final = StateTable(HazardState, {verb.name: verb for verb in VERBS}, OPEN)
TONES: Final = {
    S.REPORTED.value: "work",
    S.RECTIFYING.value: "work",
    S.SUBMITTED.value: "wait",
    S.ACCEPTED.value: "done",
    S.DISMISSED.value: "stop",
}
READERS: Final = frozenset(REPORTERS) | {Role.LEADER.value}
"""Who finds the pages of hazards."""
