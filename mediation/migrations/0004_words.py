"""The words of a case's title are looked up along an index: pairs of characters, as `incidents.search` makes them."""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
from django.db import migrations, models

FORWARD = r"""
CREATE FUNCTION mediation_words(title text) RETURNS tsvector LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT to_tsvector('simple'::regconfig, coalesce(string_agg(part.word, ' ' ORDER BY run.place, part.n), ''))
      FROM regexp_matches(title, '[0-9A-Za-z]+|[\u3400-\u9fff\U00020000-\U0003ffff]+', 'g')
           WITH ORDINALITY AS run(found, place)
     CROSS JOIN LATERAL (
           SELECT 1 AS n, lower(run.found[1]) AS word WHERE run.found[1] ~ '^[0-9A-Za-z]'
           UNION ALL
           SELECT n, substr(run.found[1], n, 2) FROM generate_series(1, length(run.found[1])) n
            WHERE run.found[1] !~ '^[0-9A-Za-z]') part
$$;
"""
BACKWARD = "DROP FUNCTION mediation_words(text);"
STATISTICS = "ALTER TABLE mediation_mediationcase ALTER COLUMN search SET STATISTICS 400;"


class Migration(migrations.Migration):
    dependencies = [
        ("mediation", "0003_open_cases"),
    ]

    operations = [
        migrations.RunSQL(FORWARD, BACKWARD),
        migrations.AddField(
            model_name="mediationcase",
            name="search",
            field=models.GeneratedField(
                db_persist=True,
                editable=False,
                expression=models.Func(models.F("title"), function="mediation_words"),
                output_field=django.contrib.postgres.search.SearchVectorField(),
            ),
        ),
        migrations.AddIndex(
            model_name="mediationcase",
            index=django.contrib.postgres.indexes.GinIndex(fields=["search"], name="mediation_case_words"),
        ),
        migrations.RunSQL(STATISTICS, migrations.RunSQL.noop),
    ]
