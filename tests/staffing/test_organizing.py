"""Social organisations in grids: let in, changed, out again; who reads, who keeps, what a bad form says."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from governance.audit.models import AuditEntry
from governance.foundation.errors import Conflict, Forbidden, StaleVersion, Unprocessable
from staffing import handover, organizing
from staffing.models import ServedGrid, SocialOrganization
from staffing.querysets import organizations_in, serving
from tests.cast import DAY, MONDAY, Cast
from tests.staffing.conftest import TODAY
from tests.staffing.test_lists import measured

pytestmark = pytest.mark.django_db
CODE = "52320583MJ5678901A"
LIST = 6


def organization(cast: Cast, column: int = 0, **changes: Any) -> SocialOrganization:
    facts = {
        "name": "晚晴社工服务中心",
        "kind": "service",
        "services": "独居老人探访、心理疏导",
        "contact": "吴社工",
        "phone": "13812345678",
    }
    row = SocialOrganization(**facts | changes)
    organizing.enter(row, cast.grid(column), on=TODAY, by=cast.town, at=MONDAY)
    return row


class TestKeeping:
    def test_in_changed_and_out(self, cast: Cast) -> None:
        row = organization(cast)
        served = organizing.serve(row.pk, cast.grid(1), on=TODAY, by=cast.town, at=MONDAY)
        with pytest.raises(Unprocessable) as twice:
            organizing.serve(row.pk, cast.grid(1), on=TODAY, by=cast.town, at=MONDAY)
        assert list(twice.value.fields) == ["grid_code"]
        row.contact = "郑社工"
        organizing.change(row, by=cast.community, at=MONDAY, version=1)
        with pytest.raises(StaleVersion):
            organizing.change(row, by=cast.community, at=MONDAY, version=1)
        organizing.leave(served.pk, on=TODAY + DAY, by=cast.town, at=MONDAY)
        with pytest.raises(Conflict):
            organizing.leave(served.pk, on=TODAY + DAY, by=cast.town, at=MONDAY)
        assert list(serving(cast.grid(0), on=TODAY)) == [row]
        assert not serving(cast.grid(1), on=TODAY + 2 * DAY).exists()
        verbs = list(AuditEntry.objects.order_by("pk").values_list("verb", flat=True))
        assert [verb.rpartition(".")[2] for verb in verbs[-4:]] == ["enter", "serve", "keep", "leave"]

    @pytest.mark.parametrize("name", ["far_town", "worker", "supervisor", "leader", "handler", "outsider"])
    def test_by_nobody_else(self, cast: Cast, name: str) -> None:
        row, by = organization(cast), getattr(cast, name)
        before = AuditEntry.objects.count()
        for deed in (
            lambda: organizing.serve(row.pk, cast.grid(1), on=TODAY, by=by, at=MONDAY),
            lambda: organizing.change(row, by=by, at=MONDAY),
            lambda: organizing.leave(row.served.get().pk, on=TODAY, by=by, at=MONDAY),
        ):
            with pytest.raises(Forbidden):
                deed()
        assert (ServedGrid.objects.filter(ends_on=None).count(), AuditEntry.objects.count()) == (1, before)

    def test_a_code_once(self, cast: Cast) -> None:
        organization(cast, registration=CODE)
        with pytest.raises(Unprocessable) as refused:
            organization(cast, registration=CODE)
        assert list(refused.value.fields) == ["registration"]
        assert SocialOrganization.objects.count() == 1

    def test_after_a_revision_it_serves_the_heir(self, cast: Cast) -> None:
        row = organization(cast)
        day = TODAY + timedelta(days=30)
        handover._served(cast.grid(0), cast.grid(1), day)
        handover._served(cast.grid(0), cast.grid(1), day)
        assert list(row.served.order_by("pk").values_list("grid__code", "starts_on", "ends_on")) == [
            (cast.grid(0).code, TODAY, day - DAY),
            (cast.grid(1).code, day, None),
        ]


class TestPages:
    def test_from_the_form_to_the_card(self, cast: Cast, enter: Callable) -> None:
        town = enter("town")
        new = reverse("staffing:organization-new")
        wanted = {
            "name": "晚晴社工服务中心",
            "kind": "service",
            "registration": CODE,
            "services": "独居老人探访",
            "contact": "吴社工",
            "phone": "13812345678",
            "grid_code": cast.grid(0).code,
            "starts_on": str(TODAY),
        }
        for bad in (
            {"registration": "1"},
            {"phone": "x"},
            {"services": ""},
            {"grid_code": "9"},
            {"kind": "army"},
        ):
            assert town.post(new, wanted | bad).status_code == 422, bad
        assert town.post(new, wanted).status_code == 302
        assert town.post(new, wanted).status_code == 422, "the code is on the list"
        row = SocialOrganization.objects.get()
        own = reverse("staffing:organization", args=[row.pk])
        page = town.get(own).content.decode()
        assert "138****5678" in page
        assert "13812345678" not in page
        reveal = reverse("staffing:organization-reveal", args=[row.pk])
        assert town.post(reveal, {"reason": "x"}).status_code == 422
        assert "13812345678" in town.post(reveal, {"reason": "联系活动安排"}).content.decode()
        assert enter("far_town").get(own).status_code == 404
        assert enter("worker").get(own).status_code == 403
        assert "独居老人探访" in town.get(f"/map/card/{cast.grid(0).code}/").content.decode()
        edit = reverse("staffing:organization-edit", args=[row.pk])
        assert town.post(edit, wanted | {"version": "1", "contact": "郑社工"}).status_code == 302
        assert town.post(edit, wanted | {"version": "1"}).status_code == 409
        serve = reverse("staffing:organization-serve", args=[row.pk])
        more = {"grid_code": cast.grid(1).code, "starts_on": str(TODAY)}
        assert town.post(serve, more | {"grid_code": ""}).status_code == 422
        assert town.post(serve, more).status_code == 302
        leave = reverse("staffing:organization-leave", args=[ServedGrid.objects.latest("pk").pk])
        assert enter("far_town").post(leave, {"on": str(TODAY)}).status_code == 404
        assert town.post(leave, {"on": "soon"}).status_code == 422
        assert town.post(leave, {"on": str(TODAY)}).status_code == 302
        assert town.post(leave, {"on": str(TODAY)}).status_code == 409
        assert organizations_in(["9901/"]).count() == 1

    @pytest.mark.usefixtures("steady")
    def test_the_list_costs_the_same_for_one_and_for_three(self, cast: Cast, enter: Callable) -> None:
        assert measured(
            enter, "organizations", lambda n: organization(cast, name=f"社工中心{n}"), "社工中心"
        ) == [LIST, LIST]
