"""The spelling of the grids that are there."""

from django.db import migrations

from governance.foundation.spelling import pinyin_of


def spell(apps, schema_editor):
    grids = apps.get_model("grids", "Grid")
    rows = list(grids.objects.filter(pinyin="").only("id", "name"))
    for row in rows:
        row.pinyin = pinyin_of(row.name)
    grids.objects.bulk_update(rows, ["pinyin"], batch_size=1000)


class Migration(migrations.Migration):
    dependencies = [("grids", "0002_revisions")]

    operations = [
        migrations.RunPython(spell, migrations.RunPython.noop),
    ]
