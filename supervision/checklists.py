"""Checklists: a new one, or the next edition of one; what has begun keeps the edition that it began with."""

import json
from datetime import datetime
from pathlib import Path
from typing import Final

from django.db import transaction
from django.utils.translation import pgettext_lazy

from governance.accounts.actors import Actor
from governance.audit import journal
from governance.foundation.errors import Unprocessable
from supervision.deeds.inspecting import city_path
from supervision.models import Checklist
from supervision.names import Severity
from supervision.rules import role_over
from supervision.states import INSPECTION_TABLE

MOST, LONGEST = 30, 160


SHIPPED: Final = Path(__file__).parent / "data" / "checklists.json"


def load_shipped() -> int:
    """The checklists that a site begins with, where it has none; how many were written."""
    if Checklist.objects.exists():
        return 0
    rows = json.loads(SHIPPED.read_text(encoding="utf-8"))
    return len(Checklist.objects.bulk_create(Checklist(**row) for row in rows))


@transaction.atomic
def make(*, code: str, title: str, level: str, lines: str, by: Actor, at: datetime) -> Checklist:
    """The next edition of that code; the one before it is no longer offered. Raises Forbidden, Unprocessable."""
    role = role_over(INSPECTION_TABLE["plan"], by, path=city_path())
    texts = [line.strip() for line in lines.splitlines() if line.strip().lstrip("!！").strip()]
    if not 1 <= len(texts) <= MOST or any(len(text) > LONGEST for text in texts):
        raise Unprocessable(
            fields={
                "items": [pgettext_lazy("supervision", "Between 1 and 30 items of at most 160 characters")]
            }
        )
    older = Checklist.objects.select_for_update().filter(code=code)
    edition = max((row.edition for row in older), default=0)
    Checklist.objects.filter(code=code).update(is_active=False)
    row = Checklist.objects.create(
        code=code,
        edition=edition + 1,
        title=title.strip(),
        level=level,
        items=[
            {
                "code": f"i{number}",
                "text": text.lstrip("!！").strip(),
                "severity": Severity.SERIOUS if text.startswith(("!", "！")) else Severity.MINOR,
            }
            for number, text in enumerate(texts, 1)
        ],
    )
    journal.record("supervision.checklist.make", by=by.acting_as(role), obj=row, at=at)
    return row
