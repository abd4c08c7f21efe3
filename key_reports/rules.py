"""Who may do what to a key report: one function for the guard, the buttons and the API."""

from django.utils.translation import pgettext_lazy

from governance.accounts.actors import Actor
from governance.accounts.roles import SYSTEM, Role
from governance.foundation.errors import Forbidden
from governance.foundation.state_machine import Reach, Verb
from grids import scope as scopes
from key_reports.models import KeyReport, ReportRecipient
from key_reports.querysets import unit_ids
from key_reports.states import (
    DUTY,
    OVERSEERS,
    READERS,
    RECEIVING,
    REPORT_TABLE,
    SPEAKERS,
    WRITERS,
)


def role_for(verb: Verb, row: KeyReport, by: Actor) -> str:
    """The role under which `by` may do `verb` to this report. Raises Forbidden."""
    if by.is_system and SYSTEM in verb.who:
        return SYSTEM
    scope = scopes.of(by.user)
    over = scope.roles_over(row.region_path)
    own = scope.roles if by.user_id is not None and _is_own(verb, row, by) else frozenset()
    for role, reach in verb.who.items():
        if role in (over if reach is Reach.SCOPE else own) or (role in own and verb.name not in RECEIVING):
            return role
    raise _others(verb)


def _is_own(verb: Verb, row: KeyReport, by: Actor) -> bool:
    """Something was sent to the person and waits to be confirmed; else: the person's or the unit's own report."""
    if verb.name in RECEIVING:
        return bool(waiting_for(row, by))
    return row.writer_id == by.user_id or row.unit_id in unit_ids(by)


def waiting_for(row: KeyReport, by: Actor) -> list[ReportRecipient]:
    """The receipts that this person owes, in his or her own name and for the own units."""
    units = set(unit_ids(by))
    found = row.recipients.filter(received_at=None).order_by("pk")
    return [item for item in found if item.user_id == by.user_id or item.unit_id in units]


def role_to_prepare(by: Actor) -> str:
    """Whoever serves may report, about any place. Raises Forbidden."""
    roles = scopes.of(by.user).roles
    for role in WRITERS:
        if role in roles:
            return role
    raise _others(REPORT_TABLE["prepare"])


def may_prepare(by: Actor) -> bool:
    """Whether the button to begin one is shown."""
    return bool(scopes.of(by.user).roles & set(WRITERS))


def may_read(by: Actor) -> bool:
    """Whether the person finds these pages at all."""
    return bool(scopes.of(by.user).roles & READERS)


def must_read(by: Actor) -> None:
    """Raises Forbidden for anybody else."""
    if not may_read(by):
        raise Forbidden(
            pgettext_lazy("key report", "Key reports are for those who report and those who have to know"),
            roles=sorted(READERS),
        )


def may_read_accounts(by: Actor) -> bool:
    """Whether the person finds the accountability cases: whoever oversees, or speaks for a unit."""
    return bool(scopes.of(by.user).roles & {*OVERSEERS, *SPEAKERS})


def must_read_accounts(by: Actor) -> None:
    """Raises Forbidden for anybody else."""
    if not may_read_accounts(by):
        raise Forbidden(
            pgettext_lazy(
                "key report", "Accountability is for oversight and leaders, and for the units concerned"
            ),
            roles=sorted({*OVERSEERS, *SPEAKERS}),
        )


def may_suspect(by: Actor, row: KeyReport) -> bool:
    """Whether the person may open a suspicion about a report."""
    return bool(scopes.of(by.user).roles_over(row.region_path) & set(OVERSEERS))


def may_reveal(by: Actor, row: KeyReport) -> bool:
    """Numbers of people in a text are shown in the clear to those who have to act on them, with a reason."""
    if row.writer_id == by.user_id or row.unit_id in unit_ids(by):
        return True
    return bool(scopes.of(by.user).roles_over(row.region_path) & set(DUTY))


def knows_reporter(by: Actor, row: KeyReport) -> bool:
    """Of a confidential report only the reporter knows who it was."""
    return not row.is_confidential or (row.writer_id is not None and row.writer_id == by.user_id)


def permitted(row: KeyReport, by: Actor) -> list[Verb]:
    """The verbs this person may do to this report now, in table order: exactly the buttons."""
    found = []
    for verb in REPORT_TABLE.leaving(row.state):
        if is_idle(verb, row):
            continue
        try:
            role_for(verb, row, by)
        except Forbidden:
            continue
        found.append(verb)
    return found


def is_idle(verb: Verb, row: KeyReport) -> bool:
    """Verbs that the table permits and the row gives no reason for."""
    return verb.name == "end" and row.ended_at is not None


def _others(verb: Verb) -> Forbidden:
    return Forbidden(
        pgettext_lazy("key report", "This step belongs to another role or unit"),
        roles=sorted(role for role in verb.who if role in Role.values),
        verb=verb.name,
    )
