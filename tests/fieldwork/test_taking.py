"""The sync door: each action once, in order, with the same answer for every repeat; what is refused undoes itself."""

import json
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

from fieldwork.models import Arrival, HelpCall, SyncAction
from fieldwork.models.sync import Outcome
from fieldwork.sync import kinds
from fieldwork.sync.kinds import Done, Kind, Sent
from fieldwork.sync.photos import take_photo
from fieldwork.sync.reading import Malformed, RawAction, read_batch
from fieldwork.sync.taking import HELD, PHOTOS, RETRY, Answer, take
from governance.accounts.actors import Actor
from governance.foundation.errors import Invalid, Unavailable
from incidents.models import Attachment, Notice, Ticket
from tests import city
from tests.cast import DAY, ERRAND, HOUR, LITTER, MINUTE, MONDAY, Cast, MakeTicket, jpeg, trace

pytestmark = pytest.mark.django_db
LATER = MONDAY + 2 * HOUR


def phone(actor: Actor) -> Actor:
    """The same person, on the phone."""
    return Actor(user=actor.user, unit_id=actor.unit_id, client="phone")


def action(kind: str, subject: str, data: dict[str, Any], **more: Any) -> dict[str, Any]:
    """One action as the phone writes it."""
    lists = {name: value if isinstance(value, list) else [str(value)] for name, value in data.items()}
    said = {"id": str(uuid4()), "kind": kind, "subject": subject, "data": lists}
    return said | {"device_at": (LATER - HOUR).isoformat()} | more


def read(*actions: dict[str, Any], at: datetime = LATER, sent_at: datetime | None = None) -> list[Any]:
    body = json.dumps({"sent_at": (sent_at or at).isoformat(), "actions": actions}).encode()
    return read_batch(body, received_at=at)[0]


def send(
    by: Actor, *actions: dict[str, Any], at: datetime = LATER, sent_at: datetime | None = None
) -> list[Answer]:
    return take(read(*actions, at=at, sent_at=sent_at), by=phone(by), at=at)


def shoot(by: Actor, seed: int = 0, at: datetime = LATER) -> UUID:
    """A photo that has arrived; the id that the phone gave it."""
    import io

    key, content = uuid4(), jpeg(seed)
    take_photo(key, io.BytesIO(content), name="scene.jpg", size=len(content), by=phone(by), at=at)
    return key


def report(by: Actor, *, kind: str = "report", column: int = 0, **data: Any) -> dict[str, Any]:
    """A report from the grid in that column, with a photo that has arrived."""
    lon, lat = city.centre(column)
    photo = shoot(by)
    said = {
        "key": uuid4(),
        "attachments": [str(photo)],
        "lon": lon,
        "lat": lat,
        "accuracy": 8,
        "category": LITTER,
    }
    key = UUID(str(said["key"]))
    return action(kind, f"report:{key}", said | data, photos=[str(photo)])


def verb(kind: str, ticket: Ticket, **data: Any) -> dict[str, Any]:
    after = data.pop("after", None)
    said = action(kind, f"ticket:{ticket.number}", {"number": ticket.number, **data})
    return said | ({"after": after} if after else {})


def test_a_report_is_one_ticket_however_often_it_is_sent(cast: Cast) -> None:
    said = report(cast.worker, content="垃圾满溢")
    (first,) = send(cast.worker, said)
    (again,) = send(cast.worker, said, at=LATER + DAY)
    ticket = Ticket.objects.get()
    assert first == again
    assert (first.outcome, first.number, first.url) == ("sent", ticket.number, f"/m/tickets/{ticket.number}/")
    assert (ticket.source.code, ticket.content, ticket.reporter_id) == (
        "worker",
        "垃圾满溢",
        cast.worker.user_id,
    )
    assert (ticket.occurred_at, ticket.registered_at) == (LATER - HOUR, LATER)
    row = SyncAction.objects.get()
    assert (row.occurred_at, row.received_at, row.skew_seconds, row.content) == (LATER - HOUR, LATER, 0, "")
    assert Attachment.objects.get().ticket_id == ticket.pk
    # The page's own form, sent without script, is the same report.
    other = said | {"id": str(uuid4())}
    (same,) = send(cast.worker, other)
    assert (same.outcome, same.number, Ticket.objects.count()) == ("sent", ticket.number, 1)


def test_handled_on_the_spot(cast: Cast) -> None:
    after = shoot(cast.worker, seed=3)
    said = report(cast.worker, kind="self_handle", is_self_handled="on", after=[str(after)], opinion="已清运")
    said["photos"].append(str(after))
    (answer,) = send(cast.worker, said)
    ticket = Ticket.objects.get()
    assert (answer.outcome, ticket.state, ticket.closure_kind) == ("sent", "closed", "self_handled")
    assert sorted(ticket.attachments.values_list("phase", flat=True)) == ["after", "before"]
    (elsewhere,) = send(
        cast.worker, report(cast.worker, kind="self_handle", column=1, is_self_handled="on", opinion="x")
    )
    assert (elsewhere.outcome, list(elsewhere.fields)) == ("refused", ["after"])
    (not_ticked,) = send(cast.worker, report(cast.worker, kind="self_handle"))
    assert list(not_ticked.fields) == ["is_self_handled"]
    far = shoot(cast.worker, seed=4)
    said = report(
        cast.worker, kind="self_handle", column=1, is_self_handled="on", after=[str(far)], opinion="已清运"
    )
    said["photos"].append(str(far))
    (not_mine,) = send(cast.worker, said)
    assert (not_mine.outcome, not_mine.code) == ("refused", "forbidden")
    assert Ticket.objects.count() == 1


def test_a_confidential_report_names_nobody(cast: Cast) -> None:
    (answer,) = send(cast.worker, report(cast.worker, is_confidential="on"))
    ticket = Ticket.objects.select_related("source").get(number=answer.number)
    assert ticket.is_confidential
    assert ticket.steps.get().actor_name == ""
    from incidents.views.case import reporter_words, who_of

    assert reporter_words(ticket) == who_of(ticket.steps.get()) == "保密上报人"


def test_what_is_missing_is_said_and_nothing_stays(cast: Cast) -> None:
    nowhere = report(cast.worker, lon="", lat="")
    far = report(cast.worker, lon="10", lat="10")
    blank = report(cast.worker, category="")
    answers = send(cast.worker, nowhere, far, blank)
    assert [(answer.outcome, list(answer.fields)) for answer in answers] == [
        ("refused", ["region_code"]),
        ("refused", ["region_code"]),
        ("refused", ["category"]),
    ]
    assert all(answer.words for answer in answers)
    assert not Ticket.objects.exists()
    (outsider,) = send(cast.outsider, report(cast.outsider))
    assert (outsider.outcome, outsider.code) == ("refused", "forbidden")


def test_signing_and_feeding_back_in_one_go(cast: Cast, make_ticket: MakeTicket) -> None:
    """Both were done by what the phone had seen: the own signing is no conflict for the own feedback."""
    ticket = make_ticket("dispatched", to="G1", category=ERRAND)
    sign = verb("sign", ticket, version=ticket.version)
    feedback = verb(
        "feedback",
        ticket,
        version=ticket.version,
        result_kind="resolved",
        opinion="已上门办理",
        after=sign["id"],
    )
    answers = send(cast.worker, sign, feedback)
    assert [answer.outcome for answer in answers] == ["sent", "sent"]
    ticket.refresh_from_db()
    assert ticket.state == "feedback"
    assert send(cast.worker, sign, feedback, at=LATER + DAY) == answers
    steps = ticket.steps.filter(verb__in=["sign", "feedback"]).order_by("id")
    assert [(step.verb, step.at, step.client) for step in steps] == [
        ("sign", LATER, "phone"),
        ("feedback", LATER, "phone"),
    ]


def test_a_ticket_that_changed_meanwhile_is_a_conflict_that_says_what_changed(
    cast: Cast, make_ticket: MakeTicket
) -> None:
    ticket = make_ticket("handling", to="G1", category=ERRAND)
    said = verb("feedback", ticket, version=ticket.version - 1, result_kind="resolved", opinion="已办理")
    before = trace(ticket)
    (answer,) = send(cast.worker, said)
    assert (answer.outcome, answer.code) == ("conflict", "stale_version")
    assert (answer.more["current_version"], answer.more["changed_by"]) == (
        ticket.version,
        "您本人（另一台设备）",
    )
    assert trace(ticket) == before
    assert send(cast.worker, said) == [answer], "the worker decides, not the phone"
    anyway = said | {"id": str(uuid4())}
    anyway["data"] = said["data"] | {"version": [str(ticket.version)]}
    assert send(cast.worker, anyway)[0].outcome == "sent"


def test_a_colleague_was_quicker_to_sign(cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket("dispatched", to="G1", category=ERRAND)
    assert send(cast.grid_leader, verb("sign", ticket, version=ticket.version))[0].outcome == "sent"
    (answer,) = send(cast.worker, verb("sign", ticket, version=ticket.version))
    assert (answer.outcome, answer.words) == ("sent", "本班组的赵格已签收")
    feedback = verb("feedback", ticket, version=ticket.version + 1, result_kind="resolved", opinion="已办")
    assert send(cast.grid_leader, feedback)[0].outcome == "sent"
    (answer,) = send(cast.worker, verb("sign", ticket))
    assert (answer.outcome, answer.code) == ("conflict", "illegal_transition")
    assert answer.more["changed_by"] == "赵格"
    elsewhere = make_ticket("handling", to="W1", category=ERRAND)
    (answer,) = send(cast.worker, verb("sign", elsewhere, version=elsewhere.version - 1))
    assert answer.outcome == "conflict", "that was not the own team"


def test_what_comes_after_a_refusal_waits(cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket("dispatched", to="G1", category=ERRAND)
    other = make_ticket("dispatched", to="G1", category=ERRAND)
    wrong = verb("sign", ticket, version=ticket.version + 7)
    feedback = verb("feedback", ticket, result_kind="resolved", opinion="已办理", after=wrong["id"])
    answers = send(cast.worker, wrong, feedback, verb("sign", other))
    assert [answer.outcome for answer in answers] == ["conflict", HELD, "sent"]
    assert SyncAction.objects.count() == 2, "what waits is not kept"
    assert send(cast.worker, feedback)[0].outcome == HELD, "nor done by itself"
    unknown = verb("feedback", ticket, result_kind="resolved", opinion="已办理", after=str(uuid4()))
    assert send(cast.worker, unknown)[0].outcome == HELD
    loose = {name: value for name, value in feedback.items() if name != "after"}
    assert send(cast.worker, loose)[0].outcome == "conflict", "once the worker has given the first one up"


def test_every_verb_has_the_rules_of_the_desk(cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket("handling", to="G1", category=ERRAND)
    elsewhere = make_ticket("dispatched", to="W3", column=3, category=ERRAND)
    before = trace(ticket)
    outcomes = {
        "incomplete": verb("feedback", ticket, result_kind="resolved"),
        "invisible": verb("sign", elsewhere),
        "foreign": verb("check", ticket),
    }
    answers = {name: send(cast.worker, said)[0] for name, said in outcomes.items()}
    assert {name: (answer.outcome, answer.code) for name, answer in answers.items()} == {
        "incomplete": ("refused", "invalid"),
        "invisible": ("refused", "not_found"),
        "foreign": ("conflict", "illegal_transition"),
    }
    assert trace(ticket) == before
    (neighbour,) = send(cast.neighbour, verb("feedback", ticket, result_kind="resolved", opinion="已办理"))
    assert neighbour.outcome == "refused"
    (up,) = send(cast.worker, verb("hand_up", ticket, opinion="需要社区协调", measures="已现场劝导"))
    ticket.refresh_from_db()
    assert (up.outcome, ticket.state, ticket.holder_id) == ("sent", "dispatched", cast.unit("W1").pk)


def test_arriving_says_how_far_it_is(cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket("handling", to="G1", category=ERRAND)
    lon, lat = city.centre(0)
    there = {"lon": lon, "lat": lat, "accuracy": 10}
    away = {"lon": lon + 0.0327, "lat": lat, "accuracy": 10}
    answers = send(
        cast.worker,
        verb("arrive", ticket) | {"position": there},
        verb("arrive", ticket) | {"position": away},
        verb("arrive", ticket),
    )
    assert [answer.outcome for answer in answers] == ["sent", "sent", "refused"]
    assert "3.1 km" in answers[1].words
    assert "定位" in answers[2].words
    rows = list(Arrival.objects.order_by("id").values_list("is_near", "at", "received_at"))
    assert rows == [(True, LATER - HOUR, LATER), (False, LATER - HOUR, LATER)]
    ticket.refresh_from_db()
    assert ticket.sides == ["fieldwork"]
    (stranger,) = send(cast.far_community, verb("arrive", ticket) | {"position": there})
    assert stranger.outcome == "refused"
    (watcher,) = send(cast.supervisor, verb("arrive", ticket) | {"position": there})
    assert (watcher.outcome, watcher.code) == ("refused", "forbidden")
    pointless = make_ticket("handling", to="G1", category=ERRAND)
    Ticket.objects.filter(pk=pointless.pk).update(lon=None, lat=None)
    (answer,) = send(cast.worker, verb("arrive", pointless) | {"position": there})
    assert (answer.outcome, Arrival.objects.get(ticket=pointless).is_near) == ("sent", None)


def test_a_call_for_help_rings_with_the_team_and_the_community_once(
    cast: Cast, make_ticket: MakeTicket
) -> None:
    ticket = make_ticket("handling", to="G1", category=ERRAND)
    said = verb("ask_help", ticket, words="需要两个人抬")
    assert [send(cast.worker, said)[0].outcome for _time in range(2)] == ["sent", "sent"]
    assert HelpCall.objects.get().words == "需要两个人抬"
    told = set(Notice.objects.filter(kind="help").values_list("unit__code", flat=True))
    assert told == {"G1", "W1"}
    (empty,) = send(cast.worker, verb("ask_help", ticket, words=" "))
    assert (empty.outcome, list(empty.fields)) == ("refused", ["words"])
    parted = make_ticket("handling", to="CG", co_handlers=("G1",))
    (helper,) = send(cast.worker, verb("ask_help", parted, words="请城管到场"))
    assert helper.outcome == "sent", "a part of it is in the team's hands"


@pytest.mark.parametrize(
    ("ahead", "own", "expected"),
    [
        (timedelta(days=1), None, LATER - HOUR),
        (-timedelta(days=1), None, LATER - HOUR),
        (timedelta(0), 86_400, LATER - HOUR - DAY),
    ],
)
def test_a_clock_that_is_wrong_by_a_day(
    cast: Cast, make_ticket: MakeTicket, ahead: timedelta, own: int | None, expected: datetime
) -> None:
    """The phone says what its clock shows when it sends; where it measured earlier, that is what counts."""
    ticket = make_ticket("dispatched", to="G1", category=ERRAND)
    said = verb("sign", ticket) | {"device_at": (LATER - HOUR + ahead).isoformat()}
    if own is not None:
        said["skew_seconds"] = own
    (answer,) = send(cast.worker, said, sent_at=LATER + ahead)
    row = SyncAction.objects.get()
    assert (answer.outcome, row.occurred_at, row.received_at) == ("sent", expected, LATER)
    assert row.device_at == LATER - HOUR + ahead


def test_a_future_that_no_clock_explains_is_now(cast: Cast, make_ticket: MakeTicket) -> None:
    said = verb("sign", make_ticket("dispatched", to="G1", category=ERRAND))
    send(cast.worker, said | {"device_at": (LATER + 30 * DAY).isoformat()})
    assert SyncAction.objects.get().occurred_at == LATER


def test_photos_come_first_and_once(cast: Cast) -> None:
    import io

    said = report(cast.worker)
    lost = str(uuid4())
    (answer,) = send(cast.worker, said | {"photos": [*said["photos"], lost]})
    assert (answer.outcome, answer.photos, answer.is_kept) == (PHOTOS, [lost], False)
    content = jpeg(9)
    again = [
        take_photo(
            UUID(lost), io.BytesIO(content), name="a.jpg", size=len(content), by=phone(cast.worker), at=LATER,
            taken_at=LATER - HOUR, source_sha256="a" * 64,
        ).pk
        for _time in range(2)
    ]  # fmt: skip
    assert again[0] == again[1]
    row = Attachment.objects.get(pk=again[0]).sent_photo
    assert (row.taken_at, row.source_sha256) == (LATER - HOUR, "a" * 64)
    with pytest.raises(Invalid) as damaged:
        take_photo(
            uuid4(),
            io.BytesIO(content),
            name="a.jpg",
            size=9,
            by=phone(cast.worker),
            at=LATER,
            sha256="0" * 64,
        )
    assert damaged.value.code == "damaged"
    # Purged before it was used (a day without a line in between): it is asked for again, and taken again.
    Attachment.objects.filter(pk=again[0]).update(is_stored=False)
    assert send(cast.worker, said | {"photos": [lost]})[0].outcome == PHOTOS
    anew = take_photo(
        UUID(lost), io.BytesIO(content), name="a.jpg", size=len(content), by=phone(cast.worker), at=LATER
    )
    assert anew.pk != again[0]
    assert send(cast.worker, said | {"photos": [*said["photos"], lost]})[0].outcome == "sent"
    foreign = report(cast.worker)
    assert send(cast.neighbour, foreign)[0].outcome == PHOTOS, "nobody sends another one's photo"


def test_an_id_belongs_to_one_action(cast: Cast, make_ticket: MakeTicket) -> None:
    first, second = (make_ticket("dispatched", to="G1", category=ERRAND) for _n in range(2))
    said = verb("sign", first)
    send(cast.worker, said)
    (answer,) = send(cast.worker, verb("sign", second) | {"id": said["id"]})
    assert (answer.outcome, answer.code) == ("refused", "key_reused")
    second.refresh_from_db()
    assert second.state == "dispatched"
    assert SyncAction.objects.get().ticket_id == first.pk
    (other,) = send(cast.grid_leader, verb("sign", second) | {"id": said["id"]})
    assert other.outcome == "sent", "ids are each person's own"


def test_trouble_of_the_platform_is_no_answer(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(sent: Sent, **_rest: Any) -> Done:
        raise Unavailable

    def away(sent: Sent, **_rest: Any) -> Done:
        raise OperationalError("deadlock detected")

    told: list[Sent] = []

    def note(sent: Sent, **_rest: Any) -> Done:
        told.append(sent)
        return Done(words="好")

    for name, deed in (("busy", busy), ("away", away), ("note", note)):
        monkeypatch.setitem(kinds._KINDS, name, Kind(name=name, label=name, do=deed))
    answers = send(
        cast.worker,
        action("busy", "a:1", {}),
        action("away", "a:2", {}),
        action("note", "a:1", {}),
        action("note", "a:3", {"x": ["1", "", "2"]}),
        action("nothing", "a:4", {}),
    )
    assert [answer.outcome for answer in answers] == [RETRY, RETRY, HELD, "sent", "refused"]
    assert (told[0].many("x"), told[0].one("x"), told[0].one("y")) == (["1", "2"], "2", "")
    assert SyncAction.objects.filter(outcome=Outcome.SENT).count() == 1
    with pytest.raises(ValueError, match="two kinds"):
        kinds.register(Kind(name="report", label="x", do=busy))


def test_shapes_that_no_phone_of_ours_sends() -> None:
    good = action("note", "a:1", {"x": "1"})
    wrong = [
        "text",
        good | {"id": "7"},
        good | {"kind": "a b"},
        good | {"device_at": "yesterday"},
        good | {"device_at": "2026-11-16T09:00:00"},
        good | {"device_at": "2026-13-45T09:00:00Z"},
        good | {"data": {"x": "1"}},
        good | {"data": {"x": [1]}},
        good | {"data": {"x": ["\x00"]}},
        good | {"data": {f"x{n}": [] for n in range(61)}},
        good | {"photos": [str(uuid4()) for _n in range(21)]},
        good | {"skew_seconds": "inf"},
        {},
    ]
    found = read(*wrong)  # type: ignore[arg-type]
    assert all(isinstance(item, Malformed) for item in found)
    (whole,) = read(good | {"position": {"lon": "x", "lat": 1}})
    assert isinstance(whole, RawAction)
    assert whole.position is None
    positions = [None, 7, {"lon": 500, "lat": 1}, {"lon": "nan", "lat": 1}, {"lat": 1}]
    assert [read(good | {"position": value})[0].position for value in positions] == [None] * 5
    for body in (b"", b"\xff", b"[]", b'{"actions": 7}', json.dumps({"actions": [good] * 51}).encode()):
        with pytest.raises(Invalid):
            read_batch(body, received_at=LATER)
    assert read_batch(b'{"actions": []}', received_at=LATER) == ([], 0)


def test_what_cannot_be_read_is_refused_and_the_rest_goes_on(cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket("dispatched", to="G1", category=ERRAND)
    answers = send(cast.worker, verb("sign", ticket) | {"device_at": ""}, verb("sign", ticket))
    assert [(answer.outcome, answer.code) for answer in answers] == [("refused", "malformed"), ("sent", "")]
    assert MINUTE < HOUR


def test_what_each_kind_costs(cast: Cast, make_ticket: MakeTicket, steady: None) -> None:
    """One look for what is kept, the transaction, the deed, its answer: no savepoints, nothing asked twice."""
    lon, lat = city.centre(0)
    costs: list[dict[str, int]] = []
    for _round in range(3):
        ticket = make_ticket("dispatched", to="G1", category=ERRAND)
        seen = {"version": ticket.version}
        actions = [
            verb("sign", ticket, **seen),
            verb("arrive", ticket) | {"position": {"lon": lon, "lat": lat, "accuracy": 9}},
            verb("ask_help", ticket, words="需要两个人"),
            verb("feedback", ticket, **seen, result_kind="resolved", opinion="已办理"),
            verb("feedback", ticket, **seen, result_kind="resolved", opinion="再办一次"),
        ]
        costs.append({})
        for action_ in actions:
            batch, by = read(action_), phone(cast.worker)
            with CaptureQueriesContext(connection) as asked:
                (answer,) = take(batch, by=by, at=LATER)
            costs[-1][f"{action_['kind']} {answer.outcome}"] = len(asked)
    assert costs[-1] == {
        "sign sent": 12,
        "arrive sent": 9,
        "ask_help sent": 10,
        "feedback sent": 13,
        "feedback conflict": 12,
    }
