"""The app of a town: JSON in its own form, one report or a list, read by the mapping of the channel."""

import json
from collections.abc import Sequence
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from adapters.contract import Foreign, Incoming, Item, Outcome, Proof, Reply, Translator
from adapters.translators import signed_json
from governance.foundation.errors import Invalid

MOST: Final = 100


class TownApp:
    """What it sends is the business of the mapping; here are only the envelope and the signature."""

    about = Translator(
        code="town_app", label=pgettext_lazy("channel", "App of a town (JSON)"), needs_mapping=True
    )

    def verify(self, message: Incoming, secret: str) -> Proof:
        return signed_json.verify(message, secret)

    def parse(self, message: Incoming) -> Sequence[Item]:
        found = signed_json.loaded(message.body)
        rows = found if isinstance(found, list) else [found]
        if not rows or len(rows) > MOST:
            raise Invalid(_("A message has 1 to 100 reports"))
        return [Foreign(document=row) for row in rows]

    def acknowledge(self, message: Incoming, outcomes: Sequence[Outcome]) -> Reply:
        rows = [{"number": item.number, "created": item.created} for item in outcomes]
        return Reply(content=json.dumps({"ok": True, "tickets": rows}))

    def greet(self, message: Incoming) -> Reply | None:
        return None
