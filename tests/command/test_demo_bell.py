"""What the demo links by the real verb, and the bells that are put in order of time: each once."""

import pytest

from governance.command.demo.bell import put_in_order
from governance.command.demo.linking import build_links
from governance.command.demo.plan import BASE, JOB
from governance.command.models import mark_done
from incidents import outbox
from incidents.models import Notice, NoticeMark, NoticeMessage, NoticeReading, Ticket
from tests.cast import DAY, HOUR, MONDAY, Cast, MakeTicket

pytestmark = pytest.mark.django_db
FACTS = ("step", "key", "unit", "user", "audience", "at")


@pytest.fixture(autouse=True)
def _founded(cast: Cast) -> None:
    mark_done(JOB, BASE, at=MONDAY + DAY)


def test_the_oldest_ticket_of_a_community_becomes_the_main_one(cast: Cast, make_ticket: MakeTicket) -> None:
    main, *children = [make_ticket("handling", at=MONDAY + number * HOUR) for number in range(3)]
    make_ticket("handling", column=3)
    assert build_links() == 2
    found = Ticket.objects.filter(parent=main)
    assert set(found.values_list("pk", flat=True)) == {child.pk for child in children}
    assert set(found.values_list("steps__verb", flat=True)) >= {"link"}
    assert Ticket.objects.get(pk=main.pk).child_count == 2
    assert build_links() == 0


def test_bells_list_what_was_told_in_order_of_time(cast: Cast, make_ticket: MakeTicket) -> None:
    """By their numbers, which is how a bell lists them; what was read stays read."""
    assert {relation.related_model for relation in Notice._meta.related_objects} == {
        NoticeReading,
        NoticeMessage,
    }
    for days in (2, 0, 1):
        make_ticket("feedback", at=MONDAY - days * DAY)
        while outbox.deliver(at=MONDAY):
            pass
    told = Notice.objects.order_by("pk")
    for age, row in enumerate(told):
        row.at = MONDAY - (age * 7 % 5) * HOUR
        row.save(update_fields=["at"])
    kept = set(told.values_list(*FACTS))
    times = list(told.values_list("at", flat=True))
    assert len(kept) > 2
    assert times != sorted(times)
    assert cast.oversight.user is not None
    first, person = told[0], cast.oversight.user
    NoticeReading.objects.create(notice=first, user=person, at=MONDAY)
    NoticeMessage.objects.create(notice=first, user=person, channel="sms", due_at=MONDAY)
    NoticeMark.objects.update_or_create(user=person, defaults={"seen_id": told.reverse()[0].pk})

    assert put_in_order() == len(kept)
    times = list(told.values_list("at", flat=True))
    assert times == sorted(times)
    assert set(told.values_list(*FACTS)) == kept
    for model in (NoticeReading, NoticeMessage):
        notice = model.objects.select_related("notice").get(user=person).notice
        assert (notice.step_id, notice.key, notice.unit_id) == (first.step_id, first.key, first.unit_id)
    assert NoticeMark.objects.get(user=person).seen_id == told.reverse()[0].pk
    assert put_in_order() == 0
