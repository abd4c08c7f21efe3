"""Contributions for the pay office: who reads, the numbers beside, points, the file with its watermark."""

from collections.abc import Callable
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from assessment.models import PayValue
from assessment.pay import values
from governance.audit.models import AuditEntry
from governance.foundation.errors import Forbidden, Unprocessable
from tests.cast import DAY, MONDAY, Cast
from tests.fieldwork import props as field

pytestmark = pytest.mark.django_db
PAGE = "/assessment/contributions/"
STATEMENTS = 12
VALUE = {"name": "local_wage", "year": "2026", "value": "118600", "basis": "统计公报"}


@pytest.fixture
def enter(cast: Cast, client: Client, steady: None) -> Callable[[str], Client]:
    def sign_in(name: str) -> Client:
        client.force_login(field.person(name))
        return client

    return sign_in


def said(cast: Cast, name: str = "local_wage", value: str = "118600", **changes: Any) -> PayValue:
    wanted = {"year": 2026, "basis": "统计公报", "by": cast.oversight, "at": MONDAY}
    return values.enter(name, value=Decimal(value), **wanted | changes)


class TestValues:
    def test_the_later_entry_and_the_later_year(self, cast: Cast) -> None:
        said(cast, value="110000", year=2025)
        said(cast, "points.reported", "2", year=2025)
        said(cast)
        said(cast, value="118700", at=MONDAY + DAY)
        held = values.of_year(2026)
        assert held.wage is not None
        assert held.wage.value == Decimal(118700)
        assert held.score({"reported": 3, "settled": 5}) == 6
        assert values.of_year(2027).wage is None, "a wage is of its own year"
        assert values.of_year(2024).score({"reported": 3}) is None
        assert AuditEntry.objects.filter(verb="pay.enter").count() == PayValue.objects.count() == 4

    @pytest.mark.parametrize(
        ("changes", "fault"),
        [({"name": "bonus"}, "name"), ({"value": "0"}, "value"), ({"basis": " "}, "basis")],
    )
    def test_refused(self, cast: Cast, changes: dict[str, Any], fault: str) -> None:
        with pytest.raises(Unprocessable) as refused:
            said(cast, **changes)
        assert list(refused.value.fields) == [fault]
        assert not PayValue.objects.exists()

    @pytest.mark.parametrize("name", ["town", "community", "worker", "leader"])
    def test_by_nobody_else(self, cast: Cast, name: str) -> None:
        with pytest.raises(Forbidden):
            said(cast, by=getattr(cast, name))
        assert not AuditEntry.objects.filter(verb="pay.enter").exists()


class TestPages:
    @pytest.mark.parametrize("name", ["worker", "community", "leader", "handler", "auditor", "outsider"])
    def test_closed_to_others(self, enter: Callable, name: str) -> None:
        for address in (PAGE, f"{PAGE}export/?format=xlsx"):
            assert enter(name).get(address).status_code == 403
        assert enter(name).post(f"{PAGE}values/", VALUE).status_code == 403

    def test_the_page_and_entering(self, cast: Cast, enter: Callable) -> None:
        field.post("worker")
        boss = enter("oversight")
        assert "本年度平均工资尚未录入" in boss.get(PAGE, {"year": "2026"}).content.decode()
        for bad in ({"value": "viel"}, {"name": "bonus"}, {"basis": ""}, {"value": "-5"}):
            assert boss.post(f"{PAGE}values/", VALUE | bad).status_code == 422
        assert boss.post(f"{PAGE}values/", VALUE).status_code == 302
        assert (
            boss.post(f"{PAGE}values/", VALUE | {"name": "points.tasks_done", "value": "1.5"}).status_code
            == 302
        )
        field.task("submitted")
        page = boss.get(PAGE, {"year": "2026"}).content.decode()
        assert "118600" in page
        assert field.person("worker").name in page
        assert "1.5" in page
        town = enter("town").get(PAGE, {"year": "nonsense", "page": "x"})
        assert town.status_code == 200
        assert "录入数值" not in town.content.decode()
        assert enter("far_town").get(PAGE, {"place": "990101"}).status_code == 404
        assert field.person("worker").name not in enter("far_town").get(PAGE).content.decode()
        assert "贡献与薪酬参考" in enter("town").get("/assessment/indicators/catalogue/").content.decode()

    def test_one_and_three_people_cost_the_same(
        self, cast: Cast, enter: Callable, django_assert_num_queries: Any
    ) -> None:
        town = enter("town")
        field.post("worker")
        town.get(PAGE)
        with django_assert_num_queries(STATEMENTS):
            town.get(PAGE)
        field.post("grid_leader", kind="grid_leader")
        field.post("neighbour", column=1)
        with django_assert_num_queries(STATEMENTS):
            town.get(PAGE)

    def test_the_file(self, cast: Cast, enter: Callable) -> None:
        field.post("worker")
        said(cast)
        said(cast, "points.tasks_done", "1.5")
        field.task("submitted")
        town = enter("town")
        assert town.get(f"{PAGE}export/", {"format": "pdf"}).status_code == 400
        answer = town.get(f"{PAGE}export/", {"format": "xlsx", "year": "2026"})
        assert answer["Cache-Control"] == "private, no-store"
        sheet = load_workbook(BytesIO(answer.content)).active
        assert cast.town.name in sheet.oddHeader.center.text, "the watermark"
        rows = list(sheet.iter_rows(values_only=True))
        line = next(row for row in rows if field.person("worker").name in row)
        assert line[-3:] == (1.5, 118600, "统计公报")
        entry = AuditEntry.objects.get(verb="contributions.exported")
        assert (entry.details["year"], entry.details["lines"]) == (2026, 1)
