"""Telephone and identity numbers of people inside a text: masked for every reader, shown only with a reason."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from django.utils.translation import pgettext_lazy

from governance.accounts.actors import Actor
from governance.audit import journal
from governance.foundation.errors import Forbidden, Unprocessable
from governance.foundation.masking import mask_identity, mask_phone
from key_reports.models import KeyReport, ReportText
from key_reports.rules import may_reveal

SHORTEST: Final = 5
IDENTITY: Final = re.compile(r"(?<![0-9])[1-9][0-9]{16}[0-9Xx](?![0-9])")
PHONE: Final = re.compile(r"(?<![0-9])1[3-9][0-9]{9}(?![0-9])")


def masked(text: str) -> str:
    """The text with every number of a person masked."""
    text = IDENTITY.sub(lambda found: mask_identity(found[0]), text)
    return PHONE.sub(lambda found: mask_phone(found[0]), text)


def masked_items(items: Mapping[str, str]) -> dict[str, str]:
    """The same for every item."""
    return {name: masked(text) for name, text in items.items()}


def has_masked(items: Mapping[str, str]) -> bool:
    """Whether anything of it is masked."""
    return any(masked(text) != text for text in items.values())


def reveal(row: KeyReport, text: ReportText, *, by: Actor, at: datetime, reason: str) -> dict[str, str]:
    """The text in the clear; the journal keeps who, when and why. Raises Forbidden, Unprocessable."""
    if not may_reveal(by, row):
        raise Forbidden(
            pgettext_lazy("key report", "Numbers are shown to those who report it and to the centre on duty")
        )
    why = reason.strip()
    if len(why) < SHORTEST:
        raise Unprocessable(
            fields={"reason": [pgettext_lazy("key report", "Give a reason of five characters")]}
        )
    journal.record("key_report.reveal", by=by, obj=row, at=at, details={"text": text.pk, "reason": why[:200]})
    return text.items
