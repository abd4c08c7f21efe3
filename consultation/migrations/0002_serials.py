"""Serials of calls, consultations and meetings."""

from django.db import migrations

SERIALS = ("call_serial", "consultation_serial", "meeting_serial")


class Migration(migrations.Migration):
    dependencies = [("consultation", "0001_initial")]

    operations = [
        *(
            migrations.RunSQL(
                f"CREATE SEQUENCE {name} MINVALUE 1 MAXVALUE 999999 CYCLE", f"DROP SEQUENCE {name}"
            )
            for name in SERIALS
        ),
    ]
