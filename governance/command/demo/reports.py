"""How tickets begin: what happens where, who brings it in which way and at which moment."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from governance.accounts.actors import Actor
from governance.accounts.roles import Role
from governance.command.demo import matters
from governance.command.demo.hours import CITIZEN_HOURS, NIGHT_HOURS, WORKER_HOURS, day_weights, moment_on
from governance.command.demo.lives import Course, Life, on_the_spot
from governance.command.demo.matters import MATTERS, Matter
from governance.command.demo.names import citizen_phone, person_name
from governance.command.demo.neighbourhood import Neighbourhood
from governance.foundation.clock import local
from grids.models import Grid
from incidents.intake import Citizen, TicketDraft, register, self_handle
from incidents.models import Ticket
from incidents.places import Spot

OWN, REPORTED, BROUGHT = "own", "reported", "brought"
SHARES = {OWN: 0.585, REPORTED: 0.105, BROUGHT: 0.31}
REPEATS = 0.06
STALLED = 0.12
STALLED_WITHIN = timedelta(days=9)
STALLS = ("register", "accept", "dispatch", "sign", "sign", "feedback", "check")
OUTSIDE = 0.004
SOURCES = (
    ("hotline", 42),
    ("phone_in", 17),
    ("app", 10),
    ("wechat", 7),
    ("walk_in", 8),
    ("police", 5),
    ("digital_city", 4),
    ("letters", 2),
    ("dept_transfer", 2),
    ("video_patrol", 1.2),
    ("volunteer", 1),
    ("leader", 0.5),
    ("uav", 0.3),
)
NO_CITIZEN = frozenset({"digital_city", "video_patrol", "uav", "dept_transfer", "leader"})
SEASONS = {
    "summer": {6: 2.0, 7: 2.4, 8: 2.2, 9: 1.4},
    "winter": {11: 2.0, 12: 2.4, 1: 2.4, 2: 1.6},
    "rain": {6: 2.0, 7: 1.8, 9: 1.3},
}


@dataclass
class Reports:
    """The reports of one community between two moments."""

    here: Neighbourhood
    rng: random.Random
    begin: datetime
    end: datetime
    recent: list[tuple[datetime, Matter, Grid, str, Citizen]] = field(default_factory=list)
    serial: int = 0

    def lives(self, count: int) -> Iterator[tuple[datetime, Life]]:
        """`count` reports, in the order of their moments."""
        days = (self.end - self.begin).days + 1  # the last one is today, as far as it has come
        weights = day_weights(self.begin, days, random.Random(f"{self.begin:%Y%m%d}"))
        chosen = self.rng.choices(range(days), weights, k=count)
        kinds = self.rng.choices(list(SHARES), list(SHARES.values()), k=count)
        plans = [
            self._plan(kind, self.begin + timedelta(days=day))
            for kind, day in zip(kinds, chosen, strict=True)
        ]
        for at, kind, matter in sorted(plans, key=lambda plan: plan[0]):
            if at < self.end:
                yield at, self._begin(kind, matter, at)

    def _plan(self, kind: str, day: datetime) -> tuple[datetime, str, Matter]:
        rng, month = self.rng, local(day).month
        weights = [
            getattr(matter, kind) * SEASONS.get(matter.season, {}).get(month, 0.8 if matter.season else 1.0)
            for matter in MATTERS
        ]
        matter = rng.choices(MATTERS, weights)[0]
        hours = WORKER_HOURS if kind != BROUGHT else CITIZEN_HOURS
        if kind == BROUGHT and rng.random() < matter.night:
            hours = NIGHT_HOURS
        return moment_on(day, hours, rng), kind, matter

    def _begin(self, kind: str, matter: Matter, at: datetime) -> Life:
        grid = self.rng.choice(self.here.grids)
        if kind == OWN:
            return self.own(matter, grid, at)
        if kind == REPORTED:
            return self.reported(matter, grid, at)
        return self.brought(matter, grid, at)

    def _course(self, at: datetime) -> Course:
        is_new = self.end - at < STALLED_WITHIN
        stop = self.rng.choice(STALLS) if is_new and self.rng.random() < STALLED else ""
        return Course(self.here, self.rng, stop, may_forget=True)

    def own(self, matter: Matter, grid: Grid, at: datetime) -> Life:
        """Found and settled by a grid worker."""
        rng, here = self.rng, self.here
        by = rng.choice(here.cast.handlers[grid.team_id or 0])
        draft = self._draft(matter, grid, "worker", by_worker=True)
        before = [here.photo(by, at, rng, is_after=False)]
        after = [here.photo(by, at, rng, is_after=True)]
        words = rng.choice(matters.DONE_ON_THE_SPOT)

        def handle() -> Ticket:
            return self_handle(draft, by=by, at=at, before=before, after=after, opinion=words).ticket

        return on_the_spot(at, handle, rng)

    def reported(
        self, matter: Matter, grid: Grid, at: datetime, *, by: Actor | None = None, stop: str = ""
    ) -> Life:
        """Found by a grid worker and handed to the community."""
        rng = self.rng
        by = by or rng.choice(self.here.reporters(grid))
        photos = [self.here.photo(by, at, rng, is_after=False)]
        draft = self._draft(matter, grid, "worker", by_worker=True, photos=photos)
        course = Course(self.here, rng, stop) if stop else self._course(at)
        return course.life(at, partial(_register, draft, by, at))

    def brought(
        self,
        matter: Matter,
        grid: Grid,
        at: datetime,
        *,
        source: str = "",
        by: Actor | None = None,
        stop: str = "",
    ) -> Life:
        """Brought by a citizen (now and then again), or passed on by another system."""
        rng = self.rng
        source = source or rng.choices([row[0] for row in SOURCES], [row[1] for row in SOURCES])[0]
        citizen = None if source in NO_CITIZEN else self._citizen(matter)
        text, again = "", ""
        if citizen is not None and not stop and rng.random() < REPEATS:
            self.recent = [row for row in self.recent if at - row[0] < timedelta(days=12)]
            if self.recent:
                _before, matter, grid, text, citizen = rng.choice(self.recent)
                again = rng.choice(matters.AGAIN)
        draft = self._draft(matter, grid, source, by_worker=False, citizen=citizen, address=text, again=again)
        if citizen is not None:
            self.recent.append((at, matter, grid, draft.spot.text, citizen))
        course = Course(self.here, rng, stop) if stop else self._course(at)
        return course.life(at, partial(_register, draft, by or self._registrar(source), at))

    def _registrar(self, source: str) -> Actor:
        rng, here = self.rng, self.here
        if source == "hotline":
            return here.cast.hotline
        if source == "walk_in" and rng.random() < 0.8:
            town = rng.random() < 0.4
            role, unit = (
                (Role.TOWN_STAFF, here.sub_center) if town else (Role.COMMUNITY_STAFF, here.workstation)
            )
            return rng.choice(here.cast.of(role, unit.id))
        return rng.choice(here.cast.of(Role.DUTY_OFFICER, here.center.id))

    def _citizen(self, matter: Matter) -> Citizen:
        rng = self.rng
        needs_reply = matter.code != "2004" and rng.random() < 0.85
        return Citizen(name=person_name(rng), phone=citizen_phone(rng), needs_reply=needs_reply)

    def _draft(
        self,
        matter: Matter,
        grid: Grid,
        source: str,
        *,
        by_worker: bool,
        citizen: Citizen | None = None,
        photos: list[UUID] | None = None,
        address: str = "",
        again: str = "",
    ) -> TicketDraft:
        rng = self.rng
        address = address or self.here.address(grid, rng)
        title, content = matters.say(rng, matter, address, by_worker=by_worker)
        self.serial += 1
        number = f"{self.here.community.code[4:]}{self.serial:05d}" if source == "hotline" else None
        spot = self.here.spot(grid, address, rng)
        if not by_worker and rng.random() < OUTSIDE:
            spot = _moved(spot)
        return TicketDraft(
            source=source,
            category=matter.code,
            title=title,
            content=again + content,
            spot=spot,
            demand_type=self._demand(matter, citizen),
            external_no=number,
            citizen=citizen,
            is_confidential=citizen is not None and rng.random() < 0.02,
            attachments=photos or [],
        )

    def _demand(self, matter: Matter, citizen: Citizen | None) -> str:
        known = {
            "1601": "enquiry",
            "1602": "enquiry",
            "2003": "suggestion",
            "2004": "praise",
            "1410": "enquiry",
        }
        if matter.code in known:
            return known[matter.code]
        if citizen is None:
            return "help"
        return self.rng.choices(("help", "complaint", "report_violation"), (50, 38, 12))[0]


def _moved(spot: Spot) -> Spot:
    """The same words with a point some kilometres away, now and then beyond the border."""
    assert spot.lon is not None
    assert spot.lat is not None
    return Spot(lon=spot.lon + 0.16, lat=spot.lat + 0.12, accuracy=500.0, text=spot.text)


def _register(draft: TicketDraft, by: Actor, at: datetime) -> Ticket:
    return register(draft, by=by, at=at).ticket
