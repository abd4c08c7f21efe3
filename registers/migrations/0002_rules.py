"""The first values of what is data: required fields and numbers. The office changes them with later dates."""

from datetime import date

from django.db import migrations

SINCE = date(2020, 1, 1)
REQUIRED = {
    "households": ("tenure", "responsible", "grid"),
    "residents": ("name", "sex", "birth_date", "identity_number", "phone", "relation"),
    "key_places": ("address", "contact_name", "contact_phone", "responsible", "grid"),
}
VALUES = {"keep_moved_out_days": 365, "fresh_days": 90, "export_rows": 2000, "visit_days": 90}


def fill(apps, schema_editor):
    RequiredField = apps.get_model("registers", "RequiredField")
    RequiredField.objects.bulk_create(
        RequiredField(register=register, field=field, valid_from=SINCE)
        for register, fields in REQUIRED.items()
        for field in fields
    )
    RegisterRule = apps.get_model("registers", "RegisterRule")
    RegisterRule.objects.bulk_create(
        RegisterRule(name=name, value=value, valid_from=SINCE) for name, value in VALUES.items()
    )


class Migration(migrations.Migration):
    dependencies = [("registers", "0001_initial")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
