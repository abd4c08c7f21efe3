"""Many reports in one call: each is judged by itself, all that were taken are durable together before the answer.

New reports are written a few hundred at a time, in the order of their source and external number, so that two batches
that share reports wait for each other and never in a ring. What is there already, what repeats another of the batch and
what was refused is looked at one by one. Should the database refuse, nothing of the batch is there and it can be sent
again.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

from governance.accounts.actors import Actor
from governance.foundation.errors import Invalid, Problem
from incidents.drafts import Intake, TicketDraft
from incidents.intake import register, register_new
from incidents.ledger import ledger

AT_ONCE: Final = 250
Found = Intake | Problem


def register_many(drafts: Mapping[int, TicketDraft], *, by: Actor, at: datetime) -> dict[int, Found]:
    """What became of each report, by its place in the batch. A refused one leaves nothing behind."""
    order = sorted(drafts, key=lambda place: (drafts[place].source, drafts[place].external_no or "", place))
    found: dict[int, Found] = {}
    with ledger().atomic():
        for places, together in _runs(order, drafts):
            made = register_new([drafts[place] for place in places], by=by, at=at) if together else [None]
            for place, result in zip(places, made, strict=True):
                if result is None or isinstance(result, Invalid):  # there already, or perhaps a repeat
                    found[place] = _alone(drafts[place], by=by, at=at)
                else:
                    found[place] = result
    return found


def _runs(order: list[int], drafts: Mapping[int, TicketDraft]) -> Iterator[tuple[list[int], bool]]:
    """The reports in their order: those that can be written together, and those that go by themselves."""
    run: list[int] = []
    for place in order:
        draft = drafts[place]
        if draft.attachments or not draft.external_no:
            if run:
                yield run, True
            run = []
            yield [place], False
            continue
        run.append(place)
        if len(run) == AT_ONCE:
            yield run, True
            run = []
    if run:
        yield run, True


def _alone(draft: TicketDraft, *, by: Actor, at: datetime) -> Found:
    """By the way that every single report goes."""
    try:
        return register(draft, by=by, at=at)
    except Problem as problem:
        return problem
