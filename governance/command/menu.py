"""The pages that people may open from the frame of every page: for whom each is, and what its line counts."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from analysis.rules import may_read as reads_analysis
from assessment.rules import may_read as may_read_indicators
from consultation.rules import WHISTLE_READERS
from exports.rules import may_read as reads_exports
from fieldwork.flights.querysets import READERS as FLIGHT_READERS
from fieldwork.guests.querysets import INVITERS
from fieldwork.hazards.states import READERS as HAZARD_READERS
from fieldwork.states import READERS as FIELD_READERS
from followup.rules import RESULT_READERS
from followup.states import CALLERS
from governance.accounts.actors import Actor
from governance.accounts.models import User
from governance.accounts.roles import WORKERS, Role
from governance.command.burden.counting import may_read as reads_burden
from governance.command.connections.access import roles_of
from governance.command.goals.figures import READERS as GOAL_READERS
from governance.command.walls.rules import KEEPERS as WALL_KEEPERS
from governance.foundation.clock import now
from governance.foundation.errors import Text
from grids.scope import Scope
from incidents import queries
from incidents.states import TICKET_TABLE
from incidents.states.who import INTAKE
from incidents.views.desk.workbench import READERS as BENCH_READERS
from key_reports.states import READERS as KEY_REPORT_READERS
from mandates.rules import READERS as MANDATE_READERS
from mediation.rules import may_count as counts_mediation
from mediation.rules import may_read as reads_mediation
from opinions.states import READING_ROLES as OPINION_READERS
from police_link.rules import may_read as reads_police_link
from registers.roles import REPORT_READERS
from staffing import holes
from staffing.querysets import reads_roster_of
from staffing.rules import READERS as STAFF_READERS
from staffing.rules import ROSTER_READERS
from supervision.rules import PAGE_READERS as SUPERVISION_READERS

OVERVIEW = frozenset(
    {
        Role.LEADER,
        Role.DUTY_OFFICER,
        Role.DISPATCHER,
        Role.OVERSIGHT_OFFICER,
        Role.TOWN_STAFF,
        Role.COMMUNITY_STAFF,
        Role.DEPT_LEAD,
    }
)
BULLETIN_UNITS = frozenset({Role.DEPT_LEAD, Role.DEPT_HANDLER})
REPORTERS = frozenset(TICKET_TABLE["register"].who)
MOST_HOLES = 99


def is_administrator(user: User) -> bool:
    """Whether the person keeps the system; asked only of those who have no place or unit, once for a page."""
    kept: bool | None = getattr(user, "_keeps_the_system", None)
    if kept is None:
        kept = user.groups.filter(name=Role.ADMINISTRATOR).exists()
        user._keeps_the_system = kept  # type: ignore[attr-defined]  # as `scopes.of` keeps the scope
    return kept


@dataclass(frozen=True, kw_only=True)
class Page:
    """A page that some people may open."""

    label: Text
    name: str
    icon: str
    is_for: Callable[[User, Scope], bool]
    count: "Callable[[HttpRequest, User, Scope], Counted | None] | None" = None


@dataclass(frozen=True, kw_only=True)
class Counted:
    """What a page's line tells besides its name."""

    words: str
    lamp: str = ""
    note: str = ""


def keeps_walls(user: User, scope: Scope) -> bool:
    """Leaders and oversight officers of the city, and who keeps the system."""
    if not scope.reaches:
        return is_administrator(user)
    return any(reach.role in WALL_KEEPERS and reach.path.count("/") == 1 for reach in scope.reaches)


def inbox_count(request: HttpRequest, user: User, scope: Scope) -> Counted:
    """What waits in the inbox; its own page has counted it already."""
    found: queries.Waiting | None = getattr(request, "waiting", None)
    waiting = found or queries.waiting(scope, now())
    return Counted(words=waiting.words, lamp="red" if waiting.late else "")


def roster_count(request: HttpRequest, user: User, scope: Scope) -> Counted | None:
    """Holes of the rosters that the person reads, as they were counted lately; nothing where all is filled."""
    if not scope.roles & ROSTER_READERS:
        return None
    found = holes.known(reads_roster_of(Actor(user=user, unit_id=user.unit_id)))
    if found is None or not found.count:
        return None
    return Counted(
        words=f"{MOST_HOLES}+" if found.count > MOST_HOLES else str(found.count),
        lamp="red" if found.now else "amber",
        note=_("holes in the duty roster in the next 7 days"),
    )


def _only_counts_mediation(actor: Actor) -> bool:
    return counts_mediation(actor) and not reads_mediation(actor)


PAGES = (
    Page(
        label=pgettext_lazy("navigation", "Dashboard"),
        name="command:dashboard",
        icon="dashboard",
        is_for=lambda user, scope: bool(scope.roles & OVERVIEW),
    ),
    Page(
        label=pgettext_lazy("navigation", "Goal panel"),
        name="command:goals",
        icon="target",
        is_for=lambda user, scope: any(reach.path and reach.role in GOAL_READERS for reach in scope.reaches),
    ),
    Page(
        label=pgettext_lazy("navigation", "Indicators"),
        name="assessment:table",
        icon="chart-bar",
        is_for=lambda user, scope: may_read_indicators(Actor(user=user, unit_id=user.unit_id)),
    ),
    Page(
        label=pgettext_lazy("navigation", "Burden counter"),
        name="command:burden",
        icon="scale-outline",
        is_for=lambda user, scope: reads_burden(Actor(user=user, unit_id=user.unit_id)),
    ),
    Page(
        label=pgettext_lazy("navigation", "Walls"),
        name="command:walls",
        icon="device-tv",
        is_for=keeps_walls,
    ),
    Page(
        label=pgettext_lazy("navigation", "Analysis and warning"),
        name="analysis:home",
        icon="chart-dots",
        is_for=lambda user, scope: reads_analysis(Actor(user=user, unit_id=user.unit_id)),
    ),
    Page(
        label=pgettext_lazy("navigation", "Bulletins"),
        name="bulletins:list",
        icon="news",
        is_for=lambda user, scope: bool(scope.roles - {Role.AUDITOR, Role.ADMINISTRATOR} - WORKERS),
    ),
    Page(
        label=pgettext_lazy("navigation", "My work"),
        name="incidents:inbox",
        icon="inbox",
        is_for=lambda user, scope: bool(queries.actionable_states(scope.roles)),
        count=inbox_count,
    ),
    Page(
        label=pgettext_lazy("navigation", "Dispatch desk"),
        name="incidents:desk",
        icon="layout-columns",
        is_for=lambda user, scope: bool(scope.roles & set(INTAKE)),
    ),
    Page(
        label=pgettext_lazy("navigation", "Workbench"),
        name="incidents:workbench",
        icon="briefcase",
        is_for=lambda user, scope: bool(scope.roles & BENCH_READERS),
    ),
    Page(
        label=pgettext_lazy("navigation", "Picture"),
        name="incidents:picture",
        icon="eye",
        is_for=lambda user, scope: Role.LEADER in scope.roles,
    ),
    Page(
        label=pgettext_lazy("navigation", "Register a report"),
        name="incidents:register",
        icon="edit",
        is_for=lambda user, scope: bool(scope.roles & REPORTERS),
    ),
    Page(
        label=pgettext_lazy("navigation", "Tickets"),
        name="incidents:list",
        icon="list-details",
        is_for=lambda user, scope: bool(scope.reaches),
    ),
    Page(
        label=pgettext_lazy("navigation", "Map"),
        name="command:map",
        icon="map-2",
        is_for=lambda user, scope: bool(scope.reaches),
    ),
    Page(
        label=pgettext_lazy("navigation", "Grids"),
        name="grids:statistics",
        icon="layout-grid",
        is_for=lambda user, scope: bool(scope.paths),
    ),
    Page(
        label=pgettext_lazy("navigation", "Registers"),
        name="registers:home",
        icon="address-book",
        is_for=lambda user, scope: bool(scope.roles & REPORT_READERS),
    ),
    Page(
        label=pgettext_lazy("navigation", "Grid staff"),
        name="staffing:overview",
        icon="users-group",
        is_for=lambda user, scope: bool(scope.roles & STAFF_READERS),
        count=roster_count,
    ),
    Page(
        label=pgettext_lazy("navigation", "Grid staff"),
        name="staffing:roster",
        icon="users-group",
        is_for=lambda user, scope: bool(scope.roles & ROSTER_READERS) and not scope.roles & STAFF_READERS,
        count=roster_count,
    ),
    Page(
        label=pgettext_lazy("navigation", "Staffing bulletins"),
        name="staffing:bulletins",
        icon="speakerphone",
        is_for=lambda user, scope: bool(scope.roles & BULLETIN_UNITS) and not scope.roles & ROSTER_READERS,
    ),
    Page(
        label=pgettext_lazy("navigation", "My leave"),
        name="staffing:leaves",
        icon="calendar-off",
        is_for=lambda user, scope: bool(scope.roles & WORKERS) and not scope.roles & STAFF_READERS,
    ),
    Page(
        label=pgettext_lazy("navigation", "Follow-up"),
        name="followup:queue",
        icon="phone-call",
        is_for=lambda user, scope: bool(scope.roles & set(CALLERS)),
    ),
    Page(
        label=pgettext_lazy("navigation", "Follow-up results"),
        name="followup:results",
        icon="mood-check",
        is_for=lambda user, scope: bool(scope.roles & RESULT_READERS) and not scope.roles & set(CALLERS),
    ),
    Page(
        label=pgettext_lazy("navigation", "Supervision"),
        name="supervision:board",
        icon="gavel",
        is_for=lambda user, scope: bool(scope.roles & SUPERVISION_READERS),
    ),
    Page(
        label=pgettext_lazy("navigation", "Patrols and visits"),
        name="fieldwork:tasks",
        icon="walk",
        is_for=lambda user, scope: any(reach.path and reach.role in FIELD_READERS for reach in scope.reaches),
    ),
    Page(
        label=pgettext_lazy("field oversight", "Field oversight"),
        name="fieldwork:oversight",
        icon="route",
        is_for=lambda user, scope: any(reach.path and reach.role in FIELD_READERS for reach in scope.reaches),
    ),
    Page(
        label=pgettext_lazy("navigation", "Hazards"),
        name="fieldwork:hazards",
        icon="alert-triangle",
        is_for=lambda user, scope: bool(scope.roles & HAZARD_READERS),
    ),
    Page(
        label=pgettext_lazy("flight", "Drone flights"),
        name="fieldwork:flights",
        icon="drone",
        is_for=lambda user, scope: any(
            reach.path and reach.role in FLIGHT_READERS for reach in scope.reaches
        ),
    ),
    Page(
        label=pgettext_lazy("guest", "Mobile grid workers"),
        name="fieldwork:guests",
        icon="moped",
        is_for=lambda user, scope: bool(scope.roles & INVITERS),
    ),
    Page(
        label=pgettext_lazy("navigation", "Duty lists"),
        name="mandates:lists",
        icon="list-check",
        is_for=lambda user, scope: bool(scope.roles & MANDATE_READERS),
    ),
    Page(
        label=pgettext_lazy("navigation", "Whistle and consultation"),
        name="consultation:calls",
        icon="speakerphone",
        is_for=lambda user, scope: bool(scope.roles & WHISTLE_READERS),
    ),
    Page(
        label=pgettext_lazy("app", "Mediation"),
        name="mediation:desk",
        icon="scale",
        is_for=lambda user, scope: reads_mediation(Actor(user=user, unit_id=user.unit_id)),
    ),
    Page(
        label=pgettext_lazy("app", "Mediation"),
        name="mediation:figures",
        icon="scale",
        is_for=lambda user, scope: _only_counts_mediation(Actor(user=user, unit_id=user.unit_id)),
    ),
    Page(
        label=pgettext_lazy("key report tab", "Key reports"),
        name="key_reports:list",
        icon="urgent",
        is_for=lambda user, scope: bool(scope.roles & KEY_REPORT_READERS),
    ),
    Page(
        label=pgettext_lazy("navigation", "Online opinion"),
        name="opinions:list",
        icon="message-2-exclamation",
        is_for=lambda user, scope: bool(scope.roles & OPINION_READERS),
    ),
    Page(
        label=pgettext_lazy("navigation", "110 link"),
        name="police_link:list",
        icon="shield-half",
        is_for=lambda user, scope: reads_police_link(Actor(user=user, unit_id=user.unit_id)),
    ),
    Page(
        label=pgettext_lazy("navigation", "Import and export"),
        name="exports:list",
        icon="arrows-transfer-up-down",
        is_for=lambda user, scope: reads_exports(Actor(user=user, unit_id=user.unit_id)),
    ),
    Page(
        label=pgettext_lazy("navigation", "Policy notices"),
        name="publicity:to-read",
        icon="news",
        is_for=lambda user, scope: bool(scope.reaches),
    ),
    Page(
        label=pgettext_lazy("navigation", "Knowledge"),
        name="knowledge:entries",
        icon="book",
        is_for=lambda user, scope: bool(scope.reaches),
    ),
    Page(
        label=pgettext_lazy("navigation", "Phone view"),
        name="phone:tasks",
        icon="device-mobile",
        is_for=lambda user, scope: bool(scope.roles & WORKERS),
    ),
    Page(
        label=pgettext_lazy("navigation", "Territory as files"),
        name="grids:files",
        icon="file-export",
        is_for=lambda user, scope: not scope.reaches and is_administrator(user),
    ),
    Page(
        label=pgettext_lazy("navigation", "Phones"),
        name="fieldwork:sealed",
        icon="device-mobile-cog",
        is_for=lambda user, scope: not scope.reaches and is_administrator(user),
    ),
    Page(
        label=pgettext_lazy("navigation", "External systems"),
        name="command:clients",
        icon="plug-connected",
        is_for=lambda user, scope: not scope.reaches and bool(roles_of(user)),
    ),
    Page(
        label=pgettext_lazy("navigation", "Settings"),
        name="admin:index",
        icon="settings",
        is_for=lambda user, scope: user.is_staff,
    ),
)
