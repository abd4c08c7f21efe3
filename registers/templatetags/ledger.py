"""Words of the registers' pages: which of them a person may open, a rate with its two numbers."""

from dataclasses import dataclass
from typing import Any

from django import template
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from governance.accounts.actors import Actor
from governance.accounts.models import User
from governance.foundation.errors import Text
from registers.completeness import Tally
from registers.roles import FILE_READERS, KEEPERS, PLACE_READERS, READERS, REPORT_READERS
from registers.rules import may_anywhere

register = template.Library()

TABS: tuple[tuple[str, Text, str, frozenset[Any]], ...] = (
    ("households", pgettext_lazy("register", "Households"), "home", READERS),
    ("residents", pgettext_lazy("register", "Residents"), "users", READERS),
    ("places", pgettext_lazy("register", "Key places"), "building-store", PLACE_READERS),
    ("files", pgettext_lazy("register", "Key people"), "user-heart", FILE_READERS),
    ("buildings", pgettext_lazy("register", "Buildings"), "building", READERS),
    ("search", _("Search by number"), "id", KEEPERS),
    ("visits", pgettext_lazy("visit", "Visit rate"), "door-enter", REPORT_READERS),
    ("report", _("Completeness and freshness"), "chart-bar", REPORT_READERS),
)


@dataclass(frozen=True, kw_only=True)
class Tab:
    """One page of the registers."""

    label: str
    url: str
    icon: str
    is_here: bool


@register.simple_tag(takes_context=True)
def register_tabs(context: template.Context) -> list[Tab]:
    """The pages that the reader may open, the present one marked."""
    request: HttpRequest = context["request"]
    user = request.user
    if not isinstance(user, User):
        return []
    actor, found = Actor(user=user), []
    for name, label, icon, roles in TABS:
        url = reverse(f"registers:{name}")
        is_here = request.path.startswith(url)
        if is_here or may_anywhere(actor, roles):
            found.append(Tab(label=str(label), url=url, icon=icon, is_here=is_here))
    return found


@register.filter
def of_register(tallies: dict[str, Tally], name: str) -> Tally:
    """The tally of one register."""
    return tallies.get(str(name)) or Tally()


@register.filter
def missing(tally: Tally, what: str) -> int:
    """How many records are not complete, or not fresh."""
    return tally.active - (tally.complete if what == "complete" else tally.fresh)
