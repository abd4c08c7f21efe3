"""The pages of the police link: both sides' desks, the dialogs, the days, the panel of a ticket."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from governance.audit.models import AuditEntry
from governance.foundation.clock import local, now
from incidents.models import Ticket
from police_link.models import FieldGrant, PoliceIncident, PoliceStatement
from tests.cast import MINUTE, Cast, MakeTicket
from tests.police_link.props import data_for, incident

pytestmark = pytest.mark.django_db
Enter = Callable[[str], Client]


def url(name: str, *args: Any) -> str:
    return reverse(f"police_link:{name}", args=args)


def text(answer: Any) -> str:
    return answer.content.decode()  # type: ignore[no-any-return]


def typed(**changes: Any) -> dict[str, Any]:
    at = f"{local(now()):%Y-%m-%dT%H:%M}"
    return {
        "external_no": "J3301-7",
        "kind": "noise",
        "urgency": "normal",
        "received_at": at,
        "sent_at": at,
        "first_receiver": "police",
        "content": "夜间施工噪声，民警已口头告知",
        "region_code": "990101001001",
        "caller_phone": "13812345678",
    } | changes


def fresh(cast: Cast, state: str = "offered", **changes: Any) -> PoliceIncident:
    """A matter of this minute."""
    at = now()
    return incident(cast, state, at=at, received_at=at - 2 * MINUTE, sent_at=at - MINUTE, **changes)


def test_from_the_telephone_to_the_ticket(cast: Cast, enter: Enter) -> None:
    duty = enter("duty")
    assert duty.get(url("new"), {"external_no": "J9"}).context["form"]["external_no"].value() == "J9"
    for changes in ({"external_no": ""}, {"region_code": ""}, {"kind": "war"}, {"caller_phone": "x"}):
        assert duty.post(url("new"), typed(**changes)).status_code == 422
    made = duty.post(url("new"), typed())
    row = PoliceIncident.objects.get()
    assert made["Location"] == url("incident", row.number)
    assert duty.post(url("new"), typed()).status_code == 302
    assert PoliceIncident.objects.count() == 1
    page = text(duty.get(url("incident", row.number)))
    assert "138****5678" in page
    assert "13812345678" not in page
    assert "未向本方开放" in page
    dialog = url("verb", row.number, "accept")
    assert "0309" in text(duty.get(dialog, headers={"HX-Request": "true"}))
    assert duty.post(dialog, {"category": ""}).status_code == 422
    assert duty.post(dialog, {"category": "9999"}).status_code == 422
    assert duty.get(url("verb", row.number, "take")).status_code == 409
    assert duty.get(url("verb", row.number, "offer")).status_code == 404
    done = duty.post(dialog, {"category": "0309", "version": 1}, headers={"HX-Request": "true"})
    assert done["HX-Redirect"] == url("incident", row.number)
    assert duty.post(dialog, {"category": "0309", "version": 1}).status_code == 409
    ticket = Ticket.objects.get()
    shown = text(duty.get(reverse("incidents:ticket", args=[ticket.number])))
    assert row.number in shown
    assert url("hand-over", ticket.number) not in shown, "handed back on the page of its matter"
    assert "打开工单" in text(duty.get(url("incident", row.number)))


def test_the_police_have_their_side(cast: Cast, enter: Enter) -> None:
    row, officer = fresh(cast, "handing"), enter("police")
    page = text(officer.get(url("incident", row.number)))
    assert "其中一方有前科" in page
    assert "/do/take/" in page
    assert "/do/accept/" not in page
    masked = url("reveal", row.number, "ticket", "citizen_phone")
    assert officer.post(masked, {"reason": "看"}).status_code == 422
    assert "13812345678" in text(officer.post(masked, {"reason": "联系报警人核实"}))
    assert AuditEntry.objects.latest("pk").verb == "police.reveal"
    assert (
        officer.post(url("reveal", row.number, "ticket", "handler"), {"reason": "联系经办人"}).status_code
        == 404
    )
    assert officer.get(url("verb", row.number, "hand_back")).status_code == 409
    taken = officer.post(url("verb", row.number, "take"), data_for("take"))
    assert taken.status_code == 302
    assert "110 已接处" in text(officer.get(url("list")))


def test_a_ticket_is_handed_over_from_its_page(cast: Cast, enter: Enter, make_ticket: MakeTicket) -> None:
    ticket = make_ticket("registered", at=now())
    address, duty = url("hand-over", ticket.number), enter("duty")
    assert address in text(duty.get(reverse("incidents:ticket", args=[ticket.number])))
    assert enter("worker").get(address).status_code == 403
    assert enter("far_town").get(address).status_code == 404
    assert duty.get(address, headers={"HX-Request": "true"}).status_code == 200
    assert duty.post(address, {"reason_code": "luck", "opinion": "移交"}).status_code == 422
    assert duty.post(address, {"reason_code": "crime", "opinion": "涉嫌盗窃"}).status_code == 302
    assert duty.post(address, {"reason_code": "crime", "opinion": "涉嫌盗窃"}).status_code == 409
    row = PoliceIncident.objects.get()
    assert row.number in text(duty.get(reverse("incidents:ticket", args=[ticket.number])))
    assert "暂无" not in text(enter("police").get(url("incident", row.number)))


def test_who_opens_these_pages(cast: Cast, enter: Enter) -> None:
    row = fresh(cast)
    for name in ("duty", "oversight", "leader", "town", "police"):
        assert enter(name).get(url("incident", row.number)).status_code == 200, name
        assert len(enter(name).get(url("list")).context["rows"]) == 1, name
    far = enter("far_town")
    assert len(far.get(url("list")).context["rows"]) == 0
    assert far.get(url("incident", row.number)).status_code == 404
    assert far.get(url("verb", row.number, "accept")).status_code == 404
    for name in ("worker", "handler", "mediator", "auditor", "administrator", "outsider"):
        client = enter(name)
        for page in (url("list"), url("days"), url("grants"), url("new"), url("day", "2026-11-16")):
            assert client.get(page).status_code == 403, (name, page)
        assert client.get(url("incident", row.number)).status_code == 404
    assert enter("leader").get(url("new")).status_code == 403
    assert enter("leader").get(url("statement", "2026-11-16")).status_code == 403
    assert Client().get(url("list")).status_code == 302


def test_lists_filter_and_do_not_grow_statements(cast: Cast, enter: Enter) -> None:
    boss, counted = enter("dispatcher"), []
    fresh(cast)
    boss.get(url("list"))
    for number in (1, 3):
        while PoliceIncident.objects.count() < number:
            fresh(cast, external_no=f"J{PoliceIncident.objects.count()}")
        with CaptureQueriesContext(connection) as seen:
            assert len(boss.get(url("list")).context["rows"]) == number
        counted.append(len(seen))
    assert counted[0] == counted[1] <= 9
    incident(cast, "refused", external_no="OLD", kind="parking")
    for query, count in (
        ({"state": "refused"}, 1),
        ({"direction": "out"}, 0),
        ({"kind": "parking"}, 1),
        ({"day": "2026-11-16"}, 1),
        ({"day": "x"}, 4),
        ({"waiting": "1"}, 3),
        ({"late": "1"}, 0),
        ({"q": "OLD"}, 1),
        ({"q": "漏水"}, 4),
    ):
        assert len(boss.get(url("list"), query).context["rows"]) == count, query


def test_days_are_compared_by_hand(cast: Cast, enter: Enter) -> None:
    incident(cast, "accepted")
    duty, day = enter("duty"), "2026-11-16"
    assert len(duty.get(url("days"), {"until": day}).context["days"]) == 14
    assert "110 未提供清单" in text(duty.get(url("days"), {"until": day}))
    form = url("statement", day)
    assert duty.get(form).status_code == 200
    assert duty.post(form, {"numbers": "A\nA"}).status_code == 422
    large = SimpleUploadedFile("a.txt", b"1" * 1024 * 1024 + b"1")
    assert duty.post(form, {"file": large}).status_code == 422
    assert duty.post(form, {"file": SimpleUploadedFile("a.txt", b"\xff\xfe\xff")}).status_code == 422
    assert not PoliceStatement.objects.exists()
    given = SimpleUploadedFile("a.csv", "警情甲\n".encode("gb18030"))
    assert duty.post(form, {"numbers": "J3301-20261116-0001", "file": given}).status_code == 302
    page = text(duty.get(url("day", day)))
    assert "警情甲" in page
    assert "已立单，未办结" in page
    lines = b"".join(duty.get(url("day-export", day)).streaming_content).decode()  # type: ignore[attr-defined]
    assert len(lines.splitlines()) == 3
    assert duty.get(url("day", "2999-01-01")).status_code == 404
    assert duty.get(url("day", "today")).status_code == 404


def test_rights_are_shown_and_kept_on_record(cast: Cast, enter: Enter) -> None:
    page = text(enter("police").get(url("grants")))
    assert "公安内部研判" in page
    boss = cast.administrator.user
    assert boss is not None
    boss.is_staff = boss.is_superuser = True
    boss.save()
    admin = enter("administrator")
    address = reverse("admin:police_link_fieldgrant_add")
    row = {"reader": "centre", "field": "handler", "level": "clear", "valid_from": "2026-11-01"}
    assert admin.post(address, row).status_code == 200
    assert not FieldGrant.objects.exists()
    assert admin.post(address, row | {"field": "officer"}).status_code == 302
    assert AuditEntry.objects.latest("pk").verb == "fieldgrant.keep"
