"""The cast: one person per role, placed by territory, and the props that most scenes need.

`cast` is the whole company in a small city (see `tests.city`), `make_ticket` drives a ticket into any state
with the real verbs, `photo` uploads a real picture. All work with and without `transaction=True`.
"""

import io
import shutil
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, Protocol
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.db import connections
from django.test import TransactionTestCase
from PIL import Image

from governance.accounts.actors import SYSTEM_ACTOR, Actor
from governance.accounts.models import OrgUnit, User
from governance.accounts.roles import Role
from governance.audit.models import AuditEntry
from governance.exchange.models import ApiClient
from governance.foundation.calendars import store
from grids import territory
from grids.models import Grid, Region
from incidents import catalogue, directory, evidence, intake, transitions
from incidents.intake import Citizen, TicketDraft
from incidents.models import Attachment, Ticket
from incidents.places import Spot
from mandates import standing
from tests import city

MONDAY = datetime(2026, 11, 16, 1, 0, tzinfo=UTC)
"""09:00 in Shanghai, a working day in the middle of working days."""

SHANGHAI = ZoneInfo("Asia/Shanghai")
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

LITTER = "0106"
"""Grid level, normal, 3 workdays, a photo of the result is needed."""
DUTY_OF_GRID = "0302"
"""Grid level, normal, 4 working hours."""
STREET_TRADE = "0301"
"""Town level, led by CG, normal, 4 working hours."""
ROAD_DAMAGE = "0202"
"""District level, led by CG, normal, 5 workdays."""
MANHOLE = "0201"
"""District level, urgent, 2 clock hours."""
GAS_LEAK = "0206"
"""District level, critical, 10 minutes to accept, 2 clock hours."""
ERRAND = "1408"
"""Grid level, normal, 4 working hours to sign, 3 workdays, nothing to look at on site."""
INJURY = "1104"
"""District level, normal, 15 workdays, nothing to look at on site."""


@dataclass(frozen=True, kw_only=True)
class Cast:
    """Everybody, as actors. `.user` is the person, `.unit_id` the home unit."""

    worker: Actor
    neighbour: Actor
    grid_leader: Actor
    supervisor: Actor
    part_timer: Actor
    police: Actor
    community: Actor
    far_community: Actor
    town: Actor
    far_town: Actor
    duty: Actor
    dispatcher: Actor
    second_dispatcher: Actor
    far_dispatcher: Actor
    oversight: Actor
    far_oversight: Actor
    handler: Actor
    lead: Actor
    enforcer: Actor
    gas: Actor
    mediator: Actor
    leader: Actor
    auditor: Actor
    administrator: Actor
    outsider: Actor
    client: Actor
    other_client: Actor

    @property
    def system(self) -> Actor:
        return SYSTEM_ACTOR

    @property
    def everybody(self) -> dict[str, Actor]:
        """All by name, the system included."""
        return {item.name: getattr(self, item.name) for item in fields(self)} | {"system": SYSTEM_ACTOR}

    def again(self, actor: Actor) -> Actor:
        """The same person, read anew: with the appointments that hold now."""
        assert actor.user is not None
        return Actor(user=User.objects.get(pk=actor.user.pk), unit_id=actor.unit_id)

    @staticmethod
    def unit(code: str) -> OrgUnit:
        return OrgUnit.objects.get(code=code)

    @staticmethod
    def region(code: str) -> Region:
        return Region.objects.get(code=code)

    @staticmethod
    def grid(column: int) -> Grid:
        return Grid.objects.get(code=city.GRIDS[column])


@pytest.fixture(scope="session", autouse=True)
def _quick_and_clean() -> Iterator[None]:
    """Transactional tests are emptied in one statement; uploads of the run are removed."""

    def teardown(self: TransactionTestCase) -> None:
        city.empty_everything()
        city.forget_snapshots()

    patch = pytest.MonkeyPatch()
    patch.setattr(TransactionTestCase, "_fixture_teardown", teardown)
    yield
    patch.undo()
    shutil.rmtree(settings.MEDIA_ROOT, ignore_errors=True)


@pytest.fixture(autouse=True)
def _no_old_snapshots() -> Iterator[None]:
    """No test sees another one's territory, catalogue or calendars."""
    city.forget_snapshots()
    yield
    city.forget_snapshots()


@pytest.fixture
def steady(monkeypatch: pytest.MonkeyPatch) -> None:
    """Snapshots are not looked at again, however slow the machine: for tests that count statements."""
    for module in (territory, catalogue, directory, store, standing):
        monkeypatch.setattr(module, "CHECK_SECONDS", 3600.0)


@pytest.fixture
def cast(db: None) -> Cast:
    """The city and everybody in it."""
    city.found()
    users = {user.username: user for user in User.objects.select_related("unit")}
    people = {name: Actor(user=users[name], unit_id=users[name].unit_id) for name, *_ in city.PEOPLE}
    clients = {client.code: client for client in ApiClient.objects.all()}
    return Cast(
        **people, client=client_actor(clients["hotline"]), other_client=client_actor(clients["police"])
    )


def client_actor(client: ApiClient) -> Actor:
    """What the API makes of a key."""
    return Actor(
        role=Role.API_CLIENT,
        client="api",
        client_id=client.pk,
        client_name=client.name,
        source_codes=frozenset(client.sources),
    )


@cache
def jpeg(seed: int = 0) -> bytes:
    """A small real JPEG; another seed is another picture."""
    out = io.BytesIO()
    Image.new("RGB", (64, 48), (seed % 256, 120, 90)).save(out, "JPEG")
    return out.getvalue()


def earlier_today(at: datetime) -> datetime:
    """An hour before, but not before this day began: just after midnight, too, it is of today."""
    day = at.astimezone(ZoneInfo("Asia/Shanghai")).replace(hour=0, minute=0, second=0, microsecond=0)
    return max(at - HOUR, day)


def shanghai(day: int, hour: int, minute: int = 0, *, month: int = 11, year: int = 2026) -> datetime:
    """An instant by the clock on the wall."""
    return datetime(year, month, day, hour, minute, tzinfo=SHANGHAI).astimezone(UTC)


def trace(ticket: Ticket) -> dict[str, Any]:
    """Everything that is stored about a ticket and its deeds: equal traces mean that nothing was done."""
    related = ("steps", "deadlines", "assignments", "follow_ups", "supplements", "requesters", "notices")
    rows = {name: list(getattr(ticket, name).order_by("pk").values()) for name in related}
    return {
        "ticket": Ticket.objects.filter(pk=ticket.pk).values().get(),
        "journal": AuditEntry.objects.count(),
        "bound": Attachment.objects.filter(ticket=ticket).count(),
        **rows,
    }


class Photo(Protocol):
    def __call__(self, by: Actor, *, at: datetime = MONDAY, seed: int = 0) -> UUID: ...


@pytest.fixture
def photo(cast: Cast) -> Photo:
    """Uploads a picture and gives its id."""

    def upload(by: Actor, *, at: datetime = MONDAY, seed: int = 0) -> UUID:
        content = jpeg(seed)
        row = evidence.receive(io.BytesIO(content), name="scene.jpg", size=len(content), by=by, at=at)
        return row.pk

    return upload


def draft(**changes: Any) -> TicketDraft:
    """A citizen's report from the first grid; `column` moves it, None of it is required."""
    column = changes.pop("column", 0)
    lon, lat = city.centre(column)
    wanted: dict[str, Any] = {
        "source": "phone_in",
        "category": ERRAND,
        "content": "东苑小区老人行动不便，请上门代办手续",
        "spot": Spot(lon=lon, lat=lat, text="东苑小区"),
        "citizen": Citizen(name="张三丰", phone="13812345678"),
    }
    return TicketDraft(**wanted | changes)


class MakeTicket(Protocol):
    def __call__(self, state: str = "registered", *, at: datetime = MONDAY, **changes: Any) -> Ticket: ...


@pytest.fixture
def make_ticket(cast: Cast) -> MakeTicket:
    """Drives a new ticket into `state` with the real verbs, a minute for each.

    `to` (unit code), `signer` and `by` (who registers) steer it, `urgency` is set on acceptance,
    everything else is a field of the draft. Beside the states, `checked` and `called` stop on the way.
    """

    def make(state: str = "registered", *, at: datetime = MONDAY, **changes: Any) -> Ticket:
        return _Way(cast, at, changes).drive(state)

    return make


WAY = (
    "registered",
    "accepted",
    "dispatched",
    "handling",
    "feedback",
    "follow_up",
    "called",
    "closed",
    "archived",
)

ASIDE = {"merged": "registered", "verifying": "registered", "returned": "dispatched", "suspended": "handling"}
"""States beside the way, and after which state they come."""


class _Way:
    """One ticket on its way through the states."""

    def __init__(self, cast: Cast, at: datetime, changes: dict[str, Any]) -> None:
        self.cast, self.at = cast, at
        self.to = changes.pop("to", "CG")
        self.co_handlers = changes.pop("co_handlers", ())
        self.override = changes.pop("override_reason", "试点下放")
        self.signer: Actor | None = changes.pop("signer", None)
        self.urgency: str | None = changes.pop("accept_urgency", None)
        self.by: Actor = changes.pop("by", cast.duty)
        if "citizen" not in changes and changes.pop("silent", False):
            changes["citizen"] = None
        self.draft = draft(**changes)
        self.ticket = Ticket()

    def drive(self, state: str) -> Ticket:
        self.ticket = intake.register(self.draft, by=self.by, at=self.at).ticket
        if state in {"rejected", "voided"}:
            getattr(self, f"_{state}")()
        elif state in ASIDE:
            self.drive_to(ASIDE[state])
            self.at += MINUTE
            getattr(self, f"_{state}")()
        else:
            self.drive_to("feedback" if state == "checked" else state)
        if state == "checked":
            self.at += MINUTE
            self._check()
        return Ticket.objects.defer("search").select_related("source", "category").get(pk=self.ticket.pk)

    def drive_to(self, state: str) -> None:
        for name in WAY[1 : WAY.index(state) + 1]:
            self.at += MINUTE
            getattr(self, f"_{name}")()

    def _do(self, verb: str, by: Actor, **data: Any) -> None:
        transitions.perform(verb, self.ticket.pk, by=by, at=self.at, data=data)

    def _rejected(self) -> None:
        self._do("reject", self.cast.dispatcher, reason_code="beyond_duty", opinion="不属于受理范围")

    def _voided(self) -> None:
        self._do("void", self.cast.oversight, opinion="测试工单")

    def _accepted(self) -> None:
        more = {"urgency": self.urgency, "opinion": "情况紧急"} if self.urgency else {}
        self._do("accept", self.cast.dispatcher, **more)

    def _dispatched(self) -> None:
        ids = dict(OrgUnit.objects.values_list("code", "pk"))
        self._do(
            "dispatch",
            self.cast.dispatcher,
            to=ids[self.to],
            co_handlers=[ids[code] for code in self.co_handlers],
            override_reason=self.override,
        )

    def _someone_there(self) -> Actor:
        if self.signer is not None:
            return self.signer
        named = {"CG": "handler", "E1": "enforcer", "RQ": "gas", "P1": "police"}
        named |= {"G1": "worker", "G2": "neighbour", "W1": "community", "W3": "far_community"}
        named |= {"T1": "town", "T2": "far_town"}
        actor: Actor = getattr(self.cast, named[self.to])
        return actor

    def _returned(self) -> None:
        leads = {"CG": self.cast.lead, "G1": self.cast.community}
        self._do(
            "return", leads.get(self.to) or self._someone_there(), opinion="不属本单位职责", basis="三定规定"
        )

    def _merged(self) -> None:
        main = intake.register(replace(self.draft, external_no=None), by=self.by, at=self.at).ticket
        self._do("merge", self.cast.dispatcher, target=main.number)

    def _verifying(self) -> None:
        self._do("send_verification", self.cast.dispatcher)

    def _suspended(self) -> None:
        data = {
            "cause": "funds",
            "opinion": "需列入年度计划",
            "plan": "纳入明年一季度改造",
            "responsible": "lead" if self.to == "CG" else self._someone_there().user.username,
            "review_on": (self.at + 30 * DAY).date(),
        }
        self._do("ask_suspension", self.cast.lead if self.to == "CG" else self._someone_there(), **data)
        self._do("suspend", self.cast.oversight)

    def _handling(self) -> None:
        self._do("sign", self._someone_there())

    def _feedback(self) -> None:
        by = self._someone_there()
        needed = self.ticket.category.needs_after_photos
        photos = [_upload(by, self.at)] if needed else []
        more = {"missing": dict.fromkeys(self.co_handlers, "电话沟通，无需到场")} if self.co_handlers else {}
        self._do("feedback", by, result_kind="resolved", opinion="已现场处理", attachments=photos, **more)

    def _check(self) -> None:
        self._do("check", self.cast.oversight)

    def _follow_up(self) -> None:
        self._check()

    def _called(self) -> None:
        if self.draft.citizen is not None:
            self._do("follow_up", self.cast.duty, outcome="solved", satisfaction="5")

    def _closed(self) -> None:
        self._do("close", self.cast.oversight)

    def _archived(self) -> None:
        self.at += 30 * DAY
        self._do("archive", SYSTEM_ACTOR)


def _upload(by: Actor, at: datetime) -> UUID:
    content = jpeg()
    return evidence.receive(io.BytesIO(content), name="result.jpg", size=len(content), by=by, at=at).pk


def at_once(deeds: Sequence[Callable[[], Any]], *, timeout: float = 180.0) -> list[Any]:
    """Runs the deeds in threads that start together; gives what each returned or raised."""
    results: list[Any] = [None] * len(deeds)
    barrier = threading.Barrier(len(deeds))

    def run(index: int) -> None:
        try:
            barrier.wait(timeout)
            results[index] = deeds[index]()
        except Exception as error:
            results[index] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(index,), daemon=True) for index in range(len(deeds))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout)
        assert not thread.is_alive(), "a thread hangs"
    return results
