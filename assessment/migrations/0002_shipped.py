"""The shipped definitions; and rows leave room in their pages, so that a sum that grows touches no index."""

import json
from datetime import date
from pathlib import Path
from typing import Any

from django.db import migrations

SHIPPED = Path(__file__).parents[1] / "data" / "indicators.json"


def load(apps: Any, _editor: Any) -> None:
    """The definitions that come with the platform."""
    rows = apps.get_model("assessment", "IndicatorDefinition")
    entries = json.loads(SHIPPED.read_text(encoding="utf-8"))
    rows.objects.bulk_create(
        rows(**entry, position=place, version=1, valid_from=date(2000, 1, 1))
        for place, entry in enumerate(entries)
    )


FORWARD = """
ALTER TABLE assessment_occasion SET (fillfactor = 90);
ALTER TABLE assessment_daycell SET (fillfactor = 80);
ALTER TABLE assessment_monthcell SET (fillfactor = 80);
"""

BACKWARD = """
ALTER TABLE assessment_occasion RESET (fillfactor);
ALTER TABLE assessment_daycell RESET (fillfactor);
ALTER TABLE assessment_monthcell RESET (fillfactor);
"""


class Migration(migrations.Migration):
    dependencies = [("assessment", "0001_initial")]

    operations = [
        migrations.RunSQL(FORWARD, BACKWARD),
        migrations.RunPython(load, migrations.RunPython.noop),
    ]
