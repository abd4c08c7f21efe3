"""What every page begins with: may this person see it; not there and not visible are the same."""

from django.utils.translation import gettext_lazy as _

from consultation.models import ActionItem, CallLine, Consultation, Meeting, WhistleCall
from governance.accounts.actors import Actor
from governance.foundation.errors import Forbidden, NotFound
from grids import scope as scopes


def must_read(actor: Actor) -> None:
    """Raises Forbidden for somebody without an appointment."""
    if not scopes.of(actor.user).reaches:
        raise Forbidden(_("These pages are for people who are appointed"))


def visible_call(actor: Actor, number: str) -> WhistleCall:
    """The call, if this person may see it. Raises NotFound."""
    rows = WhistleCall.objects.visible_to(actor).select_related(
        "caller", "asked_by_unit", "made_by", "ticket"
    )
    found = rows.defer("ticket__search", "ticket__content").filter(number=number).first()
    if found is None:
        raise NotFound()
    return found


def visible_line(actor: Actor, number: str, pk: int) -> CallLine:
    """A called department of a call that this person may see. Raises NotFound."""
    call = visible_call(actor, number)
    line = call.lines.select_related("unit").filter(pk=pk).first()
    if line is None:
        raise NotFound()
    line.call = call
    return line


def visible_consultation(actor: Actor, number: str) -> Consultation:
    """The consultation, if this person may see it. Raises NotFound."""
    rows = Consultation.objects.visible_to(actor).select_related(
        "ticket__category", "centre", "lead", "convened_by", "decided_by"
    )
    found = rows.defer("ticket__search", "ticket__content").filter(number=number).first()
    if found is None:
        raise NotFound()
    return found


def visible_meeting(actor: Actor, number: str) -> Meeting:
    """The meeting, if this person may see it. Raises NotFound."""
    rows = Meeting.objects.visible_to(actor).select_related("host", "planned_by", "minuted_by")
    found = rows.filter(number=number).first()
    if found is None:
        raise NotFound()
    return found


def visible_item(actor: Actor, pk: int) -> ActionItem:
    """The action item of a meeting that this person may see. Raises NotFound."""
    found = ActionItem.objects.visible_to(actor).select_related("meeting", "unit").filter(pk=pk).first()
    if found is None:
        raise NotFound()
    return found
