"""The words of a case: its states, levels, origins, colours, and the nine kinds of sessions."""

from typing import Final

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy


class CaseState(TextChoices):
    """From registration to the archive."""

    REGISTERED = "registered", pgettext_lazy("mediation state", "Registered")
    TRIAGED = "triaged", pgettext_lazy("mediation state", "Sorted")
    NOT_MEDIABLE = "not_mediable", pgettext_lazy("mediation state", "Not fit for mediation")
    ACCEPTED = "accepted", pgettext_lazy("mediation state", "Accepted")
    REFUSED = "refused", pgettext_lazy("mediation state", "Mediation refused")
    MEDIATING = "mediating", pgettext_lazy("mediation state", "Mediating")
    AGREED_ORAL = "agreed_oral", pgettext_lazy("mediation state", "Oral agreement")
    AGREED_WRITTEN = "agreed_written", pgettext_lazy("mediation state", "Written agreement")
    CONFIRMING = "confirming", pgettext_lazy("mediation state", "Judicial confirmation applied for")
    CONFIRMED = "confirmed", pgettext_lazy("mediation state", "Confirmed by the court")
    CONFIRM_REFUSED = "confirm_refused", pgettext_lazy("mediation state", "Not confirmed by the court")
    PERFORMING = "performing", pgettext_lazy("mediation state", "Performance watched")
    PERFORMED = "performed", pgettext_lazy("mediation state", "Performed")
    BREACHED = "breached", pgettext_lazy("mediation state", "Not performed")
    FAILED = "failed", pgettext_lazy("mediation state", "Mediation failed")
    FOLLOW_UP = "follow_up", pgettext_lazy("mediation state", "Callbacks")
    ARCHIVED = "archived", pgettext_lazy("mediation state", "Archived")


class CaseLevel(TextChoices):
    """Where it is mediated now: small disputes end in the grid, big ones in the town."""

    GRID = "grid", pgettext_lazy("mediation level", "Grid")
    COMMUNITY = "community", pgettext_lazy("mediation level", "Village or community")
    TOWN = "town", pgettext_lazy("mediation level", "Town or street")
    UPPER = "upper", pgettext_lazy("mediation level", "District or city")


class CaseOrigin(TextChoices):
    """How it came in."""

    TICKET = "ticket", pgettext_lazy("mediation origin", "From a ticket")
    BY_HAND = "by_hand", pgettext_lazy("mediation origin", "Asked for by a party")
    SCREENING = "screening", pgettext_lazy("mediation origin", "Found by screening")
    HOTLINE = "hotline", pgettext_lazy("mediation origin", "Referred by the hotline")
    POLICE = "police", pgettext_lazy("mediation origin", "Transferred by the police")
    COURT = "court", pgettext_lazy("mediation origin", "Referred by the court")
    PETITION = "petition", pgettext_lazy("mediation origin", "Referred by the petition office")


class RiskColor(TextChoices):
    """How dangerous: red needs a plan of several units, orange may worsen, yellow is common, blue latent."""

    RED = "red", pgettext_lazy("mediation risk", "Red")
    ORANGE = "orange", pgettext_lazy("mediation risk", "Orange")
    YELLOW = "yellow", pgettext_lazy("mediation risk", "Yellow")
    BLUE = "blue", pgettext_lazy("mediation risk", "Blue")


class SessionKind(TextChoices):
    """九步联调: nine kinds of helpers, from the cadre to the psychologist, in any order."""

    CADRE = "cadre", pgettext_lazy("session kind", "Village or community cadre")
    GRID = "grid", pgettext_lazy("session kind", "Grid worker")
    PARTY_MEMBER = "party_member", pgettext_lazy("session kind", "Party member or elder")
    MEDIATOR = "mediator", pgettext_lazy("session kind", "People's mediator")
    LAWYER = "lawyer", pgettext_lazy("session kind", "Lawyer or legal adviser")
    POLICE = "police", pgettext_lazy("session kind", "Community police")
    DEPARTMENT = "department", pgettext_lazy("session kind", "Department, jointly")
    COURT = "court", pgettext_lazy("session kind", "Judge")
    PSYCHOLOGIST = "psychologist", pgettext_lazy("session kind", "Psychologist")


class VisitKind(TextChoices):
    """五访: five ways in which leaders meet those who complain."""

    RECEPTION = "reception", pgettext_lazy("petition visit", "A leader receives the people")
    BACKLOG = "backlog", pgettext_lazy("petition visit", "Visit about an old unsolved matter")
    KEY_PERSON = "key_person", pgettext_lazy("petition visit", "Visit to a key person")
    ONLINE = "online", pgettext_lazy("petition visit", "Received online")
    JOINT = "joint", pgettext_lazy("petition visit", "Joint answer of several units")


class Guidance(TextChoices):
    """Which way is open when mediation does not go on."""

    ARBITRATION = "arbitration", pgettext_lazy("mediation guidance", "Arbitration")
    ADMINISTRATIVE = "administrative", pgettext_lazy("mediation guidance", "Administrative channel")
    COURT = "court", pgettext_lazy("mediation guidance", "Court")
    POLICE = "police", pgettext_lazy("mediation guidance", "Police")
    ENFORCEMENT = "enforcement", pgettext_lazy("mediation guidance", "Enforcement by the court")


class NotMediable(TextChoices):
    """Why a dispute is not mediated."""

    OTHER_AUTHORITY = "other_authority", pgettext_lazy("not mediable", "Only another authority may decide it")
    BARRED = "barred", pgettext_lazy("not mediable", "The law bars mediation of it")
    DECIDED = "decided", pgettext_lazy("not mediable", "A court or authority has decided it already")
    PENDING = "pending", pgettext_lazy("not mediable", "A court or authority is dealing with it")
    CRIME = "crime", pgettext_lazy("not mediable", "Signs of a crime")
    NO_DISPUTE = "no_dispute", pgettext_lazy("not mediable", "There is no dispute between parties")


class PauseGround(TextChoices):
    """Why the time of mediation stands still."""

    APPRAISAL = "appraisal", pgettext_lazy("suspension", "Appraisal, assessment or test")
    EVIDENCE = "evidence", pgettext_lazy("suspension", "Evidence that others have to give")
    UNABLE = "unable", pgettext_lazy("suspension", "A party cannot take part for now")
    SUCCESSION = "succession", pgettext_lazy("suspension", "Waiting for heirs or a legal representative")
    OTHER_CASE = "other_case", pgettext_lazy("suspension", "Depends on a case that is not decided yet")


class FailReason(TextChoices):
    """Why it ended without an agreement."""

    NO_AGREEMENT = "no_agreement", pgettext_lazy("mediation failed", "The parties do not agree")
    LIMIT_OVER = "limit_over", pgettext_lazy("mediation failed", "The limit is over")
    ABSENT = "absent", pgettext_lazy("mediation failed", "A party stays away")
    STOPPED = "stopped", pgettext_lazy("mediation failed", "A party ended it")


class AwardKind(TextChoices):
    """How a labour arbitration ended."""

    AWARD = "award", pgettext_lazy("arbitration", "Award")
    SETTLED = "settled", pgettext_lazy("arbitration", "Settled before the commission")
    WITHDRAWN = "withdrawn", pgettext_lazy("arbitration", "Withdrawn")


S = CaseState
LEVELS: Final = (CaseLevel.GRID, CaseLevel.COMMUNITY, CaseLevel.TOWN, CaseLevel.UPPER)
AGREED: Final = frozenset({S.AGREED_ORAL, S.AGREED_WRITTEN})
BEFORE_ACCEPTANCE: Final = frozenset({S.REGISTERED, S.TRIAGED})
UNDER_WAY: Final = frozenset({S.ACCEPTED, S.MEDIATING})
"""The case's own clock runs."""
KEEPING: Final = frozenset(
    {S.AGREED_ORAL, S.AGREED_WRITTEN, S.CONFIRMING, S.CONFIRMED, S.CONFIRM_REFUSED, S.PERFORMING, S.BREACHED}
)
"""There is an agreement that has to be kept."""
ENDED: Final = frozenset({S.PERFORMED, S.FAILED, S.REFUSED, S.FOLLOW_UP})
"""Mediation is over; callbacks are made."""
CLOSED: Final = frozenset({*ENDED, S.ARCHIVED, S.NOT_MEDIABLE})
"""What a sender may take as closed."""
OPEN: Final = frozenset(set(S)) - {S.ARCHIVED, S.NOT_MEDIABLE}
CARRIED: Final = OPEN - ENDED
"""What its mediators have in hand: mediation goes on, or an agreement has to be kept; others make the callbacks."""
TONES: Final = {
    S.REGISTERED.value: "work",
    S.TRIAGED.value: "work",
    S.NOT_MEDIABLE.value: "stop",
    S.ACCEPTED.value: "work",
    S.REFUSED.value: "stop",
    S.MEDIATING.value: "work",
    S.AGREED_ORAL.value: "done",
    S.AGREED_WRITTEN.value: "done",
    S.CONFIRMING.value: "wait",
    S.CONFIRMED.value: "done",
    S.CONFIRM_REFUSED.value: "stop",
    S.PERFORMING.value: "wait",
    S.PERFORMED.value: "done",
    S.BREACHED.value: "stop",
    S.FAILED.value: "stop",
    S.FOLLOW_UP.value: "wait",
    S.ARCHIVED.value: "done",
}
