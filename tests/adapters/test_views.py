"""Pages of mappings and channels: administrators write, auditors read, nobody else gets in; a trial stores nothing."""

import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from adapters import versions
from adapters.models import Channel, Mapping, MappingSample, MappingVersion
from governance.audit.models import AuditEntry
from governance.exchange.models import ApiClient
from incidents.models import Ticket
from tests import city
from tests.adapters.props import DOCUMENT, document, mapping_of, order, released
from tests.cast import MONDAY, Cast

pytestmark = pytest.mark.django_db
LIST, HERE = "/connections/mappings/", "/connections/mappings/hotline-json/"
Open = Callable[[str], Client]


@pytest.fixture
def open_as(cast: Cast) -> Open:
    def sign_in(name: str) -> Client:
        client = Client()
        client.force_login(
            cast.everybody[name].user, backend="governance.accounts.backends.NameOrPhoneBackend"
        )
        return client

    return sign_in


@pytest.fixture
def admin(open_as: Open) -> Client:
    return open_as("administrator")


def test_who_gets_in(open_as: Open, cast: Cast) -> None:
    version = released(cast)
    draft = versions.draft(version.mapping_id, by=cast.administrator, at=MONDAY)
    pages = [LIST, HERE, f"{HERE}bench/", f"{HERE}versions/1/", "/connections/channels/"]
    writes = [
        f"{LIST}new/",
        f"{HERE}draft/",
        f"{HERE}versions/{draft.number}/",
        f"{HERE}versions/{draft.number}/check/",
        f"{HERE}versions/{draft.number}/release/",
        f"{HERE}versions/{draft.number}/discard/",
        f"{HERE}versions/{draft.number}/codes/category/",
        f"{HERE}samples/1/drop/",
        "/connections/channels/new/",
        "/connections/channels/1/",
        "/connections/channels/1/secret/",
    ]
    before = MappingVersion.objects.count(), AuditEntry.objects.count()
    for name, page_status in (("auditor", 200), ("administrator", 200), ("dispatcher", 403), ("leader", 403)):
        client = open_as(name)
        for page in pages:
            assert client.get(page).status_code == page_status, (name, page)
        if name != "administrator":
            for address in writes:
                assert client.post(address).status_code == 403, (name, address)
    assert (MappingVersion.objects.count(), AuditEntry.objects.count()) == before
    assert Client().get(LIST).status_code == 302


def test_the_list_asks_as_often_for_three_as_for_one(admin: Client, cast: Cast) -> None:
    def count() -> int:
        with CaptureQueriesContext(
            connection,
        ) as found:
            assert admin.get(LIST).status_code == 200
        return len(found)

    assert "parts" not in admin.get(LIST).content.decode()
    mapping_of(cast, code="one")
    count()
    once = count()
    for code in ("two", "three"):
        mapping_of(cast, code=code)
    assert count() == once


def test_a_mapping_from_its_first_line_to_being_in_force(admin: Client) -> None:
    client = ApiClient.objects.get(code="hotline")
    form = {"code": "hotline-json", "name": "工单接口", "client": client.pk}
    assert admin.post(f"{LIST}new/", form | {"code": "no code"}).status_code == 422
    assert admin.post(f"{LIST}new/", form)["Location"] == LIST
    assert admin.post(f"{LIST}new/", form).status_code == 422
    page = f"{HERE}versions/1/"
    typed = {
        "source-constant": "hotline",
        "external_no-path": "/order/no",
        "category-path": "/order/type",
        "category-default": "1408",
        "category-unknown": "keep",
        "content-path": "/order/title /order/detail",
        "content-separator": "。",
        "place-path": "/where/text",
        "occurred_at-path": "/order/time",
        "occurred_at-format": "%Y-%m-%d %H:%M",
        "rows": "/data/rows",
        "answer": '{"names": {"number": "orderNo"}}',
        "note": "首版",
    }
    assert admin.post(page, typed | {"place-path": "a..b"}).status_code == 422
    assert admin.post(page, typed | {"answer": "{"}).status_code == 422
    assert admin.post(page, typed)["Location"] == page
    version = MappingVersion.objects.get()
    assert version.document["fields"]["content"] == {
        "path": ["/order/title", "/order/detail"],
        "separator": "。",
    }
    assert (version.document["rows"], version.note) == ("/data/rows", "首版")
    assert 'value="/order/title /order/detail"' in admin.get(page).content.decode()
    table = SimpleUploadedFile("codes.csv", "对方,平台\nA01,1408\nA02,0999\n".encode())
    assert admin.post(f"{page}codes/category/", {"file": table})["Location"] == page
    wrong = admin.post(f"{page}check/")
    assert wrong.status_code == 422
    assert "0999" in wrong.content.decode()
    table = SimpleUploadedFile("codes.csv", "对方,平台\nA01,1408\n".encode())
    admin.post(f"{page}codes/category/", {"file": table})
    assert admin.post(f"{page}check/")["Location"] == HERE
    assert admin.post(f"{page}release/", {"valid_from": "2020-01-01T00:00"}).status_code == 422
    assert admin.post(f"{page}release/", {"valid_from": ""})["Location"] == HERE
    assert admin.post(f"{page}release/", {"valid_from": ""}).status_code == 409
    shown = admin.get(page).content.decode()
    assert "readonly" in shown
    assert admin.post(page, typed).status_code == 409
    assert admin.post(f"{HERE}draft/")["Location"] == f"{HERE}versions/2/"
    assert admin.post(f"{HERE}versions/2/discard/")["Location"] == HERE
    assert [row.state for row in MappingVersion.objects.order_by("number")] == ["released", "discarded"]


def test_code_tables_leave_as_files(admin: Client, cast: Cast) -> None:
    released(cast)
    page = f"{HERE}versions/1/codes/"
    text = admin.get(f"{page}category.csv").content.decode("utf-8-sig")
    assert text.splitlines()[1:] == ["A01,1408", "A02,0201"]
    book = load_workbook(io.BytesIO(admin.get(f"{page}citizen.needs_reply.xlsx").content))
    assert sorted([cell.value for cell in row] for row in book.active.iter_rows(min_row=2)) == [
        ["N", "false"],
        ["Y", "true"],
    ]
    assert admin.get(f"{page}title.csv").status_code == 404
    assert admin.get(f"{page}nothing.csv").status_code == 404
    draft = versions.draft(Mapping.objects.get().pk, by=cast.administrator, at=MONDAY)
    versions.edit(
        draft.pk, document(region_code={"constant": city.GRIDS[0]}), by=cast.administrator, at=MONDAY
    )
    file = SimpleUploadedFile("x.csv", b"a,b\nc,d\n")
    assert admin.post(f"{HERE}versions/2/codes/region_code/", {"file": file}).status_code == 422


class TestBench:
    def test_fields_refusals_and_the_ticket(self, admin: Client, cast: Cast) -> None:
        version = released(cast)
        draft = versions.draft(version.mapping_id, by=cast.administrator, at=MONDAY)
        versions.edit(draft.pk, document(title=None), by=cast.administrator, at=MONDAY)
        journal = AuditEntry.objects.count()
        text = json.dumps([order(), order("2", type="Z99")], ensure_ascii=False)
        answer = admin.post(f"{HERE}bench/", {"document": text, "try": "1"})
        shown = answer.content.decode()
        assert answer.status_code == 200
        for words in ("1408", "书院社区", "/order/type", "unknown_code", "is-other", "老人行动不便"):
            assert words in shown, words
        assert (Ticket.objects.count(), AuditEntry.objects.count()) == (0, journal)
        assert len(answer.context["results"]) == 2

    @pytest.mark.parametrize("text", ["", "{", "NaN", "[" * 3000])
    def test_what_is_no_json(self, admin: Client, cast: Cast, text: str) -> None:
        released(cast)
        assert admin.post(f"{HERE}bench/", {"document": text, "try": "1"}).status_code == 422

    @pytest.mark.parametrize("text", ["5", "null", "[]", '{"order": 1}', '[[1], "x"]'])
    def test_any_json_is_answered(self, admin: Client, cast: Cast, text: str) -> None:
        released(cast)
        assert admin.post(f"{HERE}bench/", {"document": text, "try": "1"}).status_code == 200

    def test_a_sample_is_kept_and_tried_again(self, admin: Client, open_as: Open, cast: Cast) -> None:
        released(cast)
        form = {"document": json.dumps(order()), "keep": "1", "name": "投诉"}
        assert open_as("auditor").post(f"{HERE}bench/", form).status_code == 403
        assert not MappingSample.objects.exists()
        assert admin.post(f"{HERE}bench/", form)["Location"] == HERE
        assert admin.post(f"{HERE}bench/", form | {"name": ""}).status_code == 200
        sample = MappingSample.objects.get()
        assert "13800000000" in json.dumps(sample.document)
        assert "13800000000" in admin.get(f"{HERE}bench/?sample=投诉").content.decode()
        assert "投诉" in admin.get(HERE).content.decode()
        assert admin.post(f"{HERE}samples/{sample.pk}/drop/").status_code == 302
        assert admin.post(f"{HERE}samples/{sample.pk}/drop/").status_code == 404


def test_channels_are_kept_and_their_secret_is_shown_once(admin: Client, cast: Cast) -> None:
    client = ApiClient.objects.get(code="hotline")
    form: dict[str, Any] = {
        "code": "wechat",
        "name": "公众号",
        "translator": "wechat",
        "client": client.pk,
        "source": "hotline",
        "category": "1408",
        "region_code": city.GRIDS[0][:12],
        "is_active": "on",
    }
    page = "/connections/channels/"
    assert admin.post(f"{page}new/", form | {"translator": "town_app"}).status_code == 422
    made = admin.post(f"{page}new/", form)
    channel = Channel.objects.get()
    assert channel.secret in made.content.decode()
    assert made["Cache-Control"] == "no-store"
    assert channel.secret not in admin.get(page).content.decode()
    assert admin.post(f"{page}{channel.pk}/", form | {"name": "新名称"})["Location"] == page
    old = channel.secret
    assert old not in admin.post(f"{page}{channel.pk}/secret/").content.decode()
    channel.refresh_from_db()
    assert (channel.name, channel.secret != old) == ("新名称", True)
    sealed = form | {"translator": "wechat_sealed"}
    assert admin.post(f"{page}{channel.pk}/", sealed).status_code == 422, "an AppID is needed"
    given = admin.post(f"{page}{channel.pk}/", sealed | {"app_id": "wx2c2769f8efd9abc2"})
    channel.refresh_from_db()
    assert channel.sealing_key in given.content.decode()
    assert given["Cache-Control"] == "no-store"
    assert admin.get(f"{page}0/").status_code == 404
    entries = AuditEntry.objects.filter(verb__startswith="channel.")
    assert sorted(entries.values_list("verb", flat=True)) == [
        "channel.change",
        "channel.change",
        "channel.create",
        "channel.renew_secret",
    ]
    assert all(channel.secret not in str(entry.details) for entry in entries)


def test_the_ticket_says_by_what_it_came(open_as: Open, cast: Cast) -> None:
    from adapters.taking import take
    from tests.cast import client_actor

    rule = DOCUMENT["fields"]["category"] | {"unknown": "keep"}
    version = released(cast, document(category=rule))
    by = client_actor(ApiClient.objects.get(code="hotline"))
    made = take(version, order(type="物业/电梯"), by=by, at=MONDAY).made
    text = open_as("dispatcher").get(f"/tickets/{made.ticket.number}/").content.decode()
    assert "物业/电梯" in text
    assert version.mapping.name in text
