"""Police visibility and matters of the police: their codes, and the past of their sources is looked through once more."""

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
    cursors = apps.get_model("assessment", "RollCursor")
    cursors.objects.filter(source__in=["tickets", "field_tasks"]).update(built_id=0)


class Migration(migrations.Migration):
    dependencies = [("assessment", "0006_more_codes")]

    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
