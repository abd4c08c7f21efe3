"""Files in and out for systems: their own tickets, masked; a file looked at, taken in, cured; no one else sees it."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from rest_framework.test import APIClient

from exports import running, tasks
from exports.models import ImportRow, SavedMapping, TicketExport, TicketImport
from governance.audit.models import AuditEntry
from governance.exchange.models import ApiClient
from governance.foundation.clock import now
from incidents import catalogue
from incidents.models import Policy, Ticket
from tests import city
from tests.api.conftest import SignIn, _full_buckets, hotline, nobody, police_system, sign_in
from tests.cast import DAY, Cast, MakeTicket
from tests.exports.props import csv_of, line

__all__ = ["_full_buckets", "hotline", "nobody", "police_system", "sign_in"]
pytestmark = pytest.mark.django_db
IMPORTS, EXPORTS = "/api/v1/imports", "/api/v1/exports"
MAPPING = {"external_no": "编号", "content": "内容", "category": "类别", "region_code": "社区"}


def bring(client: APIClient, rows: list[list[str]], **fields: Any) -> Any:
    file = SimpleUploadedFile("工单.csv", csv_of(rows), content_type="text/csv")
    given = {"file": file, "source": "hotline"} | fields
    sent = {name: value for name, value in given.items() if name not in {"headers"} and value is not None}
    return client.post(IMPORTS, sent, format="multipart", headers=fields.get("headers"))


class TestImports:
    def test_a_file_is_taken_in_and_what_was_refused_is_told(self, hotline: APIClient) -> None:
        rows = [line(number) for number in range(1, 7)]
        rows[3] = line(4, 类别="9999")
        made = bring(hotline, rows, mapping=json.dumps(MAPPING))
        assert made.status_code == 201, made.content
        body = made.json()
        assert (body["state"], body["rows"], body["left"], body["look"]) == ("running", 6, 6, None)
        assert {name: body["mapping"][name] for name in MAPPING} == MAPPING
        assert tasks.take_rows() == 6
        done = hotline.get(f"{IMPORTS}/{body['number']}").json()
        assert (done["state"], done["taken"], done["refused"], done["left"]) == ("done", 5, 1, 0)
        assert {ticket.source.code for ticket in Ticket.objects.select_related("source")} == {"hotline"}
        told = hotline.get(f"{IMPORTS}/{body['number']}/errors").json()
        (row,) = told["errors"]
        assert (row["row"], [fault["column"] for fault in row["faults"]]) == (5, ["类别"])
        assert row["cells"]["编号"] == "A-0004"
        assert (told["after"], told["has_more"]) == (5, False)
        rest = hotline.get(f"{IMPORTS}/{body['number']}/errors", {"after": 5}).json()
        assert (rest["errors"], rest["after"]) == ([], 5)
        again = bring(hotline, [line(4), *rows[:2]])
        tasks.take_rows()
        after = hotline.get(f"{IMPORTS}/{again.json()['number']}").json()
        assert (after["taken"], after["repeated"]) == (1, 2)
        listed = hotline.get(IMPORTS).json()["results"]
        assert [row["number"] for row in listed] == [after["number"], done["number"]]
        assert not SavedMapping.objects.exists()
        verbs = set(AuditEntry.objects.filter(verb__startswith="import.").values_list("verb", flat=True))
        assert verbs == {"import.bring", "import.match", "import.start", "import.done"}

    def test_a_look_first(self, hotline: APIClient) -> None:
        made = bring(hotline, [line(1), line(2, 类别="")], dry_run="true").json()
        look = made["look"]
        assert (made["state"], look["fresh"], look["repeated"], look["refused"]) == ("checked", 1, 0, 1)
        assert look["errors"][0]["row"] == 3
        assert tasks.take_rows() == 0
        address = f"{IMPORTS}/{made['number']}"
        assert hotline.post(f"{address}/start").json()["state"] == "running"
        assert hotline.post(f"{address}/start").status_code == 409
        assert tasks.take_rows() == 2
        assert Ticket.objects.count() == 1
        assert hotline.post(f"{address}/cancel").status_code == 409

    def test_the_same_request_is_done_once(self, hotline: APIClient) -> None:
        key = {"Idempotency-Key": "import-2026-11-26"}
        first, second = (bring(hotline, [line(1)], headers=key) for _time in range(2))
        assert first.json()["number"] == second.json()["number"]
        assert second["Idempotency-Replayed"] == "true"
        assert bring(hotline, [line(2)], headers=key).json()["code"] == "key_reused"
        assert TicketImport.objects.count() == 1

    @pytest.mark.parametrize(
        ("fields", "status", "place"),
        [
            ({"source": "police"}, 422, "source"),
            ({"source": None}, 400, "source"),
            ({"file": None}, 400, "file"),
            ({"mapping": "{"}, 400, "mapping"),
            ({"mapping": "[]"}, 400, "mapping"),
            ({"mapping": '{"colour": "编号"}'}, 400, "mapping"),
            ({"mapping": '{"title": "标题"}'}, 422, "mapping"),
            ({"mapping": '{"title": "内容"}'}, 422, "mapping"),
            ({"dry_run": "perhaps"}, 400, "dry_run"),
            ({"more": "1"}, 400, "more"),
            ({"file": SimpleUploadedFile("a.csv", b"")}, 400, "file"),
            ({"file": SimpleUploadedFile("a.csv", b"a,b\n")}, 422, "file"),
            ({"file": SimpleUploadedFile("a.xlsx", b"PK\x03\x04broken")}, 422, "file"),
        ],
    )
    def test_what_is_wrong_is_named_and_nothing_is_kept(
        self, hotline: APIClient, fields: dict[str, Any], status: int, place: str
    ) -> None:
        answer = bring(hotline, [line(1)], **fields)
        assert (answer.status_code, list(answer.json()["errors"])) == (status, [place]), answer.content
        assert not TicketImport.objects.exists()
        assert not ImportRow.objects.exists()

    def test_a_field_twice(self, hotline: APIClient) -> None:
        files = [SimpleUploadedFile(f"{name}.csv", csv_of([line(1)])) for name in "ab"]
        answer = hotline.post(IMPORTS, {"file": files, "source": "hotline"}, format="multipart")
        assert (answer.status_code, list(answer.json()["errors"])) == (400, ["file"])

    def test_places_outside_the_regions_of_the_key_are_refused_rows(self, hotline: APIClient) -> None:
        ApiClient.objects.filter(code="hotline").update(regions=[city.GRIDS[-1][:12]])
        number = bring(hotline, [line(1)]).json()["number"]
        tasks.take_rows()
        assert hotline.get(f"{IMPORTS}/{number}").json()["refused"] == 1
        assert not Ticket.objects.exists()

    def test_a_key_that_has_ended_takes_its_imports_along(self, hotline: APIClient) -> None:
        bring(hotline, [line(1)])
        ApiClient.objects.filter(code="hotline").update(expires_at=now() - DAY)
        assert tasks.take_rows() == 0
        assert TicketImport.objects.get().state == "cancelled"
        assert not ImportRow.objects.exists()
        assert not Ticket.objects.exists()


class TestExports:
    def test_a_file_of_ones_own_tickets(
        self, hotline: APIClient, cast: Cast, make_ticket: MakeTicket
    ) -> None:
        mine = make_ticket(source="hotline", by=cast.client, external_no="H-1", at=now() - DAY)
        other = make_ticket(source="police", by=cast.other_client, at=now() - DAY)
        columns = ["number", "external_no", "citizen_name", "citizen_phone", "content"]
        made = hotline.post(EXPORTS, {"format": "csv", "columns": columns})
        assert made.status_code == 201, made.content
        body = made.json()
        assert (body["state"], body["expected"], body["written"]) == ("ready", 1, 1)
        answer = hotline.get(f"{EXPORTS}/{body['number']}/file")
        text = b"".join(answer.streaming_content).decode()
        assert answer["Content-Type"].startswith("text/csv")
        assert mine.number in text
        assert other.number not in text
        assert "13812345678" not in text
        assert "老人行动不便" not in text
        assert "12345热线" in text.splitlines()[0], "the watermark says whose it is"
        assert hotline.get(f"{EXPORTS}/{body['number']}").json()["downloads"] == 1
        assert [row["number"] for row in hotline.get(EXPORTS).json()["results"]] == [body["number"]]
        entry = AuditEntry.objects.get(verb="export.download")
        assert entry.details["rows"] == 1

    def test_filters_are_those_of_the_list(
        self, hotline: APIClient, cast: Cast, make_ticket: MakeTicket
    ) -> None:
        for state in ("registered", "handling"):
            make_ticket(state, source="hotline", by=cast.client, at=now() - DAY)
        body = {"format": "geojson", "filters": {"state": ["handling"], "open": True}}
        assert hotline.post(EXPORTS, body).json()["expected"] == 1
        for wrong in ({"state": ["asleep"]}, {"open": "true"}, {"limit": 3}, {"nonsense": 1}, []):
            answer = hotline.post(EXPORTS, {"format": "csv", "filters": wrong})
            assert (answer.status_code, next(iter(answer.json()["errors"]))[:7]) == (400, "filters"), wrong
        empty = hotline.post(EXPORTS, {"format": "csv", "filters": {"state": ["closed"]}})
        assert (empty.status_code, list(empty.json()["errors"])) == (422, ["filters"])

    def test_no_more_rows_than_a_system_may_have(
        self, hotline: APIClient, cast: Cast, make_ticket: MakeTicket, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for _time in range(2):
            make_ticket(source="hotline", by=cast.client, at=now() - DAY)
        monkeypatch.setattr("exports.values.rows_for", lambda _roles: 1)
        answer = hotline.post(EXPORTS, {"format": "csv"})
        assert (answer.status_code, list(answer.json()["errors"])) == (422, ["filters"])
        assert not TicketExport.objects.exists()

    def test_large_ones_are_written_by_a_worker_or_withdrawn(
        self, hotline: APIClient, cast: Cast, make_ticket: MakeTicket
    ) -> None:
        make_ticket(source="hotline", by=cast.client, at=now() - DAY)
        Policy.objects.create(key="export.direct_rows", value=0, valid_from=now() - DAY)
        catalogue.forget()
        numbers = [hotline.post(EXPORTS, {"format": "csv"}).json()["number"] for _time in range(2)]
        waiting = hotline.get(f"{EXPORTS}/{numbers[0]}/file")
        assert (waiting.status_code, waiting.json()["code"]) == (409, "not_ready")
        gone = hotline.post(f"{EXPORTS}/{numbers[1]}/withdraw")
        assert (gone.status_code, gone.json()["state"]) == (200, "withdrawn")
        ApiClient.objects.filter(code="hotline").update(is_active=False)
        assert running.run_due(at=now()) == 1
        ApiClient.objects.filter(code="hotline").update(is_active=True)
        ready = hotline.get(f"{EXPORTS}/{numbers[0]}").json()
        assert (ready["state"], ready["written"]) == ("ready", 0), "a key that has ended sees nothing"
        running.expire(at=now() + 4 * DAY)
        assert hotline.get(f"{EXPORTS}/{numbers[0]}/file").status_code == 409


class TestCallers:
    def test_others_find_nothing(
        self, hotline: APIClient, police_system: APIClient, cast: Cast, make_ticket: MakeTicket
    ) -> None:
        make_ticket(source="hotline", by=cast.client, at=now() - DAY)
        export = hotline.post(EXPORTS, {"format": "csv"}).json()["number"]
        brought = bring(hotline, [line(1)], dry_run="true").json()["number"]
        for address in (f"{EXPORTS}/{export}", f"{EXPORTS}/{export}/file", f"{IMPORTS}/{brought}/errors"):
            assert police_system.get(address).status_code == 404
        for address in (f"{EXPORTS}/{export}/withdraw", f"{IMPORTS}/{brought}/start"):
            assert police_system.post(address).status_code == 404
        assert police_system.get(IMPORTS).json() == police_system.get(EXPORTS).json() == {"results": []}
        assert TicketImport.objects.get().state == "checked"

    def test_people_have_the_pages(self, sign_in: SignIn, nobody: APIClient) -> None:
        person = sign_in("oversight")
        for address in (IMPORTS, EXPORTS):
            assert person.get(address).status_code == 403
            assert nobody.get(address).status_code == 401
        assert person.post(EXPORTS, {"format": "csv"}).status_code == 403
        assert not TicketExport.objects.exists()

    def test_rights_of_a_key(self, hotline: APIClient) -> None:
        ApiClient.objects.filter(code="hotline").update(scopes=["events"])
        for answer in (bring(hotline, [line(1)]), hotline.post(EXPORTS, {"format": "csv"})):
            assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing")

    def test_a_job_has_one_asker(self, cast: Cast) -> None:
        facts = {"asked_at": now(), "file_name": "a", "sha256": "b"}
        both = {"asked_by_id": cast.duty.user_id, "client": ApiClient.objects.get(code="hotline")}
        for number, askers in enumerate((both, {})):
            with pytest.raises(IntegrityError), transaction.atomic():
                TicketImport.objects.create(number=f"DR{number}", **facts, **askers)
