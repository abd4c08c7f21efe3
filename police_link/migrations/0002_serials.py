"""Serials of matters of 110."""

from django.db import migrations

SERIALS = ("police_serial",)


class Migration(migrations.Migration):
    dependencies = [("police_link", "0001_initial")]

    operations = [
        *(
            migrations.RunSQL(
                f"CREATE SEQUENCE {name} MINVALUE 1 MAXVALUE 999999 CYCLE", f"DROP SEQUENCE {name}"
            )
            for name in SERIALS
        ),
    ]
