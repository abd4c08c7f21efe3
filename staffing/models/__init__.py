"""Tables of the people of the grids, in reading order."""

from staffing.models.bulletins import Bulletin, BulletinReceipt
from staffing.models.commendations import Commendation
from staffing.models.coordinators import Coordinator
from staffing.models.duty import DutyRequirement, DutyShift
from staffing.models.growth import EquipmentIssue, RecruitmentPlan, TrainingAttendance, TrainingSession
from staffing.models.organizations import ServedGrid, SocialOrganization
from staffing.models.presence import Presence
from staffing.models.standard import PostRequirement, StaffingTemplate, Term
from staffing.models.stationing import StationedDay, Stationing
from staffing.models.teams import PartyOrganization, ServiceTeam, TeamMember
from staffing.models.workers import Leave, LeaveCover, WorkerProfile

__all__ = [
    "Bulletin",
    "BulletinReceipt",
    "Commendation",
    "Coordinator",
    "DutyRequirement",
    "DutyShift",
    "EquipmentIssue",
    "Leave",
    "LeaveCover",
    "PartyOrganization",
    "PostRequirement",
    "Presence",
    "RecruitmentPlan",
    "ServedGrid",
    "ServiceTeam",
    "SocialOrganization",
    "StaffingTemplate",
    "StationedDay",
    "Stationing",
    "TeamMember",
    "Term",
    "TrainingAttendance",
    "TrainingSession",
    "WorkerProfile",
]
