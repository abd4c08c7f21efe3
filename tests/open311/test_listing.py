"""GET requests: what is asked for, in which order, how far back; and what everybody may read of it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from governance.exchange.models import ApiClient
from governance.foundation.calendars import due, load_calendar
from governance.foundation.clock import now
from governance.foundation.errors import Invalid
from incidents import transitions
from incidents.catalogue import current as catalogue
from incidents.deadlines import accept_limit, handle_limit
from incidents.models import Ticket
from open311 import asking, queries
from open311.models import OpenReport
from tests import city
from tests.cast import DAY, HOUR, MINUTE, Cast
from tests.open311.conftest import (
    KEY,
    LAMP,
    LITTER,
    MANHOLE,
    POTHOLE,
    Door,
    edition,
    json_of,
    number_of,
    xml_of,
)

pytestmark = pytest.mark.django_db
OLD = datetime(2026, 1, 1, tzinfo=UTC)


def numbers(door: Door, **params: Any) -> list[str]:
    """The numbers that the list answers, in its order."""
    answer = door.get("/requests.json", **params)
    assert answer.status_code == 200, answer.content.decode()
    return [row["service_request_id"] for row in json_of(answer)]


def one(door: Door, number: str, **params: Any) -> dict[str, Any]:
    (row,) = json_of(door.get(f"/requests/{number}.json", **params))
    return dict(row)


def move_back(number: str, by: timedelta) -> None:
    """The request came in earlier."""
    OpenReport.objects.filter(ticket__number=number).update(requested_at=now() - by)


def accept(cast: Cast, number: str) -> Ticket:
    ticket = Ticket.objects.get(number=number)
    return transitions.accept(ticket.pk, by=cast.dispatcher, at=now())


class TestOne:
    def test_all_fields_of_a_new_request(self, door: Door) -> None:
        number = number_of(door.post(address_string="东门"))
        row = one(door, number)
        lon, lat = city.centre(0)
        report = OpenReport.objects.get()
        assert row == {
            "service_request_id": number,
            "status": "open",
            "status_notes": "已收到 · 您反映的事项已登记，工作人员将尽快受理。",
            "service_name": "垃圾分类问题",
            "service_code": LITTER,
            "description": None,
            "agency_responsible": "云泽市网格化联动中心",
            "service_notice": row["service_notice"],
            "requested_datetime": row["requested_datetime"],
            "updated_datetime": row["requested_datetime"],
            "expected_datetime": row["expected_datetime"],
            "address": "第1网格, 书院社区, 文津街道, 东湖区, 云泽市",
            "address_id": city.GRIDS[0],
            "zipcode": None,
            "lat": pytest.approx(lat),
            "long": pytest.approx(lon),
            "media_url": None,
        }
        for name, stored in (("requested", report.requested_at), ("expected", report.expected_at)):
            told = datetime.fromisoformat(row[f"{name}_datetime"])
            assert told.utcoffset() == timedelta(hours=8)
            assert told == stored.replace(microsecond=0)

    def test_both_forms_say_the_same(self, door: Door) -> None:
        number = number_of(door.post())
        row = one(door, number)
        root = xml_of(door.get(f"/requests/{number}.xml"))
        (request,) = root.findall("request")
        assert [part.tag for part in request] == list(row)
        assert {part.tag: part.text for part in request} == {
            name: None if value is None else str(value) for name, value in row.items()
        }

    def test_until_there_is_a_due_time_the_limits_are_added_up(self, door: Door) -> None:
        number = number_of(door.post())
        ticket = Ticket.objects.select_related("category").get(number=number)
        calendar = load_calendar("office")
        at = OpenReport.objects.get().requested_at
        for limit in (
            accept_limit(ticket.category, "normal"),
            catalogue().stage_limit("dispatch", "normal"),
            handle_limit(ticket.category, "normal"),
        ):
            at = due(calendar, limit, at)
        assert datetime.fromisoformat(one(door, number)["expected_datetime"]) == at.replace(microsecond=0)

    def test_then_the_ticket_s_own_due_time_counts(self, door: Door, cast: Cast) -> None:
        number = number_of(door.post())
        ticket = accept(cast, number)
        data = {"to": cast.unit("CG").pk, "override_reason": "试点"}
        transitions.perform("dispatch", ticket.pk, by=cast.dispatcher, at=now(), data=data)
        due_at = Ticket.objects.get(pk=ticket.pk).due_at
        assert due_at is not None
        row = one(door, number)
        assert datetime.fromisoformat(row["expected_datetime"]) == due_at.replace(microsecond=0)
        assert row["status_notes"].startswith("已受理")

    def test_a_closed_one_was_updated_when_it_was_closed(self, door: Door, cast: Cast) -> None:
        number = number_of(door.post(service_code=POTHOLE, **{"attribute[WHERE]": "LANE"}))
        OpenReport.objects.update(requested_at=now() - DAY)
        edition({"code": POTHOLE})
        ticket = accept(cast, number)
        data = {"to": cast.unit("CG").pk, "override_reason": "试点"}
        transitions.perform("dispatch", ticket.pk, by=cast.dispatcher, at=now(), data=data)
        Ticket.objects.filter(pk=ticket.pk).update(state="closed", closed_at=now() - HOUR)
        row = one(door, number)
        closed_at = Ticket.objects.get(pk=ticket.pk).closed_at
        assert closed_at is not None
        assert (row["status"], row["service_notice"], row["agency_responsible"]) == (
            "closed",
            None,
            "城市管理局",
        )
        assert datetime.fromisoformat(row["updated_datetime"]) == closed_at.replace(microsecond=0)

    def test_a_refused_one_is_closed_and_says_so(self, door: Door, cast: Cast) -> None:
        number = number_of(door.post(description="不该公开的话"))
        ticket = Ticket.objects.get()
        transitions.reject(
            ticket.pk, by=cast.dispatcher, at=now(), reason_code="unlawful", opinion="内容不当"
        )
        row = one(door, number)
        assert (row["status"], row["status_notes"], row["description"]) == ("closed", "不予受理", None)

    def test_a_merged_one_is_as_far_as_the_other(self, door: Door, cast: Cast, make_ticket: Any) -> None:
        number = number_of(door.post())
        main = make_ticket(category=LITTER, at=now() - HOUR)
        transitions.merge(
            Ticket.objects.get(number=number).pk, by=cast.dispatcher, at=now(), target=main.number
        )
        assert one(door, number)["status"] == "open"
        assert numbers(door, status="open") == [number]
        Ticket.objects.filter(pk=main.pk).update(state="closed", closed_at=now())
        row = one(door, number)
        assert row["status"] == "closed"
        closed_at = Ticket.objects.get(pk=main.pk).closed_at
        assert datetime.fromisoformat(row["updated_datetime"]) == closed_at.replace(microsecond=0)
        assert (numbers(door, status="open"), numbers(door, status="closed")) == ([], [number])

    def test_extensions(self, door: Door, cast: Cast) -> None:
        answers = {"attribute[COVER]": "SEWER", "attribute[STATE][]": ["BROKEN", "LOOSE"]}
        number = number_of(door.post(service_code=MANHOLE, **answers))
        accept(cast, number)
        assert "notes" not in one(door, number)
        row = one(door, number, extensions="true")
        assert [(item["code"], item["name"], item["value"]) for item in row["attributes"]] == [
            ("COVER", "SEWER", "雨水或污水"),
            ("STATE", "BROKEN", "破损"),
            ("STATE", "LOOSE", "松动"),
        ]
        assert [note["type"] for note in row["notes"]] == ["register", "accept"]
        assert [note["description"] for note in row["notes"]] == ["已登记", "已受理"]
        extended = row["extended_attributes"]
        assert (extended["stage"], extended["closed_datetime"], extended["is_overdue"]) == (
            "accepted",
            None,
            False,
        )
        root = xml_of(door.get(f"/requests/{number}.xml", extensions="true"))
        assert [item.text for item in root.findall("request/notes/note/type")] == ["register", "accept"]
        assert root.findtext("request/extended_attributes/is_overdue") == "false"

    def test_words_of_a_reporter_in_an_answer_stay_with_the_reporter(self, door: Door) -> None:
        number = number_of(
            door.post(service_code=LAMP, **{"attribute[POLE]": "张三家门口", "attribute[COUNT]": "2"})
        )
        shown = one(door, number, extensions="1")["attributes"]
        assert [item["code"] for item in shown] == ["COUNT"]
        own = one(door, number, extensions="1", api_key=KEY)["attributes"]
        assert [item["code"] for item in own] == ["POLE", "COUNT"]


class TestPublic:
    """The rule of `publishing`: facts at once, words after acceptance, persons never."""

    SAID = "我是张三丰，电话138-1234-5678，邮箱z@x.cn，车牌粤B12345挡路，身份证110101199003077758"

    def test_words_wait_for_acceptance_and_lose_persons(self, door: Door, cast: Cast) -> None:
        sent = {
            "description": self.SAID,
            "first_name": "三丰",
            "last_name": "张",
            "address_string": "书院路12号3栋502室",
        }
        number = number_of(door.post(**sent))
        assert one(door, number)["description"] is None
        accept(cast, number)
        row = one(door, number)
        assert row["description"] == "我是***，电话***，邮箱***，车牌***挡路，身份证***"
        assert row["address"] == "书院路12号*栋*室"
        own = one(door, number, api_key=KEY)
        assert (own["description"], own["address"]) == (self.SAID, "书院路12号3栋502室")

    def test_the_sender_reads_its_own_at_once_others_do_not(self, door: Door, app: ApiClient) -> None:
        number = number_of(door.post(media_url="https://pictures.example/1.jpg"))
        own = one(door, number, api_key=KEY)
        assert (own["description"], own["media_url"]) == (
            "投放点垃圾满溢，已有三天",
            "https://pictures.example/1.jpg",
        )
        for other in ({}, {"api_key": city.API_KEY}):
            row = one(door, number, **other)
            assert (row["description"], row["media_url"]) == (None, None)
        ApiClient.objects.filter(pk=app.pk).update(scopes=["report"])
        assert one(door, number, api_key=KEY)["description"] is None

    @pytest.mark.parametrize("mark", ["is_sensitive", "is_key_report", "is_confidential"])
    def test_what_is_kept_back_is_not_there(self, door: Door, mark: str) -> None:
        number = number_of(door.post())
        Ticket.objects.update(**{mark: True})
        assert door.get(f"/requests/{number}.json").status_code == 404
        assert (numbers(door), numbers(door, service_request_id=number)) == ([], [])
        assert numbers(door, api_key=KEY) == [number]

    def test_what_was_found_to_be_another_matter_is_no_longer_shown(self, door: Door, cast: Cast) -> None:
        number = number_of(door.post())
        ticket = accept(cast, number)
        data = {"category": "0501", "opinion": "属治安线索"}
        transitions.perform("reclassify", ticket.pk, by=cast.dispatcher, at=now(), data=data)
        assert door.get(f"/requests/{number}.json").status_code == 404
        assert one(door, number, api_key=KEY)["service_code"] == "0501"

    def test_a_service_that_is_closed_takes_its_requests_along(self, door: Door) -> None:
        number_of(door.post())
        edition({"code": LAMP})
        assert numbers(door) == []

    def test_a_voided_one_is_shown_to_nobody(self, door: Door, cast: Cast) -> None:
        number = number_of(door.post())
        ticket = Ticket.objects.get()
        transitions.void(ticket.pk, by=cast.oversight, at=now(), opinion="误报")
        assert door.get(f"/requests/{number}.json", api_key=KEY).status_code == 404

    def test_tickets_of_other_doors_are_not_shown(self, door: Door, make_ticket: Any) -> None:
        ticket = make_ticket(category=LITTER, at=now())
        assert door.get(f"/requests/{ticket.number}.json").status_code == 404
        assert numbers(door) == []


class TestList:
    def test_the_newest_first_in_pages(self, door: Door) -> None:
        made = [number_of(door.post()) for _time in range(3)]
        for hours, number in enumerate(reversed(made), 1):
            move_back(number, hours * HOUR)
        assert numbers(door) == made[::-1]
        assert [numbers(door, page=page, page_size=2) for page in (1, 2, 3)] == [made[:0:-1], made[:1], []]
        assert numbers(door, page="", page_size="", status="", service_code="", start_date="") == made[::-1]

    def test_numbers_override_everything(self, door: Door) -> None:
        first, second = (number_of(door.post()) for _time in range(2))
        move_back(first, 200 * DAY)
        asked = {
            "service_request_id": f"{first}, {second},none",
            "status": "closed",
            "service_code": LAMP,
            "page": 9,
        }
        assert numbers(door, **asked) == [second, first]

    def test_by_service_and_status(self, door: Door, cast: Cast) -> None:
        litter, lamp = number_of(door.post()), number_of(door.post(service_code=LAMP))
        assert numbers(door, service_code=LAMP) == [lamp]
        assert numbers(door, service_code=f"{LAMP},{LITTER}") == [lamp, litter]
        assert numbers(door, service_code=[LAMP, LITTER]) == [lamp, litter]
        assert numbers(door, service_code="9999") == []
        transitions.reject(
            Ticket.objects.get(number=lamp).pk,
            by=cast.dispatcher,
            at=now(),
            reason_code="beyond_duty",
            opinion="否",
        )
        assert (numbers(door, status="open"), numbers(door, status="closed")) == ([litter], [lamp])
        assert numbers(door, status="open,closed") == [lamp, litter]

    def test_the_last_ninety_days_unless_something_else_is_asked(self, door: Door) -> None:
        new, old = number_of(door.post()), number_of(door.post())
        move_back(old, 100 * DAY)
        assert numbers(door) == [new]
        around = {"start_date": (now() - 120 * DAY).isoformat(), "end_date": (now() - 60 * DAY).isoformat()}
        assert numbers(door, **around) == [old]
        assert numbers(door, end_date=(now() - 50 * DAY).isoformat()) == [old]
        assert numbers(door, start_date=(now() - 101 * DAY).isoformat()) == [old]
        assert numbers(door, start_date=(now() - DAY).date().isoformat()) == [new]

    def test_by_the_last_change(self, door: Door, cast: Cast) -> None:
        still, moved = number_of(door.post()), number_of(door.post())
        for number in (still, moved):
            move_back(number, 10 * DAY)
        ticket = Ticket.objects.get(number=moved)
        at = now() + HOUR
        transitions.accept(ticket.pk, by=cast.dispatcher, at=at)
        after = (at - MINUTE).isoformat()
        assert numbers(door, updated_after=after) == [moved]
        assert numbers(door, updated_before=after) == [still]

    @pytest.mark.parametrize(
        ("params", "field"),
        [
            ({"start_date": "yesterday"}, "start_date"),
            ({"end_date": "2026-13-01T00:00:00Z"}, "end_date"),
            ({"start_date": "1500-01-01"}, "start_date"),
            ({"start_date": "2026-03-01", "end_date": "2026-02-01"}, "end_date"),
            ({"start_date": "2026-01-01", "end_date": "2026-06-01"}, "end_date"),
            ({"status": "pending"}, "status"),
            ({"page": "0"}, "page"),
            ({"page": "x"}, "page"),
            ({"page_size": "1001"}, "page_size"),
            ({"page": "200000", "page_size": "1"}, "page"),
            ({"updated_after": "soon"}, "updated_after"),
        ],
    )
    def test_what_makes_no_sense_is_400(self, door: Door, params: dict[str, str], field: str) -> None:
        answer = door.get("/requests.json", **params)
        assert answer.status_code == 400
        assert [row["description"].partition(": ")[0] for row in json_of(answer)] == [field]
        assert xml_of(door.get("/requests.xml", **params)).findtext("error/code") == "400"

    def test_an_empty_list_is_a_list(self, door: Door) -> None:
        assert json_of(door.get("/requests.json")) == []
        assert list(xml_of(door.get("/requests.xml"))) == []

    @pytest.mark.parametrize("rows", [1, 3])
    def test_the_number_of_statements_does_not_depend_on_the_rows(
        self, door: Door, steady: None, rows: int
    ) -> None:
        """The edition and the rows; with a key the key and the pictures; with extensions the steps."""
        for _time in range(rows):
            number_of(door.post())
        for params, expected in (
            ({}, 2),
            ({"extensions": "true"}, 3),
            ({"extensions": "true", "api_key": KEY}, 5),
        ):
            with CaptureQueriesContext(connection) as statements:
                assert len(numbers(door, **params)) == rows
            assert len(statements) == expected, [row["sql"] for row in statements]

    def test_the_index_of_the_time_answers_a_page(self, door: Door) -> None:
        number_of(door.post())
        rows = OpenReport.objects.shown_to(None, [LITTER])
        page = queries.listed(rows, since=now() - 90 * DAY, until=now())[:1000]
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_sort = off")
        assert "open_report_newest" in page.explain()


class TestMoments:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("2026-01-01T00:00:00Z", datetime(2026, 1, 1, tzinfo=UTC)),
            ("2026-01-01T08:00:00+08:00", datetime(2026, 1, 1, tzinfo=UTC)),
            ("2026-01-01T08:00:00 08:00", datetime(2026, 1, 1, tzinfo=UTC)),
            ("2026-01-01T08:00:00", datetime(2026, 1, 1, tzinfo=UTC)),
            ("2026-01-01T08:00Z", datetime(2026, 1, 1, 8, tzinfo=UTC)),
            ("2026-01-01", datetime(2025, 12, 31, 16, tzinfo=UTC)),
            ("2026-01-32", None),
            ("2026-01-01T25:00:00Z", None),
            ("", None),
            ("9999-12-31T23:59:59-12:00", None),
        ],
    )
    def test_w3c_times(self, text: str, expected: datetime | None) -> None:
        assert asking.moment_of(text) == expected

    def test_a_day_as_an_end_is_the_whole_day(self) -> None:
        assert asking.moment_of("2026-01-01", ends=True) == datetime(
            2026, 1, 1, 15, 59, 59, 999999, tzinfo=UTC
        )

    def test_too_many_numbers(self) -> None:
        params = QueryDict(mutable=True)
        params["service_request_id"] = ",".join(str(number) for number in range(1001))
        with pytest.raises(Invalid):
            asking.read(params, OLD)
