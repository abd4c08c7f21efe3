"""Tables of mediation: who mediates and where; the cases, their papers and their clocks."""

from mediation.models.agreements import (
    Agreement,
    AgreementForm,
    AgreementTerm,
    Callback,
    JudicialConfirmation,
    Obligation,
    ObligationState,
    Receipt,
)
from mediation.models.bodies import BodyKind, BodyLevel, MediationBody, Room
from mediation.models.case import CaseClock, CaseMediator, CaseStep, ClockKind, MediationCase
from mediation.models.centres import Attendance, DutyTurn, GovernanceCentre, StationedUnit, Turn
from mediation.models.mediators import (
    Language,
    Mediator,
    MediatorTie,
    Speciality,
    TieKind,
    Training,
)
from mediation.models.papers import Manner, SealedPaper, SealKeeper, SessionHold, Signature
from mediation.models.parties import (
    Consent,
    Party,
    PartyKind,
    PartyRelation,
    PartySide,
    Representative,
)
from mediation.models.pauses import CasePause
from mediation.models.points import MediationPoint, PointPerson, PointPost
from mediation.models.screening import ScreeningCampaign, ScreeningReturn
from mediation.models.sessions import (
    CaseFile,
    Conferral,
    PetitionVisit,
    Session,
    SessionState,
    UrgentReport,
)
from mediation.models.tries import QueryTry

__all__ = [
    "Agreement",
    "AgreementForm",
    "AgreementTerm",
    "Attendance",
    "BodyKind",
    "BodyLevel",
    "Callback",
    "CaseClock",
    "CaseFile",
    "CaseMediator",
    "CasePause",
    "CaseStep",
    "ClockKind",
    "Conferral",
    "Consent",
    "DutyTurn",
    "GovernanceCentre",
    "JudicialConfirmation",
    "Language",
    "Manner",
    "MediationBody",
    "MediationCase",
    "MediationPoint",
    "Mediator",
    "MediatorTie",
    "Obligation",
    "ObligationState",
    "Party",
    "PartyKind",
    "PartyRelation",
    "PartySide",
    "PetitionVisit",
    "PointPerson",
    "PointPost",
    "QueryTry",
    "Receipt",
    "Representative",
    "Room",
    "ScreeningCampaign",
    "ScreeningReturn",
    "SealKeeper",
    "SealedPaper",
    "Session",
    "SessionHold",
    "SessionState",
    "Signature",
    "Speciality",
    "StationedUnit",
    "TieKind",
    "Training",
    "Turn",
    "UrgentReport",
]
