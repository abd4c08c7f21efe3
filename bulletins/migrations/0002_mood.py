"""The monthly digest of public mood joins the templates."""

import json
from pathlib import Path
from typing import Any

from django.db import migrations

TEMPLATES = Path(__file__).parents[1] / "data" / "templates.json"


def fill(apps: Any, _editor: Any) -> None:
    """Templates that are not there yet; the others stay as administrators have left them."""
    template = apps.get_model("bulletins", "BulletinTemplate")
    known = set(template.objects.values_list("code", flat=True))
    rows = json.loads(TEMPLATES.read_text(encoding="utf-8"))
    template.objects.bulk_create(template(**row) for row in rows if row["code"] not in known)


class Migration(migrations.Migration):
    dependencies = [("bulletins", "0001_initial")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
