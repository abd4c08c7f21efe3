"""My trusted phones: which they are, when they were last here, and calling one back."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from fieldwork.devices import trusting
from fieldwork.devices.rules import may_trust, person_of
from fieldwork.models import TrustedDevice
from governance.accounts.actors import Actor
from governance.foundation.clock import now
from incidents.views.phone import answer, phone_page

SHOWN = 20


@require_safe
@phone_page
def list_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The newest first; this phone is marked."""
    at = now()
    rows = list(TrustedDevice.objects.filter(user=person_of(actor)).order_by("-trusted_at")[:SHOWN])
    here = getattr(request, "trusted_device", None)
    context = {
        "rows": [(row, row.is_trusted(at), here is not None and row.pk == here.pk) for row in rows],
        "may_trust": may_trust(actor.user),
    }
    return answer(request, actor, "phone/devices.html", context, tab="me")


@require_POST
@phone_page
def call_back(request: HttpRequest, actor: Actor, device_id: UUID) -> HttpResponse:
    """Trust it no longer; its store empties itself when it is next on the line."""
    device = trusting.call_back(device_id, by=actor, at=now())
    messages.success(request, _("Called back: %(phone)s") % {"phone": device.label})
    return redirect("phone-work:devices")
