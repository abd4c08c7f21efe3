"""Since when social insurance is paid for a worker, and until when the accident insurance holds."""

from django.db import migrations, models

from governance.foundation.tables import Together


def _day(name: str, label: str) -> migrations.AddField:
    field = models.DateField(blank=True, null=True, verbose_name=label)
    return migrations.AddField(model_name="workerprofile", name=name, field=field)


class Migration(migrations.Migration):
    dependencies = [
        ("staffing", "0004_social_organizations"),
    ]

    operations = [
        Together(
            [
                _day("insured_until", "accident insurance until"),
                _day("social_from", "social insurance since"),
                _day("social_until", "social insurance until"),
                migrations.AddConstraint(
                    model_name="workerprofile",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("social_until", None))
                        | models.Q(
                            ("social_from__isnull", False), ("social_until__gte", models.F("social_from"))
                        ),
                        name="social_insurance_dates",
                        violation_error_message="Social insurance has its first day, and ends after it",
                    ),
                ),
            ]
        ),
    ]
