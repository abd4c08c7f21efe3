"""Tables of the ticket, in reading order."""

from incidents.models.announcing import Announcement
from incidents.models.asking import RoutingCandidate, TicketRequest
from incidents.models.blocking import BlockedDispatch
from incidents.models.catalogue import CatalogueVersion, MatterCategory, Policy, TicketSource
from incidents.models.clock import Deadline, DueChange
from incidents.models.desk import BulkItem, BulkRun, DefaultView, SavedFilter
from incidents.models.evidence import Attachment, AttachmentVersion
from incidents.models.history import Assignment, FollowUp, Step, Supplement
from incidents.models.notices import Notice, NoticeMark, NoticeMessage, NoticeReading, Topic
from incidents.models.requester import Requester
from incidents.models.routing import RoutingRule
from incidents.models.standing import OpenChange, OpenReach, OpenSum
from incidents.models.ticket import Ticket
from incidents.models.urging import TicketUrge
from incidents.models.wording import CannedText, MatterStandard

__all__ = [
    "Announcement",
    "Assignment",
    "Attachment",
    "AttachmentVersion",
    "BlockedDispatch",
    "BulkItem",
    "BulkRun",
    "CannedText",
    "CatalogueVersion",
    "Deadline",
    "DefaultView",
    "DueChange",
    "FollowUp",
    "MatterCategory",
    "MatterStandard",
    "Notice",
    "NoticeMark",
    "NoticeMessage",
    "NoticeReading",
    "OpenChange",
    "OpenReach",
    "OpenSum",
    "Policy",
    "Requester",
    "RoutingCandidate",
    "RoutingRule",
    "SavedFilter",
    "Step",
    "Supplement",
    "Ticket",
    "TicketRequest",
    "TicketSource",
    "TicketUrge",
    "Topic",
]
