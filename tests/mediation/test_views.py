"""The pages of mediation: registering, the dialogs, the desks, a ticket's panel, who opens what."""

from collections.abc import Callable
from datetime import time
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
from incidents.places import Spot
from mediation import intake
from mediation.models import (
    GovernanceCentre,
    MediationBody,
    MediationCase,
    Obligation,
    Party,
    ScreeningCampaign,
    StationedUnit,
)
from mediation.states import CASE_TABLE
from tests.cast import DAY, HOUR, Cast, MakeTicket, jpeg
from tests.mediation.props import GUIDED, SINCE, Way, bodies, draft, named, signed

pytestmark = pytest.mark.django_db
Enter = Callable[[str], Client]
HX = {"HX-Request": "true"}


def url(name: str, *args: Any) -> str:
    return reverse(f"mediation:{name}", args=args)


def text(answer: Any) -> str:
    return answer.content.decode()  # type: ignore[no-any-return]


def typed(**changes: Any) -> dict[str, Any]:
    return {
        "category": "0401",
        "facts": "楼上渗水，双方协商不成",
        "people": "2",
        "level": "community",
        "region_code": "990101001001",
        "place": "东苑小区3号楼",
        "side1": "applicant",
        "kind1": "person",
        "name1": "张三丰",
        "phone1": "13812345678",
        "side2": "respondent",
        "kind2": "person",
        "name2": "李四光",
    } | changes


def test_registered_by_hand_and_revealed_with_a_reason(cast: Cast, enter: Enter) -> None:
    clerk = enter("community")
    assert clerk.get(url("new")).status_code == 200
    for changes in (
        {"facts": ""},
        {"region_code": "1"},
        {"category": "0101"},
        {"name2": ""},
        {"side2": "applicant"},
    ):
        assert clerk.post(url("new"), typed(**changes)).status_code == 422, changes
    assert not MediationCase.objects.exists()
    made = clerk.post(url("new") + "?origin=screening", typed())
    row = MediationCase.objects.get()
    assert (made["Location"], row.origin) == (url("case", row.number), "screening")
    page = text(clerk.get(url("case", row.number)))
    assert "138****5678" in page
    assert "13812345678" not in page
    assert "张三丰" not in page
    party = Party.objects.get(case=row, number=1)
    masked = url("reveal", row.number, party.pk, "phone")
    refused = clerk.post(masked, {"reason": "看"})
    assert (refused.status_code, "138****5678" in text(refused)) == (422, True)
    assert "13812345678" in text(clerk.post(masked, {"reason": "通知参加调解"}))
    entry = AuditEntry.objects.latest("pk")
    assert (entry.verb, entry.details["field"]) == ("mediation.reveal", "phone")
    assert (
        clerk.post(url("reveal", row.number, party.pk, "facts"), {"reason": "通知参加调解"}).status_code
        == 404
    )
    assert enter("duty").post(masked, {"reason": "通知参加调解"}).status_code == 403


def test_free_words_name_nobody_to_whoever_does_not_mediate(cast: Cast, enter: Enter) -> None:
    way = Way(cast, facts="张三丰（13812345678）称李四光家渗水").to("accepted")
    way.session(minutes="李四光承认漏水，张三丰要求赔偿")
    way.do("fail", reason_code="absent", opinion="李四光拒不到场", **GUIDED)
    assert way.row.title.startswith("张**（138****5678）称李**家"), "lists show it to many"
    page = url("case", way.row.number)
    named, veiled = text(enter("mediator").get(page)), text(enter("town").get(page))
    for words in ("张三丰（13812345678）称李四光家渗水", "李四光承认漏水，张三丰要求赔偿", "李四光拒不到场"):
        assert words in named, words
    for words in ("张**（138****5678）称李**家渗水", "李**承认漏水，张**要求赔偿", "李**拒不到场"):
        assert words in veiled, words
    assert not any(words in veiled for words in ("张三丰", "李四光", "13812345678")), (
        "not in the title either"
    )


def test_a_ticket_becomes_a_case_on_its_page(cast: Cast, enter: Enter, make_ticket: MakeTicket) -> None:
    ticket = make_ticket("registered", at=now())
    address, clerk = url("from-ticket", ticket.number), enter("community")
    assert address in text(clerk.get(reverse("incidents:ticket", args=[ticket.number])))
    assert "张三丰" in text(clerk.get(address, headers=HX))
    assert enter("far_town").get(address).status_code == 404
    assert enter("leader").get(address).status_code == 403
    given = typed()
    assert clerk.post(address, given | {"name2": ""}, headers=HX).status_code == 422
    done = clerk.post(address, given, headers=HX)
    row = MediationCase.objects.get()
    assert done["HX-Redirect"] == url("case", row.number)
    assert (row.ticket_id, row.region_path) == (ticket.pk, ticket.region_path)
    assert clerk.post(address, given, headers=HX).status_code == 409
    shown = text(clerk.get(reverse("incidents:ticket", args=[ticket.number])))
    assert row.number in shown
    assert address not in shown
    assert Ticket.objects.get(pk=ticket.pk).sides == ["mediation"]
    told = text(enter("dispatcher").get(reverse("incidents:ticket", args=[ticket.number])))
    assert row.number in told
    held = reverse("phone:ticket", args=[ticket.number])
    assert row.number in text(enter("community").get(held))
    MediationCase.objects.filter(pk=row.pk).update(is_sensitive=True)
    other = text(enter("grid_leader").get(reverse("incidents:ticket", args=[ticket.number])))
    assert row.number not in other
    assert "案件内容由承办调解员和责任条线查看" in other, "how far it is, and nothing else"
    MediationCase.objects.filter(pk=row.pk).update(state="not_mediable", body=bodies(cast)["town"])
    assert address in text(clerk.get(reverse("incidents:ticket", args=[ticket.number]))), "a new quarrel"


def test_who_has_the_ticket_in_hand_refers_its_dispute(
    cast: Cast, enter: Enter, make_ticket: MakeTicket
) -> None:
    """Beside the verbs where it was filed as a dispute, in the menu otherwise; on a phone as well."""
    for code, stands_out in (("0401", True), ("0101", False)):
        ticket = make_ticket("handling", at=now(), category=code)
        address = url("from-ticket", ticket.number)
        beside = f'<a class="btn" href="{address}"'
        for person in ("handler", "community", "town", "dispatcher", "grid_leader"):
            page = text(enter(person).get(reverse("incidents:ticket", args=[ticket.number])))
            assert address in page, (code, person)
            assert (beside in page) is (stands_out or 'menu-item" href="' + address not in page), (
                code,
                person,
            )
        assert address in text(enter("grid_leader").get(reverse("phone:ticket", args=[ticket.number])))
        pane = text(
            enter("dispatcher").get(reverse("incidents:desk-ticket", args=[ticket.number]), headers=HX)
        )
        assert (address in pane) is stands_out, "the dispatcher's desk has it as well"


def test_every_verb_has_its_dialog(cast: Cast, enter: Enter) -> None:
    """Each dialog opens for whoever may, and a case goes its way by what is typed there."""
    way = Way(cast, at=now() - 9 * DAY)
    row, town, mediator = way.row, enter("town"), enter("mediator")
    assert mediator.get(url("case", row.number)).status_code == 404

    def do(client: Client, name: str, **data: Any) -> None:
        address = url("verb", row.number, name)
        assert client.get(address, headers=HX).status_code == 200, name
        assert client.get(address).status_code == 200, name
        answer = client.post(address, data, headers=HX)
        assert answer.status_code == 200, (name, text(answer))
        assert "HX-Redirect" in answer.headers, text(answer)

    keys = way.keys
    triage = url("verb", row.number, "triage")
    assert town.post(triage, {"level": "town"}, headers=HX).status_code == 422
    do(town, "triage", level="town", body=way.bodies["town"].pk, risk_color=row.risk_color)
    assert town.get(triage, headers=HX).status_code == 409
    both = [named(cast.mediator).pk, named(cast.grid_leader).pk]
    unled = town.post(url("verb", row.number, "assign"), {"mediators": both, "chosen_by": "body"}, headers=HX)
    assert (unled.status_code, "主调解员" in text(unled)) == (422, True)
    do(town, "assign", mediators=both, lead=both[1], chosen_by="body")
    again = text(town.get(url("verb", row.number, "assign"), headers=HX))
    assert f'value="{both[1]}" selected' in again
    do(town, "assign", mediators=both[:1], chosen_by="parties")
    for key in keys:
        do(mediator, "consent", party=key, manner="written")
    do(mediator, "accept", rights_told="on")
    at = f"{local(now() - HOUR):%Y-%m-%dT%H:%M}"
    MediationCase.objects.filter(pk=row.pk).update(accepted_at=now() - 2 * DAY)
    ahead = f"{local(now() + DAY):%Y-%m-%dT%H:%M}"
    do(mediator, "plan_session", session_kind="mediator", starts_at=ahead, minutes=60, place="社区")
    planned = row.sessions.get()
    do(mediator, "cancel_session", session=planned.pk, opinion="改期")
    picture = SimpleUploadedFile("minutes.jpg", jpeg(7), content_type="image/jpeg")
    held = {
        "session_kind": "mediator",
        "starts_at": f"{local(now() - 2 * HOUR):%Y-%m-%dT%H:%M}",
        "ends_at": at,
        "place": "社区调解室",
        "parties": keys,
        "minutes": "双方到场",
        "result": "待议",
        "files": [picture],
    }
    do(mediator, "hold_session", **held)
    file = row.files.get()
    given = mediator.get(url("file", row.number, file.pk))
    assert given.status_code == 200
    assert b"".join(given.streaming_content)[:3] == jpeg()[:3]  # type: ignore[attr-defined]  # it streams
    assert mediator.get(url("file", row.number, 0)).status_code == 404
    assert enter("worker").get(url("file", row.number, file.pk)).status_code == 404
    today = local(now()).date()
    agreed = {
        "facts": "渗水",
        "copies": "3",
        "obligor1": "2",
        "obligee1": "1",
        "text1": "赔偿",
        "amount1": "3000",
    }
    draft = url("verb", row.number, "draft")
    for days in ("x", f"{today} 1000", "2026-13-01 3000"):
        assert mediator.post(draft, agreed | {"days1": days}, headers=HX).status_code == 422
    assert (
        mediator.post(draft, agreed | {"days1": f"{today} 3000", "obligor1": ""}, headers=HX).status_code
        == 422
    )
    do(mediator, "draft", **agreed, days1=f"{today} 1,000\n{today} 2000")
    assert "2000.00" in text(mediator.get(url("case", row.number)))
    assert mediator.post(url("verb", row.number, "agree_written"), {}, headers=HX).status_code == 422
    signed(row, now())
    do(mediator, "agree_written")
    do(mediator, "watch")
    for item in Obligation.objects.filter(term__agreement__case=row).order_by("number"):
        do(mediator, "receipt", obligation=item.pk, amount=item.amount, opinion="转账")
    do(mediator, "complete")
    page = text(enter("community").get(url("case", row.number)))
    assert "/do/call_back/" in page
    assert "30日回访" in page
    again = enter("community").post(
        url("verb", row.number, "call_back"), {"outcome": "stable", "opinion": "稳定"}, headers=HX
    )
    assert again.status_code == 409
    assert enter("mediator").get(url("verb", row.number, "call_back"), headers=HX).status_code == 403
    assert enter("town").get(url("verb", row.number, "register")).status_code == 404
    assert {verb.name for verb in CASE_TABLE} >= {"add_party", "own"}


def test_the_other_dialogs_open(cast: Cast, enter: Enter) -> None:
    for state, name, who in (
        ("triaged", "decline", "mediator"),
        ("triaged", "refuse", "mediator"),
        ("accepted", "add_party", "mediator"),
        ("mediating", "level_up", "mediator"),
        ("mediating", "change_kind", "mediator"),
        ("mediating", "extend", "mediator"),
        ("mediating", "suspend", "mediator"),
        ("mediating", "confer", "mediator"),
        ("mediating", "visit", "town"),
        ("mediating", "agree_oral", "mediator"),
        ("mediating", "stop", "mediator"),
        ("mediating", "fail", "mediator"),
        ("mediating", "own", "town"),
        ("mediating", "name_reader", "town"),
        ("mediating", "drop_reader", "town"),
        ("mediating", "recolor", "town"),
        ("mediating", "call_police", "town"),
        ("agreed_written", "apply_confirmation", "mediator"),
        ("confirming", "confirm", "mediator"),
        ("confirming", "refuse_confirmation", "mediator"),
        ("confirm_refused", "give_up", "mediator"),
        ("performing", "breach", "mediator"),
        ("follow_up", "archive", "town"),
    ):
        row = Way(cast).to(state).row
        answer = enter(who).get(url("verb", row.number, name), headers=HX)
        assert answer.status_code == 200, name
    row = Way(cast).to("accepted").row
    added = enter("mediator").post(
        url("verb", row.number, "add_party"),
        {
            "side": "third",
            "kind": "crowd",
            "name": "三单元业主",
            "members": "12",
            "representatives": "王五 13712345678\n赵六",
        },
        headers=HX,
    )
    assert "HX-Redirect" in added.headers
    assert Party.objects.get(case=row, number=3).representatives.count() == 2
    away = enter("town").post(
        url("verb", Way(cast).to("mediating").row.number, "fail"),
        {"reason_code": "absent", "opinion": "不到场", **GUIDED},
        headers=HX,
    )
    assert away.status_code == 403


def test_desks_and_lists(cast: Cast, enter: Enter) -> None:
    counted = []
    town = enter("town")
    town.get(url("window"))
    for number in (1, 3):
        while MediationCase.objects.count() < number:
            Way(cast, at=now() - HOUR, external_no=f"J{MediationCase.objects.count()}")
        with CaptureQueriesContext(connection) as seen:
            assert len(town.get(url("cases")).context["rows"]) == number
        counted.append(len(seen))
        with CaptureQueriesContext(connection) as seen:
            assert len(town.get(url("window")).context["to_sort"]) == number
        counted.append(len(seen))
    assert counted[0] == counted[2]
    assert counted[1] == counted[3]
    red = Way(cast, at=now() - 9 * DAY, facts="扬言持刀报复").to("mediating").row
    town.get(url("case", red.number))
    with CaptureQueriesContext(connection) as seen:
        town.get(url("case", red.number))
    assert (counted[1], len(seen)) == (8, 19)
    for query, count in (
        ({"state": "mediating"}, 1),
        ({"risk_color": "red"}, 1),
        ({"origin": "court"}, 0),
        ({"category": "0401"}, 4),
        ({"open": "1", "late": "1"}, 1),
        ({"q": "138 1234 5678"}, 4),
        ({"q": "13812340000"}, 0),
        ({"q": "110101199003077758"}, 4),
        ({"q": "渗水"}, 3),
        ({"q": "拖欠工资"}, 0),
        ({"q": "J2"}, 1),
        ({"q": MediationCase.objects.all()[0].number.lower()}, 1),
        ({"q": "TJ20260101000001"}, 0),
    ):
        assert len(town.get(url("cases"), query).context["rows"]) == count, query
    lines = b"".join(town.get(url("export")).streaming_content).decode()  # type: ignore[attr-defined]
    assert len(lines.splitlines()) == 5
    assert "张" not in lines
    assert AuditEntry.objects.filter(verb="mediation.export").exists()
    mine = enter("mediator").get(url("desk"))
    assert len(mine.context["mine"]) == 1
    assert len(enter("leader").get(url("red")).context["rows"]) == 1
    assert "《人民调解法》第三十三条" in text(enter("mediator").get(url("limits")))
    for name in ("worker", "auditor", "administrator", "outsider", "handler", "gas"):
        client = enter(name)
        expected = 200 if name in {"worker", "handler", "gas"} else 403
        assert client.get(url("desk")).status_code == expected, name
        assert client.get(url("window")).status_code == 403
        assert client.get(url("red")).status_code == 403
    assert Client().get(url("desk")).status_code == 302


def test_a_district_has_the_same_desk_for_its_place_alone(cast: Cast, enter: Enter) -> None:
    """Sorted and watched by the district's own centre; the other district's disputes are not there."""
    near = Way(cast, at=now() - HOUR).row
    facts = draft(spot=Spot(region_code="990102001001", text="石桥村三组"))
    far = intake.register(facts, by=cast.far_community, at=now() - HOUR).row
    district = cast.region("990102000000")
    court, committee = (
        MediationBody.objects.create(
            name=name, kind="people", region=district, unit=cast.unit("D2"), seal_name=name, since=SINCE
        )
        for name in ("西岭区医疗纠纷调解委员会", "西岭区物业纠纷调解委员会")
    )
    client = enter("far_dispatcher")
    shown = client.get(url("window"))
    assert (shown.context["counts"]["registered"], [line.row for line in shown.context["to_sort"]]) == (
        "1",
        [far],
    )
    assert [(site.name, site.centre) for site in shown.context["sites"]] == [("西岭区", None)]
    centre = GovernanceCentre.objects.create(
        name="西岭区综治中心",
        region=district,
        unit=cast.unit("D2"),
        address="西岭路1号",
        opens=time(8, 30),
        closes=time(17, 30),
    )
    for name, attendance, days in (
        ("西岭区人民法院诉讼服务站", "resident", [1, 2, 3, 4, 5, 6, 7]),
        ("西岭区信访局", "rotating", [local(now()).isoweekday() % 7 + 1]),
        ("心理服务站", "on_call", []),
    ):
        StationedUnit.objects.create(
            centre=centre, name=name, attendance=attendance, weekdays=days, since=SINCE
        )
    page = text(client.get(url("window")))
    assert "西岭区综治中心" in page
    assert "诉讼服务站" in page
    assert "信访局" not in page, "it does not sit there today"
    assert client.get(url("case", near.number)).status_code == 404
    given = {"level": "upper", "body": court.pk, "risk_color": far.risk_color}
    assert client.post(url("verb", far.number, "triage"), given, headers=HX).status_code == 200
    far.refresh_from_db()
    assert (far.state, far.body, far.level) == ("triaged", court, "upper")
    assert [line.row for line in client.get(url("window")).context["unassigned"]] == [far]
    assert committee.level == "upper"
    assert "西岭区综治中心" not in text(enter("town").get(url("window")))
    city = enter("dispatcher").get(url("window")).context
    assert (city["counts"]["registered"], city["counts"]["triaged"]) == ("1", "1"), "the city watches both"


def test_a_department_reads_the_question_alone(cast: Cast, enter: Enter) -> None:
    way = Way(cast).to("mediating")
    way.do("confer", units=[cast.unit("CG").pk], opinion="该处违建是否已立案")
    row = way.row.conferrals.get()
    client = enter("handler")
    page = text(client.get(url("asked", row.pk)))
    assert "该处违建是否已立案" in page
    assert way.row.title not in page
    assert client.get(url("case", way.row.number)).status_code == 404
    assert enter("gas").get(url("asked", row.pk)).status_code == 404
    assert client.post(url("asked", row.pk), {"answer": ""}).status_code == 422
    assert client.post(url("asked", row.pk), {"answer": "已立案查处"}).status_code == 302
    assert client.post(url("asked", row.pk), {"answer": "再答"}).status_code == 409
    assert "已立案查处" in text(enter("mediator").get(url("case", way.row.number)))


def test_the_public_asks_by_code(cast: Cast) -> None:
    row, anyone = Way(cast).to("mediating").row, Client()
    assert anyone.get(url("query")).status_code == 200
    assert anyone.post(url("query"), {"number": row.number}).status_code == 422
    good = anyone.post(url("query"), {"number": row.number.lower(), "code": row.query_code})
    page = text(good)
    assert "调解中" in page
    assert "渗水" not in page
    assert "张" not in page
    wrong = f"{(int(row.query_code) + 1) % 10**8:08d}"
    answers = [
        anyone.post(url("query"), {"number": row.number, "code": wrong}).status_code for _n in range(9)
    ]
    assert answers == [404] * 8 + [429]


def test_screenings_are_answered_with_cases_or_zero(cast: Cast, enter: Enter) -> None:
    town, today = enter("town"), local(now()).date()
    assert town.get(url("screenings")).status_code == 200
    given = {
        "title": "季度排查",
        "region": cast.region("990101001000").pk,
        "tier": "community",
        "starts_on": today,
    }
    assert town.post(url("screening-new"), given | {"ends_on": today - DAY}).status_code == 422
    assert town.post(url("screening-new"), given | {"ends_on": today, "repeat_days": "7"}).status_code == 302
    row = ScreeningCampaign.objects.get()
    first, second = row.returns.order_by("unit__code")
    clerk = enter("community")
    found = Way(cast, at=now()).row
    address = url("screening-report", row.pk, first.pk)
    assert clerk.get(address).status_code == 200
    assert clerk.post(address, {"numbers": "TJ1"}).status_code == 422
    assert clerk.post(address, {"numbers": found.number}).status_code == 302
    assert clerk.get(url("screening-report", row.pk, second.pk)).status_code == 403
    assert clerk.post(address, {"numbers": "", "note": "未发现"}).status_code == 302
    first.refresh_from_db()
    assert first.is_zero
    shown = text(town.get(url("screening", row.pk)))
    assert "零报告" in shown
    assert enter("far_town").get(url("screening", row.pk)).status_code == 404
    assert enter("handler").get(url("screenings")).status_code == 403
    assert clerk.get(url("screening-new")).status_code == 403
    from mediation.screening import sweep

    assert sweep(at=now()) == 1
    assert sweep(at=now() + 7 * DAY) == 1
    assert sweep(at=now() + 7 * DAY) == 1
    assert sweep(at=now() + 7 * DAY) == 0
    assert ScreeningCampaign.objects.count() == 2
    assert bodies(cast)
