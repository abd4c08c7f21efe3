"""What every phone page carries for its scripts: their import map, the kinds of actions and what they are called."""

import json

from django import template
from django.utils.safestring import SafeString

from fieldwork.joint import KIND_OF as PART_KINDS
from fieldwork.push.keys import public_key
from fieldwork.shell_files import MODULES
from fieldwork.sync.kinds import known
from fieldwork.ticket_verbs import KIND_OF
from governance.foundation.templatetags.frame import import_map

register = template.Library()


@register.simple_tag(takes_context=True)
def phone_import_map(context: template.Context) -> SafeString:
    """The import map of the desk with the phone's own modules and those of the page."""
    return import_map(context, [*MODULES, *(context.get("modules") or ())])


@register.simple_tag
def kind_labels() -> str:
    """Every kind of action by name, in words, as JSON."""
    return json.dumps({name: str(kind.label) for name, kind in known().items()}, ensure_ascii=False)


@register.simple_tag
def verb_kinds() -> str:
    """Which kind of action a form below a ticket's address becomes, as JSON."""
    return json.dumps(KIND_OF | PART_KINDS | {"arrive": "arrive", "help": "ask_help"})


@register.simple_tag
def push_key() -> str:
    """Our public key for push messages; empty where this site sends none."""
    return public_key()
