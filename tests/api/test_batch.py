"""POST /tickets/batch: every row has its own result, none is doubled, and a fault leaves nothing by halves."""

from functools import partial
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from governance.audit.journal import verify
from governance.audit.models import AuditEntry
from incidents import intake
from incidents.models import Deadline, Requester, Step, Supplement, Ticket
from tests import city
from tests.api.conftest import TICKETS, SignIn, caller, report, upload
from tests.cast import Cast, at_once

BATCH = f"{TICKETS}/batch"


def rows(count: int, **changes: Any) -> list[dict[str, Any]]:
    return [report(external_no=f"B-{number:04d}", **changes) for number in range(count)]


def counts() -> tuple[int, int, int, int, int]:
    tables = (Ticket, Step, Deadline, Requester, AuditEntry)
    found: list[int] = [table._default_manager.count() for table in tables]
    return found[0], found[1], found[2], found[3], found[4]


@pytest.mark.django_db
class TestRows:
    """What becomes of each."""

    def test_all_good(self, hotline: APIClient) -> None:
        answer = hotline.post(BATCH, {"tickets": rows(3)})
        body = answer.json()
        assert (answer.status_code, body["succeeded"], body["failed"]) == (207, 3, 0)
        assert [(row["index"], row["status"], row["external_no"]) for row in body["results"]] == [
            (number, 201, f"B-{number:04d}") for number in range(3)
        ]
        numbers = [row["ticket"]["number"] for row in body["results"]]
        assert len(set(numbers)) == 3
        assert counts() == (3, 3, 3, 3, 3)
        assert hotline.get(f"{TICKETS}/{numbers[1]}").json()["external_no"] == "B-0001"

    def test_the_same_again_makes_nothing_new(self, hotline: APIClient) -> None:
        first = hotline.post(BATCH, {"tickets": rows(3)}).json()["results"]
        again = hotline.post(BATCH, {"tickets": [*rows(3), *rows(1)]}).json()["results"]
        assert [row["status"] for row in again] == [200] * 4
        assert [row["ticket"]["number"] for row in again[:3]] == [row["ticket"]["number"] for row in first]
        assert counts() == (3, 3, 3, 3, 3)
        assert not Supplement.objects.exists()

    def test_rows_of_several_shapes_in_several_statements(
        self, hotline: APIClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """With a citizen and without, known ones and a file among them: each keeps what is its own."""
        monkeypatch.setattr("incidents.batch.AT_ONCE", 3)
        known = hotline.post(TICKETS, report(external_no="B-0002")).json()["number"]
        sent = rows(8)
        for place, row in enumerate(sent):
            row["content"] = f"第{place}件：东门占道"
            row["citizen"] = {"name": f"张{place}", "phone": f"1380000000{place}"} if place % 2 else None
        sent[5]["attachments"] = [upload(hotline).json()["id"]]
        answer = hotline.post(BATCH, {"tickets": sent}).json()
        assert [row["status"] for row in answer["results"]] == [201, 201, 200, 201, 201, 201, 201, 201]
        assert answer["results"][2]["ticket"]["number"] == known
        for place, row in enumerate(answer["results"]):
            ticket = Ticket.objects.get(number=row["ticket"]["number"])
            assert ticket.external_no == f"B-{place:04d}"
            people = [person.name for person in Requester.objects.filter(ticket=ticket)]
            if place != 2:
                assert ticket.content == f"第{place}件：东门占道"
                assert people == ([f"张{place}"] if place % 2 else [])
            assert Step.objects.filter(ticket=ticket, verb="register").count() == 1
            assert Deadline.objects.filter(ticket=ticket).count() == 1
            entry = AuditEntry.objects.get(object_id=str(ticket.pk), verb="ticket.register")
            assert entry.object_label == ticket.number

    def test_a_twin_inside_the_batch_is_one_ticket(self, hotline: APIClient) -> None:
        answer = hotline.post(BATCH, {"tickets": [*rows(1), *rows(1, content="补充：今天又发生了")]}).json()
        assert [row["status"] for row in answer["results"]] == [201, 200]
        assert answer["results"][1]["ticket"]["supplement"]
        assert (Ticket.objects.count(), Supplement.objects.count()) == (1, 1)

    def test_one_bad_row_among_many(self, hotline: APIClient) -> None:
        sent = rows(20)
        sent[7] = report(external_no="bad", point={"lon": "x"})
        answer = hotline.post(BATCH, {"tickets": sent}).json()
        assert (answer["succeeded"], answer["failed"]) == (19, 1)
        row = answer["results"][7]
        assert (row["index"], row["status"], row["external_no"], row["problem"]["code"]) == (
            7,
            400,
            "bad",
            "invalid",
        )
        assert "point.lon" in row["problem"]["errors"]
        assert counts() == (19,) * 5

    @pytest.mark.parametrize(
        ("bad", "status", "code"),
        [
            ({"category": "9999"}, 422, "unknown_category"),
            ({"source": "police"}, 422, "unknown_source"),
            ({"external_no": ""}, 400, "invalid"),
            ({"unknown": 1}, 400, "invalid"),
            ({"content": "  "}, 400, "invalid"),
            ({"external_due_at": "2020-01-01T00:00:00Z"}, 422, "past_time"),
            ({"attachments": ["00000000-0000-4000-8000-000000000000"]}, 400, "invalid"),
        ],
    )
    def test_a_refused_row_leaves_nothing(
        self, hotline: APIClient, bad: dict[str, Any], status: int, code: str
    ) -> None:
        sent = [report(external_no="first"), report(external_no="second") | bad, report(external_no="third")]
        answer = hotline.post(BATCH, {"tickets": sent}).json()
        found = [row["status"] for row in answer["results"]]
        assert (found, answer["results"][1]["problem"]["code"]) == ([201, status, 201], code)
        assert counts() == (2,) * 5

    @pytest.mark.parametrize("row", [None, 1, "x", [], {}])
    def test_what_is_no_row(self, hotline: APIClient, row: Any) -> None:
        answer = hotline.post(BATCH, {"tickets": [row, *rows(1)]}).json()
        assert [found["status"] for found in answer["results"]] == [400, 201]

    def test_files_are_bound_to_their_row(self, hotline: APIClient) -> None:
        file = upload(hotline).json()["id"]
        sent = rows(2)
        sent[0]["attachments"] = sent[1]["attachments"] = [file]
        answer = hotline.post(BATCH, {"tickets": sent}).json()
        assert [row["status"] for row in answer["results"]] == [201, 400]
        assert Ticket.objects.get().external_no == "B-0000"


@pytest.mark.django_db
class TestDoor:
    """What is no batch at all, and who may send one."""

    @pytest.mark.parametrize(
        "body", [[], {}, {"tickets": {}}, {"tickets": []}, {"tickets": [], "more": 1}, {"tickets": "x"}]
    )
    def test_what_is_no_batch(self, hotline: APIClient, body: Any) -> None:
        assert hotline.post(BATCH, body).status_code == 400
        assert counts() == (0,) * 5

    def test_too_many_rows(self, hotline: APIClient) -> None:
        answer = hotline.post(BATCH, {"tickets": [{}] * 1001})
        assert (answer.status_code, answer.json()["code"]) == (400, "batch_too_long")

    def test_a_batch_may_be_larger_than_a_report(self, hotline: APIClient) -> None:
        with override_settings(API_JSON_MAX_BYTES=1000):
            assert hotline.post(TICKETS, report(content="长" * 2000)).status_code == 413
            assert hotline.post(BATCH, {"tickets": rows(2, content="长" * 2000)}).status_code == 207
        with override_settings(API_BATCH_MAX_BYTES=1000):
            assert hotline.post(BATCH, {"tickets": rows(2, content="长" * 2000)}).status_code == 413

    def test_people_report_one_by_one_or_many_by_their_own_right(self, sign_in: SignIn) -> None:
        body = {"tickets": rows(1, source="phone_in")}
        assert sign_in("duty").post(BATCH, body).json()["succeeded"] == 1
        refused = sign_in("auditor").post(BATCH, body).json()["results"][0]
        assert refused["status"] == 403

    def test_a_key_makes_the_whole_call_repeatable(self, hotline: APIClient) -> None:
        key = {"idempotency-key": "batch-1"}
        answers = [hotline.post(BATCH, {"tickets": rows(2)}, headers=key) for _turn in range(2)]
        assert [answer.status_code for answer in answers] == [207, 207]
        assert answers[0].json() == answers[1].json()
        assert answers[1].json()["results"][0]["status"] == 201

    def test_more_rows_cost_no_more_statements(self, hotline: APIClient, steady: None) -> None:
        hotline.post(BATCH, {"tickets": rows(1)})
        costs = []
        for size in (5, 25):
            sent = [row | {"external_no": f"{size}-{row['external_no']}"} for row in rows(size)]
            with CaptureQueriesContext(connection) as statements:
                assert hotline.post(BATCH, {"tickets": sent}).json()["succeeded"] == size
            costs.append(len(statements))
        assert costs == [4, 4]


@pytest.mark.django_db(transaction=True)
class TestFaults:
    """Interrupted and simultaneous batches."""

    def test_a_fault_of_the_database_leaves_nothing(
        self, hotline: APIClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        build, seen = intake.build, []

        def fail(*args: Any, **options: Any) -> Any:
            seen.append(1)
            if len(seen) == 3:
                raise OperationalError("gone")
            return build(*args, **options)

        monkeypatch.setattr(intake, "build", fail)
        assert hotline.post(BATCH, {"tickets": rows(5)}).status_code == 503
        monkeypatch.undo()
        assert counts() == (0,) * 5
        assert hotline.post(BATCH, {"tickets": rows(5)}).json()["succeeded"] == 5

    def test_batches_that_share_reports_make_each_once(self, cast: Cast) -> None:
        def send(turn: int) -> list[int]:
            sent = rows(12)
            if turn % 2:
                sent.reverse()
            results = caller(city.API_KEY).post(BATCH, {"tickets": sent}).json()["results"]
            return [row["status"] for row in results]

        found = at_once([partial(send, turn) for turn in range(4)])
        assert not [result for result in found if isinstance(result, Exception)]
        assert sorted(status for statuses in found for status in statuses) == [200] * 36 + [201] * 12
        assert counts() == (12,) * 5
        assert verify().is_sound
