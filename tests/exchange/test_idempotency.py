"""Idempotency-Key: same key and body, same answer; anything else is told; nothing is done twice or by halves."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from rest_framework.test import APIClient

from governance.audit.models import AuditEntry
from governance.exchange import idempotency, tidying
from governance.exchange.models import KeptAnswer
from governance.foundation.clock import now
from incidents import intake
from incidents.models import Attachment, Step, Supplement, Ticket, TicketUrge
from tests import city
from tests.api.conftest import TICKETS, SignIn, caller, report, upload
from tests.cast import Cast, MakeTicket, jpeg

KEY = {"idempotency-key": "key-0001"}


def numbered(**changes: Any) -> dict[str, Any]:
    """A report that is not repeatable by its own number."""
    body = report(**changes)
    del body["external_no"]
    return body


@pytest.mark.django_db
class TestOnce:
    """One caller, one key."""

    def test_the_same_again_is_the_same_answer(self, hotline: APIClient) -> None:
        first = hotline.post(TICKETS, numbered(), headers=KEY)
        again = hotline.post(TICKETS, numbered(), headers=KEY)
        assert (first.status_code, again.status_code) == (201, 201)
        assert first.json() == again.json()
        assert (first.get("Idempotency-Replayed"), again["Idempotency-Replayed"]) == (None, "true")
        assert again["Content-Type"] == "application/json"
        assert Ticket.objects.count() == Step.objects.count() == 1
        assert hotline.post(TICKETS, numbered()).json()["number"] != first.json()["number"]

    def test_quotes_around_a_key_do_not_count(self, hotline: APIClient) -> None:
        hotline.post(TICKETS, numbered(), headers=KEY)
        hotline.post(TICKETS, numbered(), headers={"idempotency-key": '"key-0001"'})
        assert Ticket.objects.count() == 1

    def test_another_body_or_address_is_refused(self, hotline: APIClient) -> None:
        number = hotline.post(TICKETS, numbered(), headers=KEY).json()["number"]
        answers = [
            hotline.post(TICKETS, numbered(content="另一件事"), headers=KEY),
            hotline.post(f"{TICKETS}/{number}/urges", {"key": "u"}, headers=KEY),
        ]
        assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [
            (422, "key_reused")
        ] * 2
        assert (Ticket.objects.count(), TicketUrge.objects.count(), Supplement.objects.count()) == (1, 0, 0)

    def test_two_callers_have_two_sets_of_keys(self, hotline: APIClient, police_system: APIClient) -> None:
        hotline.post(TICKETS, numbered(), headers=KEY)
        assert police_system.post(TICKETS, numbered(source="police"), headers=KEY).status_code == 201
        assert Ticket.objects.count() == 2

    def test_a_refusal_is_judged_anew(self, hotline: APIClient) -> None:
        wrong = numbered(category="9999")
        assert hotline.post(TICKETS, wrong, headers=KEY).status_code == 422
        assert not KeptAnswer.objects.exists()
        assert hotline.post(TICKETS, numbered(), headers=KEY).status_code == 201

    @pytest.mark.parametrize("key", ["", " ", "a b", "x" * 256, "键", '""'])
    def test_what_is_no_key(self, hotline: APIClient, key: str) -> None:
        value = key.encode().decode("latin-1")
        answer = hotline.post(TICKETS, numbered(), HTTP_IDEMPOTENCY_KEY=value)
        assert answer.status_code == 400 or (answer.status_code, key) == (201, '""')
        assert Ticket.objects.count() == (1 if key == '""' else 0)

    def test_verbs_and_urges_take_it_too(
        self, cast: Cast, make_ticket: MakeTicket, sign_in: SignIn, hotline: APIClient
    ) -> None:
        ticket = make_ticket(source="hotline", by=cast.client)
        officer, url = sign_in("duty"), f"{TICKETS}/{ticket.number}/accept"
        answers = [officer.post(url, {}, headers=KEY) for _turn in range(2)]
        assert [answer.status_code for answer in answers] == [200, 200]
        assert answers[0].json() == answers[1].json()
        assert officer.post(url, {}).status_code == 409
        for _turn in range(2):
            answer = hotline.post(f"{TICKETS}/{ticket.number}/urges", {"key": "u1"}, headers=KEY)
            assert answer.status_code == 201
        assert ticket.steps.filter(verb="accept").count() == 1

    def test_files_are_compared_by_what_is_in_them(self, hotline: APIClient) -> None:
        hotline.credentials(HTTP_AUTHORIZATION=f"Bearer {city.API_KEY}", HTTP_IDEMPOTENCY_KEY="file-1")
        first, again = upload(hotline), upload(hotline)
        assert first.json()["id"] == again.json()["id"]
        assert upload(hotline, jpeg(7)).status_code == 422
        assert upload(hotline, name="other.jpg").status_code == 422
        assert Attachment.objects.count() == 1

    def test_reading_does_not_ask_for_it(self, hotline: APIClient) -> None:
        assert hotline.get(TICKETS, headers=KEY).status_code == 200
        assert not KeptAnswer.objects.exists()

    def test_the_answer_is_kept_sealed_and_then_forgotten(self, hotline: APIClient) -> None:
        number = hotline.post(TICKETS, numbered(), headers=KEY).json()["number"]
        with connection.cursor() as cursor:
            cursor.execute("SELECT body FROM exchange_keptanswer")
            assert number not in cursor.fetchone()[0]
        assert tidying.tidy(at=now() + timedelta(hours=71)) == 0
        assert tidying.tidy(at=now() + timedelta(hours=73)) == 1


@pytest.mark.django_db(transaction=True)
class TestWhatGoesWrong:
    """Interrupted and simultaneous writes."""

    def test_a_deed_without_its_answer_does_not_stay(
        self, hotline: APIClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """As if the process had been killed between the two."""

        def die(*args: Any) -> None:
            raise RuntimeError("killed")

        hotline.raise_request_exception = False
        monkeypatch.setattr(idempotency, "_keep", die)
        assert hotline.post(TICKETS, numbered(), headers=KEY).status_code == 500
        monkeypatch.undo()
        assert Ticket.objects.count() == Step.objects.count() == AuditEntry.objects.count() == 0
        assert hotline.post(TICKETS, numbered(), headers=KEY).status_code == 201
        assert Ticket.objects.count() == 1

    def test_while_the_first_runs_the_second_is_told_so(
        self, cast: Cast, hotline: APIClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        began, go_on, found = threading.Event(), threading.Event(), []
        build = intake.build

        def slow(*args: Any, **options: Any) -> Any:
            began.set()
            assert go_on.wait(20)
            return build(*args, **options)

        monkeypatch.setattr(intake, "build", slow)

        def first() -> None:
            found.append(caller(city.API_KEY).post(TICKETS, numbered(), headers=KEY))
            connection.close()

        thread = threading.Thread(target=first)
        thread.start()
        assert began.wait(20)
        second = hotline.post(TICKETS, numbered(), headers=KEY)
        go_on.set()
        thread.join(20)
        assert (second.status_code, second.json()["code"], second["Retry-After"]) == (409, "in_flight", "1")
        assert found[0].status_code == 201
        assert hotline.post(TICKETS, numbered(), headers=KEY).json() == found[0].json()
        assert Ticket.objects.count() == 1
