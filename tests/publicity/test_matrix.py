"""Verb x state x role of policy notices, made from the state table."""

import pytest

from governance.accounts.roles import Role
from governance.audit.models import AuditEntry
from governance.foundation.errors import Forbidden, IllegalTransition
from publicity import writing
from publicity.models import PolicyNotice
from publicity.rules import permitted, role_for, role_over
from publicity.states import NOTICE_TABLE, NoticeState
from tests.cast import MONDAY, Cast
from tests.publicity.props import CITY, FAR_TOWN, TOWN, draft, notice, trace

pytestmark = pytest.mark.django_db
MOVING = [verb.name for verb in NOTICE_TABLE if verb.sources]


def do(name: str, pk: int, by: object) -> None:
    more = {"opinion": "内容有误"} if name == "withdraw" else {}
    if name == "edit":
        writing.edit(pk, draft(TOWN), by=by, at=MONDAY)  # type: ignore[arg-type]  # an actor
    else:
        getattr(writing, name)(pk, by=by, at=MONDAY, **more)


@pytest.mark.parametrize("state", NoticeState.values)
@pytest.mark.parametrize("name", MOVING)
def test_the_table_guards_every_verb(cast: Cast, name: str, state: str) -> None:
    row = notice(cast, state=state)
    if state in NOTICE_TABLE[name].sources:
        do(name, row.pk, cast.oversight)
        assert PolicyNotice.objects.get(pk=row.pk).state == (NOTICE_TABLE[name].target or state)
    else:
        before = trace(row)
        with pytest.raises(IllegalTransition):
            do(name, row.pk, cast.oversight)
        assert trace(row) == before


CENTRE = {"oversight", "town"}
ALLOWED = {
    "edit": CENTRE | {"dispatcher", "second_dispatcher"},
    "publish": CENTRE,
    "remind": CENTRE,
    "withdraw": CENTRE,
}


@pytest.mark.parametrize("name", MOVING)
def test_only_the_named_roles_over_every_target(cast: Cast, name: str) -> None:
    """A notice of the centre for one town: departments have no hand in it, other towns neither."""
    row = notice(cast, state="published" if name == "remind" else "draft")
    may = set()
    for who, actor in cast.everybody.items():
        before, written = trace(row), AuditEntry.objects.count()
        try:
            role_for(NOTICE_TABLE[name], row, actor)
        except Forbidden:
            with pytest.raises(Forbidden):
                do(name, row.pk, actor)
            assert trace(row) == before
            assert AuditEntry.objects.count() == written
            assert name not in [verb.name for verb in permitted(row, actor)]
            continue
        may.add(who)
        assert name in [verb.name for verb in permitted(row, actor)]
    assert may == ALLOWED[name]


def test_departments_write_inside_their_own_area_and_the_lead_publishes(cast: Cast) -> None:
    for who in (cast.handler, cast.lead):
        row = writing.prepare(draft(CITY), unit_id=who.unit_id, by=who, at=MONDAY)
        assert row.unit.code == "CG"
    with pytest.raises(Forbidden) as refused:
        writing.publish(row.pk, by=cast.handler, at=MONDAY)
    assert refused.value.extra["roles"] == sorted(
        [Role.OVERSIGHT_OFFICER, Role.TOWN_STAFF, Role.DEPT_LEAD], key=str
    )
    assert writing.publish(row.pk, by=cast.lead, at=MONDAY).state == "published"
    # E1 answers for one town only, M1's mediator writes nothing.
    assert writing.prepare(draft(TOWN), unit_id=cast.enforcer.unit_id, by=cast.enforcer, at=MONDAY)
    count = PolicyNotice.objects.count()
    for target in (FAR_TOWN, CITY):
        with pytest.raises(Forbidden):
            writing.prepare(draft(target), unit_id=cast.enforcer.unit_id, by=cast.enforcer, at=MONDAY)
    with pytest.raises(Forbidden):
        writing.prepare(draft(TOWN), unit_id=cast.lead.unit_id, by=cast.enforcer, at=MONDAY)
    for nobody in (cast.worker, cast.community, cast.mediator, cast.auditor, cast.outsider, cast.leader):
        with pytest.raises(Forbidden):
            writing.prepare(draft(TOWN), unit_id=nobody.unit_id, by=nobody, at=MONDAY)
    assert PolicyNotice.objects.count() == count


def test_a_town_cannot_write_beyond_itself(cast: Cast) -> None:
    with pytest.raises(Forbidden):
        writing.prepare(draft(TOWN, FAR_TOWN), unit_id=cast.town.unit_id, by=cast.town, at=MONDAY)
    row = writing.prepare(draft(TOWN), unit_id=cast.town.unit_id, by=cast.town, at=MONDAY)
    before = trace(row)
    with pytest.raises(Forbidden):
        writing.edit(row.pk, draft(FAR_TOWN), by=cast.town, at=MONDAY)
    assert trace(row) == before
    with pytest.raises(Forbidden):
        role_over(NOTICE_TABLE["publish"], cast.town, paths=[], unit_id=None)
