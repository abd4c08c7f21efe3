"""POST requests: a form becomes one durable ticket by the platform's own intake, or nothing and all faults at once."""

import io
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from governance.audit.models import AuditEntry
from governance.exchange.calllog import RECORDER
from governance.exchange.models import ApiClient, ExchangeCall
from governance.foundation.clock import now
from governance.foundation.errors import TooLarge
from incidents.models import Attachment, Requester, Ticket
from open311.doors import FormParser
from open311.models import OpenReport, TrialReport
from tests import city
from tests.cast import at_once, jpeg
from tests.open311.conftest import (
    FORM,
    KEY,
    LAMP,
    LITTER,
    MANHOLE,
    TRIAL,
    V2,
    Door,
    edition,
    json_of,
    number_of,
    question,
    xml_of,
)

pytestmark = pytest.mark.django_db


def faults(answer: Any) -> list[str]:
    """The words of a refusal with 400, by which nothing was stored."""
    errors = json_of(answer)
    assert {row["code"] for row in errors} == {answer.status_code}
    assert not Ticket.objects.exists()
    assert not OpenReport.objects.exists()
    assert not AuditEntry.objects.exists()
    return [row["description"] for row in errors]


class TestTaking:
    def test_a_form_becomes_a_ticket_with_everything_that_belongs_to_it(
        self, door: Door, app: ApiClient
    ) -> None:
        answer = door.post(
            address_string="书院社区东门",
            email="zhang@example.org",
            device_id="dev-1",
            account_id="acc-7",
            first_name="三丰",
            last_name="张",
            phone="13812345678",
            media_url="https://pictures.example/1.jpg",
        )
        (receipt,) = json_of(answer)
        assert set(receipt) == {"service_request_id", "service_notice", "account_id"}
        assert receipt["account_id"] == "acc-7"
        assert receipt["service_notice"].startswith("预计")
        ticket = Ticket.objects.get(number=receipt["service_request_id"])
        lon, lat = city.centre(0)
        assert (ticket.source.code, ticket.client_id) == ("app", app.pk)
        assert (ticket.category.code, ticket.content) == (LITTER, "投放点垃圾满溢，已有三天")
        assert (ticket.lat, ticket.lon, ticket.datum) == (pytest.approx(lat), pytest.approx(lon), "wgs84")
        assert (ticket.grid.code, ticket.place) == (city.GRIDS[0], "书院社区东门")
        assert ticket.sides == ["open311"]
        person = Requester.objects.get(ticket=ticket)
        assert (person.name, person.phone, person.needs_reply) == ("张三丰", "13812345678", True)
        report = OpenReport.objects.get(ticket=ticket)
        assert (report.email, report.device_id, report.account_id) == ("zhang@example.org", "dev-1", "acc-7")
        assert report.media_url == "https://pictures.example/1.jpg"
        assert report.token is None
        assert report.expected_at > report.requested_at

    def test_in_xml(self, door: Door) -> None:
        root = xml_of(door.post("/requests.xml"))
        assert root.tag == "service_requests"
        (request,) = root.findall("request")
        assert Ticket.objects.filter(number=request.findtext("service_request_id")).exists()
        assert (request.find("account_id").text, request.find("token")) == (None, None)

    def test_a_western_name(self, door: Door) -> None:
        number_of(door.post(first_name="john", last_name="smith"))
        person = Requester.objects.get()
        assert (person.name, person.needs_reply) == ("john smith", False)

    def test_without_a_person_there_is_none(self, door: Door) -> None:
        number_of(door.post())
        assert not Requester.objects.exists()

    @pytest.mark.parametrize(
        ("fields", "region"),
        [
            ({"address_string": "文津街道书院社区"}, "990100000000"),
            ({"address_id": "990101001001"}, "990101001001"),
            ({"address_id": city.GRIDS[2]}, city.GRIDS[2][:12]),
        ],
    )
    def test_a_place_without_a_position(self, door: Door, fields: dict[str, str], region: str) -> None:
        number_of(door.post(lat=None, long=None, **fields))
        assert Ticket.objects.get().region.code == region

    def test_empty_parameters_are_like_none(self, door: Door) -> None:
        number_of(
            door.post(email="", phone="", media_url="", address_string="", jurisdiction_id="", first_name="")
        )
        assert OpenReport.objects.get().email == ""

    def test_without_a_description_the_service_speaks(self, door: Door) -> None:
        number_of(door.post(description=None))
        assert (Ticket.objects.get().content, OpenReport.objects.get().description) == ("垃圾分类问题", "")

    def test_parameters_may_stand_in_the_address(self, door: Door) -> None:
        lon, lat = city.centre(1)
        query = urlencode(
            {"api_key": KEY, "service_code": LITTER, "lat": lat, "long": lon, "description": "地址里"}
        )
        number_of(door.line.post(f"{V2}/requests.json?{query}", "", content_type=FORM))
        assert Ticket.objects.get().content == "地址里"

    def test_our_own_header_is_taken_as_well(self, door: Door) -> None:
        lon, lat = city.centre(0)
        body = urlencode({"service_code": LITTER, "lat": lat, "long": lon, "description": "好"})
        number_of(door.send(body, authorization=f"Bearer {KEY}"))

    def test_four_thousand_characters(self, door: Door) -> None:
        number_of(door.post(description="长" * 4000))
        assert len(Ticket.objects.get().content) == 4000

    def test_what_it_costs(self, door: Door, steady: None) -> None:
        """Edition and key are read, the ticket with its first rows, what came with it, the mark, two savepoints."""
        door.post()
        with CaptureQueriesContext(connection) as queries:
            number_of(door.post())
        own = [row["sql"] for row in queries if "SAVEPOINT" not in str(row["sql"])]
        assert len(own) == 5, own

    def test_the_exchange_log_knows_the_call_and_no_key(self, door: Door, app: ApiClient) -> None:
        number = number_of(door.post(phone="13812345678"))
        door.post(service_code="9999")
        RECORDER.flush()
        good, bad = ExchangeCall.objects.order_by("id")
        assert (good.client_id, good.status, good.ticket, good.path) == (
            app.pk,
            200,
            number,
            "/open311/v2/requests.json",
        )
        assert (bad.status, bad.code) == (404, "not_found")
        assert KEY not in f"{good.sent}{good.answered}{good.path}{bad.sent}{bad.answered}"
        assert "13812345678" not in f"{good.sent}{good.answered}"


class TestAnswers:
    def test_answers_stand_in_the_words_in_chinese(self, door: Door) -> None:
        fields = {
            "attribute[COVER]": "SEWER",
            "attribute[STATE][]": ["BROKEN", "NOISY"],
            "attribute[GUARDED]": "NO",
        }
        answer = door.line.post(
            f"{V2}/requests.json",
            urlencode(
                {
                    "api_key": KEY,
                    "service_code": MANHOLE,
                    "address_id": city.GRIDS[0],
                    "description": "井盖响",
                }
                | fields,
                doseq=True,
            ),
            content_type=FORM,
            headers={"accept-language": "en"},
        )
        number_of(answer)
        assert Ticket.objects.get().title == "井盖响"
        lines = Ticket.objects.get().content.splitlines()
        assert lines == [
            "井盖响",
            "井盖上的字样是哪一类？ 雨水或污水",
            "现场是什么情况？ 破损、异响",
            "现场有人看守或有围挡吗？ 否",
        ]
        kept = OpenReport.objects.get().answers
        assert [row["code"] for row in kept] == ["COVER", "STATE", "GUARDED"]
        assert [value["key"] for value in kept[1]["values"]] == ["BROKEN", "NOISY"]

    def test_numbers_times_and_lines(self, door: Door) -> None:
        fields = {
            "attribute[POLE]": "A-17",
            "attribute[COUNT]": "2.5",
            "attribute[SINCE]": "2026-11-20T19:30:00+08:00",
        }
        number_of(door.post(service_code=LAMP, **fields))
        assert [row["values"][0]["key"] for row in OpenReport.objects.get().answers] == [
            "A-17",
            "2.5",
            "2026-11-20T19:30:00+08:00",
        ]

    @pytest.mark.parametrize(
        ("fields", "field"),
        [
            ({}, "attribute[COVER]"),
            ({"attribute[COVER]": "NONE"}, "attribute[COVER]"),
            ({"attribute[COVER]": ["SEWER", "POWER"]}, "attribute[COVER]"),
            ({"attribute[STATE][]": ["BROKEN", "GONE"]}, "attribute[STATE]"),
            ({"attribute[NOTE]": "told only"}, "attribute[NOTE]"),
            ({"attribute[UNKNOWN]": "1"}, "attribute[UNKNOWN]"),
        ],
    )
    def test_wrong_answers_to_lists(self, door: Door, fields: dict[str, Any], field: str) -> None:
        answer = door.post(service_code=MANHOLE, **fields)
        assert answer.status_code == 400
        assert any(text.startswith(f"{field}: ") for text in faults(answer))

    @pytest.mark.parametrize(
        ("datatype", "value"),
        [
            ("number", "many"),
            ("number", "nan"),
            ("number", "1_000"),
            ("number", "1e999"),
            ("datetime", "yesterday"),
            ("datetime", "2026-11-20"),
            ("datetime", "2026-11-20T19:30:00"),
            ("datetime", "2026-13-40T19:30:00Z"),
            ("string", "two\nlines"),
            ("string", "x" * 256),
            ("text", "x" * 4001),
        ],
    )
    def test_wrong_types(self, door: Door, datatype: str, value: str) -> None:
        edition({"code": LITTER, "questions": [question("Q", datatype)]})
        answer = door.post(**{"attribute[Q]": value})
        assert answer.status_code == 400
        assert [text.partition(": ")[0] for text in faults(answer)] == ["attribute[Q]"]

    def test_a_text_may_have_lines(self, door: Door) -> None:
        edition({"code": LITTER, "questions": [question("Q", "text")]})
        number_of(door.post(**{"attribute[Q]": "one\ntwo"}))


class TestRefusing:
    @pytest.mark.parametrize("key", ["", "wg_wrong"])
    def test_a_key_is_needed(self, door: Door, key: str) -> None:
        answer = door.post(key=key)
        assert answer.status_code == 403
        assert faults(answer)

    def test_an_ended_key(self, door: Door, app: ApiClient) -> None:
        ApiClient.objects.filter(pk=app.pk).update(expires_at=now() - timedelta(days=1))
        assert door.post().status_code == 403

    def test_a_key_that_may_not_report(self, door: Door, app: ApiClient) -> None:
        ApiClient.objects.filter(pk=app.pk).update(scopes=["read"])
        answer = door.post("/requests.xml")
        assert (answer.status_code, xml_of(answer).findtext("error/code")) == (403, "403")
        assert not Ticket.objects.exists()

    def test_a_key_used_elsewhere(self, door: Door, app: ApiClient) -> None:
        ApiClient.objects.filter(pk=app.pk).update(networks=["203.0.113.0/24"])
        assert door.post().status_code == 403

    def test_a_wrong_key_is_refused_for_reading_too(self, door: Door) -> None:
        assert door.get("/services.json", api_key="wg_wrong").status_code == 403

    def test_a_key_without_a_source(self, door: Door, app: ApiClient) -> None:
        ApiClient.objects.filter(pk=app.pk).update(sources=[])
        answer = door.post()
        assert answer.status_code == 400
        assert faults(answer)

    def test_outside_the_regions_of_the_key(self, door: Door, app: ApiClient) -> None:
        ApiClient.objects.filter(pk=app.pk).update(regions=["990102001000"])
        answer = door.post()
        assert answer.status_code == 400
        assert faults(answer)[0].startswith("lat, long: ")

    @pytest.mark.parametrize("code", ["9999", "0505", "01", "0401"])
    def test_what_is_not_open_is_not_found(self, door: Door, code: str) -> None:
        answer = door.post(service_code=code)
        assert answer.status_code == 404
        assert faults(answer) == ["没有这个service_code"]

    @pytest.mark.parametrize(
        ("fields", "field"),
        [
            ({"service_code": None}, "service_code"),
            ({"lat": None}, "lat"),
            ({"long": None}, "long"),
            ({"lat": None, "long": None}, "lat, long"),
            ({"lat": "31,1"}, "lat"),
            ({"lat": "nan"}, "lat"),
            ({"long": "1e3"}, "long"),
            ({"lat": "99.5"}, "lat, long"),
            ({"lat": "118.5", "long": "31.1"}, "lat, long"),
            ({"lat": "-33.9", "long": "151.2"}, "lat, long"),
            ({"address_id": "12"}, "address_id"),
            ({"lat": None, "long": None, "address_id": "110000000000"}, "address_id"),
            ({"email": "nobody"}, "email"),
            ({"phone": "call me"}, "phone"),
            ({"media_url": "javascript:alert(1)"}, "media_url"),
            ({"media_url": "file:///etc/passwd"}, "media_url"),
            ({"description": "x" * 4001}, "description"),
            ({"description": "a\x00b"}, "description"),
            ({"account_id": "x" * 201}, "account_id"),
        ],
    )
    def test_every_fault_has_its_field(self, door: Door, fields: dict[str, Any], field: str) -> None:
        answer = door.post(**fields)
        assert answer.status_code == 400
        assert [text.partition(": ")[0] for text in faults(answer)] == [field]

    def test_all_faults_at_once(self, door: Door) -> None:
        answer = door.post(service_code=MANHOLE, lat="x", email="x")
        assert {text.partition(": ")[0] for text in faults(answer)} == {
            "lat",
            "email",
            "attribute[COVER]",
            "attribute[STATE]",
        }

    @pytest.mark.parametrize(
        ("body", "headers"),
        [
            (b"api_key=%FF&service_code=0106", {}),
            (b"\xff\xfe", {}),
            (b"&".join(b"a=%d" % number for number in range(501)), {}),
        ],
    )
    def test_a_form_that_cannot_be_read(self, door: Door, body: bytes, headers: dict[str, str]) -> None:
        answer = door.send(body)
        assert answer.status_code == 400
        assert faults(answer)

    @pytest.mark.parametrize("kind", ["application/json", "text/xml", "text/plain"])
    def test_what_is_no_form(self, door: Door, kind: str) -> None:
        bomb = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbbb">]><a>&b;</a>'
        answer = door.line.post(f"{V2}/requests.json", bomb, content_type=kind)
        assert answer.status_code == 400
        assert faults(answer)

    @pytest.mark.parametrize("path", ["/requests.xml", "/requests.json"])
    def test_a_form_that_is_too_large(self, door: Door, path: str) -> None:
        answer = door.send(b"description=" + b"x" * settings.API_JSON_MAX_BYTES, path)
        assert answer.status_code == 413
        code = (
            xml_of(answer).findtext("error/code") if path.endswith("xml") else str(json_of(answer)[0]["code"])
        )
        assert code == "413"

    def test_the_parser_keeps_the_limit_by_itself(self, settings: Any) -> None:
        settings.API_JSON_MAX_BYTES = 10
        assert FormParser().parse(io.BytesIO(b"a=12345678"))["a"] == "12345678"
        with pytest.raises(TooLarge):
            FormParser().parse(io.BytesIO(b"a=123456789"))

    def test_an_unexpected_fault_tells_nothing(self, door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
        def breaks(*_args: Any, **_options: Any) -> None:
            raise RuntimeError("secret inside")

        monkeypatch.setattr("open311.taking.read", breaks)
        door.line.raise_request_exception = False
        answer = door.post("/requests.xml")
        assert answer.status_code == 500
        assert "secret" not in xml_of(answer).findtext("error/description")


class TestMedia:
    def form(self, **more: Any) -> dict[str, Any]:
        return {
            "api_key": KEY,
            "service_code": LITTER,
            "address_id": city.GRIDS[0],
            "description": "见图",
        } | more

    def test_a_picture_comes_with_the_request(self, door: Door) -> None:
        file = SimpleUploadedFile("现场.jpg", jpeg())
        number = number_of(door.line.post(f"{V2}/requests.json", self.form(media=file)))
        row = Attachment.objects.get()
        assert (row.ticket.number, row.phase, row.media_type) == (number, "before", "image/jpeg")
        (own,) = json_of(door.get(f"/requests/{number}.json", api_key=KEY))
        assert own["media_url"] == f"http://testserver/api/v1/attachments/{row.pk}"
        given = door.line.get(f"/api/v1/attachments/{row.pk}", headers={"authorization": f"Bearer {KEY}"})
        assert (given.status_code, b"".join(given.streaming_content)[:3]) == (200, jpeg()[:3])
        (everybody,) = json_of(door.get(f"/requests/{number}.json"))
        assert everybody["media_url"] is None

    def test_a_form_of_parts_without_a_picture(self, door: Door) -> None:
        number_of(door.line.post(f"{V2}/requests.json", self.form()))

    @pytest.mark.parametrize(
        ("files", "field"),
        [
            ({"photo": SimpleUploadedFile("a.jpg", jpeg())}, "photo"),
            ({"media": [SimpleUploadedFile("a.jpg", jpeg()), SimpleUploadedFile("b.jpg", jpeg(1))]}, "media"),
            ({"media": SimpleUploadedFile("a.svg", b"<svg onload='x'/>")}, ""),
            ({"media": SimpleUploadedFile("a.jpg", b"")}, "media"),
        ],
    )
    def test_wrong_files(self, door: Door, files: dict[str, Any], field: str) -> None:
        answer = door.line.post(f"{V2}/requests.json", self.form(**files))
        assert answer.status_code == 400
        assert faults(answer)[0].startswith(field)
        assert not Attachment.objects.exists()

    def test_too_large_a_file(self, door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(settings, "API_UPLOAD_MAX_BYTES", 1000)
        file = SimpleUploadedFile("a.jpg", b"x" * 100_000)
        answer = door.line.post(f"{V2}/requests.json", self.form(media=file))
        assert (answer.status_code, json_of(answer)[0]["code"]) == (413, 413)


class TestTypes:
    def test_a_batch_gives_a_token_that_tells_the_number(self, door: Door) -> None:
        edition({"code": LITTER, "type": "batch"})
        (receipt,) = json_of(door.post())
        assert set(receipt) == {"token", "service_notice", "account_id"}
        number = Ticket.objects.get().number
        assert json_of(door.get(f"/tokens/{receipt['token']}.json")) == [
            {"service_request_id": number, "token": receipt["token"]}
        ]
        root = xml_of(door.get(f"/tokens/{receipt['token']}.xml"))
        assert root.findtext("request/service_request_id") == number

    def test_a_black_box_tells_nothing_and_shows_nothing(self, door: Door) -> None:
        edition({"code": LITTER, "type": "blackbox"})
        (receipt,) = json_of(door.post())
        assert set(receipt) == {"service_notice", "account_id"}
        number = Ticket.objects.get().number
        assert door.get(f"/requests/{number}.json").status_code == 404
        assert json_of(door.get("/requests.json")) == []

    def test_a_notice_of_its_own(self, door: Door) -> None:
        edition({"code": LITTER, "notice": {"zh": "当天处理", "en": "The same day"}})
        assert json_of(door.post())[0]["service_notice"] == "当天处理"


class TestAgain:
    def test_the_same_key_gives_the_same_answer_once(self, door: Door) -> None:
        lon, lat = city.centre(0)
        body = urlencode(
            {"api_key": KEY, "service_code": LITTER, "lat": lat, "long": lon, "description": "一次"}
        )
        first, second = (door.send(body, "/requests.xml", idempotency_key="abc-1") for _time in range(2))
        assert (first.status_code, second.status_code) == (200, 200)
        assert first.content == second.content
        assert second["Idempotency-Replayed"] == "true"
        assert Ticket.objects.count() == 1
        other = door.send(body.replace("%E4", "%E5"), "/requests.xml", idempotency_key="abc-1")
        assert (other.status_code, xml_of(other).findtext("error/code")) == (400, "400")
        assert Ticket.objects.count() == 1

    @pytest.mark.django_db(transaction=True)
    def test_ten_at_once_make_one(self, door: Door) -> None:
        lon, lat = city.centre(0)
        body = urlencode(
            {"api_key": KEY, "service_code": LITTER, "lat": lat, "long": lon, "description": "同时"}
        )
        answers = at_once([lambda: door.send(body, idempotency_key="at-once")] * 5)
        assert {answer.status_code for answer in answers} <= {200, 400}
        assert any(answer.status_code == 200 for answer in answers)
        assert Ticket.objects.count() == OpenReport.objects.count() == 1


class TestTrial:
    def test_a_trial_is_judged_like_a_real_one_and_acted_upon_by_nobody(self, door: Door) -> None:
        answer = door.post(
            prefix=TRIAL,
            phone="13812345678",
            first_name="三丰",
            last_name="张",
            address_string="东门3号楼2单元",
        )
        (receipt,) = json_of(answer)
        number = receipt["service_request_id"]
        assert number.startswith("T")
        assert not Ticket.objects.exists()
        assert not OpenReport.objects.exists()
        assert not AuditEntry.objects.exists()
        (found,) = json_of(door.line.get(f"{TRIAL}/requests/{number}.json"))
        assert (found["service_request_id"], found["status"], found["service_code"]) == (
            number,
            "open",
            LITTER,
        )
        assert (found["description"], found["address"]) == ("投放点垃圾满溢，已有三天", "东门3号楼*单元")
        lon, lat = city.centre(0)
        assert (found["lat"], found["long"]) == (pytest.approx(lat), pytest.approx(lon))
        kept = TrialReport.objects.get()
        assert "13812345678" not in str(kept.shown)
        assert "三丰" not in str(kept.shown)
        assert door.get(f"/requests/{number}.json").status_code == 404

    def test_lists_and_tokens_of_trials(self, door: Door) -> None:
        edition({"code": LITTER, "type": "batch"}, {"code": LAMP})
        token = json_of(door.post(prefix=TRIAL))[0]["token"]
        number = number_of(door.post(prefix=TRIAL, service_code=LAMP))
        listed = f"{TRIAL}/requests.json"
        assert [row["service_code"] for row in json_of(door.line.get(listed))] == [LAMP, LITTER]
        assert len(json_of(door.line.get(listed, {"page": 2, "page_size": 1}))) == 1
        for params, count in (
            ({"service_code": LAMP}, 1),
            ({"status": "closed"}, 0),
            ({"service_request_id": number}, 1),
            ({"updated_after": "2200-01-01"}, 2),
            ({"updated_before": "2020-01-01"}, 0),
        ):
            answer = door.line.get(listed, params)
            assert answer.status_code == (400 if "2200-01-01" in params.values() else 200)
            if answer.status_code == 200:
                assert len(json_of(answer)) == count, params
        found = json_of(door.line.get(f"{TRIAL}/tokens/{token}.json"))
        assert found[0]["service_request_id"].startswith("T")
        assert door.line.get(f"{TRIAL}/tokens/none.json").status_code == 404
        assert door.line.get(f"{TRIAL}/requests/none.json").status_code == 404

    def test_old_trials_are_forgotten(self, door: Door) -> None:
        first = number_of(door.post(prefix=TRIAL))
        TrialReport.objects.update(requested_at=now() - timedelta(days=8))
        number_of(door.post(prefix=TRIAL))
        assert not TrialReport.objects.filter(number=first).exists()
        assert TrialReport.objects.count() == 1

    def test_pictures_are_looked_at_and_not_kept(self, door: Door) -> None:
        form = {"api_key": KEY, "service_code": LITTER, "address_id": city.GRIDS[0]}
        good = {"media": SimpleUploadedFile("a.jpg", jpeg())}
        number_of(door.line.post(f"{TRIAL}/requests.json", form | good))
        bad = {"media": SimpleUploadedFile("a.jpg", b"no picture")}
        assert door.line.post(f"{TRIAL}/requests.json", form | bad).status_code == 400
        assert not Attachment.objects.exists()
        assert TrialReport.objects.count() == 1

    def test_a_trial_needs_a_key_and_its_faults_are_told(self, door: Door) -> None:
        assert door.post(prefix=TRIAL, key="").status_code == 403
        assert door.post(prefix=TRIAL, lat="99").status_code == 400
        assert not TrialReport.objects.exists()
