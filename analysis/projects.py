"""The verbs of a special-governance project: from its draft to the closing review, with figures before and after.

Before: tickets a week of its matters in its place over the four weeks before it starts; after: over the four
weeks before
it is submitted. Both are kept with their days, so that the closing review shows what can be counted again.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.utils.translation import pgettext

from analysis import telling
from analysis.counting import midnight, named
from analysis.frame import Move, checked, governing, leave_step
from analysis.models import ProjectMeasure, ProjectTicket, SpecialProject
from analysis.rules import role_over
from analysis.states import PROJECT_TABLE
from analysis.values import Name, values
from governance.accounts.actors import Actor
from governance.foundation.clock import local
from governance.foundation.errors import Conflict, FieldErrors, NotFound, Text, Unprocessable
from governance.foundation.numbers import next_numbers
from grids.territory import current as territory
from incidents.models import MatterCategory, Ticket
from incidents.queries import TicketFilter
from incidents.queries.filtering import filtered

LONGEST_TITLE: Final = 120
LONGEST: Final = timedelta(days=366)
MOST_MEASURES: Final = 30


@dataclass(frozen=True, kw_only=True)
class ProjectDraft:
    """What somebody plans. `place`: the code of a region or grid; `unit`: the code of the unit that leads."""

    title: str
    goal: str
    place: str
    starts_on: date
    ends_on: date
    category: str = ""
    unit: str = ""
    goal_percent: int = 30
    is_sensitive: bool = False

    def faults(self) -> FieldErrors:
        """What keeps it from being stored."""
        found: dict[str, list[Text]] = {}
        if not 0 < len(self.title.strip()) <= LONGEST_TITLE:
            found["title"] = [pgettext("special project", "Give it a title of at most 120 characters")]
        if not 0 < len(self.goal.strip()) <= 2000:
            found["goal"] = [pgettext("special project", "Write down what shall be reached")]
        if self.ends_on < self.starts_on:
            found["ends_on"] = [pgettext("special project", "The last day is before the first one")]
        elif self.ends_on - self.starts_on > LONGEST:
            found["ends_on"] = [pgettext("special project", "A project lasts a year at most")]
        if not 1 <= self.goal_percent <= 100:
            found["goal_percent"] = [pgettext("special project", "Between 1 and 100 per cent")]
        if self.unit and self.unit not in territory().unit_by_code:
            found["unit"] = [pgettext("special project", "Choose a unit from the list")]
        if self.category and not MatterCategory.objects.filter(code=self.category).exists():
            found["category"] = [pgettext("special project", "There is no such matter in the catalogue")]
        return found


@transaction.atomic
def prepare(draft: ProjectDraft, *, by: Actor, at: datetime) -> SpecialProject:
    """A draft. Raises Forbidden, Unprocessable."""
    verb = PROJECT_TABLE["prepare"]
    row = SpecialProject(number=next_numbers("ZX", at)[0], prepared_by=by.user, prepared_at=at)
    _write(row, draft)
    actor = by.acting_as(role_over(verb, by, path=row.region_path))
    row.save(force_insert=True)
    leave_step(Move(row, verb, actor, at), "", None)
    return row


def edit(
    pk: int, draft: ProjectDraft, *, by: Actor, at: datetime, version: int | None = None
) -> SpecialProject:
    """Change a draft. Raises as `prepare`, and NotFound, Conflict, StaleVersion."""
    with governing("edit", pk, by=by, at=at, version=version) as move:
        _write(move.row, draft)
        role_over(move.verb, by, path=move.row.region_path)
    return move.row


def start(
    pk: int, *, by: Actor, at: datetime, opinion: str = "", version: int | None = None
) -> SpecialProject:
    """Begin; the figures so far are kept. Raises as `edit`, Unprocessable without a unit or after its last day."""
    with governing("start", pk, by=by, at=at, version=version) as move:
        row = move.row
        if row.lead_unit_id is None:
            raise Unprocessable(pgettext("special project", "Choose the lead unit first"))
        if row.ends_on < local(at).date():
            raise Unprocessable(pgettext("special project", "Its last day is over already"))
        move.say(opinion)
        row.before = counted(row, local(at).date())
    telling.tell_unit(move.row, "start", at=at)
    return move.row


def add_measure(
    pk: int, *, by: Actor, at: datetime, words: str, due_on: date, version: int | None = None
) -> ProjectMeasure:
    """One more thing to do. Raises as `edit`."""
    with governing("add_measure", pk, by=by, at=at, version=version) as move:
        text = checked(words, "words", longest=300)
        move.opinion = text
        if due_on > move.row.ends_on or due_on < local(at).date():
            raise Unprocessable(
                fields={
                    "due_on": [pgettext("special project", "Between today and the last day of the project")]
                }
            )
        if move.row.measures.count() >= MOST_MEASURES:
            raise Conflict(pgettext("special project", "At most thirty measures"), code="too_many_measures")
        return ProjectMeasure.objects.create(project=move.row, words=text, due_on=due_on)


def finish_measure(
    pk: int, *, by: Actor, at: datetime, measure: int, result: str, version: int | None = None
) -> ProjectMeasure:
    """It has been done, with what result. Raises as `edit`, Conflict when it was done before."""
    with governing("finish_measure", pk, by=by, at=at, version=version) as move:
        text = checked(result, "result", longest=500)
        found: ProjectMeasure | None = move.row.measures.select_for_update().filter(pk=measure).first()
        if found is None:
            raise NotFound()
        if found.done_at is not None:
            raise Conflict(pgettext("special project", "This measure was carried out before"), code="done")
        found.done_at, found.done_by, found.result = at, by.user, text
        found.save(update_fields=["done_at", "done_by", "result"])
        move.opinion = f"{found.words}：{text}"
        return found


def submit(pk: int, *, by: Actor, at: datetime, opinion: str, version: int | None = None) -> SpecialProject:
    """Causes and results, for the closing review. Raises as `edit`, Unprocessable while a measure is open."""
    with governing("submit", pk, by=by, at=at, version=version) as move:
        move.row.causes = move.say(opinion)
        measures = list(move.row.measures.all())
        if not measures or any(one.done_at is None for one in measures):
            raise Unprocessable(
                pgettext("special project", "Every measure has to be carried out first, one at least")
            )
        move.row.after = counted(move.row, local(at).date())
    return move.row


def send_back(
    pk: int, *, by: Actor, at: datetime, opinion: str, version: int | None = None
) -> SpecialProject:
    """Not yet. Raises as `edit`."""
    with governing("send_back", pk, by=by, at=at, version=version) as move:
        move.say(opinion)
        move.row.after = {}
    telling.tell_unit(move.row, "send_back", at=at)
    return move.row


def close(pk: int, *, by: Actor, at: datetime, opinion: str, version: int | None = None) -> SpecialProject:
    """The closing review. Raises as `edit`."""
    with governing("close", pk, by=by, at=at, version=version) as move:
        move.row.review = move.say(opinion)
    telling.tell_unit(move.row, "close", at=at)
    return move.row


def drop(pk: int, *, by: Actor, at: datetime, opinion: str, version: int | None = None) -> SpecialProject:
    """It is not pursued. Raises as `edit`."""
    with governing("drop", pk, by=by, at=at, version=version) as move:
        move.say(opinion)
    return move.row


def counted(row: SpecialProject, until: date) -> dict[str, Any]:
    """Tickets of its matters in its place over the weeks before a day, and how many that is a week."""
    days = values(until)[Name.COMPARE_DAYS]
    since = until - timedelta(days=days)
    count = filtered(Ticket.objects.all(), case_filter(row, since, until - timedelta(days=1))).count()
    return {
        "since": since.isoformat(),
        "last": (until - timedelta(days=1)).isoformat(),
        "days": days,
        "tickets": count,
    }


def case_filter(row: SpecialProject, since: date, last: date) -> TicketFilter:
    """The tickets that count for a project."""
    return TicketFilter(
        path=row.region_path,
        category=row.category,
        since=midnight(since),
        until=midnight(last + timedelta(days=1)),
        is_counted=True,
        is_sensitive=row.is_sensitive,
        as_filed=True,
    )


def take_cases(row: SpecialProject, ticket_ids: Iterable[int]) -> int:
    """Tickets that are cases of the project; those that are there already stay."""
    links = [ProjectTicket(project=row, ticket_id=ticket_id) for ticket_id in ticket_ids]
    ProjectTicket.objects.bulk_create(links, ignore_conflicts=True)
    return len(links)


def _write(row: SpecialProject, draft: ProjectDraft) -> None:
    if faults := draft.faults():
        raise Unprocessable(fields=faults)
    names = named([draft.place])
    if draft.place not in names:
        raise Unprocessable(fields={"place": [pgettext("special project", "Choose a place from the list")]})
    row.place, (row.place_name, row.region_path) = draft.place, names[draft.place]
    row.title, row.goal, row.goal_percent = draft.title.strip(), draft.goal.strip(), draft.goal_percent
    row.category, row.is_sensitive = draft.category, draft.is_sensitive
    row.starts_on, row.ends_on = draft.starts_on, draft.ends_on
    row.lead_unit_id = territory().unit_by_code[draft.unit].id if draft.unit else None
