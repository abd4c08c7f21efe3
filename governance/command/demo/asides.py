"""What happens beside the way of a ticket: co-handlers answer, units return or need more time, people urge, tickets are
split, looked at and merged. Chosen by the luck of the life that it belongs to; the real verbs decide the rest.
"""

import random
from collections.abc import Callable, Generator
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

from governance.accounts.actors import Actor
from governance.accounts.roles import Role
from governance.command.demo import matters
from governance.command.demo.hours import later, taken
from governance.command.demo.neighbourhood import Neighbourhood
from governance.foundation.clock import local
from governance.foundation.errors import Problem
from incidents import intake, transitions
from incidents.drafts import Citizen, TicketDraft
from incidents.ledger import ledger
from incidents.models import Assignment, Ticket
from incidents.places import Spot
from incidents.rules import is_looked_at
from incidents.states import OPEN_PARTS, PartState, RequestKind, State
from incidents.transitions.partaking import code_of

Life = Generator[tuple[datetime, Callable[[], Ticket]], Ticket, datetime]
ODDS: Final = {
    "part_answers": 0.8,
    "part_returns": 0.08,
    "returned": 0.03,
    "return_granted": 0.6,
    "extended": 0.05,
    "suspended": 0.012,
    "urged": 0.035,
    "split": 0.006,
    "looked_at": 0.3,
    "merged": 0.06,
}
BASIS: Final = "对照职责清单,该事项由其他单位主责。"
RETURNED: Final = ("经现场核实,权属不在本单位管理范围。", "该路段由其他单位养护,非本单位职责。")
EXTENDED: Final = ("需采购配件,到货后立即更换。", "涉及多户协商,需要更多时间。", "连续降雨,无法施工。")
PLAN: Final = "列入季度整治计划,先采取临时防护措施。"
URGED: Final = ("市民再次来电催办。", "市民询问进度,要求尽快处理。", "天气不好,请加快处置。")
ANSWERS: Final = ("已按分工完成本单位部分。", "已派员到场配合,本单位事项办结。", "已提供相关资料并现场确认。")
CALLERS: Final = ("周女士", "郑先生", "冯女士")
SPLIT: Final = ("相邻路段存在同类问题,一并处理。", "现场另有一处不同权属的设施损坏。")


def unfinished(ticket: Ticket) -> dict[str, str]:
    """A reason for each co-handler that has not answered."""
    parts = [part for part in ledger().parts(ticket) if part.state in OPEN_PARTS]
    return {code_of(part): "已电话商定,由本单位一并处置。" for part in parts}


def tried(ticket: Ticket, deed: Callable[[], object]) -> Ticket:
    """Do it if the rules allow it at this moment; a life goes on without it."""
    try:
        deed()
    except Problem:
        return ticket
    return ticket


class Asides:
    """The side ways of one ticket. Each yields its deeds one by one, so that alarms come in between."""

    here: Neighbourhood
    rng: random.Random

    def happens(self, name: str) -> bool:
        return self.rng.random() < ODDS[name]

    def _do(self, at: datetime, ticket: Ticket, verb: Callable[..., object], by: Actor, **said: Any) -> Life:
        yield at, partial(tried, ticket, partial(verb, ticket.pk, by=by, at=at, **said))
        return at

    def _of(self, role: Role, unit_id: int) -> Actor | None:
        people = self.here.cast.of(role, unit_id)
        return people[0] if people else None

    def look(self, ticket: Ticket, by: Actor, at: datetime) -> Life:
        """A worker of the grid looks before it is accepted."""
        people = self.here.cast.handlers[self._team(ticket)]
        if not (is_looked_at(ticket) and ticket.lon is not None and people and self.happens("looked_at")):
            return at
        yield from self._do(at, ticket, transitions.send_verification, by)
        if ticket.state != State.VERIFYING:
            return at
        worker, at = people[0], later(at, taken(self.rng, 50))
        said = {
            "finding": "true",
            "position": {"lon": ticket.lon, "lat": ticket.lat, "accuracy": 8.0},
            "attachments": [self.here.photo(worker, at, self.rng, is_after=False)],
            "opinion": "现场核实,情况属实。",
        }
        yield from self._do(at, ticket, transitions.verify, worker, **said)
        return later(at, 3)

    def _team(self, ticket: Ticket) -> int:
        return next((grid.team_id or 0 for grid in self.here.grids if grid.pk == ticket.grid_id), 0)

    def again(self, ticket: Ticket, at: datetime) -> Life:
        """Another citizen calls about the same, and the report joins the ticket."""
        if not ticket.needs_reply or ticket.lon is None or not self.happens("merged"):
            return at
        doubles: list[Ticket] = []
        second, rng = at + timedelta(minutes=self.rng.uniform(5, 60)), self.rng
        duty = rng.choice(self.here.cast.of(Role.DUTY_OFFICER, self.here.center.id))
        draft = TicketDraft(
            source="phone_in",
            category=ticket.category.code,
            content=rng.choice(matters.AGAIN) + ticket.content,
            spot=Spot(lon=ticket.lon, lat=ticket.lat, text=ticket.place),
            citizen=Citizen(name=rng.choice(CALLERS), phone=f"19900{rng.randrange(10**6):06d}"),
        )

        def register() -> Ticket:
            doubles.append(intake.register(draft, by=duty, at=second).ticket)
            return doubles[0]

        yield second, partial(tried, ticket, register)
        for double in doubles:
            dispatcher = rng.choice(self.here.cast.of(Role.DISPATCHER, self.here.center.id))
            joined = second + timedelta(minutes=4)
            yield from self._do(joined, double, transitions.merge, dispatcher, target=ticket.number)
        return second + timedelta(minutes=5)

    def give_back(self, ticket: Ticket, at: datetime) -> Life:
        """The lead of a department returns it, a dispatcher decides."""
        lead = self._of(Role.DEPT_LEAD, ticket.holder_id)
        if lead is None or ticket.urgency != "normal" or not self.happens("returned"):
            return at
        at = later(at, taken(self.rng, 30))
        words = {"opinion": self.rng.choice(RETURNED), "basis": BASIS}
        yield from self._do(at, ticket, transitions.send_back, lead, **words)
        if ticket.state != State.RETURNED:
            return at
        dispatcher = self.rng.choice(self.here.cast.of(Role.DISPATCHER, self.here.center.id))
        at = later(at, taken(self.rng, 25))
        if self.happens("return_granted"):
            yield from self._do(at, ticket, transitions.grant_return, dispatcher, opinion="同意退单。")
        else:
            words = {"opinion": "职责清单有明确规定,请承办。"}
            yield from self._do(at, ticket, transitions.refuse_return, dispatcher, **words)
        return later(at, 5)

    def meanwhile(self, ticket: Ticket, at: datetime) -> Life:
        """While it is handled: co-handlers answer, people urge, time is asked for."""
        if ticket.state != State.HANDLING:
            return at
        at = yield from self._parts(ticket, at)
        if ticket.urgency != "normal":
            return at
        if self.happens("urged"):
            at = later(at, taken(self.rng, 60))
            duty = self.rng.choice(self.here.cast.of(Role.DUTY_OFFICER, self.here.center.id))
            yield from self._do(at, ticket, transitions.urge, duty, opinion=self.rng.choice(URGED))
        lead = self._of(Role.DEPT_LEAD, ticket.holder_id)
        if lead is not None and self.happens("extended"):
            at = yield from self._more_time(ticket, lead, later(at, 20))
        elif lead is not None and self.happens("suspended"):
            at = yield from self._stand_still(ticket, lead, later(at, 20))
        return at

    def _parts(self, ticket: Ticket, at: datetime) -> Life:
        for part in ledger().parts(ticket):
            people = self.here.cast.handlers[part.unit_id]
            if not people or part.state != PartState.ASSIGNED or not self.happens("part_answers"):
                continue
            by, at = self.rng.choice(people), later(at, taken(self.rng, 20))
            if self.happens("part_returns"):
                words = self.rng.choice(RETURNED)
                yield at, partial(self._on_part, ticket, transitions.return_part, part, by, at, opinion=words)
                continue
            yield at, partial(self._on_part, ticket, transitions.sign_part, part, by, at)
            at = later(at, taken(self.rng, 40))
            said: dict[str, Any] = {"result_kind": "explained", "opinion": self.rng.choice(ANSWERS)}
            if ticket.category.needs_after_photos:
                photo = self.here.photo(by, at, self.rng, is_after=True)
                said |= {"result_kind": "resolved", "attachments": [photo]}
            yield at, partial(self._on_part, ticket, transitions.answer_part, part, by, at, **said)
        return at

    @staticmethod
    def _on_part(
        ticket: Ticket, verb: Callable[..., object], part: Assignment, by: Actor, at: datetime, **said: Any
    ) -> Ticket:
        return tried(ticket, partial(verb, ticket.pk, part.pk, by=by, at=at, **said))

    def _more_time(self, ticket: Ticket, lead: Actor, at: datetime) -> Life:
        handler = self._of(Role.DEPT_HANDLER, ticket.holder_id)
        if handler is None:
            return at
        words = {"opinion": self.rng.choice(EXTENDED), "amount": 1}
        yield from self._do(at, ticket, transitions.ask_extension, handler, **words)
        if RequestKind.EXTENSION in ticket.asked:
            at = later(at, 30)
            yield from self._do(at, ticket, transitions.extend, lead, opinion="情况属实,同意延期。")
        return at

    def _stand_still(self, ticket: Ticket, lead: Actor, at: datetime) -> Life:
        days = self.rng.randint(3, 12)
        said = {
            "cause": self.rng.choice(("season", "funds", "ownership")),
            "opinion": self.rng.choice(EXTENDED),
            "plan": PLAN,
            "responsible": lead.user.username if lead.user is not None else "",
            "review_on": local(at).date() + timedelta(days=days + 10),
        }
        yield from self._do(at, ticket, transitions.ask_suspension, lead, **said)
        if RequestKind.SUSPENSION not in ticket.asked:
            return at
        at, overseer = later(at, 60), self.here.overseer(self.rng)
        yield from self._do(at, ticket, transitions.suspend, overseer, opinion="同意挂账。")
        if ticket.state == State.SUSPENDED:
            at = later(at + timedelta(days=days), 20)
            yield from self._do(at, ticket, transitions.resume, lead, opinion="条件具备,恢复办理。")
        return at

    def child_of(self, ticket: Ticket, at: datetime, children: list[Ticket]) -> Life:
        """A second matter is found on the spot and split off; it is put into `children`."""
        if ticket.state != State.HANDLING or not self.happens("split"):
            return at
        at, dispatcher = (
            later(at, 15),
            self.rng.choice(self.here.cast.of(Role.DISPATCHER, self.here.center.id)),
        )
        words = self.rng.choice(SPLIT)

        def deed() -> None:
            children.append(transitions.split_off(ticket.pk, by=dispatcher, at=at, content=words)[0])

        yield at, partial(tried, ticket, deed)
        return at
