"""Tables of mediation: who mediates and where; the cases, their papers and their clocks."""

from mediation.models.bodies import BodyKind, BodyLevel, MediationBody, Room
from mediation.models.centres import Attendance, DutyTurn, GovernanceCentre, StationedUnit, Turn
from mediation.models.mediators import (
    Language,
    Mediator,
    MediatorTie,
    Speciality,
    TieKind,
    Training,
)
from mediation.models.points import MediationPoint, PointPerson, PointPost

__all__ = [
    "Attendance",
    "BodyKind",
    "BodyLevel",
    "DutyTurn",
    "GovernanceCentre",
    "Language",
    "MediationBody",
    "MediationPoint",
    "Mediator",
    "MediatorTie",
    "PointPerson",
    "PointPost",
    "Room",
    "Speciality",
    "StationedUnit",
    "TieKind",
    "Training",
    "Turn",
]
