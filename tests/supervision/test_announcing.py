"""Bulletins: what is listed or long overdue, frozen, published, signed for by each unit that is named."""

import pytest

from governance.audit.models import AuditEntry
from governance.foundation.errors import Forbidden, NotFound, Unprocessable
from incidents.models import Notice, Ticket
from supervision.deeds import announcing
from supervision.models import BulletinItem, BulletinReceipt, SupervisionBulletin
from tests.cast import DAY, HOUR, Cast, MakeTicket, Photo, shanghai
from tests.supervision.props import task

pytestmark = pytest.mark.django_db
FIVE_LATE = shanghai(26, 17, 30)
"""Five workdays after what was due on the nineteenth."""


def test_listed_tasks_and_tickets_five_workdays_late(
    cast: Cast, make_ticket: MakeTicket, photo: Photo
) -> None:
    listed = task(cast, photo, "notified", kind="listed_supervision")
    task(cast, photo, "notified", kind="supervise")
    late = make_ticket("handling", to="CG")
    secret = make_ticket("handling", to="CG")
    Ticket.objects.filter(pk=secret.pk).update(is_sensitive=True)
    almost = announcing.draft(title="督办通报", by=cast.oversight, at=FIVE_LATE - HOUR)
    assert [item.task_id for item in almost.items.all()] == [listed.pk]
    row = announcing.draft(title="督办通报", by=cast.oversight, at=FIVE_LATE)
    lines = list(row.items.order_by("pk"))
    assert [(item.task_id, item.ticket_id) for item in lines] == [(listed.pk, None), (None, late.pk)]
    assert (lines[1].overdue_days, lines[1].unit.code, lines[1].place) == (5, "CG", "文津街道书院社区")


def test_published_and_signed(cast: Cast, make_ticket: MakeTicket, photo: Photo) -> None:
    task(cast, photo, "notified", kind="listed_supervision")
    make_ticket("handling", to="G1")
    row = announcing.draft(title="督办通报", by=cast.oversight, at=FIVE_LATE)
    announcing.edit(row.pk, by=cast.oversight, at=FIVE_LATE, opening="现将情况通报如下", demands="限期整改")
    assert not SupervisionBulletin.objects.visible_to(cast.lead).exists()
    done = announcing.publish(row.pk, by=cast.oversight, at=FIVE_LATE)
    assert done.published_at == FIVE_LATE
    assert set(row.receipts.values_list("unit__code", flat=True)) == {"CG", "W1"}
    assert Notice.objects.filter(kind="bulletin").count() == 2
    assert SupervisionBulletin.objects.visible_to(cast.lead).exists()
    receipt = announcing.read(row.pk, by=cast.lead, at=FIVE_LATE + HOUR)
    assert (receipt.read_by, receipt.read_at) == (cast.lead.user, FIVE_LATE + HOUR)
    again = announcing.read(row.pk, by=cast.lead, at=FIVE_LATE + DAY)
    assert again.read_at == FIVE_LATE + HOUR
    assert AuditEntry.objects.filter(verb="supervision.bulletin.read").count() == 1
    with pytest.raises(Forbidden):
        announcing.read(row.pk, by=cast.handler, at=FIVE_LATE)
    with pytest.raises(NotFound):
        announcing.read(row.pk, by=cast.town, at=FIVE_LATE)
    assert BulletinReceipt.objects.filter(read_at=None).count() == 1


def test_a_line_that_is_left_out_stays_out_when_lines_are_taken_anew(
    cast: Cast, make_ticket: MakeTicket
) -> None:
    first, _second = make_ticket("handling", to="CG"), make_ticket("handling", to="G1")
    row = announcing.draft(title="督办通报", by=cast.oversight, at=FIVE_LATE)
    item = BulletinItem.objects.get(ticket=first)
    announcing.leave_out(row.pk, item.pk, by=cast.oversight, at=FIVE_LATE, reason="已当面说明")
    announcing.retake(row.pk, by=cast.oversight, at=FIVE_LATE + DAY)
    kept = BulletinItem.objects.get(ticket=first)
    assert (kept.left_out, kept.overdue_days) == ("已当面说明", 6)
    announcing.publish(row.pk, by=cast.oversight, at=FIVE_LATE + DAY)
    assert list(row.receipts.values_list("unit__code", flat=True)) == ["W1"]
    other = announcing.draft(title="另一期", by=cast.oversight, at=FIVE_LATE)
    with pytest.raises(NotFound):
        announcing.leave_out(other.pk, kept.pk, by=cast.oversight, at=FIVE_LATE, reason="x")


def test_without_a_title_or_a_line(cast: Cast) -> None:
    with pytest.raises(Unprocessable):
        announcing.draft(title=" ", by=cast.oversight, at=FIVE_LATE)
    row = announcing.draft(title="督办通报", by=cast.oversight, at=FIVE_LATE)
    with pytest.raises(Unprocessable) as refused:
        announcing.publish(row.pk, by=cast.oversight, at=FIVE_LATE)
    assert refused.value.code == "empty"


def test_a_district_names_what_lies_there(cast: Cast, make_ticket: MakeTicket) -> None:
    make_ticket("handling", to="CG")
    row = announcing.draft(title="西岭区通报", by=cast.far_oversight, at=FIVE_LATE)
    assert (row.unit.code, row.items.count()) == ("D2", 0)
    with pytest.raises(Forbidden):
        announcing.draft(title="通报", by=cast.town, at=FIVE_LATE)
