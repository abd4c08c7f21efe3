"""Section by section: what is kept at all, who makes it readable, how it is searched, exported and forgotten."""

import csv
import io
from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.test import Client

from governance.accounts.actors import Actor
from governance.audit.models import AuditEntry
from governance.foundation.errors import Forbidden, NotFound, Problem, Unprocessable
from governance.foundation.masking import mask_address, mask_identity
from registers import disclosure, finding, retention
from registers.models import (
    CorrectionRequest,
    Household,
    KeyPerson,
    KeyPersonNote,
    KeyPersonReader,
    KeyPlace,
    LookCount,
    RegisterRule,
    Resident,
)
from registers.querysets import inside
from registers.tasks import anonymise_moved_out_task
from tests.cast import MONDAY, Cast
from tests.registers import props

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]
REASON = "核对低保申请材料"


class TestMinimum:
    def test_no_biometrics_and_nobody_is_followed_around(self) -> None:
        """Neither a field nor a word of the source is about faces, prints, voices or tracks of people."""
        forbidden = (
            "face",
            "finger",
            "iris",
            "voice",
            "biometric",
            "gait",
            "track",
            "trajectory",
            "photo",
            "image",
        )
        fields = {
            f"{model._meta.label}.{field.name}"
            for model in apps.get_app_config("registers").get_models()
            for field in model._meta.get_fields()
        }
        assert [name for name in fields if any(word in name.lower() for word in forbidden)] == []
        positions = {name for name in fields if name.rsplit(".", 1)[1] in {"lon", "lat"}}
        assert positions == {"registers.KeyPlace.lon", "registers.KeyPlace.lat"}
        kinds = {
            field.get_internal_type()
            for model in apps.get_app_config("registers").get_models()
            for field in model._meta.concrete_fields
        }
        assert not kinds & {"FileField", "ImageField", "BinaryField"}

    def test_personal_data_has_no_rest_door(self) -> None:
        sources = [path.read_text() for path in (ROOT / "registers").rglob("*.py")]
        assert not any("rest_framework" in text for text in sources)

    def test_masks(self) -> None:
        assert mask_identity("990101199003070015") == "990***********0015"
        assert mask_identity("12345") == "*****"
        assert mask_address("文津街道东苑3号楼2单元502室") == "文津街道东苑*号楼*单元*室"
        assert mask_address("2-502") == "*-*"


class TestRevealing:
    @pytest.mark.parametrize("name", ["worker", "grid_leader", "police", "community", "town"])
    def test_the_duty_reveals_one_field_for_a_reason(self, cast: Cast, name: str) -> None:
        who, by = props.resident(), getattr(cast, name)
        assert disclosure.reveal(who, "phone", by=by, at=MONDAY, reason=REASON) == who.phone
        entry = AuditEntry.objects.get(verb="register.reveal")
        assert entry.details == {"field": "phone", "reason": REASON}
        assert (entry.object_id, entry.object_label) == (str(who.pk), "张**")
        assert who.phone not in str(vars(entry))
        assert LookCount.objects.get().reveals == 1

    @pytest.mark.parametrize(
        "name",
        ["oversight", "supervisor", "leader", "duty", "handler", "mediator", "auditor", "administrator"],
    )
    def test_others_do_not_and_nothing_is_recorded(self, cast: Cast, name: str) -> None:
        who = props.resident()
        with pytest.raises(Forbidden):
            disclosure.reveal(who, "phone", by=getattr(cast, name), at=MONDAY, reason=REASON)
        assert not AuditEntry.objects.filter(verb="register.reveal").exists()
        assert not LookCount.objects.exists()

    @pytest.mark.parametrize(("reason", "error"), [("", Unprocessable), ("  因  ", Unprocessable)])
    def test_without_a_reason_nothing_is_shown(self, cast: Cast, reason: str, error: type[Problem]) -> None:
        with pytest.raises(error):
            disclosure.reveal(props.resident(), "phone", by=cast.worker, at=MONDAY, reason=reason)
        assert not LookCount.objects.exists()

    @pytest.mark.parametrize("field", ["household", "key", "path", "groups"])
    def test_only_fields_that_are_masked(self, cast: Cast, field: str) -> None:
        with pytest.raises(NotFound):
            disclosure.reveal(props.resident(), field, by=cast.worker, at=MONDAY, reason=REASON)

    def test_a_named_reader_reveals_what_belongs_to_the_file(self, cast: Cast) -> None:
        person, other = props.key_person(), props.resident()
        KeyPersonReader.objects.create(
            person=person, user=cast.handler.user, reason="协助", granted_by=cast.town.user, granted_at=MONDAY
        )
        assert disclosure.reveal(person.resident, "phone", by=cast.handler, at=MONDAY, reason=REASON)
        with pytest.raises(Forbidden):
            disclosure.reveal(other, "phone", by=cast.handler, at=MONDAY, reason=REASON)

    def test_over_the_page(self, client: Client, cast: Cast) -> None:
        who, place = props.resident(), props.key_place()
        client.force_login(cast.worker.user)
        url = f"/registers/reveal/resident/{who.pk}/identity_number/"
        refused = client.post(url, {"reason": ""})
        assert refused.status_code == 422
        assert who.identity_number not in refused.content.decode()
        shown = client.post(url, {"reason": REASON})
        assert who.identity_number in shown.content.decode()
        assert "no-store" in shown.headers["Cache-Control"]
        for kind, row, field, value in (
            ("place", place, "contact", "李老板 13900000001"),
            ("household", who.household, "address", who.household.address),
        ):
            answer = client.post(f"/registers/reveal/{kind}/{row.pk}/{field}/", {"reason": REASON})
            assert value in answer.content.decode()
        assert LookCount.objects.get().reveals == 3
        assert client.get(url).status_code == 405
        assert client.post(f"/registers/reveal/person/{who.pk}/phone/", {"reason": REASON}).status_code == 404
        client.force_login(cast.neighbour.user)
        assert client.post(url, {"reason": REASON}).status_code == 404


class TestSearching:
    def test_the_exact_number_inside_ones_own_place(self, cast: Cast) -> None:
        who, far = (
            props.resident(identity_number=props.identity(5)),
            props.resident(3, identity_number=props.identity(5)),
        )
        spelled = f" {props.identity(5)[:6]} {props.identity(5)[6:].lower()}"
        assert finding.find_people("identity_number", spelled, by=cast.worker, at=MONDAY) == [who]
        assert finding.find_people("identity_number", spelled, by=cast.far_community, at=MONDAY) == [far]
        assert finding.find_people("phone", "+86 138 1234 5678", by=cast.worker, at=MONDAY) == [who]
        entries = AuditEntry.objects.filter(verb="register.search").order_by("id")
        assert [entry.details for entry in entries] == [
            {"field": "identity_number", "found": 1},
            {"field": "identity_number", "found": 1},
            {"field": "phone", "found": 1},
        ]
        assert LookCount.objects.get(user=cast.worker.user).searches == 2

    @pytest.mark.parametrize("name", ["oversight", "leader", "duty", "handler", "auditor", "outsider"])
    def test_others_do_not_search(self, cast: Cast, name: str) -> None:
        with pytest.raises(Forbidden):
            finding.find_people("phone", "13812345678", by=getattr(cast, name), at=MONDAY)
        assert not LookCount.objects.exists()

    @pytest.mark.parametrize(("field", "text"), [("identity_number", "9901011990"), ("phone", "138")])
    def test_parts_of_numbers_find_nobody(self, cast: Cast, field: Any, text: str) -> None:
        with pytest.raises(Unprocessable):
            finding.find_people(field, text, by=cast.worker, at=MONDAY)

    def test_over_the_page_the_number_is_in_no_address(self, client: Client, cast: Cast) -> None:
        who = props.resident()
        client.force_login(cast.worker.user)
        answer = client.post("/registers/search/", {"field": "phone", "text": who.phone})
        assert f"/registers/residents/{who.pk}/" in answer.content.decode()
        assert client.get(f"/registers/search/?field=phone&text={who.phone}").status_code == 200
        assert LookCount.objects.get().searches == 1
        assert client.post("/registers/search/", {"field": "phone", "text": "1"}).status_code == 422
        assert client.post("/registers/search/", {"field": "name", "text": "张"}).status_code == 422
        nobody = client.post("/registers/search/", {"field": "phone", "text": "13700000000"})
        assert "不代表其他辖区" in nobody.content.decode()


class TestExports:
    def read(self, client: Client, by: Actor, name: str) -> list[list[str]]:
        client.force_login(by.user)
        response = client.get(f"/registers/{name}/export.csv")
        assert response.status_code == 200
        return list(csv.reader(io.StringIO(b"".join(response.streaming_content).decode("utf-8-sig"))))

    def test_masked_bounded_harmless_and_on_record(self, client: Client, cast: Cast) -> None:
        who = props.resident(name="=张三")
        props.resident(household=who.household)
        props.key_place(name="@店", address="书院路12号")
        RegisterRule.objects.create(name="export_rows", value=1, valid_from=date(2020, 1, 2))
        head, row = self.read(client, cast.town, "residents")
        assert dict(zip(head, row, strict=True))["身份证号码"].count("*") == 11
        assert "13812345678" not in str(row)
        assert len(self.read(client, cast.town, "households")) == 2
        _head, place = self.read(client, cast.town, "places")
        assert place[1] == "'@店"
        assert "书院路*号" in place
        entries = AuditEntry.objects.filter(verb="register.export").order_by("id")
        assert [entry.details["rows"] for entry in entries] == [1, 1, 1]
        assert LookCount.objects.get().exports == 3

    @pytest.mark.parametrize("name", ["worker", "community", "leader", "handler"])
    def test_others_do_not_export(self, client: Client, cast: Cast, name: str) -> None:
        client.force_login(getattr(cast, name).user)
        assert client.get("/registers/places/export.csv").status_code == 403
        assert not AuditEntry.objects.filter(verb="register.export").exists()


class TestForgetting:
    def gone(self, days: int = 400, **changes: Any) -> Resident:
        return props.resident(left_on=props.TODAY - timedelta(days=days), groups=["veteran"], **changes)

    def test_long_gone_people_lose_their_names(self, cast: Cast) -> None:
        old, recent, here = self.gone(), self.gone(364), props.resident()
        dry = retention.anonymise_moved_out(at=MONDAY, dry_run=True)
        assert (dry.anonymised, dry.held) == (1, 0)
        assert Resident.objects.get(pk=old.pk).name
        assert retention.anonymise_moved_out(at=MONDAY).anonymised == 1
        row = Resident.objects.get(pk=old.pk)
        assert (row.name, row.identity_number, row.phone, row.birth_date, row.groups) == (
            "",
            "",
            "",
            None,
            [],
        )
        assert row.masked_name == "已匿名"
        assert Resident.objects.get(pk=recent.pk).name
        assert Resident.objects.get(pk=here.pk).name
        assert retention.anonymise_moved_out(at=MONDAY).anonymised == 0
        assert AuditEntry.objects.filter(verb="resident.anonymise").count() == 1

    def test_files_and_requests_go_with_them(self, cast: Cast) -> None:
        person = props.key_person(resident=self.gone(), closed_on=props.TODAY, close_reason="期满")
        KeyPersonNote.objects.create(
            person=person, at=MONDAY, author=cast.town.user, text="记事", key=props.uuid4()
        )
        retention.anonymise_moved_out(at=MONDAY)
        assert not KeyPersonNote.objects.exists()
        assert KeyPerson.objects.get().close_reason == ""

    def test_a_hold_an_open_file_and_an_open_request_keep_it(self, cast: Cast) -> None:
        self.gone(is_on_hold=True, hold_reason="法院协助函")
        props.key_person(resident=self.gone())
        CorrectionRequest.objects.create(
            resident=self.gone(), text="更正", asked_at=MONDAY, noted_by=cast.town.user, key=props.uuid4()
        )
        found = retention.anonymise_moved_out(at=MONDAY)
        assert (found.anonymised, found.held) == (0, 1)

    def test_the_time_is_a_value_with_a_date(self, cast: Cast) -> None:
        self.gone(40)
        RegisterRule.objects.create(
            name="keep_moved_out_days", value=30, valid_from=props.TODAY + timedelta(days=1)
        )
        assert retention.anonymise_moved_out(at=MONDAY).anonymised == 0
        assert retention.anonymise_moved_out(at=MONDAY + timedelta(days=1), limit=5).anonymised == 1

    def test_the_command_and_the_task(self, cast: Cast) -> None:
        self.gone(4000)
        said = StringIO()
        call_command("anonymise_residents", dry_run=True, stdout=said)
        assert "1 would be anonymised" in said.getvalue()
        assert anonymise_moved_out_task() == 1

    def test_the_table_itself_refuses_half_forgotten_rows(self, cast: Cast) -> None:
        from django.db import IntegrityError, transaction

        who = props.resident()
        with pytest.raises(IntegrityError), transaction.atomic():
            Resident.objects.filter(pk=who.pk).update(anonymised_at=MONDAY)


class TestAdministration:
    def test_auditors_see_who_looked_how_often(self, client: Client, cast: Cast) -> None:
        disclosure.reveal(props.resident(), "phone", by=cast.worker, at=MONDAY, reason=REASON)
        for name, status in (("auditor", 200), ("administrator", 403)):
            user = getattr(cast, name).user
            user.is_staff = True
            user.save()
            client.force_login(user)
            assert client.get("/admin/registers/lookcount/").status_code == status
        assert LookCount.objects.get().reveals == 1

    def test_no_personal_data_is_in_the_administration(self) -> None:
        from django.contrib import admin

        registered = {
            model._meta.label for model in admin.site._registry if model._meta.app_label == "registers"
        }
        assert registered == {"registers.LookCount", "registers.RegisterRule", "registers.RequiredField"}


@pytest.mark.parametrize(
    ("model", "index"),
    [
        (Household, "household_path"),
        (Resident, "resident_path"),
        (KeyPlace, "key_place_path"),
        (KeyPerson, "key_person_path"),
    ],
)
def test_one_place_is_read_through_the_index(cast: Cast, model: Any, index: str) -> None:
    rows = model.objects.filter(inside([cast.grid(0).path]))
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        sql, params = rows.query.sql_with_params()
        cursor.execute(f"EXPLAIN {sql}", params)
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert index in plan
    assert "Index Cond" in plan


def test_an_exact_number_is_read_through_the_index(cast: Cast) -> None:
    rows = Resident.objects.with_identity(props.identity(1))
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        sql, params = rows.query.sql_with_params()
        cursor.execute(f"EXPLAIN {sql}", params)
        assert "resident_identity" in "\n".join(row[0] for row in cursor.fetchall())
