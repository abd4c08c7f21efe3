"""One worker, two phones: what was begun on one goes on on the other; nothing lost, nothing doubled, plain words."""

from typing import Any
from uuid import uuid4

import pytest

from fieldwork.models import Arrival, FieldFinding, HelpCall, SyncAction
from fieldwork.sync.packing import pack_of
from governance.accounts.actors import Actor
from incidents.models import Ticket
from tests import city
from tests.cast import ERRAND, HOUR, Cast, MakeTicket
from tests.fieldwork import props as field
from tests.fieldwork.test_recording import said
from tests.fieldwork.test_taking import LATER, action, report, send, shoot, verb
from tests.registers import props

pytestmark = pytest.mark.django_db


def feedback(ticket: Ticket, by: Actor, words: str, **more: Any) -> dict[str, Any]:
    """With a photo that has arrived."""
    photo = str(shoot(by, seed=len(words)))
    said = verb("feedback", ticket, result_kind="resolved", opinion=words, attachments=[photo], **more)
    return said | {"photos": [photo]}


def test_a_task_goes_on_on_another_phone(cast: Cast, make_ticket: MakeTicket) -> None:
    """Signed and left in the outbox of the first phone; finished on the second; then the first has its line back."""
    ticket = make_ticket("dispatched", to="G1", category=ERRAND)
    seen, (lon, lat) = ticket.version, city.centre(0)
    first = [
        verb("sign", ticket, version=seen),
        verb("arrive", ticket) | {"position": {"lon": lon, "lat": lat, "accuracy": 9}},
        verb("ask_help", ticket, words="需要扶梯"),
    ]
    draft = feedback(ticket, cast.worker, "先在旧手机上写好的反馈", version=seen, after=first[0]["id"])
    found = report(cast.worker, content="路边垃圾满溢")

    # The second phone: what the platform gives it is what the platform knows, and it goes on from there.
    body, _tag = pack_of(cast.again(cast.worker), LATER)
    assert ticket.number in str(body)
    (signed,) = send(cast.worker, verb("sign", ticket, version=seen))
    done = feedback(ticket, cast.worker, "在新手机上反馈", version=seen + 1)
    assert (signed.outcome, send(cast.worker, done)[0].outcome) == ("sent", "sent")
    other = report(cast.worker, content="另一处垃圾")
    assert send(cast.worker, other)[0].outcome == "sent"

    late = LATER + HOUR
    answers = send(cast.worker, *first, draft, found, at=late)
    assert [answer.outcome for answer in answers] == ["sent", "refused", "held", "held", "sent"]
    assert answers[0].words == "您已在另一台设备上签收"
    assert answers[1].words == "此工单不在您所在单位手中", (
        "said, not dropped; what comes after it waits for the worker"
    )
    assert send(cast.worker, *first, draft, found, at=late + HOUR) == answers, "asked again, told the same"

    # Once the arrival is given up, what was written on the first phone is told apart, and not done over the other.
    loose = {name: value for name, value in draft.items() if name != "after"}
    (told,) = send(cast.worker, loose, at=late)
    assert (told.outcome, told.more["changed_by"]) == ("conflict", "您本人（另一台设备）")
    assert list(
        ticket.steps.filter(verb__in=["sign", "feedback"]).order_by("id").values_list("verb", flat=True)
    ) == [
        "sign",
        "feedback",
    ]
    assert ticket.steps.get(verb="feedback").opinion == "在新手机上反馈"
    assert sorted(Ticket.objects.filter(source__code="worker").values_list("content", flat=True)) == [
        "另一处垃圾",
        "路边垃圾满溢",
    ]
    assert SyncAction.objects.get(outcome="conflict").answer["more"]["changed_by"], "kept with what was told"


def test_an_object_recorded_on_both_is_recorded_once(cast: Cast) -> None:
    task = field.task(work="patrol")
    place = field.target(task, props.key_place())
    lon, lat = city.centre(0)
    facts = {"task": task.pk, "target": place.pk, "was_met": "1", "lon": lon, "lat": lat}
    facts |= {f"item_{pk}": value for pk, value in said(place).items()}
    both = [
        action("visit", f"field:{task.pk}", facts | {"note": note, "words": "门口"}) for note in ("新", "旧")
    ]
    assert send(cast.worker, both[0])[0].outcome == "sent"
    (told,) = send(cast.worker, both[1], at=LATER + HOUR)
    assert (told.outcome, told.more["changed_by"]) == ("conflict", "您本人（另一台设备）")
    assert told.more["changed_to"] == "已走访"
    assert field.again(place).note == "新"


def test_signed_on_one_and_finished_on_the_other(cast: Cast, make_ticket: MakeTicket) -> None:
    """The second phone has signed; what the first wrote before is no conflict, since nobody else has touched it."""
    ticket = make_ticket("dispatched", to="G1", category=ERRAND)
    seen = ticket.version
    again = verb("sign", ticket, version=seen)
    lon, lat = city.centre(0)
    rest = [
        verb("arrive", ticket) | {"position": {"lon": lon, "lat": lat, "accuracy": 9}},
        verb("ask_help", ticket, words="需要扶梯"),
        feedback(ticket, cast.worker, "已上门办理", version=seen, after=again["id"]),
    ]
    assert send(cast.worker, verb("sign", ticket, version=seen))[0].outcome == "sent"
    for _twice in range(2):
        answers = send(cast.worker, again, *rest, at=LATER + HOUR)
        assert [answer.outcome for answer in answers] == ["sent"] * 4
    assert (Arrival.objects.count(), HelpCall.objects.count()) == (1, 1)
    assert answers[0].words == "您已在另一台设备上签收"
    assert ticket.steps.filter(verb="sign").count() == ticket.steps.filter(verb="feedback").count() == 1


def test_a_finding_left_on_the_first_phone_arrives_though_the_second_has_handed_in(cast: Cast) -> None:
    """The check-in before it is refused and waits for the worker; the finding waits for nothing and comes once."""
    task = field.task(work="patrol", starts_on=LATER.date(), ends_on=LATER.date())
    place, subject = field.target(task, props.key_place()), f"field:{task.pk}"
    (lon, lat), base = city.centre(0), {"task": str(task.pk)}
    spot = base | {"lon": lon + 0.03, "lat": lat, "accuracy": 9}
    start = action("patrol_start", subject, base | {"tour": str(uuid4())})
    far = action("visit", subject, spot | {"target": place.pk, "was_met": "1"}, after=start["id"])
    said = {"kind": "dispute", "category": "0401", "text": "两户因漏水争吵"}
    photo = str(shoot(cast.worker, seed=3))
    found = action("finding", "finding:", base | said | {"lon": lon, "lat": lat, "attachments": photo})
    found |= {"subject": f"finding:{found['id']}", "photos": [photo]}

    other = action("patrol_start", subject, base | {"tour": str(uuid4())})
    seen = action(
        "visit", subject, spot | {"lon": lon, "target": place.pk, "was_met": "0"}, after=other["id"]
    )
    stop = action("patrol_stop", subject, base, after=seen["id"])
    done = action("submit", subject, base | {"opinion": "其余正常"}, after=stop["id"])
    assert [answer.outcome for answer in send(cast.worker, other, seen, stop, done)] == ["sent"] * 4
    for _time in range(2):
        answers = send(cast.worker, start, far, found, at=LATER + HOUR)
        assert answers[2].outcome == "sent"
        assert {answer.outcome for answer in answers[:2]} <= {"refused", "conflict", "held", "sent"}
    kept = FieldFinding.objects.get()
    assert (kept.kind, kept.ticket.content if kept.ticket else "") == ("dispute", "两户因漏水争吵")
    assert (field.again(task).state, Ticket.objects.count()) == ("submitted", 1)
