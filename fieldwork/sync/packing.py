"""What a phone keeps for work without a line: each part of the app adds its own section, with the least data it needs.

    packing.register("patrols", patrols_for)     # patrols_for(actor, at) -> something JSON can say

A section is asked for the person who is signed in and starts from what he or she may see. The whole has one ETag, so a
section holds no instant of its making. `pages` are whole pages that the phone keeps, `parts` the insides of dialogs; a
page with a tag is fetched anew only when its tag has changed, one without whenever the pack has.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from governance.accounts.actors import Actor

Kept = str | tuple[str, str]
"""An address below /m/, or an address and its tag."""


@dataclass(frozen=True, kw_only=True)
class Section:
    """One part of the pack: its data, and what the phone keeps of the pages that show it."""

    data: Any
    pages: Sequence[Kept] = ()
    parts: Sequence[Kept] = ()


Builder = Callable[[Actor, datetime], Section]
_SECTIONS: dict[str, Builder] = {}


def register(name: str, builder: Builder) -> None:
    """Called from the app's `ready()`."""
    _SECTIONS[name] = builder


def pack_of(actor: Actor, at: datetime) -> tuple[bytes, str]:
    """The pack as JSON and its ETag; the same content has the same tag."""
    sections = {name: builder(actor, at) for name, builder in _SECTIONS.items()}
    whole: Mapping[str, Any] = {
        "user": actor.user_id,
        "pages": _tagged(section.pages for section in sections.values()),
        "parts": _tagged(section.parts for section in sections.values()),
        **{name: section.data for name, section in sections.items()},
    }
    body = json.dumps(
        whole, cls=DjangoJSONEncoder, ensure_ascii=False, separators=(",", ":"), sort_keys=True
    ).encode()
    return body, f'"{hashlib.sha256(body).hexdigest()[:32]}"'


def _tagged(lists: Iterable[Sequence[Kept]]) -> list[tuple[str, str]]:
    """Every address once, with its tag."""
    pairs = ((kept, "") if isinstance(kept, str) else kept for found in lists for kept in found)
    return list(dict(pairs).items())
