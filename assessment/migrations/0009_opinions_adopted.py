"""Opinions adopted and on-time first reports: their codes, and the past of tickets is looked through once more."""

import json
from datetime import date
from pathlib import Path
from typing import Any

from django.db import migrations

SHIPPED = Path(__file__).parents[1] / "data" / "indicators.json"


def load(apps: Any, _editor: Any) -> None:
    """The codes that are not known yet. What was counted already and is right is not touched by counting again."""
    rows = apps.get_model("assessment", "IndicatorDefinition")
    known = set(rows.objects.values_list("code", flat=True))
    entries = json.loads(SHIPPED.read_text(encoding="utf-8"))
    rows.objects.bulk_create(
        rows(**entry, position=place, version=1, valid_from=date(2000, 1, 1))
        for place, entry in enumerate(entries)
        if entry["code"] not in known
    )
    apps.get_model("assessment", "RollCursor").objects.filter(source="tickets").update(built_id=0)


class Migration(migrations.Migration):
    dependencies = [("assessment", "0008_presence")]

    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
