"""When each household was last visited, and within how many days every household shall be (once a quarter)."""

from datetime import date

from django.db import migrations, models

SINCE = date(2020, 1, 1)
FILL = """
UPDATE registers_household h SET visited_on = v.last
  FROM (SELECT household_id, max("on") AS last FROM registers_householdvisit WHERE was_met GROUP BY 1) v
 WHERE v.household_id = h.id
"""
RULE_NAMES = [
    ("keep_moved_out_days", "Days until a moved-out resident is anonymised"),
    ("fresh_days", "Days for which a confirmation counts as fresh"),
    ("export_rows", "Most rows of one export"),
    ("visit_days", "Days within which every household is visited"),
]


def fill(apps, schema_editor):
    apps.get_model("registers", "RegisterRule").objects.create(name="visit_days", value=90, valid_from=SINCE)


class Migration(migrations.Migration):
    dependencies = [("registers", "0005_visits")]
    operations = [
        migrations.AddField(
            model_name="household",
            name="visited_on",
            field=models.DateField(editable=False, null=True, verbose_name="last visited"),
        ),
        migrations.AlterField(
            model_name="registerrule",
            name="name",
            field=models.CharField(choices=RULE_NAMES, max_length=24, verbose_name="rule"),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
