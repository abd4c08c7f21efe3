"""Serials of access items and of power lists."""

from django.db import migrations

SERIALS = ("access_serial", "power_serial")


class Migration(migrations.Migration):
    dependencies = [("mandates", "0001_initial")]

    operations = [
        *(
            migrations.RunSQL(
                f"CREATE SEQUENCE {name} MINVALUE 1 MAXVALUE 999999 CYCLE", f"DROP SEQUENCE {name}"
            )
            for name in SERIALS
        ),
    ]
