"""Accountability: a suspicion is opened, explained, looked into, decided by people, appealed. The platform judges
nobody.

Late is counted. That something was not reported is suspected by the platform where the fact was known from elsewhere
and the unit's limit has passed; concealed and knowingly wrong are suspected only by a person who says what it rests on.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.utils.translation import pgettext, pgettext_lazy

from governance.accounts.actors import SYSTEM_ACTOR, Actor
from governance.accounts.models import Tier, User
from governance.accounts.roles import SYSTEM, Role
from governance.audit import journal
from governance.foundation.errors import Conflict, Forbidden, NotFound, Unprocessable
from governance.foundation.numbers import next_numbers
from governance.foundation.state_machine import Reach, Verb
from grids import scope as scopes
from grids.territory import current as territory
from incidents.models import Notice, Ticket
from key_reports import values
from key_reports.frame import checked, facts, must_be_current, refuse
from key_reports.models import AccountabilityCase, CasePerson, KeyReport, KeyStep
from key_reports.posting import post_of, posts_of
from key_reports.states import ACCOUNT_TABLE, SPEAKERS, Capacity, Decision, Origin, Suspicion
from key_reports.telling import tell_people, tell_units

A = Notice.Audience
KNOWING: Final = frozenset({Suspicion.CONCEALED, Suspicion.FALSE})


@dataclass
class Turn:
    """One verb in progress: the locked case and what the step will say."""

    row: AccountabilityCase
    verb: Verb
    by: Actor
    at: datetime
    words: str = ""
    data: dict[str, Any] = field(default_factory=dict)

    def text(self, name: str, data: Mapping[str, Any]) -> str:
        """Words that the verb takes. Raises Unprocessable."""
        return checked(self.verb, name, data.get(name))


def role_for(verb: Verb, row: AccountabilityCase, by: Actor) -> str:
    """The role under which `by` may do `verb` to this case. Raises Forbidden."""
    if by.is_system and SYSTEM in verb.who:
        return SYSTEM
    scope = scopes.of(by.user)
    over = scope.roles_over(row.region_path)
    own = scope.roles if row.unit_id in scope.unit_ids else frozenset()
    for role, reach in verb.who.items():
        if role in (over if reach is Reach.SCOPE else own):
            return _unbiased(verb, row, by, role)
    if verb.who == SPEAKERS and row.persons.filter(user=by.user_id).exists():
        return sorted(scope.roles)[0] if scope.roles else ""
    raise _others(verb)


def _unbiased(verb: Verb, row: AccountabilityCase, by: Actor, role: str) -> str:
    """Whoever is concerned does not decide; whoever decided does not decide on the appeal. Raises Forbidden."""
    if verb.name in {"decide", "rule"}:
        hands = set(row.persons.values_list("user", flat=True))
        if verb.name == "rule":
            hands |= set(row.steps.filter(verb="decide").values_list("actor", flat=True))
        if by.user_id in hands:
            raise Forbidden(
                pgettext_lazy("accountability", "Whoever is concerned, or has decided, does not decide"),
                code="own_work",
            )
    return role


def role_to_open(path: str, by: Actor) -> str:
    """Oversight and leaders, at their places. Raises Forbidden."""
    verb = ACCOUNT_TABLE["open"]
    if by.is_system:
        return SYSTEM
    over = scopes.of(by.user).roles_over(path)
    found = next((role for role in verb.who if role in over), "")
    if not found:
        raise _others(verb)
    return found


def _others(verb: Verb) -> Forbidden:
    return Forbidden(
        pgettext_lazy("accountability", "This step belongs to another role or unit"),
        roles=sorted(role for role in verb.who if role in Role.values),
        verb=verb.name,
    )


def permitted(row: AccountabilityCase, by: Actor, at: datetime) -> list[Verb]:
    """The verbs this person may do to this case now, in table order."""
    found = []
    for verb in ACCOUNT_TABLE.leaving(row.state):
        try:
            role_for(verb, row, by)
        except Forbidden:
            continue
        if is_timely(verb, row, at):
            found.append(verb)
    return found


def is_timely(verb: Verb, row: AccountabilityCase, at: datetime) -> bool:
    """An appeal in its time; nobody goes on without an explanation, or closes, before the unit's time is over."""
    is_over = row.due_at is None or at >= row.due_at
    if verb.name == "appeal":
        return not is_over
    return is_over if verb.name in {"investigate", "close"} else True


def suspect_missed(row: KeyReport, *, at: datetime) -> AccountabilityCase | None:
    """The fact came from another source and the unit has written nothing within its limit: once, as a suspicion."""
    if row.origin != Origin.TICKET or row.ticket is None or row.first_at is not None:
        return None
    if row.ticket.source.kind not in values.value("key_report.other_sources"):
        return None
    if row.accountability_cases.filter(kind=Suspicion.MISSED).exists():
        return None
    words = pgettext(
        "accountability",
        "The fact came from %(source)s, ticket %(ticket)s. The unit that has to report had sent no first report by "
        "the end of its limit. Whether it should have known is for people to look into.",
    )
    grounds = words % {"source": row.ticket.source.label, "ticket": row.ticket.number}
    return open_case(Suspicion.MISSED, report=row, grounds=grounds, by=SYSTEM_ACTOR, at=at)


@transaction.atomic
def open_case(
    kind: str,
    *,
    grounds: str,
    by: Actor,
    at: datetime,
    report: KeyReport | None = None,
    ticket: Ticket | None = None,
    unit_id: int | None = None,
) -> AccountabilityCase:
    """Open a suspicion about a report or a ticket. Raises Forbidden, Conflict, Unprocessable."""
    about = report if report is not None else ticket
    assert about is not None, "it is about something"
    actor = by.acting_as(role_to_open(about.region_path, by))
    if kind not in Suspicion.values:
        refuse("kind", pgettext_lazy("accountability", "Choose what is suspected"))
    if not grounds.strip():
        refuse("grounds", pgettext_lazy("accountability", "Say what it rests on: numbers, times, words"))
    if kind == Suspicion.LATE and (report is None or not report.is_late(at)):
        refuse("kind", pgettext_lazy("accountability", "This report is not late"))
    if report is not None:
        KeyReport.objects.select_for_update(of=("self",), no_key=True).get(pk=report.pk)
        if report.accountability_cases.filter(kind=kind, closed_at=None).exists():
            raise Conflict(
                pgettext_lazy("accountability", "There is an open case about this already"), code="exists"
            )
    row = AccountabilityCase(
        number=next_numbers("ZZ", at)[0],
        kind=kind,
        report=report,
        ticket=ticket if report is None else report.ticket,
        title=about.title[:120],
        unit_id=unit_id or _concerned(report, about.region_path),
        region_id=about.region_id,
        region_path=about.region_path,
        known_at=_known(report, ticket),
        grounds=grounds.strip()[:2000],
        opened_by=by.user,
        opened_at=at,
    )
    row.save(force_insert=True)
    for user_id, capacity, post in posts_of(row):
        CasePerson.objects.create(case=row, user_id=user_id, capacity=capacity, post=post)
    _leave(Turn(row, ACCOUNT_TABLE["open"], actor, at), "", None)
    centre = territory().command_unit(row.region_path, Tier.CITY)
    tell_units(row, "account_open", [centre.id if centre else None], (A.OVERSIGHT,), at=at)
    return row


def _concerned(report: KeyReport | None, path: str) -> int:
    """The unit that had to report: the report's, else the town's."""
    if report is not None:
        return report.unit_id
    town = territory().command_unit(path, Tier.TOWN)
    if town is None:
        raise Unprocessable(pgettext_lazy("key report", "No unit answers for this place"), code="no_unit")
    return town.id


def _known(report: KeyReport | None, ticket: Ticket | None) -> datetime:
    if report is not None:
        return report.known_at
    assert ticket is not None, "it is about something"
    return ticket.registered_at


@contextmanager
def turning(name: str, pk: int, *, by: Actor, at: datetime, version: int | None = None) -> Iterator[Turn]:
    """Run one verb. Raises NotFound, StaleVersion, IllegalTransition, Forbidden, Conflict, Unprocessable."""
    with transaction.atomic():
        row = AccountabilityCase.objects.select_for_update(of=("self",)).filter(pk=pk).first()
        if row is None:
            raise NotFound()
        must_be_current(row, version)
        verb = ACCOUNT_TABLE.check(name, row.state)
        turn = Turn(row, verb, by.acting_as(role_for(verb, row, by)), at)
        if not is_timely(verb, row, at):
            raise Conflict(
                pgettext_lazy("accountability", "Not at this time: the limit says so"), code="not_timely"
            )
        before, from_state = facts(row), row.state
        yield turn
        row.state = verb.target or row.state
        row.version += 1
        row.save()
        _leave(turn, from_state, before)


def _leave(turn: Turn, from_state: str, before: Mapping[str, Any] | None) -> None:
    row = turn.row
    step = KeyStep.objects.create(
        account=row,
        verb=turn.verb.name,
        from_state=from_state,
        to_state=row.state,
        at=turn.at,
        actor_id=turn.by.user_id,
        actor_name=turn.by.name[:80],
        role=turn.by.role,
        words=turn.words,
        data=turn.data,
    )
    journal.record(
        f"accountability.{turn.verb.name}",
        by=turn.by,
        obj=row,
        at=turn.at,
        before=before,
        after=facts(row),
        details={"step": step.pk},
    )


def perform(
    name: str, pk: int, *, by: Actor, at: datetime, data: Mapping[str, Any], version: int | None = None
) -> AccountabilityCase:
    """Carry a verb out; the case as it is then."""
    if name not in DEEDS:
        raise NotFound()
    with turning(name, pk, by=by, at=at, version=version) as turn:
        DEEDS[name](turn, data)
    return turn.row


def _limit(row: AccountabilityCase, due: datetime | None) -> None:
    row.due_at = row.next_alarm_at = due


def _tell_concerned(turn: Turn, what: str) -> None:
    row, by, at = turn.row, turn.by, turn.at
    tell_units(row, what, [row.unit_id], (A.LEADS, A.DUTY, A.HANDLERS), at=at, by=by)
    tell_people(row, what, row.persons.values_list("user", flat=True), at=at, by=by)


def _name(turn: Turn, data: Mapping[str, Any]) -> None:
    user = (
        User.objects.select_related("unit").filter(username=data.get("person") or "", is_active=True).first()
    )
    if user is None:
        raise Unprocessable(fields={"person": [pgettext_lazy("accountability", "Nobody has this user name")]})
    turn.words = turn.text("opinion", data)
    capacity = str(data.get("capacity") or "")
    if capacity not in Capacity.values:
        refuse("capacity", pgettext_lazy("accountability", "Choose a capacity"))
    CasePerson.objects.get_or_create(
        case=turn.row, user=user, capacity=capacity, defaults={"post": post_of(user, "")}
    )
    turn.data = {"person": user.pk, "capacity": capacity}


def _notify(turn: Turn, data: Mapping[str, Any]) -> None:
    turn.words = turn.text("opinion", data)
    turn.row.notified_at = turn.at
    _limit(turn.row, values.due_at("explain", turn.at))
    _tell_concerned(turn, "account_notify")


def _drop(turn: Turn, data: Mapping[str, Any]) -> None:
    turn.words = turn.row.findings = turn.text("opinion", data)
    turn.row.decision, turn.row.closed_at = Decision.NOT_ESTABLISHED, turn.at


def _explain(turn: Turn, data: Mapping[str, Any]) -> None:
    turn.row.explanation, turn.row.explained_at = turn.text("opinion", data), turn.at
    _limit(turn.row, None)


def _investigate(turn: Turn, data: Mapping[str, Any]) -> None:
    turn.words = turn.text("opinion", data)
    _limit(turn.row, None)


def _judged(turn: Turn, data: Mapping[str, Any]) -> None:
    row, decision = turn.row, str(data.get("decision") or "")
    if decision not in Decision.values:
        refuse("decision", pgettext_lazy("accountability", "Choose a decision"))
    words, knowing = turn.text("opinion", data), turn.text("knowing", data)
    if row.kind in KNOWING and decision != Decision.NOT_ESTABLISHED and not knowing:
        refuse(
            "knowing",
            pgettext_lazy(
                "accountability", "Without it nothing is established: a report in good faith is not punished"
            ),
        )
    row.decision, row.findings = decision, "\n".join(filter(None, [words, knowing]))
    turn.data["decision"] = decision


def _decide(turn: Turn, data: Mapping[str, Any]) -> None:
    _judged(turn, data)
    turn.row.decided_at = turn.at
    _limit(turn.row, values.due_at("appeal", turn.at))
    _tell_concerned(turn, "account_decide")


def _appeal(turn: Turn, data: Mapping[str, Any]) -> None:
    turn.row.appeal, turn.row.appealed_at = turn.text("opinion", data), turn.at
    _limit(turn.row, None)
    tell_units(turn.row, "account_appeal", [_centre(turn.row)], (A.OVERSIGHT,), at=turn.at, by=turn.by)


def _centre(row: AccountabilityCase) -> int | None:
    unit = territory().command_unit(row.region_path, Tier.CITY)
    return unit.id if unit is not None else None


def _rule(turn: Turn, data: Mapping[str, Any]) -> None:
    _judged(turn, data)
    turn.row.closed_at = turn.at
    _tell_concerned(turn, "account_decide")


def _close(turn: Turn, data: Mapping[str, Any]) -> None:
    turn.words = turn.text("opinion", data)
    turn.row.closed_at = turn.at
    _limit(turn.row, None)


DEEDS: Final[Mapping[str, Callable[[Turn, Mapping[str, Any]], None]]] = {
    "name": _name,
    "notify": _notify,
    "drop": _drop,
    "explain": _explain,
    "investigate": _investigate,
    "decide": _decide,
    "appeal": _appeal,
    "rule": _rule,
    "close": _close,
}
