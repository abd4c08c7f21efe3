"""Versions of a mapping: drafted, checked, released from a moment on and never changed; samples they have to stand."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from adapters import plans, trying, versions
from adapters.models import Mapping, MappingSample, MappingVersion
from adapters.states import OPEN, TABLE, VersionState
from governance.audit.models import AuditEntry
from governance.exchange.models import ApiClient
from governance.foundation.errors import Conflict, IllegalTransition, Invalid, NotFound, Unprocessable
from incidents.models import Ticket
from tests.adapters.props import DOCUMENT, document, mapping_of, order, released
from tests.cast import HOUR, MONDAY, Cast

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("code", ["new", "New"])
def test_a_code_that_is_the_address_of_a_page_is_refused(cast: Cast, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        mapping_of(cast, code=code)
    assert list(caught.value.fields) == ["code"]
    assert not Mapping.objects.exists()


def test_a_version_on_its_way(cast: Cast) -> None:
    by = cast.administrator
    mapping = mapping_of(cast)
    first = mapping.versions.get()
    assert (first.number, first.state) == (1, VersionState.DRAFT)
    versions.edit(first.pk, DOCUMENT, note=" 首版 ", by=by, at=MONDAY)
    with pytest.raises(IllegalTransition):
        versions.release(first.pk, valid_from=None, by=by, at=MONDAY)
    versions.check(first.pk, by=by, at=MONDAY)
    with pytest.raises(IllegalTransition):
        versions.check(first.pk, by=by, at=MONDAY)
    versions.edit(first.pk, DOCUMENT, by=by, at=MONDAY)
    versions.check(first.pk, by=by, at=MONDAY)
    done = versions.release(first.pk, valid_from=MONDAY + HOUR, by=by, at=MONDAY)
    assert (done.state, done.valid_from, done.released_at) == (VersionState.RELEASED, MONDAY + HOUR, MONDAY)
    assert plans.in_force(mapping.pk, MONDAY) is None
    assert plans.in_force(mapping.pk, MONDAY + HOUR) == done
    verbs = list(AuditEntry.objects.order_by("id").values_list("verb", flat=True))
    assert verbs == ["mapping.create", *["mapping.edit", "mapping.check"] * 2, "mapping.release"]


@pytest.mark.parametrize("verb", [verb.name for verb in TABLE])
@pytest.mark.parametrize("state", list(VersionState))
def test_the_table_alone_says_what_may_be_done(cast: Cast, verb: str, state: str) -> None:
    by, mapping = cast.administrator, mapping_of(cast)
    facts: dict[str, Any] = {"state": state, "document": DOCUMENT}
    if state == VersionState.RELEASED:
        facts |= {"released_at": MONDAY, "valid_from": MONDAY}
    MappingVersion.objects.update(**facts)
    pk = mapping.versions.get().pk
    deeds = {
        "edit": lambda: versions.edit(pk, DOCUMENT, by=by, at=MONDAY),
        "check": lambda: versions.check(pk, by=by, at=MONDAY),
        "release": lambda: versions.release(pk, valid_from=None, by=by, at=MONDAY),
        "discard": lambda: versions.discard(pk, by=by, at=MONDAY),
    }
    if state in TABLE[verb].sources:
        assert deeds[verb]().state == TABLE[verb].target
        return
    before = MappingVersion.objects.values().get()
    with pytest.raises(IllegalTransition):
        deeds[verb]()
    assert MappingVersion.objects.values().get() == before


def test_a_released_version_is_never_changed(cast: Cast) -> None:
    version = released(cast)
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        MappingVersion.objects.filter(pk=version.pk).update(document={})
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        version.delete()
    assert MappingVersion.objects.get().document == DOCUMENT


def test_old_versions_stay_and_the_newest_begun_counts(cast: Cast) -> None:
    by, first = cast.administrator, released(cast)
    mapping = first.mapping
    second = versions.draft(mapping.pk, by=by, at=MONDAY + HOUR)
    assert (second.number, second.document) == (2, DOCUMENT)
    with pytest.raises(Conflict):
        versions.draft(mapping.pk, by=by, at=MONDAY + HOUR)
    with pytest.raises(IntegrityError), transaction.atomic():
        MappingVersion.objects.create(mapping=mapping, number=9, document={}, created_at=MONDAY)
    versions.discard(second.pk, by=by, at=MONDAY + HOUR)
    released(cast, document(title=None), mapping=mapping, at=MONDAY + HOUR)
    assert plans.in_force(mapping.pk, MONDAY) == first
    found = plans.in_force(mapping.pk, MONDAY + 2 * HOUR)
    assert found is not None
    assert found.number == 3
    assert "title" not in plans.plan_of(found).by_name
    assert "title" in plans.plan_of(first).by_name


def test_when_a_version_may_begin(cast: Cast) -> None:
    by, first = cast.administrator, released(cast, at=MONDAY + HOUR)
    later = versions.draft(first.mapping_id, by=by, at=MONDAY)
    versions.check(later.pk, by=by, at=MONDAY)
    with pytest.raises(Unprocessable) as early:
        versions.release(later.pk, valid_from=MONDAY - HOUR, by=by, at=MONDAY)
    assert early.value.code == "past_time"
    with pytest.raises(Unprocessable) as order_:
        versions.release(later.pk, valid_from=MONDAY, by=by, at=MONDAY)
    assert order_.value.code == "out_of_order"
    assert versions.release(later.pk, valid_from=MONDAY + 2 * HOUR, by=by, at=MONDAY).valid_from


def test_codes_that_are_none_of_ours_are_found_by_the_check(cast: Cast) -> None:
    by, mapping = cast.administrator, mapping_of(cast)
    pk = mapping.versions.get().pk
    wrong = document(
        source={"constant": "police"},
        category={"path": "/t", "codes": {"1": "0999"}},
        region_code={"path": "/r", "codes": {"1": "123456789012"}},
        urgency={"path": "/u", "default": "soon"},
        confidential={"constant": "perhaps"},
        demand_type={"constant": "help"},
    )
    versions.edit(pk, wrong, by=by, at=MONDAY)
    with pytest.raises(Unprocessable) as caught:
        versions.check(pk, by=by, at=MONDAY)
    assert sorted(caught.value.fields) == ["category", "confidential", "region_code", "source", "urgency"]
    assert MappingVersion.objects.get().state == VersionState.DRAFT


def test_a_sample_is_kept_without_persons_and_has_to_come_out_the_same(cast: Cast) -> None:
    by, version = cast.administrator, released(cast)
    kept = versions.keep_sample(version.pk, name="投诉", document=order(), by=by, at=MONDAY)
    assert kept.document["caller"] == {"name": "某某", "tel": "13800000000", "back": "Y"}
    assert kept.outcome["report"]["category"] == "1408"
    refused = versions.keep_sample(version.pk, name="未知代码", document=order(type="Z"), by=by, at=MONDAY)
    assert refused.outcome["faults"] == ["category: unknown_code"]
    draft = versions.draft(version.mapping_id, by=by, at=MONDAY)
    rule = DOCUMENT["fields"]["category"] | {"codes": {"A01": "0201"}}
    versions.edit(draft.pk, document(category=rule), by=by, at=MONDAY)
    with pytest.raises(Unprocessable) as caught:
        versions.check(draft.pk, by=by, at=MONDAY)
    assert list(caught.value.fields) == ["投诉"]
    assert "category" in str(caught.value.fields["投诉"])
    versions.keep_sample(draft.pk, name="投诉", document=order(), by=by, at=MONDAY)
    assert versions.check(draft.pk, by=by, at=MONDAY).state == VersionState.CHECKED
    versions.drop_sample(kept.pk, by=by, at=MONDAY)
    assert MappingSample.objects.get() == refused
    with pytest.raises(NotFound):
        versions.drop_sample(kept.pk, by=by, at=MONDAY)
    with pytest.raises(Invalid):
        versions.keep_sample(draft.pk, name=" ", document=order(), by=by, at=MONDAY)


def test_a_sample_may_be_of_any_shape(cast: Cast) -> None:
    version = released(cast)
    for name, sent in (("list", []), ("bare", {"order": {}}), ("shape", order(title="x" * 200))):
        kept = versions.keep_sample(version.pk, name=name, document=sent, by=cast.administrator, at=MONDAY)
        assert kept.outcome["faults"], name


def test_a_mapping_needs_a_client_and_a_code_of_its_own(cast: Cast) -> None:
    mapping_of(cast)
    client = ApiClient.objects.get(code="hotline")
    for code, client_id, error in (
        ("hotline-json", client.pk, Invalid),
        ("not a code", client.pk, Invalid),
        ("fresh", 0, NotFound),
    ):
        with pytest.raises(error):
            versions.create(code, name="x", client_id=client_id, by=cast.administrator, at=MONDAY)
    for deed in (versions.check, versions.discard):
        with pytest.raises(NotFound):
            deed(0, by=cast.administrator, at=MONDAY)
    with pytest.raises(NotFound):
        versions.draft(0, by=cast.administrator, at=MONDAY)
    assert versions.starter(ApiClient(sources=["a", "b"]))["fields"]["source"] == {"path": "/source"}


class TestBench:
    """What is tried leaves nothing behind."""

    def tried(self, version: MappingVersion, sent: Any) -> list[trying.Trial]:
        client = ApiClient.objects.get(code="hotline")
        found = trying.trials(version, client, sent, at=MONDAY + timedelta(minutes=1))
        assert not Ticket.objects.exists()
        return found

    def test_the_ticket_that_it_would_make(self, cast: Cast) -> None:
        [found] = self.tried(released(cast), order())
        assert found.wrong == []
        assert found.ticket is not None
        assert found.ticket.category.code == "1408"
        assert found.ticket.grid_id == cast.grid(0).pk
        assert found.ticket.next_due_at is not None
        assert found.ticket.pk is None

    def test_what_is_refused_and_where(self, cast: Cast) -> None:
        version = released(cast)
        sent = order(type="Z")
        [found] = self.tried(version, sent)
        assert (found.ticket, found.code) == (None, "unknown_code")
        assert [row.place for row in found.wrong] == ["/order/type"]
        sent = order()
        sent["where"]["xy"] = [1.0, 2.0]
        [far] = self.tried(version, sent)
        assert (far.code, far.wrong[0].place) == ("point_far_away", "/where/xy/0")

    def test_rows_of_a_list(self, cast: Cast) -> None:
        version = released(cast)
        assert len(self.tried(version, [order(str(number)) for number in range(25)])) == trying.MOST_ROWS
        rows = {"data": {"rows": [order(), 5]}}
        assert [row.ticket is None for row in self.tried(version, rows)] == [False, True]

    def test_two_versions_side_by_side(self, cast: Cast) -> None:
        version = released(cast)
        draft = versions.draft(version.mapping_id, by=cast.administrator, at=MONDAY)
        changed = document(title=None, place={"constant": "不详"})
        versions.edit(draft.pk, changed, by=cast.administrator, at=MONDAY)
        [mine], [theirs] = (
            self.tried(MappingVersion.objects.get(pk=draft.pk), order()),
            self.tried(version, order()),
        )
        rows = trying.compared(mine.mapped, theirs.mapped)
        assert [row.name for row in rows if row.is_other] == ["place", "title"]
        assert not any(row.is_other for row in trying.compared(mine.mapped, None))


def test_open_states_are_those_that_are_worked_on() -> None:
    assert {"draft", "checked"} == OPEN
