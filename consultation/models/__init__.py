"""Tables of whistle calls, consultations and meetings."""

from consultation.models.conferring import Consultation, Invitation, Recusal
from consultation.models.deeds import Alarm, Deed
from consultation.models.meeting import ActionItem, AgendaItem, Attendee, Meeting, MeetingSeries, MinutesRead
from consultation.models.whistle import CallLine, CallPhoto, WhistleCall

__all__ = [
    "ActionItem",
    "AgendaItem",
    "Alarm",
    "Attendee",
    "CallLine",
    "CallPhoto",
    "Consultation",
    "Deed",
    "Invitation",
    "Meeting",
    "MeetingSeries",
    "MinutesRead",
    "Recusal",
    "WhistleCall",
]
