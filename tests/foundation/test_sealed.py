"""Sealed fields on a real table: unreadable, bound to their place, openable with old keys, found by exact value."""

import base64
from io import StringIO
from typing import Any

import pytest
from django.core.checks import run_checks
from django.core.exceptions import FieldError, ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.db.models import F

from governance.audit.models import AuditEntry
from governance.foundation import sealed
from governance.foundation.resealing import reseal_batch, sealed_columns
from governance.foundation.sealed import SealBroken, keyed_hash, seal, unseal
from governance.settings.sealing import derived_ring, read_key, read_ring
from registers.models import Resident
from tests.cast import Cast
from tests.registers import props

WHERE, ELSEWHERE = "registers.resident.identity_number", "registers.resident.phone"
NUMBER = "990101199003070015"


def ring(*ids: str) -> dict[str, bytes]:
    return {key_id: key_id.encode().ljust(32, b"-") for key_id in ids}


def raw(resident: Resident, column: str = "identity_number") -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM registers_resident WHERE id = %s", [resident.pk])
        return cursor.fetchone()[0]


class TestSealing:
    def test_it_opens_where_it_was_sealed_and_nowhere_else(self) -> None:
        text = seal(NUMBER, WHERE)
        assert NUMBER not in text
        assert unseal(text, WHERE) == NUMBER
        with pytest.raises(SealBroken) as caught:
            unseal(text, ELSEWHERE)
        assert NUMBER not in str(caught.value.detail)

    def test_two_seals_of_one_value_differ(self) -> None:
        assert seal(NUMBER, WHERE) != seal(NUMBER, WHERE)

    def test_nothing_is_sealed_as_nothing(self) -> None:
        assert seal("", WHERE) == unseal("", WHERE) == ""

    def test_every_altered_character_breaks_it(self) -> None:
        text = seal("甲", WHERE)
        for position, letter in enumerate(text):
            other = "A" if letter != "A" else "B"
            if position == len(text) - 1:
                continue  # its low bits are padding
            with pytest.raises(SealBroken):
                unseal(text[:position] + other + text[position + 1 :], WHERE)

    @pytest.mark.parametrize("text", ["x", "k1.", "k1.!!!", "k1.AAAA", "."])
    def test_what_was_never_sealed_is_broken(self, settings: Any, text: str) -> None:
        settings.FIELD_KEYS = ring("k1")
        with pytest.raises(SealBroken):
            unseal(text, WHERE)

    def test_new_values_use_the_first_key_and_old_keys_still_open(self, settings: Any) -> None:
        settings.FIELD_KEYS = ring("k1")
        old = seal(NUMBER, WHERE)
        settings.FIELD_KEYS = ring("k2", "k1")
        assert seal(NUMBER, WHERE).startswith("k2.")
        assert unseal(old, WHERE) == NUMBER
        settings.FIELD_KEYS = ring("k2")
        with pytest.raises(SealBroken):
            unseal(old, WHERE)

    def test_a_key_under_another_id_does_not_open(self, settings: Any) -> None:
        settings.FIELD_KEYS = ring("k1")
        old = seal(NUMBER, WHERE)
        settings.FIELD_KEYS = {"k2": ring("k1")["k1"]}
        with pytest.raises(SealBroken):
            unseal("k2" + old[2:], WHERE)


class TestHashing:
    def test_one_value_hashes_differently_in_each_field_and_with_each_key(self, settings: Any) -> None:
        found = {keyed_hash("1", WHERE), keyed_hash("1", ELSEWHERE)}
        settings.FIELD_INDEX_KEY = b"-" * 32
        assert len(found | {keyed_hash("1", WHERE)}) == 3

    def test_comparing_takes_the_same_time_however_much_fits(self, monkeypatch: pytest.MonkeyPatch) -> None:
        index = Resident._meta.get_field("identity_index")
        asked = []
        monkeypatch.setattr(
            sealed.hmac,
            "compare_digest",
            lambda a, b: asked.append((a, b)) is None and a == b,
        )
        assert index.is_of(index.digest(NUMBER), f" {NUMBER[:6]} {NUMBER[6:]} ")
        assert not index.is_of(index.digest(NUMBER), "990101199003070023")
        assert not index.is_of("", "")
        assert len(asked) == 2


@pytest.mark.django_db
class TestFields:
    def test_nothing_readable_is_in_the_table(self, cast: Cast) -> None:
        props.resident(identity_number=NUMBER, phone="13812345678")
        with connection.cursor() as cursor:
            cursor.execute("SELECT t::text FROM registers_resident t")
            row = cursor.fetchone()[0]
        assert NUMBER not in row
        assert "13812345678" not in row
        assert NUMBER[6:14] not in row

    def test_it_reads_back_and_finds_the_exact_value(self, cast: Cast) -> None:
        person = props.resident(identity_number="99010119900307001x")
        assert Resident.objects.get(pk=person.pk).identity_number == "99010119900307001x"
        assert Resident.objects.with_identity(" 990101 19900307 001Ｘ ").get() == person
        assert Resident.objects.with_phone("+86 138-1234-5678").get() == person
        assert not Resident.objects.with_identity("990101199003070").exists()
        assert not Resident.objects.with_identity("").exists()

    def test_a_value_copied_to_another_field_does_not_open(self, cast: Cast) -> None:
        person = props.resident()
        with connection.cursor() as cursor:
            cursor.execute("UPDATE registers_resident SET phone = identity_number")
        with pytest.raises(SealBroken):
            Resident.objects.get(pk=person.pk)

    def test_the_index_follows_every_writer(self, cast: Cast) -> None:
        person = props.resident()
        person.identity_number = NUMBER
        person.save()
        assert Resident.objects.with_identity(NUMBER).exists()
        person.pk, person.key, person.household = None, props.uuid4(), props.household()
        Resident.objects.bulk_create([person])
        assert Resident.objects.with_identity(NUMBER).count() == 2
        person.identity_number = ""
        person.save()
        assert raw(person, "identity_index") == raw(person) == ""

    @pytest.mark.parametrize("column", ["identity_number", "identity_index", "phone"])
    def test_the_table_refuses_what_is_readable(self, cast: Cast, column: str) -> None:
        props.resident()
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE registers_resident SET {column} = %s", [NUMBER])

    def test_it_cannot_be_searched_past_the_index(self, cast: Cast) -> None:
        for lookup in ("identity_number__startswith", "identity_number__gt", "identity_number__in"):
            with pytest.raises(FieldError):
                list(Resident.objects.filter(**{lookup: "99"}))
        with pytest.raises(FieldError):
            list(Resident.objects.filter(identity_number=NUMBER))
        with pytest.raises(FieldError), transaction.atomic():
            Resident.objects.update(identity_number=F("phone"))
        assert not Resident.objects.filter(identity_number="").exists()


@pytest.mark.django_db
class TestResealing:
    def test_everything_gets_the_newest_key_and_the_old_one_may_go(self, cast: Cast, settings: Any) -> None:
        settings.FIELD_KEYS = ring("k1")
        people = [props.resident() for _n in range(5)]
        settings.FIELD_KEYS = ring("k2", "k1")
        said = StringIO()
        call_command("reseal", dry_run=True, stdout=said)
        assert f"{WHERE}: 5 values" in said.getvalue()
        assert raw(people[0]).startswith("k1.")
        call_command("reseal", batch=2, stdout=said)
        assert "10 values resealed with the key k2; 0 left" in said.getvalue()
        settings.FIELD_KEYS = ring("k2")
        assert Resident.objects.get(pk=people[0].pk).phone == "13812345678"
        entries = AuditEntry.objects.filter(verb="field.reseal", details__field=WHERE)
        assert [entry.details["values"] for entry in entries.order_by("id")] == [2, 2, 1]

    def test_it_goes_on_where_it_was_stopped(self, cast: Cast, settings: Any) -> None:
        settings.FIELD_KEYS = ring("k1")
        for _n in range(3):
            props.resident()
        settings.FIELD_KEYS = ring("k2", "k1")
        column = next(item for item in sealed_columns() if item.field.context == WHERE)
        assert [reseal_batch(column, limit=2) for _n in range(3)] == [2, 1, 0]

    def test_the_index_key_may_change_with_it(self, cast: Cast, settings: Any) -> None:
        settings.FIELD_KEYS = ring("k1")
        person = props.resident()
        settings.FIELD_KEYS, settings.FIELD_INDEX_KEY = ring("k2", "k1"), b"+" * 32
        assert not Resident.objects.with_phone(person.phone).exists()
        call_command("reseal", stdout=StringIO())
        assert Resident.objects.with_phone(person.phone).exists()

    def test_what_does_not_open_stops_it_in_words(self, cast: Cast, settings: Any) -> None:
        settings.FIELD_KEYS = ring("k1")
        props.resident()
        settings.FIELD_KEYS = ring("k2")
        with pytest.raises(CommandError, match="the key of this value is not in FIELD_KEYS"):
            call_command("reseal", stdout=StringIO())
        with pytest.raises(CommandError, match="--batch"):
            call_command("reseal", batch=0)


class TestKeys:
    def test_a_ring_is_read_newest_first(self) -> None:
        words = [f"{key_id}:{base64.b64encode(key).decode()}" for key_id, key in ring("k2", "k1").items()]
        assert list(read_ring("FIELD_KEYS", words)) == ["k2", "k1"]
        assert read_key("X", base64.urlsafe_b64encode(b"\xff" * 32).decode()) == b"\xff" * 32

    @pytest.mark.parametrize(
        "words",
        [
            ["nokey"],
            ["K1:" + "A" * 44],
            ["k1:tooshort"],
            ["k1:" + base64.b64encode(b"short").decode()],
            ["k1:" + base64.b64encode(b"1" * 32).decode()] * 2,
            ["k1:" + base64.b64encode(b"1" * 32).decode(), "k2:" + base64.b64encode(b"1" * 32).decode()],
            ["k1:**" + "A" * 42],
        ],
    )
    def test_malformed_keys_are_refused_without_repeating_them(self, words: list[str]) -> None:
        with pytest.raises(ImproperlyConfigured) as caught:
            read_ring("FIELD_KEYS", words)
        assert "FIELD_KEYS" in str(caught.value)
        assert words[0].partition(":")[2] not in str(caught.value) or words == ["nokey"]

    def test_derived_keys_follow_the_secret_and_its_fallbacks(self) -> None:
        first, both = derived_ring(["a"]), derived_ring(["b", "a"])
        assert list(both)[1:] == list(first)
        assert both | first == both

    def test_a_site_without_its_own_keys_is_warned_at_deployment(self, settings: Any) -> None:
        settings.FIELD_KEYS_ARE_DERIVED = True
        assert "foundation.W003" in {item.id for item in run_checks(include_deployment_checks=True)}
        settings.FIELD_KEYS_ARE_DERIVED = False
        assert "foundation.W003" not in {item.id for item in run_checks(include_deployment_checks=True)}
