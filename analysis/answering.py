"""The verbs of an early warning: acknowledged, turned into a ticket or a project, dismissed, closed; and lapsed."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from django.utils.translation import pgettext

from analysis import projects
from analysis.counting import midnight
from analysis.frame import answering, checked
from analysis.models import EarlyWarning
from analysis.states import PROJECT_OPEN
from governance.accounts.actors import Actor
from governance.foundation.clock import local
from governance.foundation.errors import Conflict, Unprocessable
from incidents import intake
from incidents.drafts import TicketDraft
from incidents.models import Ticket
from incidents.places import Spot
from incidents.queries import TicketFilter
from incidents.queries.filtering import filtered

MOST_TICKETS: Final = 500
SOURCE: Final = "dept_transfer"
"""What the centre opens by itself comes from its own analysis, not from a citizen."""


def acknowledge(
    pk: int, *, by: Actor, at: datetime, opinion: str = "", version: int | None = None
) -> EarlyWarning:
    """Somebody answers for it from now on. Raises NotFound, StaleVersion, IllegalTransition, Forbidden."""
    with answering("acknowledge", pk, by=by, at=at, version=version) as move:
        move.say(opinion)
        move.row.acknowledged_by, move.row.acknowledged_at = by.user, at
    return move.row


def dismiss(pk: int, *, by: Actor, at: datetime, opinion: str, version: int | None = None) -> EarlyWarning:
    """It is nothing, and why. Raises as `acknowledge`, and Unprocessable without a reason."""
    with answering("dismiss", pk, by=by, at=at, version=version) as move:
        move.say(opinion)
    return move.row


def report(
    pk: int, *, by: Actor, at: datetime, task: str, category: str = "", version: int | None = None
) -> EarlyWarning:
    """Open a ticket for what has to be done, through the door of every ticket. Raises as `dismiss`.

    `category`: the code of a matter that tickets are filed under, where the warning names none.
    """
    with answering("report", pk, by=by, at=at, version=version) as move:
        row = move.row
        words = move.say(task, "task")
        code = _filing(row, category)
        draft = TicketDraft(
            source=SOURCE,
            category=code,
            title=f"{row.place_name}{row.rule.name}"[:120],
            content=words,
            spot=Spot(region_code=row.place),
            external_no=f"{row.number}-{by.user_id}",
        )
        row.ticket = intake.register(draft, by=by, at=at).ticket
        _take(row, by, at)
    return row


def begin_project(pk: int, *, by: Actor, at: datetime, goal: str, version: int | None = None) -> EarlyWarning:
    """Prepare a special project with the tickets of the warning as its cases. Raises as `dismiss`."""
    with answering("begin_project", pk, by=by, at=at, version=version) as move:
        row = move.row
        words = move.say(goal, "goal")
        today = local(at).date()
        draft = projects.ProjectDraft(
            title=f"{row.place_name}{row.rule.name}"[:120],
            goal=words,
            place=row.place,
            category=row.category,
            is_sensitive=row.is_sensitive,
            starts_on=today,
            ends_on=today + timedelta(days=90),
        )
        row.project = projects.prepare(draft, by=by, at=at)
        projects.take_cases(row.project, cases_of(row, by))
        _take(row, by, at)
    return row


def close(pk: int, *, by: Actor, at: datetime, opinion: str, version: int | None = None) -> EarlyWarning:
    """What came of it. Raises as `dismiss`."""
    with answering("close", pk, by=by, at=at, version=version) as move:
        if move.row.project is not None and move.row.project.state in PROJECT_OPEN:
            raise Conflict(
                pgettext("early warning", "Its special project is not finished yet"), code="project_open"
            )
        move.say(opinion)
    return move.row


def lapse(pk: int, *, by: Actor, at: datetime) -> bool:
    """It is over by itself; False when somebody was faster."""
    try:
        with answering("lapse", pk, by=by, at=at):
            return True
    except Conflict:
        return False


def cases_of(row: EarlyWarning, by: Actor) -> Sequence[int]:
    """The tickets that the warning counted, as far as the person sees them."""
    wanted = TicketFilter(
        path=row.region_path,
        category=row.category,
        since=midnight(row.since),
        until=midnight(row.until + timedelta(days=1)),
        is_counted=True,
        is_sensitive=row.is_sensitive,
        as_filed=True,
    )
    rows = filtered(Ticket.objects.visible_to(by), wanted).order_by("-registered_at", "-id")
    return list(rows.values_list("pk", flat=True)[:MOST_TICKETS])


def _filing(row: EarlyWarning, category: str) -> str:
    code = category or row.category
    if len(code) < 4:
        raise Unprocessable(
            fields={
                "category": [pgettext("early warning", "Choose the matter under which the ticket is filed")]
            }
        )
    return checked(code, "category", longest=6)


def _take(row: EarlyWarning, by: Actor, at: datetime) -> None:
    if row.acknowledged_at is None:
        row.acknowledged_by, row.acknowledged_at = by.user, at
