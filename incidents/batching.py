"""A ledger for one verb on many tickets: they are locked and read together, and written together by `flush`.

Each deed is the ordinary verb. What it writes is kept until the end of the batch, in the order that the database wants;
what it writes before it is refused is forgotten. A deed that needs more than this ledger can keep raises `Alone`, and
is done by itself.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import models

from governance.accounts.actors import Actor
from governance.audit import journal
from governance.audit.models import AuditEntry
from governance.foundation.bulk import insert_rows, keys_for, settle, update_rows
from governance.foundation.live import publish_on_commit
from governance.foundation.prepared import fetch_all, fetch_models
from incidents import statements
from incidents.catalogue import with_matter
from incidents.ledger import (
    CLOCK_FIELDS,
    LOCKED_FIELDS,
    PART_FIELDS,
    Ledger,
    end_assignments,
)
from incidents.models import Assignment, Deadline, DueChange, Step, Ticket, TicketUrge
from incidents.states.hands import CHECKING_VERBS, HANDLING_VERBS, Hands

INSERTED = (Assignment, Deadline, Step, DueChange, TicketUrge)
"""In this order: a row comes after those that it names."""
ALONE = frozenset(
    {
        "bind",
        "carry_over",
        "count_routing",
        "decide_request",
        "due_alarms",
        "file",
        "file_many",
        "flag",
        "give_back",
        "lapse_requests",
        "link_requesters",
        "lock_pair",
        "move_alarms",
        "open_children",
        "parent_of",
        "push_forward",
        "take_back",
    }
)
"""What reaches beyond the ticket and its clocks: other tickets among them, which may be of the same batch."""


class Alone(Exception):
    """This deed is not for a batch."""


@dataclass
class Kept:
    """What one deed writes."""

    added: list[models.Model] = field(default_factory=list)
    changed: list[tuple[models.Model, tuple[str, ...]]] = field(default_factory=list)
    ended: list[tuple[int, datetime, bool]] = field(default_factory=list)
    signed: list[tuple[int, int, datetime, bool]] = field(default_factory=list)
    entries: list[AuditEntry] = field(default_factory=list)
    nudges: list[tuple[Iterable[str], Mapping[str, Any]]] = field(default_factory=list)

    def take(self, other: "Kept") -> None:
        for name in vars(self):
            getattr(self, name).extend(getattr(other, name))


class Batch(Ledger):
    """The tickets of these keys, locked until the transaction ends, in the order that everybody keeps."""

    def __init__(self, ticket_ids: Sequence[int]) -> None:
        self.ids = sorted(ticket_ids)
        rows = fetch_models(
            Ticket, "WHERE t.id = ANY(%s) ORDER BY t.id FOR UPDATE", [self.ids], LOCKED_FIELDS
        )
        self.tickets = {row.pk: with_matter(row) for row in rows}
        self.clocks: dict[int, list[Deadline]] = defaultdict(list)
        for clock in fetch_models(
            Deadline, "WHERE t.ticket_id = ANY(%s) AND t.stopped_at IS NULL ORDER BY t.id", [self.ids]
        ):
            self.clocks[clock.ticket_id].append(clock)
        self.kept, self.now = Kept(), Kept()
        self.depth = 0
        self.keys: dict[type[models.Model], list[int]] = defaultdict(list)
        self.doers: dict[int, list[tuple[str, int | None]]] | None = None

    @contextmanager
    def atomic(self) -> Iterator[None]:
        """A deed is kept as a whole, or not at all."""
        self.depth += 1
        try:
            yield
        except BaseException:
            self.now = Kept()
            raise
        finally:
            self.depth -= 1
        if self.depth == 0:
            self.kept.take(self.now)
            self.now = Kept()

    def lock(self, ticket_id: int) -> Ticket | None:
        return self.tickets.get(ticket_id)

    def running(self, ticket: Ticket) -> list[Deadline]:
        return self.clocks[ticket.pk]

    def hands(self, ticket_id: int) -> Hands:
        """Read at once for all of them."""
        if self.doers is None:
            self.doers = defaultdict(list)
            rows = Step.objects.filter(ticket_id__in=self.ids, verb__in=(*HANDLING_VERBS, *CHECKING_VERBS))
            for key, verb, actor_id in rows.order_by("id").values_list("ticket_id", "verb", "actor_id"):
                self.doers[key].append((verb, actor_id))
        return Hands.of(self.doers[ticket_id])

    def add(self, row: models.Model) -> None:
        self.add_many([row])

    def add_many(self, rows: Sequence[models.Model]) -> None:
        """Keep rows under the keys that they will have. What refers to nothing here is not for a batch."""
        for row in rows:
            if type(row) not in INSERTED:
                raise Alone
            row.pk = self._key_of(type(row))
            settle(row)
            self.now.added.append(row)

    def _key_of(self, model: type[models.Model]) -> int:
        if not self.keys[model]:
            self.keys[model] = keys_for(model, len(self.ids))
        return self.keys[model].pop(0)

    def change(self, row: models.Model, fields: tuple[str, ...]) -> None:
        self.now.changed.append((row, fields))

    def change_clocks(self, rows: Sequence[Deadline]) -> None:
        self.now.changed += [(row, CLOCK_FIELDS) for row in rows]

    def change_parts(self, rows: Sequence[Assignment]) -> None:
        self.now.changed += [(row, PART_FIELDS) for row in rows]

    def end_assignments(self, ticket: Ticket, at: datetime, *, but_parts: bool = False) -> None:
        self.now.ended.append((ticket.pk, at, but_parts))

    def sign_assignments(self, ticket: Ticket, at: datetime, *, is_automatic: bool) -> None:
        self.now.signed.append((ticket.pk, ticket.holder_id, at, is_automatic))

    def record(self, verb: str, *, by: Actor, obj: models.Model, at: datetime, **facts: Any) -> None:
        self.now.entries.append(journal.entry(verb, by=by, obj=obj, at=at, **facts))

    def nudge(self, topics: Iterable[str], event: Mapping[str, Any]) -> None:
        self.now.nudges.append((topics, event))

    def flush(self) -> None:
        """Write everything that was kept: what ends before what begins."""
        kept, self.kept = self.kept, Kept()
        for (at, but_parts), ids in _grouped(kept.ended, lambda row: (row[1:], row[0])).items():
            end_assignments(ids, at, but_parts=but_parts)
        for (at, is_automatic), pairs in _grouped(kept.signed, lambda row: (row[2:], row[:2])).items():
            tickets, holders = zip(*pairs, strict=True)
            fetch_all(statements.SIGN, [at, is_automatic, list(tickets), list(holders)])
        for (_model, fields), rows in _grouped(
            kept.changed, lambda pair: ((type(pair[0]), pair[1]), pair[0])
        ).items():
            update_rows(rows, fields)
        added = _grouped(kept.added, lambda row: (type(row), row))
        for model in INSERTED:
            insert_rows(added.get(model, []))
        journal.record_many(kept.entries)
        for topics, event in kept.nudges:
            publish_on_commit(topics, event)


def _grouped(rows: Iterable[Any], split: Callable[[Any], tuple[Any, Any]]) -> dict[Any, list[Any]]:
    found: dict[Any, list[Any]] = {}
    for row in rows:
        key, value = split(row)
        found.setdefault(key, []).append(value)
    return found


def _alone(*_args: object, **_options: object) -> Any:
    raise Alone


for _name in ALONE:
    setattr(Batch, _name, _alone)
