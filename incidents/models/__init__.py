"""Tables of the ticket, in reading order."""

from incidents.models.asking import RoutingCandidate, TicketRequest
from incidents.models.blocking import BlockedDispatch
from incidents.models.catalogue import CatalogueVersion, MatterCategory, Policy, TicketSource
from incidents.models.clock import Deadline, DueChange
from incidents.models.evidence import Attachment
from incidents.models.history import Assignment, FollowUp, Notice, NoticeMark, Step, Supplement
from incidents.models.routing import RoutingRule
from incidents.models.ticket import Requester, Ticket
from incidents.models.urging import TicketUrge

__all__ = [
    "Assignment",
    "Attachment",
    "BlockedDispatch",
    "CatalogueVersion",
    "Deadline",
    "DueChange",
    "FollowUp",
    "MatterCategory",
    "Notice",
    "NoticeMark",
    "Policy",
    "Requester",
    "RoutingCandidate",
    "RoutingRule",
    "Step",
    "Supplement",
    "Ticket",
    "TicketRequest",
    "TicketSource",
    "TicketUrge",
]
