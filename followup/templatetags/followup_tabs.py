"""Which pages of the follow-up the reader may open: by the rules of the pages themselves, without a statement."""

from dataclasses import dataclass

from django import template
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import pgettext_lazy

from followup.rules import CENTRE, RESULT_READERS, has
from followup.states import CALLERS
from governance.accounts.actors import Actor
from governance.foundation.errors import Text

register = template.Library()

TABS: tuple[tuple[str, Text, frozenset[str]], ...] = (
    ("followup:queue", pgettext_lazy("tab", "Call queue"), frozenset(CALLERS)),
    ("followup:results", pgettext_lazy("follow-up tab", "Results"), frozenset(RESULT_READERS)),
    ("followup:messages", pgettext_lazy("tab", "Messages"), frozenset(CENTRE)),
    ("followup:words", pgettext_lazy("tab", "Scripts and wording"), frozenset(CENTRE)),
)


@dataclass(frozen=True, kw_only=True)
class Tab:
    """One page."""

    label: str
    url: str
    is_here: bool


@register.simple_tag(takes_context=True)
def followup_tabs(context: template.Context) -> list[Tab]:
    """The pages that whoever is signed in may open, the present one marked."""
    request: HttpRequest = context["request"]
    actor = Actor(user=request.user)  # type: ignore[arg-type]  # these pages ask for sign-in
    addresses = [(reverse(name), label) for name, label, roles in TABS if has(roles, actor)]
    return [Tab(label=str(label), url=url, is_here=request.path == url) for url, label in addresses]
