"""The door of the registers: whoever may open only some of them begins with the first of these."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from governance.accounts.actors import Actor
from governance.exchange.doors import desk_page
from governance.foundation.errors import Forbidden
from registers.roles import REPORT_READERS
from registers.rules import may_anywhere
from registers.templatetags.ledger import TABS


@require_safe
@desk_page
def home(request: HttpRequest, actor: Actor) -> HttpResponse:
    """On to the first page of the tabs that this person may open. Raises Forbidden where there is none."""
    for name, _label, _icon, roles in TABS:
        if may_anywhere(actor, roles):
            return redirect(f"registers:{name}")
    raise Forbidden(roles=sorted(REPORT_READERS))
