"""Names as they are typed on a Latin keyboard: stored beside the name, and cheap for whoever only searches."""

import subprocess
import sys

import pytest

from governance.accounts.models import OrgUnit, Tier
from governance.foundation.spelling import pinyin_of


def test_full_and_initials() -> None:
    assert pinyin_of("松鹤社区") == "songheshequ shsq"
    assert len(pinyin_of("长" * 150)) == 200


@pytest.mark.django_db
def test_a_unit_is_spelled_whenever_it_is_written() -> None:
    made = {"kind": OrgUnit.Kind.DEPARTMENT, "tier": Tier.CITY}
    one = OrgUnit.objects.create(code="U1", name="城管局", **made)
    assert one.pinyin == "chengguanju cgj"
    one.name = "住建局"
    one.save()
    one.refresh_from_db()
    assert one.pinyin == "zhujianju zjj"
    OrgUnit.objects.bulk_create([OrgUnit(code="U2", name="公安局", path="U2/", **made)])
    assert OrgUnit.objects.get(code="U2").pinyin == "gonganju gaj"


def test_whoever_only_searches_does_not_read_the_dictionaries() -> None:
    script = (
        "import django; django.setup(); import governance.asgi, sys; from django.urls import get_resolver; "
    )
    script += "get_resolver().reverse_dict; sys.exit('pypinyin' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
