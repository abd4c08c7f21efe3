"""Which pages of supervision the reader of a page may open."""

from dataclasses import dataclass

from django import template

from governance.accounts.actors import Actor
from supervision.querysets import OVERSEERS
from supervision.rules import covers_as, may_read_warnings, may_see_board

register = template.Library()


@dataclass(frozen=True, kw_only=True)
class Reads:
    """The board, and what only leaders and oversight read."""

    board: bool
    instructions: bool
    warnings: bool


@register.simple_tag(takes_context=True)
def reads(context: template.Context) -> Reads:
    """By the scope of whoever is signed in; no statement of its own."""
    actor = Actor(user=context["request"].user)
    return Reads(
        board=may_see_board(actor),
        instructions=covers_as(actor, OVERSEERS),
        warnings=may_read_warnings(actor),
    )
