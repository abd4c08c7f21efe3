"""Nothing is planned where no access item covers it: left out, counted, said; refused where nothing is covered."""

from datetime import date, timedelta

import pytest
from django.forms import modelform_factory
from django.test import Client

from fieldwork.admin import TaskRuleForm
from fieldwork.fairness.gaps import gaps, gaps_of, tell_left_out
from fieldwork.fairness.models import BlockedTask
from fieldwork.models import FieldCampaign, FieldTask, TaskRule
from fieldwork.planning import plan_campaign, plan_day
from governance.accounts.actors import SYSTEM_ACTOR
from governance.audit.models import AuditEntry
from grids.models import Region
from grids.territory import current as territory
from mandates import standing
from tests.cast import MONDAY, Cast
from tests.fieldwork import props as field
from tests.fieldwork.props import TODAY
from tests.fieldwork.test_planning import only
from tests.mandates.props import application, duty_list
from tests.registers import props

pytestmark = pytest.mark.django_db
COMMUNITY = "990101001001"


@pytest.fixture
def homes(cast: Cast) -> None:
    """A household in each of the two grids of one community, and one in the other town."""
    only("households-quarterly")
    for column in (0, 1, 3):
        props.household(column, responsible=field.person("worker"))


def paths() -> set[str]:
    return set(FieldTask.objects.values_list("region_path", flat=True))


def test_where_there_are_no_lists_everything_is_planned(homes: None) -> None:
    assert plan_day(at=MONDAY).tasks == 3
    assert not BlockedTask.objects.exists()


def test_the_planner_leaves_out_what_nothing_covers_and_says_so(homes: None, cast: Cast) -> None:
    duty_list([("basic", "0106", "垃圾分类")])
    application(cast, matter_code="1411", region=COMMUNITY, state="in_force")
    standing.forget()
    covered = territory().by_code[COMMUNITY].path
    found = gaps("1411", on=TODAY)
    assert found.rows
    assert not found.is_everywhere
    assert all(not gap.place.path.startswith(covered) for gap in found.rows)
    reached = [place for place in territory().by_path.values() if place.level == "grid"]
    for place in reached:
        is_left = any(place.path.startswith(prefix[:-1]) for prefix in found.inside)
        assert is_left == (not place.path.startswith(covered)), place.path
    planned = plan_day(at=MONDAY)
    assert planned.left_out == len(found.rows)
    assert paths() == {field.grid(0).path, field.grid(1).path}
    told = BlockedTask.objects.all()
    assert {row.place_path for row in told} == {gap.place.path for gap in found.rows}
    assert {(row.kind, row.matter_code, row.gap, row.by_id) for row in told} == {
        ("visit", "1411", "unlisted", None)
    }
    entry = AuditEntry.objects.filter(verb="fieldwork.plan").latest("pk")
    assert entry.details["left_out"] == planned.left_out
    plan_day(at=MONDAY + timedelta(hours=4))
    assert BlockedTask.objects.count() == len(found.rows), "once a day for each place"
    rule = TaskRule.objects.get(code="households-quarterly")
    later = tell_left_out(found, kind="visit", label=rule.name, at=MONDAY + timedelta(days=1))
    assert later == len(found.rows)


def test_a_matter_taken_back_below_closes_only_what_lies_there(homes: None, cast: Cast) -> None:
    duty_list([("basic", "1411", "便民服务")])
    duty_list([("taken_back", "1411", "便民服务")], code="SQ", region=COMMUNITY)
    standing.forget()
    found = gaps_of("household", (), on=TODAY)
    assert [gap.place.code for gap in found.rows] == [COMMUNITY]
    assert (found.inside, found.at) == ([f"{found.rows[0].place.path}%"], [])
    plan_day(at=MONDAY)
    assert paths() == {field.grid(3).path}
    elsewhere = gaps_of("household", (), on=TODAY, path=field.grid(3).path)
    assert (elsewhere.rows, elsewhere.words) == ((), "")
    inside = gaps_of("household", (), on=TODAY, path=found.rows[0].place.path)
    assert inside.is_everywhere
    assert gaps_of("nothing", (), on=TODAY).rows == ()


def test_a_place_above_is_closed_for_itself_where_something_below_is_open(cast: Cast) -> None:
    duty_list([("basic", "0106", "垃圾分类")])
    application(cast, matter_code="1411", region="990101001000", state="in_force")
    standing.forget()
    found = gaps("1411", on=TODAY)
    by_path = {gap.place.path: gap for gap in found.rows}
    town = territory().by_code["990101001000"]
    assert town.path not in by_path
    assert by_path[town.parent_path].is_whole is False
    assert town.parent_path in found.at


def test_daily_patrols_and_campaigns_keep_to_it_too(cast: Cast) -> None:
    only("daily-patrol")
    for name, column in (("worker", 0), ("neighbour", 1)):
        field.post(name, column)
    duty_list([("basic", "1411", "便民服务"), ("basic", "0106", "垃圾分类")])
    own = field.grid(0)
    left = territory().by_code[COMMUNITY]
    standing.forget()
    assert plan_day(at=MONDAY).tasks == 2
    for column in (0, 3):
        props.household(column, responsible=field.person("worker"))
    campaign = FieldCampaign.objects.create(
        name="年终普遍走访", purpose="听取意见", work="visit", subject="household",
        region=Region.objects.get(code="990100000000"), region_path=territory().by_code["990100000000"].path,
        starts_on=TODAY, ends_on=TODAY + timedelta(days=5), key=field.key(),
        created_by=field.person("town"), created_at=MONDAY, state="launched",
    )  # fmt: skip
    duty_list([("taken_back", "1411", "便民服务")], code="SQ", region=COMMUNITY)
    standing.forget()
    planned = plan_campaign(campaign, by=SYSTEM_ACTOR, at=MONDAY)
    assert (planned.objects, planned.left_out) == (1, 1)
    assert not FieldTask.objects.filter(campaign=campaign, region_path=own.path).exists()
    assert BlockedTask.objects.get().place_path == left.path


def test_a_rule_that_nothing_covers_is_refused_with_the_reason(cast: Cast) -> None:
    data = {
        "code": "test",
        "name": "测试",
        "work": "visit",
        "coverage": "key",
        "subject": "household",
        "rank": 50,
        "period": "week",
        "per_task": 5,
        "minutes": 0,
        "threshold": 0,
        "source": "测试",
        "valid_from": TODAY,
    }
    form_class = modelform_factory(TaskRule, form=TaskRuleForm, fields=[*data])
    assert form_class(data).is_valid()
    duty_list([("basic", "0106", "垃圾分类")])
    standing.forget()
    form = form_class(data)
    assert not form.is_valid()
    assert "请先申请准入" in str(form.errors["subject"])
    assert form_class(data | {"valid_from": date(2020, 1, 1)}).is_valid(), "no list held then"
    known = TaskRule.objects.filter(code="households-quarterly").get()
    assert form_class({"valid_to": TODAY} | data, instance=known).errors.get("subject") is None


def test_the_pages_say_where_it_is_left_out(cast: Cast, client: Client) -> None:
    duty_list([("basic", "1411", "便民服务"), ("basic", "0106", "垃圾分类")])
    duty_list([("taken_back", "1411", "便民服务")], code="SQ", region=COMMUNITY)
    standing.forget()
    assert cast.oversight.user is not None
    client.force_login(cast.oversight.user, backend="governance.accounts.backends.NameOrPhoneBackend")
    page = client.get("/fieldwork/rules/")
    shown = {row.code: found for row, found in page.context["rules"]}
    assert [gap.place.code for gap in shown["households-quarterly"].rows] == [COMMUNITY]
    assert shown["small-venues-monthly"].is_everywhere
    assert not shown["daily-patrol"].rows
    assert "1 处不安排" in page.content.decode()
