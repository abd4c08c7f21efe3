"""Serials of revisions of grids and regions."""

from django.db import migrations

SERIALS = ("revision_serial", "region_revision_serial")


class Migration(migrations.Migration):
    dependencies = [("grids", "0001_initial")]

    operations = [
        *(
            migrations.RunSQL(
                f"CREATE SEQUENCE {name} MINVALUE 1 MAXVALUE 999999 CYCLE", f"DROP SEQUENCE {name}"
            )
            for name in SERIALS
        ),
    ]
