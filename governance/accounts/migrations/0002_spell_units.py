"""Units by the sound of their names."""

from typing import Any

from django.db import migrations

from governance.foundation.spelling import Spelled, pinyin_of


def spell(apps: Any, _editor: Any) -> None:
    units = apps.get_model("accounts", "OrgUnit")
    rows = list(units.objects.filter(pinyin="").only("id", "name"))
    for row in rows:
        row.pinyin = pinyin_of(row.name)
    units.objects.bulk_update(rows, ["pinyin"], batch_size=1000)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [
        migrations.AddField("orgunit", "pinyin", Spelled(of="name", default="")),
        migrations.RunPython(spell, migrations.RunPython.noop),
    ]
