"""The first values of what is data: rules, numbers, checklists with their source; serials of hazards."""

import json
from datetime import date
from pathlib import Path

from django.db import migrations

SINCE = date(2020, 1, 1)
DATA = Path(__file__).resolve().parents[1] / "data"


def shipped(name):
    return json.loads((DATA / name).read_text(encoding="utf-8"))


def fill(apps, schema_editor):
    TaskRule, FieldValue = apps.get_model("fieldwork", "TaskRule"), apps.get_model("fieldwork", "FieldValue")
    Checklist, ChecklistItem = (
        apps.get_model("fieldwork", "Checklist"),
        apps.get_model("fieldwork", "ChecklistItem"),
    )
    TaskRule.objects.bulk_create(TaskRule(valid_from=SINCE, **facts) for facts in shipped("rules.json"))
    FieldValue.objects.bulk_create(
        FieldValue(name=name, value=value, source=source, valid_from=SINCE)
        for name, (value, source) in shipped("values.json").items()
    )
    for facts in shipped("checklists.json"):
        items = facts.pop("items")
        sheet = Checklist.objects.create(valid_from=SINCE, **facts)
        ChecklistItem.objects.bulk_create(
            ChecklistItem(
                checklist=sheet,
                position=number,
                name=name,
                name_en=name_en,
                kind=kind.rstrip("?"),
                is_required=not kind.endswith("?"),
                finding=finding,
                category=category,
            )
            for number, (name, name_en, kind, finding, category) in enumerate(items, 1)
        )


SERIALS = ("hazard_serial",)


class Migration(migrations.Migration):
    dependencies = [("fieldwork", "0001_initial")]

    operations = [
        *(
            migrations.RunSQL(
                f"CREATE SEQUENCE {name} MINVALUE 1 MAXVALUE 999999 CYCLE", f"DROP SEQUENCE {name}"
            )
            for name in SERIALS
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
