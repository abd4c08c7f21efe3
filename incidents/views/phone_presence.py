"""Checking in on post from the phone: one tap, with the position or without; the point itself is not kept."""

import math

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from governance.accounts.actors import Actor
from governance.exchange.doors import problem_words
from governance.foundation.clock import now
from governance.foundation.errors import Conflict, Forbidden
from incidents.views.phone import phone_page
from staffing import presence
from staffing.presence import Position


@require_POST
@phone_page
def check_in(request: HttpRequest, actor: Actor) -> HttpResponse:
    """`lon`, `lat`, `accuracy` where the phone gave them; then back to "me" with what was found."""
    try:
        row = presence.check_in(by=actor, at=now(), position=position_of(request))
    except (Conflict, Forbidden) as problem:
        messages.error(request, problem_words(problem))
    else:
        if row.is_on_post:
            messages.success(request, _("You are checked in."))
        else:
            messages.warning(request, _("Checked in; the community confirms that you are on post."))
    return redirect("phone:me")


def position_of(request: HttpRequest) -> Position | None:
    """The position sent along; None for none, or for one that is no place on earth."""
    try:
        lon, lat, metres = (float(request.POST.get(name, "")) for name in ("lon", "lat", "accuracy"))
    except ValueError:
        return None
    if not all(map(math.isfinite, (lon, lat, metres))):
        return None
    return Position(lon=lon, lat=lat, metres=max(metres, 0.0)) if abs(lon) <= 180 and abs(lat) <= 90 else None
