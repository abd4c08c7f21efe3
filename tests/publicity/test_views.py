"""The pages of policy notices: from the draft to the receipts, what others see, statements, the public page."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from governance.accounts.models import User
from governance.audit.models import AuditEntry
from governance.foundation.clock import local, now
from publicity import queries, writing
from publicity.models import NoticeReceipt, PolicyNotice
from publicity.rules import paths_of
from publicity.writing import NoticeDraft
from tests.cast import Cast, Photo
from tests.publicity.props import CITY, COMMUNITY, FAR_TOWN, GRID, TOWN, readers

pytestmark = pytest.mark.django_db


def url(name: str, *args: Any) -> str:
    return reverse(f"publicity:{name}", args=args)


def text(answer: Any) -> str:
    return answer.content.decode()  # type: ignore[no-any-return]


def sent(cast: Cast, *targets: str, state: str = "published", **changes: Any) -> PolicyNotice:
    """A notice of the centre as of now."""
    at = now()
    today = local(at).date()
    facts: dict[str, Any] = {"kind": "policy", "title": "高龄津贴发放办法", "body": "向社区申请。"}
    days = {"valid_from": today, "valid_to": today + timedelta(days=30)}
    draft = NoticeDraft(**facts | days | {"targets": targets or (TOWN,)} | changes)
    row = writing.prepare(draft, unit_id=cast.oversight.unit_id, by=cast.oversight, at=at)
    return writing.publish(row.pk, by=cast.oversight, at=at) if state == "published" else row


def test_from_the_draft_to_the_receipts(cast: Cast, enter: Callable[[str], Client], photo: Photo) -> None:
    town, today = enter("town"), local(now()).date()
    assert town.get(url("new")).status_code == 200
    data = {
        "kind": "service",
        "title": "上门办理医保",
        "body": "第一段\n\n第二段",
        "valid_from": today,
        "valid_to": today + timedelta(days=10),
        "is_public": "on",
    }
    bad = town.post(url("new"), data)
    assert (bad.status_code, "请至少选择一个区域或网格" in text(bad)) == (422, True)
    assert town.post(url("new"), data | {"targets": [FAR_TOWN]}).status_code == 403
    assert town.post(url("new"), data | {"targets": [GRID], "title": ""}).status_code == 422
    assert not PolicyNotice.objects.exists()
    key = photo(cast.town, at=now())
    made = town.post(url("new"), data | {"targets": [GRID, COMMUNITY], "attachment": [str(key)]})
    row = PolicyNotice.objects.get()
    assert (made.status_code, made["Location"]) == (302, url("notice", row.number))
    assert (row.unit.code, row.attachment_id) == ("T1", key)
    page = town.get(url("edit", row.number))
    assert COMMUNITY in text(page)
    stale = town.post(url("edit", row.number), data | {"targets": [COMMUNITY], "version": 9})
    assert stale.status_code == 409
    changed = data | {"targets": [COMMUNITY], "version": 1, "attachment": [str(key)]}
    assert town.post(url("edit", row.number), changed).status_code == 302
    assert town.get(url("verb", row.number, "publish")).status_code == 200
    assert town.get(url("verb", row.number, "remind")).status_code == 409
    assert town.get(url("verb", row.number, "edit")).status_code == 404
    done = town.post(url("verb", row.number, "publish"), {"version": 2}, headers={"HX-Request": "true"})
    assert done["HX-Redirect"] == url("notice", row.number)
    worker = enter("worker")
    assert "上门办理医保" in text(worker.get(url("to-read"), {"unread": "1"}))
    assert "确认已读" in text(worker.get(url("notice", row.number)))
    file = worker.get(url("file", row.number))
    assert (file.status_code, file["Content-Type"]) == (200, "image/jpeg")
    assert b"".join(file.streaming_content)  # type: ignore[attr-defined]  # a file
    assert worker.post(url("confirm", row.number)).status_code == 302
    assert "上门办理医保" not in text(worker.get(url("to-read"), {"unread": "1"}))
    page = town.get(url("notice", row.number))
    whole = len(readers(row))
    assert (page.context["share"].read, page.context["share"].whole) == (1, whole)
    people = town.get(url("readers", row.number), {"read": "0"})
    assert people.context["total"] == whole - 1, "the number opens as many people"
    assert "王巡" not in text(people)
    withdrawn = {"version": 3, "opinion": "口径调整"}
    assert town.post(url("verb", row.number, "withdraw"), {"version": 3}).status_code == 422
    assert town.post(url("verb", row.number, "withdraw"), {"version": 2, "opinion": "x"}).status_code == 409
    assert town.post(url("verb", row.number, "withdraw"), withdrawn).status_code == 302
    assert "第一段" not in text(worker.get(url("notice", row.number)))
    assert worker.post(url("confirm", row.number)).status_code == 409
    assert "第一段" in text(town.get(url("notice", row.number))), "its writers still read what it said"


def test_shares_by_place_open_the_people_behind_them(cast: Cast, enter: Callable[[str], Client]) -> None:
    row = sent(cast, CITY)
    writing.confirm(row.pk, by=cast.worker, at=now())
    boss = enter("oversight")
    seen = boss.get(url("notice", row.number)).context
    lines = {line.place.name: line.share for line in seen["lines"] if line.place and not line.is_own}
    assert set(lines) == {"文津街道", "石桥镇"}
    for code, name in ((TOWN, "文津街道"), (FAR_TOWN, "石桥镇")):
        for read, count in (("1", lines[name].read), ("0", lines[name].unread)):
            listed = boss.get(url("readers", row.number), {"place": code, "read": read})
            assert listed.context["total"] == count
    below = boss.get(url("notice", row.number), {"place": TOWN}).context
    assert {line.place.code for line in below["lines"] if not line.is_own} >= {COMMUNITY}
    assert below["share"].read == 1
    grids = boss.get(url("notice", row.number), {"place": COMMUNITY}).context
    shares = {line.place.code: (line.share.read, line.share.whole) for line in grids["lines"]}
    assert shares[GRID] == (1, 3)
    assert grids["above"] == TOWN
    assert queries.by_place(row.pk, paths_of(row)[0] + "nowhere/") == []
    unit = cast.unit("G1").pk
    assert boss.get(url("readers", row.number), {"unit": unit}).context["total"] == 3
    assert queries.Share(read=0, whole=0).percent == "–"
    assert queries.Share(read=1, whole=3).percent == "33.33%"


def test_a_town_sees_the_receipts_of_its_own_people_only(cast: Cast, enter: Callable[[str], Client]) -> None:
    row = sent(cast, CITY)
    town = enter("town")
    seen = town.get(url("notice", row.number)).context
    inside = queries.share_of(row.pk, [cast.region(TOWN).path])
    assert seen["share"] == inside
    assert seen["share"].whole < queries.share_of(row.pk, [cast.region(CITY).path]).whole
    assert town.get(url("readers", row.number), {"place": FAR_TOWN}).status_code == 404
    assert town.get(url("readers", row.number), {"place": "1"}).status_code == 404
    names = set(town.get(url("readers", row.number)).context["people"][0][0].user.name)
    assert names
    assert "陈石" not in text(town.get(url("readers", row.number)))
    listed = town.get(url("published")).context["shares"]
    assert listed[row.pk] == inside
    lead = enter("lead")
    assert "counts" not in lead.get(url("notice", row.number)).context, (
        "a department reads, and oversees nobody"
    )
    assert lead.get(url("readers", row.number)).status_code == 404


def test_doors(cast: Cast, enter: Callable[[str], Client]) -> None:
    row, draft = sent(cast, TOWN), sent(cast, TOWN, state="draft", title="未定稿")
    for name in ("auditor", "administrator", "outsider"):
        client = enter(name)
        assert client.get(url("to-read")).status_code == 403
        assert client.get(url("notice", row.number)).status_code == 404
        assert client.post(url("confirm", row.number)).status_code == 404
        assert client.get(url("pick-places")).json() == []
    for name in ("far_town", "far_community", "gas"):
        assert enter(name).get(url("notice", row.number)).status_code == 404, name
    worker = enter("worker")
    assert worker.get(url("notice", draft.number)).status_code == 404, "nobody reads what is not published"
    assert worker.get(url("new")).status_code == 403
    assert worker.get(url("published")).status_code == 403
    assert worker.get(url("readers", row.number)).status_code == 404
    assert worker.get(url("verb", row.number, "withdraw")).status_code == 403
    assert worker.post(url("verb", row.number, "withdraw"), {"opinion": "x"}).status_code == 403
    assert worker.get(url("file", row.number)).status_code == 404, "there is none"
    assert Client().get(url("to-read")).status_code == 302
    assert PolicyNotice.objects.get(pk=row.pk).version == row.version
    assert enter("oversight").get(url("readers", draft.number)).status_code == 404, "nobody has got it yet"


def test_phones_are_masked_and_the_file_has_none(cast: Cast, enter: Callable[[str], Client]) -> None:
    User.objects.filter(username="worker").update(phone="13812345678")
    row = sent(cast, GRID)
    boss = enter("oversight")
    page = text(boss.get(url("readers", row.number)))
    assert "138****5678" in page
    assert "13812345678" not in page
    answer = boss.get(url("readers-export", row.number), {"read": "0"})
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()  # type: ignore[attr-defined]
    assert lines[0] == "单位,姓名,所在区域,已确认"
    assert len(lines) == 1 + 3
    assert "5678" not in "".join(lines)
    assert AuditEntry.objects.get(verb="policy.export").details["rows"] == 3


def test_lists_do_not_grow_statements(cast: Cast, enter: Callable[[str], Client]) -> None:
    boss, worker, counted = enter("oversight"), enter("worker"), []
    for client in (boss, worker):
        client.get(url("to-read"))
    for number in (1, 3):
        while PolicyNotice.objects.count() < number:
            sent(cast, TOWN, title=f"通知{PolicyNotice.objects.count()}")
        some = []
        for client, page in ((boss, url("published")), (worker, url("to-read")), (worker, "/m/policies/")):
            with CaptureQueriesContext(connection) as seen:
                assert len(client.get(page).context["rows"]) == number
            some.append(len(seen))
        row = PolicyNotice.objects.latest("pk")
        with CaptureQueriesContext(connection) as seen:
            boss.get(url("readers", row.number))
        counted.append([*some, len(seen)])
    assert counted[0] == counted[1]
    assert max(counted[0]) <= 14
    assert len(boss.get(url("published"), {"state": "draft"}).context["rows"]) == 0
    assert len(boss.get(url("published"), {"kind": "safety"}).context["rows"]) == 0
    assert len(boss.get(url("published"), {"q": "通知1"}).context["rows"]) == 1
    assert len(worker.get("/m/policies/", {"unread": "1"}).context["rows"]) == 3


def test_the_phone_reads_and_confirms(cast: Cast, enter: Callable[[str], Client]) -> None:
    row = sent(cast, GRID)
    worker = enter("worker")
    page = f"/m/policies/{row.number}/"
    assert "确认已读" in text(worker.get(page))
    assert worker.post(f"{page}confirm/").status_code == 302
    assert NoticeReceipt.objects.get(user=cast.worker.user).read_at is not None
    assert "您已于" in text(worker.get(page))
    assert enter("far_community").get(page).status_code == 404


def test_targets_are_found_by_name_pinyin_and_code(cast: Cast, enter: Callable[[str], Client]) -> None:
    town = enter("town")
    found = town.get(url("pick-places"), {"q": "书院"}).json()
    assert found[0]["value"] == COMMUNITY
    assert town.get(url("pick-places"), {"q": "石桥"}).json() == [], "not beyond the own area"
    assert [row["value"] for row in town.get(url("pick-places"), {"q": GRID}).json()] == [GRID]
    assert town.get(url("pick-places")).json()[0]["value"] == TOWN
    lead = enter("lead").get(url("pick-places")).json()
    assert lead[0]["value"] == CITY, "the area of the department"


def test_residents_read_what_is_public_and_in_force(cast: Cast) -> None:
    public = sent(cast, COMMUNITY, is_public=True, title="免费体检")
    inside = sent(cast, COMMUNITY, title="内部排班")
    over = sent(cast, COMMUNITY, is_public=True, title="旧公告")
    today = local(now()).date()
    PolicyNotice.objects.filter(pk=over.pk).update(
        valid_from=today - timedelta(days=9), valid_to=today - timedelta(days=1)
    )
    client = Client()
    listing = reverse("public-notices:list")
    page = text(client.get(listing))
    assert "免费体检" in page
    assert "内部排班" not in page
    assert "旧公告" not in page
    for code, is_there in ((COMMUNITY, True), (TOWN, True), (FAR_TOWN, False), (GRID, True), ("x", True)):
        assert ("免费体检" in text(client.get(listing, {"place": code}))) is is_there, code
    assert client.get(listing, {"cursor": "!"}).status_code == 400
    detail = client.get(reverse("public-notices:notice", args=[public.number]))
    assert "向社区申请" in text(detail)
    assert detail["Cache-Control"] == "public, max-age=60"
    for row in (inside, over):
        for name in ("notice", "file"):
            assert client.get(reverse(f"public-notices:{name}", args=[row.number])).status_code == 404
    assert client.get(reverse("public-notices:file", args=[public.number])).status_code == 404
    with CaptureQueriesContext(connection) as seen:
        client.get(listing)
    assert len(seen) <= 3


def test_a_public_file_is_given_out(cast: Cast, photo: Photo) -> None:
    row = sent(cast, COMMUNITY, is_public=True, attachment=photo(cast.oversight, at=now()))
    answer = Client().get(reverse("public-notices:file", args=[row.number]))
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
    assert b"".join(answer.streaming_content)  # type: ignore[attr-defined]  # a file
