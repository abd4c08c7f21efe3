"""The life of one ticket: which verb comes when, by whom, with which words. The real verbs decide the rest.

A life is a generator: it yields a moment and a deed, and gets the ticket back once the deed is done. Between two
deeds the alarm sweep may have moved the ticket, so a life looks at its state before it goes on.
"""

import random
from collections.abc import Callable, Generator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from governance.accounts.actors import SYSTEM_ACTOR, Actor
from governance.command.demo import matters
from governance.command.demo.asides import Asides, unfinished
from governance.command.demo.hours import finished, later, taken
from governance.command.demo.neighbourhood import Neighbourhood
from grids.territory import Unit
from grids.territory import current as territory
from incidents import transitions
from incidents.mandate import ruling
from incidents.models import Ticket
from incidents.routing import propose
from incidents.states import State

Deed = tuple[datetime, Callable[[], Ticket]]
Life = Generator[Deed, Ticket, datetime]
SHARE = {
    "reject": 0.03,
    "void": 0.006,
    "not_signed": 0.035,
    "co_handler": 0.06,
    "escalate": 0.05,
    "rework": 0.045,
    "no_answer": 0.14,
    "unsolved": 0.035,
    "reopen": 0.008,
    "explained": 0.12,
    "stage_result": 0.05,
}
LATE = {"grid": 0.035, "community": 0.055, "town": 0.09, "district": 0.11, "city": 0.12}
CHILDREN = "子工单已明确单位和期限,另行跟踪。"
SATISFACTION = (("5", 58), ("4", 30), ("3", 8), ("2", 3), ("1", 1))
SOLVED = {"5": 1.0, "4": 0.985, "3": 0.8, "2": 0.4, "1": 0.15}
"""How many of those who gave that mark had their matter settled: some are cross all the same, some patient."""


@dataclass
class Course(Asides):
    """One ticket on its way through the units, by the luck of `rng`. It goes no further than `stop`.

    What was `may_forget` stops there because somebody forgot it, which does not happen to critical matters.
    """

    here: Neighbourhood
    rng: random.Random
    stop: str = ""
    may_forget: bool = False

    def chance(self, name: str) -> bool:
        return self.rng.random() < SHARE[name]

    def life(self, at: datetime, register: Callable[[], Ticket]) -> Life:
        """From the report to the archive."""
        ticket = yield at, register
        if ticket.urgency == "critical" and self.may_forget:
            self.stop = ""
        if self.stop == "register" or ticket.state != State.REGISTERED:
            return at
        at = yield from self._take_in(ticket, at)
        if self.stop == "accept" or ticket.state != State.ACCEPTED:
            return at
        at = yield from self._dispatch(ticket, at)
        if self.stop != "dispatch":
            at = yield from self._work(ticket, at)
        if ticket.state == State.CLOSED:
            at = yield from self._afterlife(ticket, at)
        return at

    def _take_in(self, ticket: Ticket, at: datetime) -> Life:
        rng, by = self.rng, self.here.taker(ticket, self.rng)
        is_natural = ticket.urgency != "normal"
        at = later(at, taken(rng, 4 if is_natural else 22), is_natural=is_natural)
        if self.chance("void"):
            overseer = self.here.overseer(rng)
            yield (
                at,
                partial(transitions.void, ticket.pk, by=overseer, at=at, opinion=rng.choice(matters.VOIDED)),
            )
            return at
        if ticket.reporter_role not in {"grid_patroller", "grid_leader"} and self.chance("reject"):
            reason = rng.choice(sorted(matters.REJECTED))
            words = matters.REJECTED[reason]
            yield (
                at,
                partial(transitions.reject, ticket.pk, by=by, at=at, reason_code=reason, opinion=words),
            )
            return at
        at = yield from self.look(ticket, by, at)
        yield at, partial(transitions.accept, ticket.pk, by=by, at=at)
        return (yield from self.again(ticket, at))

    def _dispatch(self, ticket: Ticket, at: datetime) -> Life:
        rng = self.rng
        is_natural = ticket.urgency != "normal"
        at = later(at, taken(rng, 3 if is_natural else 14), is_natural=is_natural)
        proposal = propose(ticket, at=at)
        lead, override = proposal.lead, ""
        if lead is None or not self.here.cast.handlers[lead.id]:
            lead, override = self.here.sub_center, "本级暂无对应承办单位,由镇街先行处置"
        helpers = list(proposal.co_handlers[:1]) if self.chance("co_handler") else []
        held = ruling(ticket, lead, helpers, at=at)
        if not override and (held.is_below_level or held.uncovered is not None):
            override = rng.choice(matters.OVERRIDES)
        others = [unit.id for unit in helpers]
        yield (
            at,
            partial(
                transitions.dispatch,
                ticket.pk,
                by=self.here.dispatcher(ticket, rng),
                at=at,
                to=lead.id,
                co_handlers=others,
                override_reason=override,
            ),
        )
        return at

    def _work(self, ticket: Ticket, at: datetime) -> Life:
        """Sign, handle, check, call back, again and again until it is closed."""
        while True:
            if self.stop != "sign":
                at = yield from self.give_back(ticket, at)
            if ticket.state == State.ACCEPTED:
                at = yield from self._dispatch(ticket, at)
            at = yield from self._sign(ticket, at)
            if self.stop == "sign":
                return at
            at = yield from self.meanwhile(ticket, at)
            at = yield from self._children(ticket, at)
            if ticket.state == State.HANDLING and self._may_climb(ticket) and self.chance("escalate"):
                at = yield from self._escalate(ticket, at)
                continue
            at = yield from self._feed_back(ticket, at)
            if self.stop == "feedback":
                return at
            is_good, at = yield from self._judge(ticket, at)
            if is_good or self.stop == "check":
                return at

    def _children(self, ticket: Ticket, at: datetime) -> Life:
        """A child goes its own way to the end before the main ticket goes on."""
        children: list[Ticket] = []
        at = yield from self.child_of(ticket, at, children)
        for child in children:
            at = yield from self._dispatch(child, at)
            at = yield from self._sign(child, at)
            if child.state == State.HANDLING:
                at = yield from self._feed_back(child, at)
                _is_good, at = yield from self._judge(child, at)
        return at

    def _may_climb(self, ticket: Ticket) -> bool:
        return self._unit(ticket.holder_id).tier in {"grid", "community"}

    def _unit(self, unit_id: int | None) -> Unit:
        return territory().units[unit_id or 0]

    def _handler(self, ticket: Ticket) -> Actor:
        return self.rng.choice(self.here.cast.handlers[ticket.holder_id])

    def _sign(self, ticket: Ticket, at: datetime) -> Life:
        rng = self.rng
        if ticket.state != State.DISPATCHED:
            return at
        is_natural = self._unit(ticket.holder_id).calendar == "always" or ticket.urgency != "normal"
        if self.chance("not_signed") and ticket.urgency != "critical" and ticket.next_due_at is not None:
            return ticket.next_due_at + timedelta(minutes=rng.uniform(5, 90))
        at = later(at, taken(rng, 6 if is_natural else 40), is_natural=is_natural)
        yield at, partial(self._sign_now, ticket, self._handler(ticket), at)
        return at

    @staticmethod
    def _sign_now(ticket: Ticket, by: Actor, at: datetime) -> Ticket:
        """The platform may have been quicker."""
        if ticket.state == State.DISPATCHED:
            return transitions.sign(ticket.pk, by=by, at=at)
        return ticket

    def _escalate(self, ticket: Ticket, at: datetime) -> Life:
        rng = self.rng
        at = later(at, taken(rng, 60))
        words, measures = rng.choice(matters.ESCALATED), rng.choice(matters.MEASURES)
        by = self._handler(ticket)
        yield (
            at,
            partial(transitions.escalate, ticket.pk, by=by, at=at, opinion=words, measures=measures),
        )
        return at

    def _feed_back(self, ticket: Ticket, at: datetime) -> Life:
        rng, unit = self.rng, self._unit(ticket.holder_id)
        is_natural = unit.calendar == "always" or ticket.urgency == "critical"
        is_late = rng.random() < LATE[unit.tier]
        due_at = ticket.due_at or at + timedelta(hours=4)
        at = finished(rng, at, due_at, is_late=is_late, is_natural=is_natural)
        by = self._handler(ticket)
        yield at, partial(self._feed_back_now, ticket, by, at)
        return at

    def _feed_back_now(self, ticket: Ticket, by: Actor, at: datetime) -> Ticket:
        rng = self.rng
        kind, words = "resolved", rng.choice(matters.DONE)
        if self.chance("explained") or ticket.category.route in {"enquiry", "suggestion", "praise"}:
            kind, words = "explained", rng.choice(matters.EXPLAINED)
        elif self.chance("stage_result"):
            kind, words = "stage_result", rng.choice(matters.STAGE)
        photos: list[UUID] = []
        if ticket.category.needs_after_photos and kind != "explained":
            photos = [self.here.photo(by, at, rng, is_after=True)]
        if ticket.state == State.DISPATCHED:
            transitions.sign(ticket.pk, by=by, at=at)
        return transitions.feedback(
            ticket.pk,
            by=by,
            at=at,
            result_kind=kind,
            opinion=words,
            missing=unfinished(ticket),
            children_reason=CHILDREN,
            attachments=photos,
        )

    def _judge(self, ticket: Ticket, at: datetime) -> Generator[Deed, Ticket, tuple[bool, datetime]]:
        """Check, and call back where somebody waits. True once closed."""
        rng = self.rng
        at = later(at, taken(rng, 70))
        by = self.here.checker(ticket, rng)
        if self.chance("rework"):
            words = rng.choice(matters.REWORK)
            yield at, partial(transitions.rework, ticket.pk, by=by, at=at, opinion=words)
            return False, at
        yield at, partial(transitions.check, ticket.pk, by=by, at=at)
        if self.stop == "check":
            return False, at
        if ticket.state == State.FOLLOW_UP:
            is_content, at = yield from self._call(ticket, at)
            if not is_content:
                redo = partial(transitions.redo, ticket.pk, by=self.here.overseer(rng), at=at)
                yield at, partial(redo, opinion=rng.choice(matters.REDO))
                return False, at
        at = later(at, taken(rng, 15))
        close = partial(transitions.close, ticket.pk, by=self.here.closer(ticket, rng), at=at)
        yield at, partial(close, children_reason=CHILDREN)
        return True, at

    def _call(self, ticket: Ticket, at: datetime) -> Generator[Deed, Ticket, tuple[bool, datetime]]:
        """Call until somebody answers, or three times on two days. False when it has to be done again."""
        rng = self.rng
        by = self.here.caller(ticket, rng)
        at = later(at, taken(rng, 100))
        for wait in (0, 130, 430):
            at = later(at, wait)
            call = partial(transitions.follow_up, ticket.pk, by=by, at=at)
            if self.chance("no_answer"):
                words = rng.choice(matters.NO_ANSWER)
                yield at, partial(call, outcome="unreachable", opinion=words)
                continue
            if self.chance("unsolved"):
                yield at, partial(call, outcome="unsolved", satisfaction=rng.choice("12"))
                return False, at + timedelta(minutes=20)
            mark = rng.choices([row[0] for row in SATISFACTION], [row[1] for row in SATISFACTION])[0]
            outcome = "solved" if rng.random() < SOLVED[mark] else "partly"
            yield at, partial(call, outcome=outcome, satisfaction=mark, opinion=rng.choice(matters.CALLS))
            return True, at
        return True, at

    def _afterlife(self, ticket: Ticket, at: datetime) -> Life:
        """Now and then the matter is back; in the end the ticket is put away."""
        rng = self.rng
        if self.chance("reopen"):
            at = min(later(at, rng.uniform(300, 2500)), at + timedelta(days=12))
            reopen = partial(transitions.reopen, ticket.pk, by=self.here.overseer(rng), at=at)
            yield at, partial(reopen, opinion=rng.choice(matters.REOPEN))
            at = yield from self._work(ticket, at)
        if ticket.state == State.CLOSED:
            at = yield from put_away(ticket, rng)
        return at


def put_away(ticket: Ticket, rng: random.Random) -> Life:
    """The system archives what was closed thirty days ago."""
    closed_at = ticket.closed_at or ticket.registered_at
    at = closed_at + timedelta(days=30, minutes=rng.uniform(1, 12))
    yield at, partial(transitions.archive, ticket.pk, by=SYSTEM_ACTOR, at=at)
    return at


def on_the_spot(at: datetime, handle: Callable[[], Ticket], rng: random.Random) -> Life:
    """Handled and closed by the grid itself."""
    ticket = yield at, handle
    at = yield from put_away(ticket, rng)
    return at
