"""Parties are heard: they are added, agree or refuse; the case is accepted or declined."""

from collections.abc import Callable
from typing import Any, Final

from django.utils.translation import pgettext_lazy

from mediation import calendar, clocks, pausing
from mediation.callbacks import plan_callbacks
from mediation.drafts import PartyDraft
from mediation.frame import Move, refuse
from mediation.intake import add_party
from mediation.models import ClockKind, Consent, Mediator, Party
from mediation.states.names import CaseOrigin, NotMediable
from mediation.telling import tell_holder, tell_police
from mediation.transitions import picking
from mediation.transitions.sorting import check_ties
from mediation.values import level_rule, session_rule, statute_of, value

P, D = Consent.Purpose, Consent.Decision


def record(
    move: Move, party: Party, decision: str, form: str, *, purpose: str = P.MEDIATION, note: str = ""
) -> Consent:
    """What a party says now; what it said before stays and no longer holds."""
    Consent.objects.filter(party=party, purpose=purpose, superseded_at=None).update(superseded_at=move.at)
    return Consent.objects.create(
        party=party,
        purpose=purpose,
        decision=decision,
        form=form,
        at=move.at,
        recorded_by=move.by.user,
        note=note,
    )


def without_consent(row: Any) -> list[Party]:
    """The parties that have not said that they agree."""
    given = Consent.objects.filter(
        party__case=row, purpose=P.MEDIATION, decision=D.GIVEN, superseded_at=None
    ).values("party")
    return list(row.parties.exclude(pk__in=given).order_by("number"))


def check_consents(row: Any) -> None:
    """Raises Unprocessable, naming the parties by number, where one has not agreed."""
    missing = without_consent(row)
    if missing:
        numbers = "、".join(str(party.number) for party in missing)
        refuse(
            "parties",
            pgettext_lazy(
                "mediation",
                "Every party has to agree first; missing: party %(numbers)s",
            )
            % {"numbers": numbers},
            "consent_missing",
        )


def check_mediators(move: Move) -> None:
    """Raises Unprocessable where none is named or one is tied to a party."""
    named = Mediator.objects.filter(cases__case=move.row, cases__until=None)
    if not named:
        refuse("mediators", pgettext_lazy("mediation", "Name a mediator first"), "no_mediator")
    check_ties(move, list(named))


def _add_party(move: Move, data: dict[str, Any]) -> None:
    given = data.get("party")
    if not isinstance(given, PartyDraft):
        refuse("party", picking.UNKNOWN)
    row, most = move.row, value("mediation.most_parties")
    faults = given.faults(move.at, most_representatives=value("mediation.representatives"))
    if faults:
        refuse("party", faults[0])
    number = row.parties.count() + 1
    if number > most:
        refuse(
            "party",
            pgettext_lazy("mediation", "More than %(most)d parties: join them as many people")
            % {"most": most},
        )
    party = add_party(row, number, given.completed(move.at))
    row.people = max(row.people, sum(row.parties.values_list("members", flat=True)))
    row.is_sensitive = row.is_sensitive or party.is_minor
    move.data["party"] = number
    check_ties(move, list(Mediator.objects.filter(cases__case=row, cases__until=None)))


def _consent(move: Move, data: dict[str, Any]) -> None:
    party = picking.party(move, data.get("party"))
    form = move.choice("manner", data.get("manner"))
    move.say(data)
    record(move, party, D.GIVEN, form, note=move.words)
    move.data |= {"party": party.number, "form": form}
    if data.get("wants_closed"):
        move.row.is_closed = True
        move.data["closed"] = True


def _accept(move: Move, data: dict[str, Any]) -> None:
    row = move.row
    move.say(data)
    check_consents(row)
    check_mediators(move)
    if not data.get("rights_told"):
        refuse(
            "rights_told",
            pgettext_lazy("mediation", "Tell every party its rights and duties first"),
            "rights",
        )
    row.accepted_at = move.at
    start(move)


def start(move: Move) -> None:
    """The limits of the case begin: its own 30 days, the level's, that of a session, the statute's."""
    row, at = move.row, move.at
    clocks.begin(row, ClockKind.CASE, "case", at)
    clocks.begin(row, ClockKind.LEVEL, level_rule(row.level), at)
    clocks.begin(row, ClockKind.SESSION, session_rule(row.level), at)
    clocks.end(row, ClockKind.STATUTE, ClockKind.PASS_ON, at=at)
    rule = "petition_close" if row.origin == CaseOrigin.PETITION else statute_of(row.category_code)
    if rule:
        clocks.begin(row, ClockKind.STATUTE, rule, at)


def _refuse(move: Move, data: dict[str, Any]) -> None:
    party = picking.party(move, data.get("party"))
    move.say(data)
    move.guide(data)
    record(move, party, D.REFUSED, Consent.Form.ORAL, note=move.words)
    move.data["party"] = party.number
    finish(move)


def finish(move: Move) -> None:
    """Mediation is over without an agreement: limits end, callbacks are planned, the ticket's holder is told."""
    row = move.row
    pausing.end(row, move.at)
    clocks.end(row, at=move.at)
    row.ended_at = move.at
    calendar.call_off(row)
    plan_callbacks(row, at=move.at)
    tell_holder(row, "ended", at=move.at, by=move.by)


def _decline(move: Move, data: dict[str, Any]) -> None:
    move.data["reason_code"] = move.choice("reason_code", data.get("reason_code"))
    move.say(data)
    move.guide(data)
    row = move.row
    clocks.end(row, at=move.at)
    row.ended_at = move.at
    if move.data["reason_code"] == NotMediable.CRIME:
        row.is_criminal = True
        tell_police(row, "crime", at=move.at, by=move.by)
    tell_holder(row, "ended", at=move.at, by=move.by)


DEEDS: Final[dict[str, Callable[[Move, dict[str, Any]], None]]] = {
    "add_party": _add_party,
    "consent": _consent,
    "accept": _accept,
    "refuse": _refuse,
    "decline": _decline,
}
