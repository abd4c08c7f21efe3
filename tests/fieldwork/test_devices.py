"""Trusted phones: a sign-in that lasts below /m/, calling back, recovering; what comes afterwards lies sealed."""

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from fieldwork.devices import trusting
from fieldwork.devices.cookies import COOKIE
from fieldwork.models import PhoneLimit, SentPhoto, SyncAction, TrustedDevice
from fieldwork.sync import sealing
from governance.accounts.models import User
from governance.audit.models import AuditEntry
from governance.foundation.clock import local, now
from governance.foundation.errors import Forbidden, NotFound, Unprocessable
from incidents.models import Ticket
from tests import city
from tests.cast import DAY, ERRAND, HOUR, LITTER, Cast, MakeTicket, jpeg

pytestmark = pytest.mark.django_db
JSON = "application/json"


def enter(name: str) -> Client:
    client = Client()
    assert (
        client.login(username=name, password=city.PASSWORD)
        or client.force_login(User.objects.get(username=name)) is None
    )
    return client


@pytest.fixture
def phone(cast: Cast) -> Client:
    """The worker's phone, signed in and trusted."""
    client = Client()
    client.force_login(cast.worker.user)
    made = client.post("/m/api/device", {"label": "红米"}, content_type=JSON)
    assert made.status_code == 201
    return client


def sign_out(client: Client) -> None:
    """The session ends by itself, as it does after half an hour."""
    client.session.flush()
    del client.cookies["governance_session"]


def batch(*actions: dict[str, Any]) -> str:
    return json.dumps({"sent_at": now().isoformat(), "actions": actions})


def sign(ticket: Ticket, **more: Any) -> dict[str, Any]:
    data = {"number": [ticket.number], "version": [str(ticket.version)]}
    said = {"id": str(uuid4()), "kind": "sign", "subject": f"ticket:{ticket.number}", "data": data}
    return said | {"device_at": (now() - HOUR).isoformat()} | more


def send(client: Client, *actions: dict[str, Any]) -> list[dict[str, Any]]:
    answer = client.post("/m/api/sync", batch(*actions), content_type=JSON)
    assert answer.status_code == 200, answer.content
    found: list[dict[str, Any]] = answer.json()["answers"]
    return found


def test_a_trusted_phone_is_signed_in_again_and_only_below_m(phone: Client, cast: Cast) -> None:
    told = phone.get("/m/api/hello").json()
    assert (told["user"], told["is_trusted"], told["wipe"], told["seals"]) == (
        cast.worker.user_id,
        True,
        False,
        False,
    )
    sign_out(phone)
    assert phone.get("/inbox/").status_code == 302
    assert phone.get("/m/").status_code == 200
    cookie = phone.cookies[COOKIE]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    device = TrustedDevice.objects.get()
    assert cookie.value.partition(".")[2] not in {device.secret_hash, device.recovery}
    assert device.expires_at - device.trusted_at == timedelta(days=90)
    phone.post("/logout/")
    assert phone.get("/m/").status_code == 302, "signing out takes the trust from this browser"


def test_trust_ends_with_its_time_the_account_and_another_post(phone: Client, cast: Cast) -> None:
    sign_out(phone)
    TrustedDevice.objects.update(expires_at=now() - HOUR)
    assert phone.get("/m/").status_code == 302
    TrustedDevice.objects.update(expires_at=now() + DAY)
    User.objects.filter(pk=cast.worker.user_id).update(is_active=False)
    assert phone.get("/m/").status_code == 302
    User.objects.filter(pk=cast.worker.user_id).update(is_active=True)
    assert phone.get("/m/").status_code == 200
    phone.cookies[COOKIE] = phone.cookies[COOKIE].value[:-3] + "abc"
    sign_out(phone)
    assert phone.get("/m/").status_code == 302, "a secret that is only nearly right"
    phone.cookies[COOKIE] = "nonsense"
    assert phone.get("/m/").status_code == 302


def test_whoever_may_more_than_a_worker_is_not_trusted(cast: Cast) -> None:
    for who in (cast.dispatcher, cast.administrator, cast.outsider):
        with pytest.raises(Forbidden):
            trusting.trust(by=who, at=now(), label="x")
    PhoneLimit.objects.create(name="device_days", value=7, valid_from=local(now()).date(), source="市局规定")
    made = [trusting.trust(by=cast.worker, at=now(), label="") for _n in range(5)]
    assert made[0].device.expires_at - made[0].device.trusted_at == timedelta(days=7)
    with pytest.raises(Unprocessable, match="5"):
        trusting.trust(by=cast.worker, at=now(), label="sixth")


def test_calling_back_ends_the_session_and_orders_the_wipe(phone: Client, cast: Cast) -> None:
    device = TrustedDevice.objects.get()
    sign_out(phone)
    assert phone.get("/m/").status_code == 200
    with pytest.raises(NotFound):
        trusting.call_back(device.pk, by=cast.neighbour, at=now())
    with pytest.raises(Unprocessable):
        trusting.call_back(device.pk, by=cast.administrator, at=now())
    before = AuditEntry.objects.count()
    for _time in range(2):
        trusting.call_back(device.pk, by=cast.administrator, at=now(), reason="手机丢失")
    assert AuditEntry.objects.count() == before + 1
    told = phone.get("/m/api/hello").json()
    assert (told["user"], told["wipe"], told["seals"]) == (None, True, True)
    assert phone.get("/m/").status_code == 302
    phone.post("/m/api/device/wiped")
    device.refresh_from_db()
    assert device.wiped_at is not None


def test_one_calls_back_ones_own_without_a_reason(phone: Client, cast: Cast) -> None:
    device = TrustedDevice.objects.get()
    kept = trusting.call_back(device.pk, by=cast.worker, at=now(), is_wiped=False)
    assert (kept.wipe_at, kept.revoked_by_id) == (None, cast.worker.user_id)
    assert trusting.call_back(device.pk, by=cast.worker, at=now()).wipe_at is not None


def test_a_forgotten_pin_needs_the_password(phone: Client, cast: Cast) -> None:
    def ask(password: str) -> Any:
        return phone.post("/m/api/device/recover", {"password": password}, content_type=JSON)

    wrong, right = ask("nonsense"), ask(city.PASSWORD)
    assert (wrong.status_code, wrong.json()["code"]) == (422, "wrong_password")
    assert right.json()["recovery"] == TrustedDevice.objects.get().recovery
    assert AuditEntry.objects.filter(verb="fieldwork.recover").count() == 1
    other = Client()
    other.force_login(cast.neighbour.user)
    other.cookies[COOKIE] = phone.cookies[COOKIE].value
    assert (
        other.post("/m/api/device/recover", {"password": city.PASSWORD}, content_type=JSON).status_code == 403
    )
    stranger = Client()
    assert stranger.post("/m/api/device/recover", {}, content_type=JSON).status_code == 401
    assert phone.post("/m/api/device/recover", "[]", content_type=JSON).status_code == 400
    assert phone.post("/m/api/device/recover", "{", content_type=JSON).status_code == 400


def test_an_ended_account_keeps_its_outbox_sealed_until_it_is_released(
    phone: Client, cast: Cast, make_ticket: MakeTicket
) -> None:
    ticket = make_ticket("dispatched", to="G1", category=ERRAND)
    lon, lat = city.centre(0)
    photo, key = str(uuid4()), str(uuid4())
    data = {"key": [key], "attachments": [photo], "lon": [str(lon)], "lat": [str(lat)], "category": [LITTER]}
    said = {"id": key, "kind": "report", "subject": f"report:{key}", "data": data, "photos": [photo]}
    said |= {"device_at": (now() - HOUR).isoformat()}
    sign_out(phone)
    User.objects.filter(pk=cast.worker.user_id).update(is_active=False)
    assert phone.get("/m/api/hello").json()["seals"] is True
    file = SimpleUploadedFile("a.jpg", jpeg(), content_type="image/jpeg")
    for _time in range(2):
        file.seek(0)
        assert phone.post("/m/api/photos", {"key": photo, "file": file}).json() == {
            "key": photo,
            "sealed": True,
        }
    first = send(phone, sign(ticket), said)
    assert [answer["outcome"] for answer in first] == ["sealed", "sealed"]
    assert send(phone, said) == first[1:]
    row = SyncAction.objects.get(key=key)
    assert LITTER in row.content
    assert Ticket.objects.count() == 1

    for nobody in (cast.worker, cast.dispatcher):
        with pytest.raises(Forbidden):
            sealing.release(cast.worker.user_id or 0, to=nobody.user, by=nobody, at=now(), reason="账号误停")
    people = User.objects
    with pytest.raises(Unprocessable):
        sealing.release(
            row.user_id, to=people.get(pk=row.user_id), by=cast.administrator, at=now(), reason="账号误停"
        )
    with pytest.raises(Unprocessable):
        sealing.release(
            row.user_id, to=people.get(username="grid_leader"), by=cast.administrator, at=now(), reason=" "
        )
    answers = sealing.release(
        row.user_id,
        to=people.get(username="grid_leader"),
        by=cast.administrator,
        at=now(),
        reason="交由格长处理",
    )
    assert [answer.outcome for answer in answers] == ["sent", "sent"]
    made = Ticket.objects.exclude(pk=ticket.pk).get()
    assert (made.reporter_id, made.attachments.count()) == (cast.grid_leader.user_id, 1)
    row.refresh_from_db()
    assert (row.outcome, row.content, row.settled_to_id) == ("released", "", cast.grid_leader.user_id)
    assert not SentPhoto.objects.exclude(sealed="").exists()
    assert send(phone, said)[0]["outcome"] == "sealed", "the phone learns nothing more"


def test_what_is_refused_stays_sealed_and_may_be_given_up(
    phone: Client, cast: Cast, make_ticket: MakeTicket
) -> None:
    done = make_ticket("feedback", to="G1", category=ERRAND)
    sign_out(phone)
    User.objects.filter(pk=cast.worker.user_id).update(is_active=False)
    lost = sign(done) | {"photos": [str(uuid4())]}
    send(phone, sign(done), lost)
    person = cast.worker.user_id or 0
    leader = User.objects.get(username="grid_leader")
    answers = sealing.release(person, to=leader, by=cast.administrator, at=now(), reason="交由格长处理")
    assert [answer.outcome for answer in answers] == ["conflict", "refused"]
    assert SyncAction.objects.filter(user_id=person).sealed().count() == 2
    with pytest.raises(Forbidden):
        sealing.drop(person, by=cast.grid_leader, at=now(), reason="已经办结")
    one = SyncAction.objects.sealed().first()
    assert one is not None
    assert sealing.drop(person, by=cast.administrator, at=now(), reason="已经办结", keys=[one.key]) == 1
    assert sealing.drop(person, by=cast.administrator, at=now(), reason="已经办结") == 1
    assert not SyncAction.objects.sealed().exists()


def test_the_door_says_who_is_missing(cast: Cast) -> None:
    client = Client()
    assert client.get("/m/api/hello").json()["user"] is None
    assert client.post("/m/api/sync", batch(), content_type=JSON).status_code == 401
    assert client.post("/m/api/photos", {}).status_code == 401
    assert client.get("/m/api/pack").status_code == 401
    client.force_login(cast.worker.user)
    assert client.post("/m/api/photos", {}).status_code == 400
    file = SimpleUploadedFile("a.jpg", jpeg(), content_type="image/jpeg")
    assert client.post("/m/api/photos", {"key": "7", "file": file}).status_code == 400
    file.seek(0)
    ok = client.post("/m/api/photos", {"key": str(uuid4()), "file": file, "taken_at": "x", "sha256": "7"})
    assert ok.status_code == 201
    heic = SimpleUploadedFile("a.heic", b"\x00\x00\x00\x18ftypheic" + b"\x00" * 64)
    refused = client.post("/m/api/photos", {"key": str(uuid4()), "file": heic})
    assert (refused.status_code, refused.json()["code"]) == (415, "unsupported_media")
    long = client.post("/m/api/sync", b" " * (1024 * 1024 + 1), content_type=JSON)
    assert (long.status_code, long.json()["code"]) == (400, "batch_too_large")
    outsider = Client()
    outsider.force_login(cast.outsider.user)
    assert outsider.post("/m/api/device", {}, content_type=JSON).status_code == 403


def test_a_phone_of_somebody_else_names_no_action(phone: Client, cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket("dispatched", to="G1", category=ERRAND)
    phone.force_login(cast.grid_leader.user)
    assert send(phone, sign(ticket))[0]["outcome"] == "sent"
    row = SyncAction.objects.get()
    assert (row.device, row.user_id) == (None, cast.grid_leader.user_id)


def test_the_administrators_page(phone: Client, cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket("dispatched", to="G1", category=ERRAND)
    sign_out(phone)
    User.objects.filter(pk=cast.worker.user_id).update(is_active=False)
    send(phone, sign(ticket))
    office = Client()
    office.force_login(cast.dispatcher.user)
    assert office.get("/fieldwork/sealed/").status_code == 403
    assert office.post(f"/fieldwork/sealed/{cast.worker.user_id}/", {"deed": "drop"}).status_code == 403
    office.force_login(cast.administrator.user)
    shown = office.get("/fieldwork/sealed/?q=worker").content.decode()
    assert "王巡" in shown
    assert "红米" in shown
    assert ticket.number not in shown
    where = f"/fieldwork/sealed/{cast.worker.user_id}/"

    def said(url: str, **data: str) -> str:
        return office.post(url, data, follow=True).content.decode()

    assert "没有此用户名" in said(where, to="nobody", reason="账号停用")
    assert "理由" in said(where, to="grid_leader", reason="")
    assert "已放行 1 条" in said(where, to="grid_leader", reason="账号停用")
    ticket.refresh_from_db()
    assert ticket.state == "handling"
    send(phone, sign(ticket))
    assert "仍封存" in said(where, to="mediator", reason="账号停用")
    assert "不予采用 1 条" in said(where, deed="drop", reason="已经办结")
    device = TrustedDevice.objects.get()
    assert "原因" in said(f"/fieldwork/sealed/phones/{device.pk}/", reason="")
    assert "已收回信任" in said(f"/fieldwork/sealed/phones/{device.pk}/", reason="手机丢失")


def test_the_phones_own_pages(phone: Client, cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket("handling", to="G1", category=ERRAND)
    worker = phone.get("/m/sw.js")
    assert worker["Content-Type"].startswith("text/javascript")
    assert worker["Cache-Control"] == "no-cache"
    assert b"start.mjs" in worker.content
    assert phone.get("/m/manifest.webmanifest").json()["scope"] == "/m/"
    shell = Client().get("/m/shell/")
    assert (shell.status_code, "data-shell" in shell.content.decode()) == (200, True)
    assert "红米" in phone.get("/m/devices/").content.decode()
    assert "data-outbox-list" in phone.get("/m/outbox/").content.decode()
    page = phone.get(f"/m/tickets/{ticket.number}/").content.decode()
    assert f"/m/tickets/{ticket.number}/arrive/" in page
    lon, lat = city.centre(0)
    for url, data in (("arrive", {"lon": lon, "lat": lat, "accuracy": 5}), ("help", {"words": "请支援"})):
        where = f"/m/tickets/{ticket.number}/{url}/"
        assert phone.get(where).status_code == 200
        assert phone.post(where, {}).status_code == 422
        assert phone.post(where, data).status_code == 302
        assert "HX-Redirect" in phone.post(where, data, headers={"HX-Request": "true"})
    desk = Client()
    desk.force_login(cast.community.user)
    shown = desk.get(f"/tickets/{ticket.number}/").content.decode()
    assert "请支援" in shown
    assert "arrive/" not in shown
    phone.post(f"/m/devices/{TrustedDevice.objects.get().pk}/call-back/")
    assert TrustedDevice.objects.get().wipe_at is not None
    early = make_ticket("dispatched", to="G1", category=ERRAND)
    phone.force_login(cast.grid_leader.user)
    address = f"/m/tickets/{early.number}/do/feedback/"
    assert (phone.get(address).status_code, phone.get(f"{address}?ahead=1").status_code) == (409, 200)
