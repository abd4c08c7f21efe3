"""The checklists that a site begins with, and serials."""

import json
from pathlib import Path

from django.db import migrations

SHIPPED = Path(__file__).parents[1] / "data" / "checklists.json"


def load_checklists(apps, schema_editor):
    """The checklists that a site begins with."""
    rows = json.loads(SHIPPED.read_text(encoding="utf-8"))
    model = apps.get_model("supervision", "Checklist")
    model.objects.bulk_create(model(**row) for row in rows)


SERIALS = (
    "supervision_serial",
    "appeal_serial",
    "instruction_serial",
    "inspection_serial",
    "bulletin_serial",
    "recurrence_serial",
)


class Migration(migrations.Migration):
    dependencies = [("supervision", "0001_initial")]

    operations = [
        *(
            migrations.RunSQL(
                f"CREATE SEQUENCE {name} MINVALUE 1 MAXVALUE 999999 CYCLE", f"DROP SEQUENCE {name}"
            )
            for name in SERIALS
        ),
        migrations.RunPython(load_checklists, migrations.RunPython.noop),
    ]
