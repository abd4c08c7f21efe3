"""The seventeen roles of the field; each is a Django group of the same name."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """Roles × actions: see the permission matrix in the docs."""

    DUTY_OFFICER = "duty_officer", _("Duty officer")
    DISPATCHER = "dispatcher", _("Dispatcher")
    OVERSIGHT_OFFICER = "oversight_officer", _("Oversight officer")
    TOWN_STAFF = "town_staff", _("Town staff")
    COMMUNITY_STAFF = "community_staff", _("Community staff")
    GRID_LEADER = "grid_leader", _("Grid leader")
    GRID_PATROLLER = "grid_patroller", _("Grid patroller")
    GRID_SUPERVISOR = "grid_supervisor", _("Grid supervisor")
    PART_TIME_WORKER = "part_time_worker", _("Part-time grid worker")
    POLICE_GRID_OFFICER = "police_grid_officer", _("Police grid officer")
    DEPT_HANDLER = "dept_handler", _("Department handler")
    DEPT_LEAD = "dept_lead", _("Department lead")
    MEDIATOR = "mediator", _("Mediator")
    LEADER = "leader", _("Leader")
    AUDITOR = "auditor", _("Auditor")
    ADMINISTRATOR = "administrator", _("Administrator")
    API_CLIENT = "api_client", _("API client")


SYSTEM = "system"
WORKERS = frozenset(
    {
        Role.GRID_LEADER,
        Role.GRID_PATROLLER,
        Role.GRID_SUPERVISOR,
        Role.PART_TIME_WORKER,
        Role.POLICE_GRID_OFFICER,
    }
)


def permission(role: str) -> str:
    """The codename of the object permission that an appointment to `role` grants."""
    return f"act_as_{role}"


def role_permissions() -> list[tuple[str, Any]]:
    """The `Meta.permissions` of every model that one can be appointed to."""
    return [(permission(role.value), f"Can act as {role.value}") for role in Role]
