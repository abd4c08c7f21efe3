"""What every page of the mandates begins with: may this person read them; not there and not visible are the same."""

from django.utils.translation import gettext_lazy as _

from governance.accounts.actors import Actor
from governance.foundation.errors import Forbidden, NotFound
from mandates.models import AccessApplication, DelegatedPower, DutyList
from mandates.rules import may_read


def must_read(actor: Actor) -> None:
    """Raises Forbidden for somebody without an appointment."""
    if not may_read(actor):
        raise Forbidden(_("These pages are for people who are appointed"))


def visible_list(actor: Actor, pk: int) -> DutyList:
    """The edition, if this person may see it. Raises NotFound."""
    found = DutyList.objects.visible_to(actor).select_related("region").filter(pk=pk).first()
    if found is None:
        raise NotFound()
    return found


def visible_application(actor: Actor, number: str) -> AccessApplication:
    """The application, if this person may see it. Raises NotFound."""
    rows = AccessApplication.objects.visible_to(actor).select_related("region", "unit", "prepared_by")
    found = rows.filter(number=number).first()
    if found is None:
        raise NotFound()
    return found


def visible_power(actor: Actor, number: str) -> DelegatedPower:
    """The power, if this person may see it. Raises NotFound."""
    rows = DelegatedPower.objects.visible_to(actor).select_related("proposed_by").prefetch_related("towns")
    found = rows.filter(number=number).first()
    if found is None:
        raise NotFound()
    return found
