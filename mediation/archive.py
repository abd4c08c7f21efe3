"""What an archive needs: registration, consent, session records, agreement or end, performance, callbacks (art. 27)."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import pgettext_lazy

from governance.foundation.errors import Text
from mediation.callbacks import waiting
from mediation.models import ClockKind, Consent, MediationCase, Obligation, ObligationState
from mediation.states import CaseState


@dataclass(frozen=True)
class Missing:
    """A record that is not there."""

    code: str
    words: Text


def faults_of(row: MediationCase) -> list[Missing]:
    """Every record that is missing, in the order of the volume; empty when it may be archived."""
    return list(_faults(row))


def _faults(row: MediationCase) -> Iterator[Missing]:
    verbs = set(row.steps.values_list("verb", flat=True))
    if "register" not in verbs:
        yield Missing("registration", pgettext_lazy("archive", "The registration is missing"))
    if row.state == CaseState.NOT_MEDIABLE:
        return
    yield from _of_the_process(row, verbs)
    yield from _of_the_result(row, latest_verbs(row))
    if row.clocks.filter(kind=ClockKind.ARBITRATION, stopped_at=None).exists():
        yield Missing("arbitration", pgettext_lazy("archive", "The end of the arbitration is missing"))
    if row.reports.filter(read_at=None).exists():
        yield Missing("reports", pgettext_lazy("archive", "An urgent report was never read"))
    if left := waiting(row):
        words = pgettext_lazy("archive", "Callbacks are missing: after %(days)s days")
        days = "、".join(str(item.days) for item in left)
        yield Missing("callbacks", words % {"days": days})
    elif not row.callbacks.filter(round=row.relapses, called_at__isnull=False).exists():
        yield Missing("callbacks", pgettext_lazy("archive", "No callback was made"))


def _of_the_process(row: MediationCase, verbs: set[str]) -> Iterator[Missing]:
    """Consents, and the record of every session."""
    heard = Consent.objects.filter(party__case=row, purpose=Consent.Purpose.MEDIATION)
    if "refuse" not in verbs and heard.values("party").distinct().count() < row.parties.count():
        yield Missing("consent", pgettext_lazy("archive", "The consent of a party is missing"))
    held = list(row.sessions.filter(state="held"))
    if not held and not verbs & {"refuse", "stop"}:
        yield Missing("records", pgettext_lazy("archive", "No session record is there"))
    if any(not session.minutes for session in held):
        yield Missing("minutes", pgettext_lazy("archive", "A session has no minutes"))


def latest_verbs(row: MediationCase) -> set[str]:
    """What was done since the case was opened or reopened last."""
    again = row.steps.filter(verb="call_back", to_state=CaseState.ACCEPTED).order_by("-pk")
    since = again.values_list("pk", flat=True).first() or 0
    return set(row.steps.filter(pk__gt=since).values_list("verb", flat=True))


def _of_the_result(row: MediationCase, verbs: set[str]) -> Iterator[Missing]:
    """The agreement with its receipts, or how mediation ended and what the parties were told."""
    is_ended = bool(verbs & {"refuse", "stop", "fail", "give_up"})
    agreements = row.agreements.filter(replaced_at=None, effective_at__isnull=False)
    if not is_ended and not agreements.exists():
        yield Missing("agreement", pgettext_lazy("archive", "The agreement is missing"))
    if is_ended and not any(data.get("guidance") for data in row.steps.values_list("data", flat=True)):
        yield Missing("guidance", pgettext_lazy("archive", "The guidance to other ways is missing"))
    owed = Obligation.objects.filter(term__agreement__in=agreements, state=ObligationState.OPEN)
    if not verbs & {"breach", "give_up"} and owed.exists():
        yield Missing("receipts", pgettext_lazy("archive", "An obligation has no receipt"))


def concerned(row: MediationCase) -> frozenset[str]:
    """What of `Missing.code` this case is about at all; the other lines of the check say so."""
    found = {"registration"}
    if row.state == CaseState.NOT_MEDIABLE:
        return frozenset({*found, "guidance"})
    verbs = set(row.steps.values_list("verb", flat=True))
    latest = latest_verbs(row)
    agreements = row.agreements.filter(replaced_at=None, effective_at__isnull=False)
    is_ended = bool(latest & {"refuse", "stop", "fail", "give_up"})
    for code, holds in (
        ("consent", "refuse" not in verbs),
        ("records", not verbs & {"refuse", "stop"}),
        ("minutes", row.sessions.filter(state="held").exists()),
        ("agreement", not is_ended or agreements.exists()),
        ("guidance", is_ended),
        ("receipts", Obligation.objects.filter(term__agreement__in=agreements).exists()),
        ("arbitration", row.clocks.filter(kind=ClockKind.ARBITRATION).exists()),
        ("reports", row.reports.exists()),
        ("callbacks", True),
    ):
        if holds:
            found.add(code)
    return frozenset(found)
