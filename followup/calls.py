"""The verbs of a call: take, let go, record, decide; and following what others did to the ticket.

Locks are taken in one order everywhere: link, call, ticket.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from followup.models import CallRecord, CallScript, CallTask
from followup.rules import role_for
from followup.states import CALL_TABLE, FITTING, ON_TICKET, OPEN_CALLS, CallOutcome, CallState, Verdict
from followup.trying import Limits, Standing, Try, standing
from governance.accounts.actors import SYSTEM_ACTOR, Actor
from governance.audit import journal
from governance.foundation.calendars import load_calendar
from governance.foundation.clock import local
from governance.foundation.errors import Conflict, NotFound, Problem, Unprocessable
from governance.foundation.live import publish_on_commit
from governance.foundation.state_machine import Verb
from incidents import sides, transitions
from incidents.catalogue import current as catalogue
from incidents.states import State
from incidents.telling import tell

LONGEST = 2000
BATCH = 200


def limits() -> Limits:
    """The tries that are asked for, from the rule values in force."""
    policy = catalogue().policy
    return Limits(
        tries=int(policy("follow_up.tries")),
        days=int(policy("follow_up.days")),
        wait=timedelta(minutes=int(policy("follow_up.wait_minutes"))),
    )


def take(task_id: int, *, by: Actor, at: datetime) -> CallTask:
    """Claim a call for some minutes. Raises NotFound, Conflict (somebody has it), Forbidden, Unprocessable."""
    with transaction.atomic():
        return _claim(_locked(task_id), by=by, at=at)


def take_next(*, by: Actor, at: datetime) -> CallTask | None:
    """Claim the most urgent call that this person may make; None when there is none. Never waits for another caller."""
    passed: list[int] = []
    while len(passed) < BATCH:
        with transaction.atomic():
            rows = CallTask.objects.visible_to(by).ready(at).exclude(pk__in=passed)
            rows = rows.select_for_update(of=("self",), skip_locked=True).select_related("ticket__source")
            task = rows.order_by("due_at", "pk").first()
            if task is None:
                return None
            try:
                return _claim(task, by=by, at=at)
            except Problem:
                passed.append(task.pk)
    return None


def _claim(task: CallTask, *, by: Actor, at: datetime) -> CallTask:
    if task.state_at(at) == CallState.TAKEN:
        if task.taken_by_id == by.user_id:
            return task
        raise Conflict(_("Somebody else is calling about this ticket now"), code="taken")
    verb = CALL_TABLE.check("take", task.state_at(at))
    role = role_for(verb, task, by)
    if task.next_try_at > at:
        raise Unprocessable(
            _("The next try may be made from %(at)s on") % {"at": f"{local(task.next_try_at):%m-%d %H:%M}"},
            code="too_early",
        )
    if follow_locked(task, at=at):
        raise Conflict(_("The citizen has answered in the meantime"), code="answered")
    minutes = int(catalogue().policy("follow_up.claim_minutes"))
    task.state, task.taken_by, task.taken_until = CallState.TAKEN, by.user, at + timedelta(minutes=minutes)
    _save(task, verb, by.acting_as(role), at)
    return task


def let_go(task_id: int, *, by: Actor, at: datetime) -> CallTask:
    """Give a call back that was not made."""
    with transaction.atomic():
        task = _locked(task_id)
        verb = CALL_TABLE.check("let_go", task.state)
        _must_be_mine(task, by)
        _release(task)
        _save(task, verb, by.acting_as(role_for(verb, task, by)), at)
        return task


def release_abandoned(*, at: datetime, limit: int = BATCH) -> int:
    """Put calls back whose caller has gone away; returns how many."""
    with transaction.atomic():
        rows = CallTask.objects.filter(state=CallState.TAKEN, taken_until__lte=at).order_by("taken_until")
        ids = list(rows.select_for_update(skip_locked=True)[:limit].values_list("pk", flat=True))
        CallTask.objects.filter(pk__in=ids).update(state=CallState.WAITING, taken_by=None, taken_until=None)
    return len(ids)


def record(
    task_id: int,
    *,
    by: Actor,
    at: datetime,
    outcome: str,
    satisfaction: str = "",
    opinion: str = "",
    answers: Sequence[dict[str, Any]] = (),
    script_id: int | None = None,
) -> CallTask:
    """Store the result of a call that this person has taken, on the ticket through its own verb.

    Raises NotFound, Conflict, Forbidden, Unprocessable (satisfaction that does not go with the outcome).
    """
    result, words = CallOutcome(outcome), opinion.strip()
    if satisfaction not in FITTING[result]:
        raise Unprocessable(fields={"satisfaction": [misfit(result)]})
    if len(words) > LONGEST:
        raise Unprocessable(fields={"opinion": [_("At most %(limit)d characters") % {"limit": LONGEST}]})
    with transaction.atomic():
        task = _locked(task_id)
        verb = CALL_TABLE.check("record", task.state)
        _must_be_mine(task, by)
        actor = by.acting_as(role_for(verb, task, by))
        call = None
        if not task.is_sample:
            transitions.follow_up(
                task.ticket_id,
                by=by,
                at=at,
                outcome=ON_TICKET[result],
                satisfaction=satisfaction,
                opinion=words,
            )
            call = task.ticket.follow_ups.order_by("-pk").first()
        assert by.user is not None
        CallRecord.objects.create(
            task=task,
            follow_up=call,
            outcome=result,
            satisfaction=satisfaction,
            words=words,
            answers=list(answers),
            script=CallScript.objects.filter(pk=script_id).first() if script_id else None,
            caller=by.user,
            at=at,
        )
        _release(task)
        _stand(task, standing(tries_of(task), limits(), load_calendar("office")))
        sides.mark(task.ticket_id, "followup")
        _save(task, verb, actor, at)
        return task


def misfit(outcome: CallOutcome) -> Any:
    """What is wrong with a degree of satisfaction."""
    words = {
        CallOutcome.SATISFIED: _("Choose at least basically satisfied, or another outcome"),
        CallOutcome.DISSATISFIED: _("Choose how dissatisfied, or another outcome"),
    }
    return words.get(outcome, _("Nobody answered, so nobody can be satisfied"))


def decide(task_id: int, *, verdict: str, by: Actor, at: datetime, opinion: str) -> CallTask:
    """Send the ticket back to work, or say why the answer may be appealed against. Raises as the ticket's verbs do."""
    wanted, words = Verdict(verdict), opinion.strip()
    name = "redo" if wanted == Verdict.REDO else "excuse"
    with transaction.atomic():
        task = _locked(task_id)
        verb = CALL_TABLE.check(name, task.state)
        actor = by.acting_as(role_for(verb, task, by))
        if not words:
            raise Unprocessable(fields={"opinion": [_("Please give a reason")]})
        if wanted == Verdict.REDO:
            deed = transitions.reopen if task.is_sample else transitions.redo
            deed(task.ticket_id, by=by, at=at, opinion=words)
        task.verdict, task.verdict_reason = wanted, words[:LONGEST]
        task.verdict_by, task.verdict_at = by.user, at
        task.state = CallState.DONE
        sides.mark(task.ticket_id, "followup")
        _save(task, verb, actor, at)
        if wanted == Verdict.APPEALABLE:
            _tell_unit(task, at, by)
        return task


def _tell_unit(task: CallTask, at: datetime, by: Actor) -> None:
    ticket = task.ticket
    if ticket.lead_unit_id is None:
        return
    tell(
        key=f"followup.call-{task.pk}.appealable",
        kind="appealable",
        title=str(_("%(number)s: the answer of the citizen may be appealed against"))
        % {"number": ticket.number},
        url=ticket.get_absolute_url(),
        at=at,
        unit_ids=[ticket.lead_unit_id],
        audience="leads",
        ticket_id=ticket.pk,
        by=by,
    )


def follow_ticket(task_id: int, *, at: datetime, until: datetime | None = None) -> bool:
    """Let a call follow what others have done to its ticket (up to `until`); True when nobody has to call any more."""
    with transaction.atomic():
        return follow_locked(_locked(task_id), at=at, until=until)


def follow_locked(task: CallTask, *, at: datetime, until: datetime | None = None) -> bool:
    """The same for a call that is locked."""
    if task.state not in OPEN_CALLS:
        return True
    before = facts_of(task)
    found = standing(tries_of(task, until), limits(), load_calendar("office"))
    if not task.is_sample and task.ticket.state != State.FOLLOW_UP:
        _release(task)
        _stand(task, found)
        task.state = CallState.DONE if task.outcome else CallState.DROPPED
    elif found.state == CallState.WAITING:
        _keep_tries(task, found)
    elif found.state != task.state:
        _release(task)
        _stand(task, found)
    if before != facts_of(task):
        _save(task, CALL_TABLE["settle"], SYSTEM_ACTOR, at)
    return task.state not in {CallState.WAITING, CallState.TAKEN}


def facts_of(task: CallTask) -> tuple[object, ...]:
    """What may change about a call while somebody else works on its ticket."""
    return (task.state, task.tries, task.next_try_at, task.outcome, task.satisfaction)


def _keep_tries(task: CallTask, found: Standing) -> None:
    if found.tries != task.tries:
        task.tries = found.tries
        task.next_try_at = found.next_try_at or task.next_try_at


def tries_of(task: CallTask, until: datetime | None = None) -> list[Try]:
    """The tries of this round, oldest first: on the ticket itself, whoever made them; of samples, our own records."""
    if task.is_sample:
        rows = task.records.order_by("pk").values_list("at", "outcome", "satisfaction")
        return [Try(at=at, outcome=ON_TICKET[word], satisfaction=mark) for at, word, mark in rows]
    calls = task.ticket.follow_ups.filter(at__gte=task.opened_at)
    if until is not None:
        calls = calls.filter(at__lte=until)
    return [
        Try(at=call.at, outcome=call.outcome, satisfaction=call.satisfaction) for call in calls.order_by("pk")
    ]


def _stand(task: CallTask, found: Standing) -> None:
    task.state, task.tries = found.state, found.tries
    task.outcome, task.satisfaction = found.outcome, found.satisfaction
    task.answered_at = found.answered_at
    task.next_try_at = found.next_try_at or task.next_try_at


def _release(task: CallTask) -> None:
    if task.state == CallState.TAKEN:
        task.state = CallState.WAITING
    task.taken_by, task.taken_until = None, None


def _locked(task_id: int) -> CallTask:
    rows = CallTask.objects.select_for_update(of=("self",)).select_related("ticket__source")
    task = rows.filter(pk=task_id).first()
    if task is None:
        raise NotFound()
    return task


def _must_be_mine(task: CallTask, by: Actor) -> None:
    if task.taken_by_id != by.user_id:
        raise Conflict(_("Somebody else is calling about this ticket now"), code="taken")


def _save(task: CallTask, verb: Verb, by: Actor, at: datetime) -> None:
    task.save()
    journal.record(
        f"call.{verb.name}",
        by=by,
        obj=task,
        at=at,
        after={"state": task.state, "outcome": task.outcome, "tries": task.tries},
        details={"ticket": task.ticket.number},
    )
    publish_on_commit({"calls"}, {"verb": f"call.{verb.name}", "number": task.ticket.number})
