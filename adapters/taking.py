"""Mapped reports into the ordinary intake: what is refused is told by its place in the sender's own document.

The ticket and the note of which version made it are written in one transaction.
"""

from collections.abc import Mapping as Pairs
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rest_framework import serializers

from adapters.document import Plan
from adapters.mapping import Mapped, turn
from adapters.models import Channel, MappedTicket, MappingVersion
from adapters.plans import plan_of
from governance.accounts.actors import Actor
from governance.foundation.api.problems import problem_of
from governance.foundation.api.strict import read
from governance.foundation.errors import Invalid, Problem
from incidents import intake, sides
from incidents.api.reading import TicketIn, draft_of
from incidents.batch import register_many
from incidents.drafts import Intake, TicketDraft
from incidents.ledger import ledger

REPORT = TicketIn()
SIDE = "adapters"


@dataclass(frozen=True, kw_only=True)
class Taken:
    """A report that was taken."""

    made: Intake
    mapped: Mapped


def draft_from(plan: Plan, document: Any) -> tuple[TicketDraft, Mapped]:
    """The draft that a document of theirs describes. Raises Problem with their places."""
    mapped = turn(plan, document)
    mapped.must_be_whole()
    return shaped(plan, mapped), mapped


def shaped(plan: Plan, mapped: Mapped) -> TicketDraft:
    """The draft of a mapped report. Raises Invalid with their places."""
    try:
        return draft_of(read(REPORT, mapped.body))
    except (serializers.ValidationError, Problem) as error:
        problem = problem_of(error)
        assert isinstance(problem, Problem)
        raise placed(problem, plan) from error


def placed(problem: Problem, plan: Plan) -> Problem:
    """The same refusal with the places of their document instead of our fields."""
    if isinstance(problem, Invalid):
        named = problem.fields
        problem.fields = {}
        for name, texts in named.items():
            problem.fields.setdefault(plan.pointer(name), []).extend(texts)
    return problem


def take(version: MappingVersion, document: Any, *, by: Actor, at: datetime) -> Taken:
    """One report of theirs. Raises Problem."""
    plan = plan_of(version)
    draft, mapped = draft_from(plan, document)
    with ledger().atomic():
        try:
            made = intake.register(draft, by=by, at=at)
        except Problem as problem:
            raise placed(problem, plan) from problem
        note([(made, mapped.words)], version=version, at=at)
    return Taken(made=made, mapped=mapped)


def take_many(
    version: MappingVersion, documents: Sequence[Any], *, by: Actor, at: datetime
) -> dict[int, Taken | Problem]:
    """What became of each report, by its place. A refused one leaves nothing behind."""
    plan = plan_of(version)
    found: dict[int, Taken | Problem] = {}
    drafts: dict[int, TicketDraft] = {}
    mapped: dict[int, Mapped] = {}
    for place, document in enumerate(documents):
        try:
            drafts[place], mapped[place] = draft_from(plan, document)
        except Problem as problem:
            found[place] = problem
    with ledger().atomic():
        for place, made in register_many(drafts, by=by, at=at).items():
            if isinstance(made, Problem):
                found[place] = placed(made, plan)
            else:
                found[place] = Taken(made=made, mapped=mapped[place])
        taken = [row for row in found.values() if isinstance(row, Taken)]
        note([(row.made, row.mapped.words) for row in taken], version=version, at=at)
    return found


def note(
    rows: Sequence[tuple[Intake, str]],
    *,
    at: datetime,
    version: MappingVersion | None = None,
    channel: Channel | None = None,
) -> None:
    """Keep by what each new ticket was made; two statements for however many. Part of the caller's transaction."""
    fresh: Pairs[int, str] = {made.ticket.pk: words for made, words in rows if made.created}
    MappedTicket.objects.bulk_create(
        MappedTicket(ticket_id=key, version=version, channel=channel, external_category=words, at=at)
        for key, words in fresh.items()
    )
    sides.mark_many(list(fresh), SIDE)
