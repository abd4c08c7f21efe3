"""Open tickets for the demo accounts, so that each of them has something to do in every colour of the lamp."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from governance.accounts.actors import Actor
from governance.accounts.roles import Role
from governance.command.demo.hours import later
from governance.command.demo.lives import Life
from governance.command.demo.matters import BY_CODE
from governance.command.demo.plan import ACCOUNTS
from governance.command.demo.reports import Reports
from governance.foundation.calendars import Clock, load_calendar
from governance.foundation.calendars.arithmetic import duration

# category, how it came (a source, or the user name of a worker), the last verb that was done, office minutes ago
WISHES: Final = tuple(
    tuple(line.split())
    for line in """
0301 phone_in dispatch 900
0301 hotline dispatch 60
0301 app sign 1300
0301 hotline sign 260
0301 phone_in sign 90
0303 hotline sign 900
0305 phone_in dispatch 30
0802 wechat sign 2100
0108 digital_city dispatch 150
0305 hotline feedback 500
0101 phone_in dispatch 200
0109 hotline dispatch 45
0308 app dispatch 120
0601 hotline sign 380
0302 phone_in sign 215
0106 wechat sign 700
0602 patroller sign 100
0107 app feedback 300
0401 phone_in sign 900
1001 patroller register 70
1006 patroller register 200
0203 gridleader register 15
1004 parttime register 300
0603 parttime register 40
0105 gridleader accept 130
0301 patroller accept 40
1001 hotline dispatch 160
1004 phone_in sign 2400
1010 app sign 600
0309 hotline sign 400
0605 parttime sign 250
0709 hotline dispatch 800
1206 phone_in sign 1500
1902 hotline sign 700
0501 phone_in dispatch 20
0502 phone_in dispatch 45
0509 hotline sign 200
1412 walk_in sign 620
0402 patroller register 90
0301 town feedback 1500
0103 town feedback 1700
0111 town feedback 1900
0103 town register 80
1001 town accept 130
0303 leader dispatch 300
0203 app feedback 420
0202 hotline check 500
0204 phone_in check 350
1410 hotline check 240
1601 phone_in register 5
1503 phone_in register 4
""".strip().splitlines()
)
WORKERS: Final = frozenset(account.username for account in ACCOUNTS)


@dataclass
class Tail:
    """The wishes for the community of the demo accounts."""

    reports: Reports
    end: datetime

    def lives(self) -> Iterator[tuple[datetime, Life]]:
        """Each wish as a life that goes no further than its last verb."""
        rng = random.Random("tail")
        for code, came, stop, minutes in WISHES:
            at = office_minutes_before(self.end, int(minutes))
            yield at, self._life(code, came, stop, at, rng)

    def _life(self, code: str, came: str, stop: str, at: datetime, rng: random.Random) -> Life:
        here = self.reports.here
        grid = here.grids[0] if rng.random() < 0.75 else rng.choice(here.grids[:2])
        if came == "town":
            town = here.cast.of(Role.TOWN_STAFF, here.sub_center.id)[0]
            return self.reports.brought(BY_CODE[code], grid, at, source="walk_in", by=town, stop=stop)
        if came in WORKERS and came != "leader":
            return self.reports.reported(BY_CODE[code], grid, at, by=self._worker(came), stop=stop)
        return self.reports.brought(BY_CODE[code], grid, at, source=came, stop=stop)

    def _worker(self, username: str) -> Actor:
        people = self.reports.here.reporters(self.reports.here.grids[0])
        return next(actor for actor in people if actor.user and actor.user.username == username)


def office_minutes_before(end: datetime, minutes: int) -> datetime:
    """The moment from which so many office minutes pass until `end`; short spans count any minute."""
    if minutes <= 30:
        return end - timedelta(minutes=minutes)
    begin = end - timedelta(days=5 + minutes // 120)
    open_minutes = duration(load_calendar("office"), Clock.WORKING, begin, end).total_seconds() / 60
    return later(begin, max(0.0, open_minutes - minutes))
