"""Codes that have come with the platform since: urgent worries, police visibility."""

import json
from datetime import date
from pathlib import Path
from typing import Any

from django.db import migrations

SHIPPED = Path(__file__).parents[1] / "data" / "indicators.json"


def load(apps: Any, _editor: Any) -> None:
    """The definitions whose codes are not known yet; the others stay as they are."""
    rows = apps.get_model("assessment", "IndicatorDefinition")
    known = set(rows.objects.values_list("code", flat=True))
    entries = json.loads(SHIPPED.read_text(encoding="utf-8"))
    rows.objects.bulk_create(
        rows(**entry, position=place, version=1, valid_from=date(2000, 1, 1))
        for place, entry in enumerate(entries)
        if entry["code"] not in known
    )


class Migration(migrations.Migration):
    dependencies = [("assessment", "0005_surveys")]

    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
