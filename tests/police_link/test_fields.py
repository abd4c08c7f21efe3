"""Field by field: what each side reads of the other's matter, and what is shown with a reason."""

from datetime import timedelta

import pytest

from governance.audit.models import AuditEntry
from governance.foundation.errors import Forbidden, NotFound, Unprocessable
from police_link import fields
from police_link.models import FieldGrant
from police_link.rules import CENTRE_SIDE, POLICE_SIDE, side_of
from tests.cast import MONDAY, Cast
from tests.police_link.props import incident, police_desk

pytestmark = pytest.mark.django_db
TODAY = MONDAY.date()


def test_what_each_side_reads(cast: Cast) -> None:
    row = incident(cast, "accepted")
    written = fields.shown(fields.incident_values(row), fields.levels("incident", CENTRE_SIDE, TODAY))
    assert (written["caller_name"], written["caller_phone"]) == ("张**", "138****5678")
    assert written["officer"] == "周**"
    assert "police_note" not in written
    own = fields.shown(fields.incident_values(row), fields.levels("incident", POLICE_SIDE, TODAY))
    assert (own["police_note"], own["officer"], own["caller_phone"]) == (
        "其中一方有前科",
        "周警官",
        "138****5678",
    )
    assert row.ticket is not None
    values = fields.ticket_values(row.ticket)
    ticket = fields.shown(values, fields.levels("ticket", POLICE_SIDE, TODAY))
    assert (ticket["number"], ticket["citizen_name"]) == (row.ticket.number, "张**")
    assert ticket["content"] == f"{row.content[:12]}…"
    assert "handler" not in ticket
    whole = fields.shown(values, fields.levels("ticket", CENTRE_SIDE, TODAY))
    assert whole["content"] == values["content"]


def test_grants_are_rows_with_a_day(cast: Cast) -> None:
    later = TODAY + timedelta(days=1)
    FieldGrant.objects.create(reader="centre", field="police_note", level="masked", valid_from=TODAY)
    FieldGrant.objects.create(reader="centre", field="police_note", level="clear", valid_from=later)
    FieldGrant.objects.create(reader="centre", field="result", level="clear", valid_from=TODAY)
    assert fields.grants("centre", TODAY)["police_note"] == "masked"
    assert fields.grants("centre", later)["police_note"] == "clear"
    assert "result" not in fields.grants("centre", TODAY), "not a field of that side"
    assert set(fields.NAMES) == set(fields.shipped()["police"]) | set(fields.shipped()["centre"])


def test_a_masked_field_is_shown_with_a_reason_on_record(cast: Cast) -> None:
    row, station = incident(cast, "accepted"), police_desk(cast)
    for by, what, field, plain in (
        (cast.duty, "incident", "officer", "周警官"),
        (cast.police, "ticket", "citizen_phone", "13812345678"),
        (station, "incident", "caller_phone", "13812345678"),
    ):
        side = side_of(by, row.region_path)
        got = fields.reveal(row, what, field, by=by, side=side, at=MONDAY, reason="核实当事人身份")
        assert got == plain
        entry = AuditEntry.objects.latest("pk")
        assert (entry.verb, entry.details["field"], entry.details["side"]) == ("police.reveal", field, side)
        assert entry.details["reason"] == "核实当事人身份"
    written = AuditEntry.objects.count()
    refusals = (
        (cast.duty, "incident", "police_note", "核实当事人身份", NotFound),
        (cast.duty, "incident", "title", "核实当事人身份", NotFound),
        (cast.duty, "incident", "officer", " 看 ", Unprocessable),
        (cast.leader, "incident", "officer", "核实当事人身份", Forbidden),
        (cast.other_client, "ticket", "citizen_phone", "核实当事人身份", Forbidden),
        (cast.far_town, "incident", "officer", "核实当事人身份", Forbidden),
    )
    for by, what, field, reason, problem in refusals:
        with pytest.raises(problem):
            fields.reveal(
                row, what, field, by=by, side=side_of(by, row.region_path), at=MONDAY, reason=reason
            )
    with pytest.raises(NotFound):
        fields.values_of(incident(cast, external_no="J2"), "ticket")
    assert AuditEntry.objects.filter(verb="police.reveal").count() == 3
    assert written <= AuditEntry.objects.count()


def test_sides(cast: Cast) -> None:
    path = incident(cast).region_path
    station = police_desk(cast)
    assert [side_of(by, path) for by in (cast.police, station, cast.other_client)] == [POLICE_SIDE] * 3
    assert [side_of(by, path) for by in (cast.duty, cast.town, cast.leader)] == [CENTRE_SIDE] * 3
