"""Lengths are summed up by one digit as well; and occasions of a place and day are read from their index alone."""

from django.db import migrations, models

FINE = """
UPDATE assessment_{table} c SET slot = -c.slot
  FROM assessment_indicatordefinition d WHERE d.id = c.slot AND d.shape = 'duration'
"""
ROUGH = """
INSERT INTO assessment_{table} (slot, subject, {day}, is_sensitive, bin, whole, part{frozen})
SELECT -slot, subject, {day}, is_sensitive,
       CASE WHEN bin < 10 THEN 0 ELSE bin - mod(bin, (10 ^ (length(bin::text) - 1))::int) END, sum(whole), sum(part){sums}
  FROM assessment_{table} WHERE slot < 0 GROUP BY 1, 2, 3, 4, 5
"""
BACK = """
DELETE FROM assessment_{table} WHERE -slot IN (SELECT slot FROM assessment_{table} WHERE slot < 0);
UPDATE assessment_{table} SET slot = -slot WHERE slot < 0
"""
DAYS = {"table": "daycell", "day": "day", "frozen": "", "sums": ""}
MONTHS = {
    "table": "monthcell",
    "day": "month",
    "frozen": ", frozen_whole, frozen_part",
    "sums": ", sum(frozen_whole), sum(frozen_part)",
}


class Migration(migrations.Migration):
    dependencies = [("assessment", "0002_shipped")]

    operations = [
        migrations.RemoveIndex(model_name="occasion", name="occasion_place"),
        migrations.AddIndex(
            model_name="occasion",
            index=models.Index(
                fields=["kind", "day", "place"],
                include=("facts", "minutes", "is_sensitive"),
                name="occasion_place",
            ),
        ),
        *(
            migrations.RunSQL([FINE.format(**names), ROUGH.format(**names)], BACK.format(**names))
            for names in (DAYS, MONTHS)
        ),
    ]
