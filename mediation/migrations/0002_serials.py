"""Serials of cases of mediation."""

from django.db import migrations

SERIALS = ("mediation_serial",)


class Migration(migrations.Migration):
    dependencies = [("mediation", "0001_initial")]

    operations = [
        *(
            migrations.RunSQL(
                f"CREATE SEQUENCE {name} MINVALUE 1 MAXVALUE 999999 CYCLE", f"DROP SEQUENCE {name}"
            )
            for name in SERIALS
        ),
    ]
