"""Mobile grid workers: invited, joined, reporting by a link; refused, limited, taken back."""

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from fieldwork.guests import inviting, reporting
from fieldwork.guests.models import GuestInvitation, GuestPass, GuestPhoto, GuestReport
from fieldwork.guests.reporting import GuestDraft
from fieldwork.tasks import forget_guest_addresses
from governance.accounts.actors import Actor
from governance.audit.models import AuditEntry
from governance.foundation.clock import local, now
from governance.foundation.errors import (
    Forbidden,
    Invalid,
    NotFound,
    TooMany,
    Unprocessable,
    UnsupportedMedia,
)
from incidents import transitions
from incidents.models import Attachment, Policy, Requester, Ticket
from incidents.places import Spot
from tests import city
from tests.cast import DAY, HOUR, MINUTE, MONDAY, Cast, jpeg

pytestmark = pytest.mark.django_db
COMMUNITY, GRID = "990101001001", "990101001001001"
BACKEND = "governance.accounts.backends.NameOrPhoneBackend"
HOLDER = inviting.holder("顺达快递")


def wanted(**changes: Any) -> inviting.Invited:
    facts: dict[str, Any] = {
        "name": "顺达快递东苑站",
        "kind": "courier",
        "place_code": COMMUNITY,
        "ends_on": local(MONDAY).date() + timedelta(days=90),
        "most_members": 30,
    }
    return inviting.Invited(**facts | changes)


def invitation(cast: Cast, *, at: Any = MONDAY, **changes: Any) -> GuestInvitation:
    return inviting.invite(wanted(**changes), by=cast.community, at=at)


def member(row: GuestInvitation, *, at: Any = MONDAY, address: str = "10.0.0.1") -> GuestPass:
    token = inviting.token_of(row)
    return inviting.join(token, name="小张", phone="13800001234", address=address, by=HOLDER, at=at)


def photo(token: str, *, at: Any = MONDAY, content: bytes = b"") -> Attachment:
    body = content or jpeg()
    return reporting.receive(token, io.BytesIO(body), name="road.jpg", size=len(body), by=HOLDER, at=at)


def draft(token: str, **changes: Any) -> GuestDraft:
    lon, lat = city.centre(0)
    facts: dict[str, Any] = {
        "key": uuid4(),
        "content": "东苑路井盖翘起，电动车差点摔倒",
        "category": "0201",
        "spot": Spot(lon=lon, lat=lat, text="东苑路口"),
    }
    if "photos" not in changes:
        facts["photos"] = [photo(token).pk]
    return GuestDraft(**facts | changes)


class TestInviting:
    def test_who_invites_where(self, cast: Cast) -> None:
        row = invitation(cast)
        assert (row.unit.code, row.is_open(MONDAY), row.region_path.endswith(f"{COMMUNITY}/")) == (
            "W1",
            True,
            True,
        )
        assert AuditEntry.objects.filter(verb="guest.invite").count() == 1
        for by in (cast.town, cast.oversight):
            assert inviting.invite(wanted(), by=by, at=MONDAY)
        for name in (
            "far_town",
            "worker",
            "supervisor",
            "handler",
            "auditor",
            "administrator",
            "outsider",
            "leader",
        ):
            with pytest.raises(Forbidden):
                inviting.invite(wanted(), by=getattr(cast, name), at=MONDAY)
        with pytest.raises(Unprocessable):
            inviting.invite(wanted(), by=Actor(user=cast.community.user), at=MONDAY)
        seen = GuestInvitation.objects.visible_to
        assert seen(cast.community).count() == 3
        assert not seen(cast.far_community).exists()
        assert not seen(cast.worker).exists()

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"name": " "}, "name"),
            ({"kind": "pilot"}, "kind"),
            ({"place_code": "7"}, "place_code"),
            ({"ends_on": local(MONDAY).date() - timedelta(days=1)}, "ends_on"),
            ({"ends_on": local(MONDAY).date() + timedelta(days=400)}, "ends_on"),
            ({"most_members": 0}, "most_members"),
            ({"most_members": 501}, "most_members"),
        ],
    )
    def test_bad_invitations(self, cast: Cast, changes: dict[str, Any], field: str) -> None:
        with pytest.raises(Unprocessable) as refused:
            invitation(cast, **changes)
        assert list(refused.value.fields) == [field]

    def test_links_are_signed_expire_and_are_taken_back(self, cast: Cast) -> None:
        row = invitation(cast)
        token = inviting.token_of(row)
        assert inviting.find_invitation(token, at=MONDAY) == row
        assert inviting.address_of(row).endswith(f"/c/g/{token}/")
        guest = member(row)
        own = inviting.token_of(guest)
        strange = (token[:-2] + "xx", f"{row.pk}-{row.nonce}", "x" * 201, "", own, f"999-{row.nonce}")
        for word in strange:
            with pytest.raises(NotFound):
                inviting.find_invitation(word, at=MONDAY)
        with pytest.raises(NotFound):
            inviting.find_pass(token, at=MONDAY)
        GuestInvitation.objects.filter(pk=row.pk).update(nonce="another")
        with pytest.raises(NotFound):
            inviting.find_invitation(token, at=MONDAY)
        GuestInvitation.objects.filter(pk=row.pk).update(nonce=row.nonce)
        with pytest.raises(inviting.Gone):
            inviting.find_pass(own, at=row.expires_at)
        inviting.revoke(guest, by=cast.town, at=MONDAY)
        with pytest.raises(inviting.Gone):
            inviting.find_pass(own, at=MONDAY)
        assert inviting.find_invitation(token, at=MONDAY)
        with pytest.raises(NotFound):
            inviting.revoke(row, by=cast.far_town, at=MONDAY)
        for _time in range(2):
            inviting.revoke(row, by=cast.community, at=MONDAY)
        assert AuditEntry.objects.filter(verb="guest.revoke").count() == 2
        with pytest.raises(inviting.Gone):
            inviting.find_invitation(token, at=MONDAY)

    def test_joining_is_limited(self, cast: Cast) -> None:
        row = invitation(cast, most_members=6)
        guests = [member(row) for _number in range(5)]
        assert guests[0].name == "小张"
        with pytest.raises(TooMany):
            member(row)
        member(row, at=MONDAY + 2 * HOUR)
        with pytest.raises(inviting.Gone):
            member(row, at=MONDAY + 9 * HOUR, address="10.0.0.9")
        with pytest.raises(Unprocessable):
            inviting.join(
                inviting.token_of(invitation(cast)), name=" ", phone="", address="x", by=HOLDER, at=MONDAY
            )
        assert GuestPass.objects.exclude(address_hash="").count() == 6
        assert inviting.forget_addresses(at=MONDAY + 2 * DAY) == 6
        assert forget_guest_addresses() == 0


class TestReporting:
    def test_a_report_becomes_a_ticket_of_its_own_source_once(self, cast: Cast) -> None:
        token = inviting.token_of(member(invitation(cast)))
        said = draft(token)
        told = reporting.report(token, said, by=HOLDER, at=MONDAY)
        ticket = Ticket.objects.defer("search").get(pk=told.report.ticket_id)
        assert (ticket.source.code, ticket.source.kind, ticket.state) == (
            "mobile_worker",
            "worker",
            "registered",
        )
        assert (ticket.category.code, ticket.reporter_id, ticket.needs_reply) == ("0201", None, False)
        assert ticket.region_path.endswith(f"{GRID}/")
        assert Attachment.objects.get(ticket=ticket).phase == "before"
        assert not GuestPhoto.objects.exists()
        assert Requester.objects.get(ticket=ticket).name == "小张"
        again = reporting.report(token, said, by=HOLDER, at=MONDAY + MINUTE)
        assert (told.created, again.created, again.report) == (True, False, told.report)
        assert Ticket.objects.count() == 1
        assert not Ticket.objects.visible_to(cast.far_community).exists()

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"content": " "}, "content"),
            ({"content": "长" * 501}, "content"),
            ({"category": "0401"}, "category"),
            ({"photos": []}, "photos"),
            ({"photos": [uuid4()]}, "photos"),
            ({"photos": [uuid4() for _number in range(4)]}, "photos"),
            ({"spot": Spot(lon=2.0, lat=48.0)}, "point"),
        ],
    )
    def test_bad_reports_store_nothing(self, cast: Cast, changes: dict[str, Any], field: str) -> None:
        token = inviting.token_of(member(invitation(cast)))
        with pytest.raises(Invalid) as refused:
            reporting.report(token, draft(token, **changes), by=HOLDER, at=MONDAY)
        assert list(refused.value.fields) == [field]
        assert not Ticket.objects.exists()
        assert GuestPass.objects.get().tries == 1

    def test_pictures_belong_to_one_pass_and_are_pictures(self, cast: Cast) -> None:
        row = invitation(cast)
        first, second = (inviting.token_of(member(row)) for _number in range(2))
        mine = photo(first)
        with pytest.raises(Unprocessable):
            reporting.report(second, draft(second, photos=[mine.pk]), by=HOLDER, at=MONDAY)
        with pytest.raises(UnsupportedMedia):
            photo(first, content=b"MZ rubbish")
        with pytest.raises(Invalid):
            photo(first, content=b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n")
        assert reporting.report(
            first, draft(first, photos=[mine.pk], category=""), by=HOLDER, at=MONDAY
        ).created
        assert Ticket.objects.get().category.code == "1411"

    def test_how_much_one_person_sends(self, cast: Cast) -> None:
        now_ = {"valid_from": MONDAY - DAY}
        Policy.objects.create(key="guest.most_a_day", value=2, **now_)
        Policy.objects.create(key="guest.most_tries", value={"count": 4, "minutes": 10}, **now_)
        guest = member(invitation(cast))
        token = inviting.token_of(guest)
        for _time in range(2):
            reporting.report(token, draft(token), by=HOLDER, at=MONDAY)
        assert reporting.left_today(guest, MONDAY) == 0
        with pytest.raises(TooMany):
            reporting.report(token, draft(token), by=HOLDER, at=MONDAY)
        assert reporting.left_today(guest, MONDAY + DAY + MINUTE) == 2
        with pytest.raises(Invalid):
            reporting.report(token, draft(token, content=""), by=HOLDER, at=MONDAY + DAY + MINUTE)
        at = MONDAY + 3 * DAY
        for _time in range(4):
            with pytest.raises(Invalid):
                reporting.report(token, draft(token, photos=[]), by=HOLDER, at=at)
        with pytest.raises(TooMany):
            reporting.report(token, draft(token, photos=[]), by=HOLDER, at=at)
        for _number in range(12 - GuestPhoto.objects.count()):
            photo(token)
        with pytest.raises(TooMany):
            photo(token)


@pytest.fixture
def enter(cast: Cast, steady: None) -> Callable[[str], Client]:
    """A browser in which somebody of the cast has signed in."""

    def sign_in(name: str) -> Client:
        client = Client()
        client.force_login(getattr(cast, name).user, backend=BACKEND)
        return client

    return sign_in


class TestPublicPages:
    def test_from_the_code_to_the_state_of_the_own_report(self, cast: Cast) -> None:
        row = invitation(cast, at=now(), ends_on=local(now()).date() + timedelta(days=9))
        url, client = f"/c/g/{inviting.token_of(row)}/", Client()
        page = client.get(url)
        assert "顺达快递东苑站" in page.content.decode()
        assert page.headers["Cache-Control"] == "private, no-store"
        assert client.post(url, {"name": "", "phone": "abc"}).status_code == 422
        joined = client.post(url, {"name": "小张", "phone": ""})
        own = joined.headers["Location"]
        assert client.get(url).headers["Location"] == own, "whoever scans again comes back"
        assert Client().get(url).status_code == 200
        form = client.get(own)
        assert "您上报的问题和办理进展显示在这里" in form.content.decode()
        token = own.split("/")[-2]
        sent = client.post(f"{own}photos/", {"file": SimpleUploadedFile("a.jpg", jpeg(), "image/jpeg")})
        assert sent.status_code == 201
        data = {
            "key": str(uuid4()),
            "content": "井盖翘起",
            "category": "0201",
            "lon": "118.505",
            "lat": "31.105",
            "photos": [sent.json()["id"]],
        }
        done = client.post(own, data, follow=True)
        number = Ticket.objects.get().number
        assert number in done.content.decode()
        assert "已收到" in done.content.decode() or "收到" in done.content.decode()
        assert client.post(own, data).status_code == 302
        assert Ticket.objects.count() == 1
        transitions.perform(
            "reject",
            Ticket.objects.get().pk,
            by=cast.dispatcher,
            at=now(),
            data={"reason_code": "beyond_duty", "opinion": "内部意见不外传"},
        )
        body = client.get(own).content.decode()
        assert "不予受理" in body
        assert "内部意见不外传" not in body
        other = member(row, at=now(), address="10.9.9.9")
        assert number not in Client().get(f"/c/g/p/{inviting.token_of(other)}/").content.decode()
        inviting.revoke(row, by=cast.town, at=now())
        assert client.get(own).status_code == 410
        assert client.post(own, data).status_code == 410
        assert client.post(f"{own}photos/").status_code == 410
        assert client.get(f"/c/g/p/{token}x/").status_code == 404
        assert client.get("/c/g/").status_code == 404

    def test_without_scripts_and_without_position(self, cast: Cast) -> None:
        row = invitation(cast, at=now(), ends_on=local(now()).date() + timedelta(days=9))
        own, client = f"/c/g/p/{inviting.token_of(member(row, at=now()))}/", Client()
        data: dict[str, Any] = {"key": str(uuid4()), "content": "楼道堆物", "category": ""}
        assert client.post(own, data).status_code == 422
        assert client.post(own, data | {"region_code": COMMUNITY}).status_code == 422
        data |= {"region_code": COMMUNITY, "place": "东苑小区3号楼"}
        bad = client.post(own, data | {"files": SimpleUploadedFile("a.jpg", b"rubbish")})
        assert bad.status_code == 422
        assert client.post(own, data).status_code == 422
        good = data | {"files": SimpleUploadedFile("a.jpg", jpeg(), "image/jpeg")}
        assert client.post(own, good).status_code == 302
        assert Ticket.objects.get().region_path.endswith(f"{COMMUNITY}/")
        assert client.post(f"{own}photos/").status_code == 404
        for _time in range(12):
            last = client.post(own, data | {"key": str(uuid4())})
        assert last.status_code == 429
        assert last.headers["Retry-After"] == "600"


class TestDeskPages:
    def test_who_finds_them_and_what_they_cost(self, cast: Cast, enter: Callable[[str], Client]) -> None:
        row = invitation(cast, at=now(), ends_on=local(now()).date() + timedelta(days=9))
        guest = member(row, at=now())
        client = enter("community")
        counts = []
        for _number in range(2):
            client.get("/fieldwork/guests/")
            with CaptureQueriesContext(connection) as found:
                assert client.get("/fieldwork/guests/").status_code == 200
            counts.append(len(found))
            for _other in range(2):
                invitation(cast)
        assert counts[0] == counts[1] == 6
        for name in ("worker", "leader", "auditor", "administrator", "outsider"):
            assert enter(name).get("/fieldwork/guests/").status_code == 403
        assert enter("far_community").get(f"/fieldwork/guests/{row.pk}/").status_code == 404
        token = inviting.token_of(guest)
        reporting.report(token, draft(token), by=HOLDER, at=now())
        body = client.get(f"/fieldwork/guests/{row.pk}/").content.decode()
        assert "<svg" in body
        assert "小张" not in body, "names are masked"
        assert "138****1234" in body
        assert Ticket.objects.get().number in body
        shown = client.get("/fieldwork/guests/").context["rows"]
        assert [
            (item.members, item.reports, item.valid) for item, _place, _open in shown if item.pk == row.pk
        ] == [(1, 1, 1)]
        assert "<svg" in client.get(f"/fieldwork/guests/{row.pk}/poster/").content.decode()
        assert client.post(f"/fieldwork/guests/{row.pk}/passes/999/revoke/").status_code == 404
        assert client.post(f"/fieldwork/guests/{row.pk}/passes/{guest.pk}/revoke/").status_code == 302
        assert enter("far_town").post(f"/fieldwork/guests/{row.pk}/revoke/").status_code == 404
        assert client.post(f"/fieldwork/guests/{row.pk}/revoke/").status_code == 302
        assert client.get(f"/fieldwork/guests/{row.pk}/poster/").status_code == 404
        assert GuestReport.objects.count() == 1

    def test_the_form_of_an_invitation(self, cast: Cast, enter: Callable[[str], Client]) -> None:
        client, today = enter("community"), local(now()).date()
        assert client.get("/fieldwork/guests/new/").status_code == 200
        data = {
            "name": "志愿服务队",
            "kind": "volunteer",
            "place_code": COMMUNITY,
            "ends_on": today.isoformat(),
            "most_members": 10,
        }
        assert client.post("/fieldwork/guests/new/", data | {"name": ""}).status_code == 422
        assert client.post("/fieldwork/guests/new/", data | {"most_members": 9999}).status_code == 422
        assert client.post("/fieldwork/guests/new/", data | {"place_code": "990102001001"}).status_code == 403
        assert client.post("/fieldwork/guests/new/", data).status_code == 302
        assert GuestInvitation.objects.get().kind == "volunteer"
