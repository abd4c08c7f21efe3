"""What a unit does with a supervision: sign, plan, report; what follows when it does not."""

from datetime import timedelta

import pytest

from governance.audit.models import AuditEntry
from governance.foundation.errors import Forbidden, NotFound, StaleVersion, Unprocessable
from incidents.models import Attachment, Notice
from staffing.models import DutyShift
from supervision.deeds import ordering, rectifying
from supervision.models import Proof, SupervisionTask, TaskClock
from supervision.sweep import sweep
from tests.cast import DAY, HOUR, MINUTE, MONDAY, Cast, Photo, shanghai
from tests.supervision.props import order, task, trace

pytestmark = pytest.mark.django_db


def test_the_unit_signs_with_a_plan_and_reports_with_proof(cast: Cast, photo: Photo) -> None:
    row = task(cast, photo, "notified")
    clock = row.clocks.get(stopped_at=None)
    assert (clock.stage, clock.amount, clock.amount_unit) == ("sign", 4, "hour")
    assert Notice.objects.filter(unit=cast.unit("CG"), kind="supervision_notify").exists()
    signed = rectifying.sign(row.pk, by=cast.lead, at=MONDAY + HOUR, plan=" 三日内清理 ", person="秦长")
    assert (signed.state, signed.plan, signed.person) == ("rectifying", "三日内清理", "秦长")
    clock = row.clocks.get(stopped_at=None)
    assert (clock.stage, clock.due_at) == ("rectify", shanghai(19, 17, 30))
    file = photo(cast.lead)
    done = rectifying.submit(row.pk, by=cast.lead, at=MONDAY + DAY, opinion="已清理", files=[file])
    assert done.state == "submitted"
    assert list(row.clocks.order_by("pk").values_list("stage", "outcome")) == [
        ("send", "met"),
        ("sign", "met"),
        ("rectify", "met"),
        ("check", ""),
    ]
    proof = Proof.objects.get(attachment=file)
    assert proof.step.verb == "submit"
    assert Attachment.objects.get(pk=file).is_kept
    assert Notice.objects.filter(audience="oversight", kind="supervision_submit").exists()
    assert AuditEntry.objects.filter(verb="supervision.task.submit").count() == 1


def test_words_and_proof_that_are_missing_are_named(cast: Cast, photo: Photo) -> None:
    row = task(cast, photo, "notified")
    with pytest.raises(Unprocessable) as refused:
        rectifying.sign(row.pk, by=cast.lead, at=MONDAY, plan=" ", person="秦长")
    assert "plan" in refused.value.fields
    with pytest.raises(Unprocessable) as refused:
        rectifying.sign(row.pk, by=cast.lead, at=MONDAY, plan="清理" * 1500, person="秦长")
    assert "plan" in refused.value.fields
    rectifying.sign(row.pk, by=cast.lead, at=MONDAY, plan="清理", person="秦长")
    before = trace(row)
    with pytest.raises(Unprocessable) as refused:
        rectifying.submit(row.pk, by=cast.lead, at=MONDAY, opinion="已清理")
    assert "files" in refused.value.fields
    with pytest.raises(Unprocessable) as refused:
        rectifying.submit(row.pk, by=cast.lead, at=MONDAY, opinion="已清理", files=[photo(cast.handler)])
    assert "files" in refused.value.fields, "somebody else's file"
    many = [photo(cast.lead, seed=number) for number in range(10)]
    with pytest.raises(Unprocessable) as refused:
        rectifying.submit(row.pk, by=cast.lead, at=MONDAY, opinion="已清理", files=many)
    assert "files" in refused.value.fields
    assert trace(row) == before


def test_an_urge_needs_no_proof(cast: Cast, photo: Photo) -> None:
    row = task(cast, photo, "rectifying", kind="urge")
    assert rectifying.submit(row.pk, by=cast.lead, at=MONDAY + HOUR, opinion="已办").state == "submitted"


def test_a_plan_may_be_changed_while_it_is_carried_out(cast: Cast, photo: Photo) -> None:
    row = task(cast, photo, "rectifying")
    changed = rectifying.change_plan(row.pk, by=cast.lead, at=MONDAY + HOUR, plan="两日内清理", person="朱办")
    assert (changed.state, changed.plan, changed.person) == ("rectifying", "两日内清理", "朱办")


def test_a_stale_edit_and_a_row_that_is_not_there(cast: Cast, photo: Photo) -> None:
    row = task(cast, photo, "notified")
    with pytest.raises(StaleVersion):
        rectifying.sign(row.pk, by=cast.lead, at=MONDAY, plan="清理", person="秦长", version=row.version - 1)
    with pytest.raises(NotFound):
        rectifying.sign(0, by=cast.lead, at=MONDAY, plan="清理", person="秦长")


def test_a_handler_answers_where_the_unit_has_no_lead(cast: Cast, photo: Photo) -> None:
    row = task(cast, photo, "notified")
    before = trace(row)
    with pytest.raises(Forbidden):
        rectifying.sign(row.pk, by=cast.handler, at=MONDAY, plan="清理", person="朱办")
    assert trace(row) == before
    gas = ordering.order_now(order(cast, unit_id=cast.unit("RQ").pk), by=cast.oversight, at=MONDAY)
    signed = rectifying.sign(gas.pk, by=cast.gas, at=MONDAY + MINUTE, plan="更换阀门", person="许燃")
    assert signed.state == "rectifying"


class TestAlarms:
    def test_the_platform_signs_for_a_unit_that_does_not(self, cast: Cast, photo: Photo) -> None:
        row = task(cast, photo, "notified")
        clock = row.clocks.get(stopped_at=None)
        assert sweep(at=clock.warn_at) == 1
        assert Notice.objects.filter(unit=row.unit, kind="supervision_warn").count() == 1
        sweep(at=clock.due_at + MINUTE)
        row.refresh_from_db()
        assert (row.state, row.is_auto_signed, row.plan) == ("rectifying", True, "")
        assert list(row.clocks.filter(stage="sign").values_list("outcome", flat=True)) == ["late"]
        late = rectifying.change_plan(
            row.pk, by=cast.lead, at=clock.due_at + HOUR, plan="补报", person="秦长"
        )
        assert late.plan == "补报"

    def test_what_is_not_rectified_climbs_to_accountability(self, cast: Cast, photo: Photo) -> None:
        row = task(cast, photo, "rectifying", kind="urge")
        kinds, at = [], MONDAY
        for _round in range(4):
            at = row.clocks.get(stopped_at=None).due_at + MINUTE
            sweep(at=at - 2 * MINUTE)
            sweep(at=at)
            row.refresh_from_db()
            assert row.state == "notified", "the new notice follows at once"
            kinds.append(row.kind)
            rectifying.sign(row.pk, by=cast.lead, at=at + MINUTE, plan="再次整改", person="秦长")
        assert kinds == ["supervise", "listed_supervision", "interview", "interview"]
        row.refresh_from_db()
        assert (row.escalated_count, row.is_accountable) == (4, True)
        listed = row.clocks.filter(stage="rectify").order_by("pk")[2]
        assert (listed.amount, listed.amount_unit) == (10, "workday")
        verbs = list(row.steps.filter(verb="escalate").order_by("pk").values_list("data__to", flat=True))
        assert verbs == ["supervise", "listed_supervision", "interview", "accountability"]
        assert Notice.objects.filter(kind="supervision_escalate", audience="duty").count() == 4

    def test_oversight_may_escalate_what_is_overdue_and_nothing_else(self, cast: Cast, photo: Photo) -> None:
        row = task(cast, photo, "rectifying", kind="urge")
        before = trace(row)
        with pytest.raises(Unprocessable):
            rectifying.escalate(row.pk, by=cast.oversight, at=MONDAY + HOUR)
        assert trace(row) == before
        late = row.clocks.get(stopped_at=None).due_at + MINUTE
        assert rectifying.escalate(row.pk, by=cast.oversight, at=late, opinion="逾期").kind == "supervise"

    def test_what_oversight_leaves_lying_falls_to_the_duty_roster(self, cast: Cast, photo: Photo) -> None:
        row = task(cast, photo, "submitted")
        DutyShift.objects.create(
            unit=cast.unit("CMD"),
            user=cast.duty.user,
            kind=DutyShift.Kind.MAIN,
            starts_at=MONDAY,
            ends_at=MONDAY + 60 * DAY,
        )
        clock = row.clocks.get(stopped_at=None)
        assert clock.stage == "check"
        at = clock.warn_at
        for _alarm in range(4):
            sweep(at=at)
            at = TaskClock.objects.get(pk=clock.pk).next_alarm_at
        told = Notice.objects.filter(kind="supervision_late")
        assert told.filter(audience="oversight").count() == 3
        assert set(told.filter(audience="duty").values_list("user", flat=True)) == {cast.duty.user_id}
        assert told.filter(audience="duty").count() == 2

    def test_one_that_cannot_be_worked_out_is_pushed_forward(
        self, cast: Cast, photo: Photo, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        row = task(cast, photo, "notified")
        clock = row.clocks.get(stopped_at=None)
        TaskClock.objects.filter(pk=clock.pk).update(calendar="none")
        monkeypatch.setattr("supervision.sweep.rectifying.sign", _broken)
        at = clock.due_at + HOUR
        assert sweep(at=at) == 1
        assert TaskClock.objects.get(pk=clock.pk).next_alarm_at == at + timedelta(minutes=10)
        assert "could not" not in caplog.text
        assert "broken" in caplog.text
        assert sweep(at=at) == 0

    def test_a_sweep_that_runs_twice_does_nothing_twice(self, cast: Cast, photo: Photo) -> None:
        row = task(cast, photo, "rectifying")
        at = row.clocks.get(stopped_at=None).due_at + MINUTE
        sweep(at=at)
        sweep(at=at)
        before = Notice.objects.count(), trace(SupervisionTask.objects.get(pk=row.pk))
        sweep(at=at)
        assert (Notice.objects.count(), trace(SupervisionTask.objects.get(pk=row.pk))) == before


def test_whoever_sends_sees_who_has_read_and_the_platform_asks_for_no_receipts(
    cast: Cast, photo: Photo
) -> None:
    row = task(cast, photo, "submitted")
    told = Notice.objects.filter(url__contains=row.number)
    by_person = set(told.values_list("unit__code", "sender__code", "is_important"))
    assert by_person == {("CMD", "CMD", True), ("CG", "CMD", True), ("CMD", "CG", True)}
    sweep(at=row.clocks.get(stopped_at=None).warn_at)
    assert told.filter(kind="supervision_warn").values_list("sender", "is_important").get() == (None, False)


def _broken(*_args: object, **_kwargs: object) -> None:
    raise RuntimeError("broken")
