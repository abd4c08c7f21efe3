"""After a written agreement: the joint application, what the court decides, performance to the last receipt."""

from collections.abc import Callable
from datetime import date
from typing import Any, Final

from django.utils.translation import pgettext_lazy

from governance.foundation.clock import local
from governance.foundation.errors import Conflict
from mediation import clocks
from mediation.callbacks import plan_callbacks
from mediation.files import bind
from mediation.frame import Move, refuse
from mediation.models import AgreementForm, ClockKind, Consent, JudicialConfirmation, Obligation
from mediation.rules import is_unconfirmed
from mediation.states import CaseState
from mediation.states.names import Guidance
from mediation.transitions import picking
from mediation.transitions.agreeing import close, holding, owed, watch_next
from mediation.transitions.opening import finish, record
from mediation.values import end_of, statute

R = JudicialConfirmation.Result


def _apply(move: Move, data: dict[str, Any]) -> None:
    row = move.row
    if not is_unconfirmed(row):
        raise Conflict(
            pgettext_lazy("mediation", "A court confirms a written agreement, and decides on it once"),
            code="not_confirmable",
        )
    agreement = holding(move, AgreementForm.WRITTEN)
    assert agreement.effective_at is not None
    due = end_of(statute("confirmation"), agreement.effective_at)
    if move.at >= due:
        raise Conflict(
            pgettext_lazy("mediation", "The 30 days after the agreement took effect are over (art. 33)"),
            code="too_late",
        )
    court = move.text("court", data.get("court"), 120)
    agreed = picking.every_party(move, data.get("parties") or ())
    move.say(data)
    for party in agreed:
        record(
            move, party, Consent.Decision.GIVEN, Consent.Form.WRITTEN, purpose=Consent.Purpose.CONFIRMATION
        )
    JudicialConfirmation.objects.create(agreement=agreement, court=court, applied_at=move.at, due_at=due)
    clocks.end(row, ClockKind.CONFIRM, at=move.at)
    watch_next(row, move.at)
    move.data["court"] = court


def _pending(move: Move) -> JudicialConfirmation:
    return JudicialConfirmation.objects.get(
        agreement__case=move.row, agreement__replaced_at=None, result=R.PENDING
    )


def _decided(move: Move, data: dict[str, Any], result: str) -> None:
    found = _pending(move)
    found.ruling_no = move.text("ruling_no", data.get("ruling_no"), 80)
    day = data.get("decided_on")
    if not isinstance(day, date) or not local(found.applied_at).date() <= day <= local(move.at).date():
        refuse(
            "decided_on",
            pgettext_lazy("mediation", "The court decided between the application and today"),
        )
    found.decided_on, found.result = day, result
    found.save()
    bind(move.row, data.get("files") or (), "ruling", by=move.by, at=move.at)
    move.say(data)
    move.data |= {"ruling_no": found.ruling_no, "decided_on": f"{day:%Y-%m-%d}"}


def _confirm(move: Move, data: dict[str, Any]) -> None:
    _decided(move, data, R.CONFIRMED)


def _refuse_confirmation(move: Move, data: dict[str, Any]) -> None:
    """The agreement stays what it is, a contract: its days of performance run on."""
    _decided(move, data, R.REFUSED)
    move.guide(data)


def _give_up(move: Move, data: dict[str, Any]) -> None:
    move.say(data)
    move.guide(data)
    finish(move)


def _must_bind(move: Move) -> None:
    """After a refusal the parties may be changing the agreement: then the draft binds nobody yet. Raises Conflict."""
    is_refused = move.row.state == CaseState.CONFIRM_REFUSED
    if is_refused and move.row.agreements.filter(replaced_at=None, effective_at=None).exists():
        raise Conflict(
            pgettext_lazy("mediation", "The changed agreement waits for its signatures"), code="draft_waits"
        )


def _watch(move: Move, data: dict[str, Any]) -> None:
    _must_bind(move)
    move.say(data)
    watch_next(move.row, move.at)


def _receipt(move: Move, data: dict[str, Any]) -> None:
    _must_bind(move)
    row = move.row
    rows = Obligation.objects.filter(
        pk=picking.key_of(data.get("obligation")),
        term__agreement__case=row,
        term__agreement__replaced_at=None,
        state="open",
    )
    item = rows.select_related("term__agreement").first()
    if item is None:
        refuse("obligation", picking.UNKNOWN)
    amount = picking.money(data.get("amount"), "amount")
    if item.amount is None and amount is not None:
        refuse("amount", pgettext_lazy("mediation", "This obligation is no payment"))
    if item.amount is not None:
        left = item.amount - item.received
        if amount is None or amount > left:
            refuse(
                "amount",
                pgettext_lazy("mediation", "%(left)s yuan are still owed") % {"left": left},
                "too_much",
            )
    performed_on = _performed_on(move, item, data.get("performed_on"))
    move.say(data)
    close(item, move, amount, performed_on)
    bind(row, data.get("files") or (), "receipt", by=move.by, at=move.at)
    move.data |= {
        "term": item.term.number,
        "instalment": item.number,
        "amount": str(amount or ""),
        "performed_on": f"{performed_on:%Y-%m-%d}",
    }
    watch_next(row, move.at)


def _performed_on(move: Move, item: Obligation, given: object) -> date:
    """The day that counts: whoever pays in time is not late because the receipt is put down days afterwards."""
    today, effective_at = local(move.at).date(), item.term.agreement.effective_at
    if given is None:
        return today
    since = local(effective_at).date() if effective_at is not None else today
    if not isinstance(given, date) or not since <= given <= today:
        refuse(
            "performed_on",
            pgettext_lazy("mediation", "Give a day between the agreement's taking effect and today"),
        )
    return given


def _complete(move: Move, data: dict[str, Any]) -> None:
    left = owed(move.row)
    if left:
        refuse(
            "opinion",
            pgettext_lazy("mediation", "%(count)d obligations have no receipt yet") % {"count": len(left)},
            "receipts_missing",
        )
    move.say(data)
    move.row.ended_at = move.at
    clocks.end(move.row, at=move.at)
    plan_callbacks(move.row, at=move.at)


def _breach(move: Move, data: dict[str, Any]) -> None:
    row = move.row
    late = [item for item in owed(row) if item.due_on < local(move.at).date()]
    if not late:
        raise Conflict(pgettext_lazy("mediation", "No obligation is overdue"), code="not_overdue")
    move.say(data)
    move.guide(data)
    is_confirmed = JudicialConfirmation.objects.filter(
        agreement__case=row, agreement__replaced_at=None, result=R.CONFIRMED
    ).exists()
    if move.data["way"] == Guidance.ENFORCEMENT and not is_confirmed:
        refuse(
            "way", pgettext_lazy("mediation", "Only what a court has confirmed is enforced; else they sue")
        )
    move.data |= {"path": "enforcement" if is_confirmed else "sue", "overdue": len(late)}
    clocks.end(row, ClockKind.PERFORM, at=move.at)
    plan_callbacks(row, at=move.at)


DEEDS: Final[dict[str, Callable[[Move, dict[str, Any]], None]]] = {
    "apply_confirmation": _apply,
    "confirm": _confirm,
    "refuse_confirmation": _refuse_confirmation,
    "give_up": _give_up,
    "watch": _watch,
    "receipt": _receipt,
    "complete": _complete,
    "breach": _breach,
}
