"""Serials of exports and imports."""

from django.db import migrations

SERIALS = ("export_serial", "import_serial")


class Migration(migrations.Migration):
    dependencies = [("exports", "0001_initial")]

    operations = [
        *(
            migrations.RunSQL(
                f"CREATE SEQUENCE {name} MINVALUE 1 MAXVALUE 999999 CYCLE", f"DROP SEQUENCE {name}"
            )
            for name in SERIALS
        ),
    ]
