"""Who may do what to an endpoint and its messages: administrators with all, a system with its own, auditors read."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from governance.accounts.actors import Actor
from governance.accounts.roles import SYSTEM, Role
from governance.foundation.errors import Forbidden, NotFound
from governance.foundation.state_machine import Reach, Verb
from webhooks.models import Endpoint
from webhooks.querysets import READERS, roles_of


def must_read(actor: Actor) -> bool:
    """Whether the reader of the pages may also write. Raises Forbidden for everybody else."""
    roles = roles_of(actor)
    if not roles:
        raise Forbidden(_("This page is for other roles"), roles=list(READERS))
    return Role.ADMINISTRATOR in roles


def must_keep(actor: Actor) -> None:
    """Raises Forbidden for whoever is no administrator."""
    if not must_read(actor):
        raise Forbidden(_("This page is for other roles"), roles=[Role.ADMINISTRATOR.value])


def role_for(verb: Verb, by: Actor, *, client_id: int) -> str:
    """The role under which `by` may do the verb for that client. Raises NotFound (not seen) and Forbidden."""
    if by.is_system:
        held = SYSTEM
    elif by.is_api_client:
        if by.client_id != client_id:
            raise NotFound()
        held = Role.API_CLIENT.value
    else:
        roles = roles_of(by)
        if not roles:
            raise NotFound()
        held = Role.ADMINISTRATOR.value if Role.ADMINISTRATOR in roles else Role.AUDITOR.value
    if verb.who.get(held) in {Reach.SCOPE, Reach.OWN, Reach.SYSTEM}:
        return held
    raise Forbidden(
        pgettext_lazy("webhooks", "Endpoints are kept by administrators and by their own system"),
        roles=sorted(verb.who),
        verb=verb.name,
    )


def permitted(verb: Verb, by: Actor, endpoint: Endpoint) -> bool:
    """The same as a question."""
    try:
        role_for(verb, by, client_id=endpoint.client_id)
    except (Forbidden, NotFound):
        return False
    return True
