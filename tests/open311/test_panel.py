"""The request on its ticket's page: what came with it, the reporter masked; an e-mail in full for a reason."""

from typing import Any

import pytest
from django.test import Client

from governance.audit.models import AuditEntry
from governance.foundation.clock import now
from incidents import transitions
from incidents.models import Ticket
from tests.cast import Cast
from tests.open311.conftest import Door, edition, number_of

pytestmark = pytest.mark.django_db
MAIL = "zhang.san@example.org"


def page(cast: Cast, name: str, number: str) -> str:
    client = signed_in(cast, name)
    return client.get(f"/tickets/{number}/").content.decode()


def signed_in(cast: Cast, name: str) -> Client:
    client = Client()
    user: Any = cast.everybody[name].user
    client.force_login(user, backend="governance.accounts.backends.NameOrPhoneBackend")
    return client


@pytest.fixture
def number(door: Door) -> str:
    return number_of(door.post(email=MAIL, media_url="https://pictures.example/1.jpg", device_id="dev-1"))


def test_the_page_shows_what_came_with_it(cast: Cast, number: str) -> None:
    text = page(cast, "dispatcher", number)
    assert "Open311诉求" in text
    assert "随手拍" in text
    assert "https://pictures.example/1.jpg" in text
    assert 'href="https://pictures.example' not in text
    assert "z***@example.org" in text
    assert MAIL not in text
    assert f"/open311-requests/{number}/email/" in text


def test_a_leader_sees_masks_only(cast: Cast, number: str) -> None:
    text = page(cast, "leader", number)
    assert "z***@example.org" in text
    assert f"/open311-requests/{number}/email/" not in text


def test_a_black_box_is_marked(cast: Cast, door: Door) -> None:
    edition({"code": "0106", "type": "blackbox"})
    door.post()
    assert "不公开" in page(cast, "dispatcher", Ticket.objects.get().number)


def test_other_tickets_have_no_such_part(cast: Cast, make_ticket: Any) -> None:
    assert "Open311诉求" not in page(cast, "dispatcher", make_ticket().number)


class TestReveal:
    def test_for_a_reason_that_is_recorded(self, cast: Cast, number: str) -> None:
        before = AuditEntry.objects.count()
        answer = signed_in(cast, "dispatcher").post(
            f"/open311-requests/{number}/email/", {"reason": "需要补充现场照片"}
        )
        assert (answer.status_code, MAIL in answer.content.decode()) == (200, True)
        entry = AuditEntry.objects.order_by("-pk")[0]
        assert AuditEntry.objects.count() == before + 1
        assert (entry.verb, entry.details["reason"]) == ("open_report.reveal", "需要补充现场照片")
        assert MAIL not in str(entry.details)

    def test_without_a_reason_nothing_is_shown(self, cast: Cast, number: str) -> None:
        before = AuditEntry.objects.count()
        answer = signed_in(cast, "dispatcher").post(f"/open311-requests/{number}/email/", {"reason": "看"})
        text = answer.content.decode()
        assert (answer.status_code, MAIL in text, "z***@example.org" in text) == (422, False, True)
        assert AuditEntry.objects.count() == before

    @pytest.mark.parametrize(
        ("name", "status"), [("leader", 403), ("gas", 404), ("auditor", 404), ("outsider", 404)]
    )
    def test_not_for_everybody(self, cast: Cast, number: str, name: str, status: int) -> None:
        before = AuditEntry.objects.count()
        answer = signed_in(cast, name).post(f"/open311-requests/{number}/email/", {"reason": "想看一看邮箱"})
        assert (answer.status_code, MAIL in answer.content.decode()) == (status, False)
        assert AuditEntry.objects.count() == before

    def test_where_there_is_none(self, cast: Cast, door: Door) -> None:
        number = number_of(door.post())
        answer = signed_in(cast, "dispatcher").post(
            f"/open311-requests/{number}/email/", {"reason": "需要联系"}
        )
        assert answer.status_code == 404

    def test_the_way_of_the_ticket_does_not_matter(self, cast: Cast, number: str) -> None:
        transitions.accept(Ticket.objects.get().pk, by=cast.dispatcher, at=now())
        answer = signed_in(cast, "duty").post(
            f"/open311-requests/{number}/email/", {"reason": "需要联系当事人"}
        )
        assert MAIL in answer.content.decode()
