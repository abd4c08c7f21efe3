"""The test bench: what a document of theirs would become, and the ticket that it would make. Nothing is kept."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from adapters.document import Plan, read_document
from adapters.mapping import Mapped, turn
from adapters.models import MappingVersion
from adapters.paths import MISSING, look
from adapters.taking import placed, shaped
from governance.exchange.edges import client_actor
from governance.exchange.models import ApiClient
from governance.foundation.errors import Invalid, Problem
from incidents import intake
from incidents.models import Ticket

MOST_ROWS = 20


@dataclass(frozen=True, kw_only=True)
class Told:
    """What is wrong at one place of their document."""

    place: str
    text: str


@dataclass(kw_only=True)
class Trial:
    """One document under one version. `ticket` is None where it would be refused."""

    version: MappingVersion
    mapped: Mapped
    ticket: Ticket | None = None
    code: str = ""
    wrong: list[Told] = field(default_factory=list)


def trials(version: MappingVersion, client: ApiClient, sent: Any, *, at: datetime) -> list[Trial]:
    """What becomes of one report, or of the first rows of a list. Raises Unprocessable for a version with errors."""
    plan = read_document(version.document)
    return [_tried(version, plan, client, row, at) for row in rows_of(plan, sent)[:MOST_ROWS]]


def rows_of(plan: Plan, sent: Any) -> Sequence[Any]:
    """The reports in what was sent: a list, a list at the agreed place, or the document itself."""
    if isinstance(sent, list):
        return sent
    inner = look(sent, plan.rows) if plan.rows else MISSING
    return inner if isinstance(inner, list) else [sent]


def is_list(plan: Plan, sent: Any) -> bool:
    """Whether several reports were sent."""
    return isinstance(sent, list) or (plan.rows is not None and isinstance(look(sent, plan.rows), list))


def _tried(version: MappingVersion, plan: Plan, client: ApiClient, row: Any, at: datetime) -> Trial:
    mapped = turn(plan, row)
    found = Trial(version=version, mapped=mapped)
    try:
        mapped.must_be_whole()
        draft = shaped(plan, mapped)
    except Problem as problem:
        return _refused(found, problem)
    try:
        found.ticket = intake.preview(draft, by=client_actor(client), at=at)
    except Problem as problem:
        return _refused(found, placed(problem, plan))
    return found


def _refused(found: Trial, problem: Problem) -> Trial:
    found.code = problem.code
    named = problem.fields if isinstance(problem, Invalid) else {}
    found.wrong = [Told(place=place, text=str(text)) for place, texts in named.items() for text in texts] or [
        Told(place="", text=str(problem.detail))
    ]
    return found


@dataclass(frozen=True, kw_only=True)
class Compared:
    """A field under the two versions."""

    name: str
    pointer: str
    given: Any
    value: Any
    how: str
    other: Any = None
    is_other: bool = False


def compared(mine: Mapped, theirs: Mapped | None) -> list[Compared]:
    """The fields of one, each beside what the other version makes of it."""
    others = {item.name: item.value for item in theirs.turned} if theirs else {}
    rows = [
        Compared(
            name=item.name,
            pointer=item.pointer,
            given=item.given,
            value=item.value,
            how=item.how,
            other=others.get(item.name),
            is_other=theirs is not None and others.get(item.name) != item.value,
        )
        for item in mine.turned
    ]
    names = {item.name for item in mine.turned}
    rows += [
        Compared(name=name, pointer="", given=None, value=None, how="nothing", other=value, is_other=True)
        for name, value in others.items()
        if name not in names and value is not None
    ]
    return rows
