"""Who may export, who decides about an export, who may import: one function for the guard and the buttons."""

from django.utils.translation import pgettext_lazy

from exports import values
from exports.models import TicketExport
from exports.querysets import approving_paths
from exports.states import APPROVERS, ASKER, EXPORT_TABLE, EXPORTERS
from governance.accounts.actors import Actor
from governance.accounts.roles import SYSTEM
from governance.foundation.errors import Forbidden
from governance.foundation.state_machine import Verb
from grids import scope as scopes
from grids.territory import current as territory
from incidents.states.who import INTAKE


def exporting_role(by: Actor) -> str:
    """The role under which `by` exports: the one that allows most rows. Raises Forbidden."""
    if by.is_api_client:
        return by.role
    held = [role for role in EXPORTERS if role in scopes.of(by.user).roles]
    if not held:
        raise Forbidden(
            pgettext_lazy("export", "Exporting lists belongs to other roles"), roles=sorted(EXPORTERS)
        )
    return max(held, key=lambda role: values.rows_for([role]))


def may_export(by: Actor) -> bool:
    """Whether the person exports at all."""
    return bool(scopes.of(by.user).roles & set(EXPORTERS))


def reach_of(by: Actor) -> str:
    """The place whose approvers decide: what covers everything that the person covers; the city for units."""
    paths = scopes.of(by.user).paths
    if len(paths) == 1:
        return paths[0]
    return next((path for path, place in territory().by_path.items() if place.level == "city"), "")


def is_asker(row: TicketExport, by: Actor) -> bool:
    """Whether `by` has asked for it: the same person, or the same system."""
    if by.is_api_client:
        return by.client_id == row.client_id
    return by.user_id is not None and by.user_id == row.asked_by_id


def role_for(verb: Verb, row: TicketExport, by: Actor) -> str:
    """The role under which `by` may do `verb` to this export. Raises Forbidden."""
    if by.is_system and SYSTEM in verb.who:
        return SYSTEM
    if ASKER in verb.who and is_asker(row, by):
        return ASKER
    if verb.name in {"approve", "refuse"}:
        if by.user_id == row.asked_by_id:
            raise Forbidden(
                pgettext_lazy("export", "Whoever asked for an export does not decide about it"),
                code="own_work",
            )
        if row.reach_path and row.reach_path.startswith(approving_paths(by) or ("-",)):
            return next(role for role in APPROVERS if role in scopes.of(by.user).roles)
    raise Forbidden(
        pgettext_lazy("export", "This step belongs to somebody else"),
        roles=sorted(verb.who),
        verb=verb.name,
    )


def permitted(row: TicketExport, by: Actor) -> list[Verb]:
    """The verbs that this person may do now, in table order: exactly the buttons."""
    found = []
    for verb in EXPORT_TABLE.leaving(row.state):
        try:
            role_for(verb, row, by)
        except Forbidden:
            continue
        found.append(verb)
    return found


def may_import(by: Actor) -> bool:
    """Whoever takes reports in at a desk."""
    return any(reach.path and reach.role in INTAKE for reach in scopes.of(by.user).reaches)


def must_import(by: Actor) -> None:
    """Raises Forbidden for anybody else; a system brings what it may report."""
    if not by.is_api_client and not may_import(by):
        raise Forbidden(
            pgettext_lazy("import", "Files of tickets are taken in by the desks that take reports in"),
            roles=sorted(INTAKE),
        )


def may_read(by: Actor) -> bool:
    """Whether the person finds these pages at all."""
    return may_export(by) or bool(approving_paths(by)) or may_import(by)
