"""Grid staff in a real browser: the supervisor finds every vacancy, the town fills one, the roster shows its hole."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

import pytest
from playwright.sync_api import expect

from governance.accounts.models import OrgUnit, User
from governance.foundation.clock import local, now
from grids.models import GridAssignment, GridPost
from staffing import rostering
from staffing.loading import load_dictionaries, load_template
from staffing.models import EquipmentIssue, PartyOrganization, ServiceTeam, TeamMember, Term, WorkerProfile
from staffing.rostering import Pattern
from tests.browser.test_desk_story import look, sign_in  # noqa: F401  # a fixture
from tests.cast import Cast

SINCE = date(2026, 1, 1)
PHONE = {"width": 390, "height": 844}
PAGES = (
    "",
    "vacancies/",
    "people/",
    "leave/",
    "roster/",
    "roster/CMD/",
    "teams/",
    "party/",
    "training/",
    "equipment/",
)


@pytest.fixture
def staffed(cast: Cast, live_server: object) -> datetime:
    """Templates, some people in posts, a team, a party organisation, a roster with a hole tomorrow."""
    at = now()
    today = local(at).date()
    load_dictionaries(since=SINCE)
    load_template("leader_worker_team", since=SINCE, at=at)
    for column, actor in ((0, cast.worker), (1, cast.neighbour)):
        post = GridPost.objects.create(grid=cast.grid(column), kind="grid_patroller")
        GridAssignment.objects.create(post=post, user=actor.user, starts_on=SINCE)
        WorkerProfile.objects.create(user=actor.user, hire_source="recruited", is_insured=True)
        item = Term.objects.get(kind="equipment", code="phone")
        EquipmentIssue.objects.create(user=actor.user, item=item, serial=f"YZ-{column}", issued_on=SINCE)
    word = Term.objects.get(kind="speciality", code="patrol")
    team = ServiceTeam.objects.create(
        name="书院治安巡防队", level="grid", grid=cast.grid(0), speciality=word, founded_on=SINCE
    )
    TeamMember.objects.create(team=team, user=cast.worker.user, is_lead=True, joined_on=SINCE)
    TeamMember.objects.create(team=team, name="马外人", phone="13812345678", joined_on=SINCE)
    PartyOrganization.objects.create(
        name="书院社区党支部", kind="branch", grid=cast.grid(0), member_count=30, founded_on=SINCE
    )
    rostering.fill(
        Pattern(
            unit_id=cast.unit("CMD").pk,
            first=today - timedelta(days=today.weekday()),
            last=today,
            times=(time(8, 30), time(20, 30)),
            people=(cast.duty.user_id, cast.oversight.user_id),
            backups=(cast.dispatcher.user_id, cast.second_dispatcher.user_id),
        ),
        by=cast.oversight,
        at=at,
    )
    User.objects.create_user(
        "fresh", "x", name="新到岗", phone="13922220001", unit=OrgUnit.objects.get(code="W1")
    )
    return at


def narrow(page: object, path: str, name: str) -> None:
    """The page on a phone: no sideways scroll."""
    page.set_viewport_size(PHONE)
    page.goto(path)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth + 1"), path
    look(page, f"{name}-phone")


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_from_a_vacancy_to_a_person_in_the_post(
    sign_in: Callable,  # noqa: F811
    cast: Cast,
    staffed: datetime,
) -> None:
    supervisor = sign_in("supervisor")
    supervisor.set_viewport_size({"width": 1440, "height": 900})
    supervisor.goto("/staffing/vacancies/")
    expect(supervisor.locator("#table-vacancies tbody tr")).to_have_count(2)  # every vacancy of the community

    town = sign_in("town")
    town.set_viewport_size({"width": 1440, "height": 900})
    for path in PAGES[:4]:
        town.goto(f"/staffing/{path}")
        if not path:
            town.locator("[data-chart=trend] canvas, [data-chart=trend] svg").first.wait_for()
        look(town, f"staffing-{path.strip('/').replace('/', '-') or 'overview'}")
    town.goto("/staffing/vacancies/")
    town.locator("#table-vacancies tbody tr a").first.click()
    town.wait_for_url("**/staffing/assign/**")
    town.locator("#id_user_search").click()
    town.keyboard.type("新到岗")
    town.locator("#id_user_list .picker-option", has_text="新到岗").click()
    look(town, "staffing-assign")
    town.locator(".form-foot .btn-primary").click()
    town.wait_for_url("**/staffing/vacancies/")
    expect(town.locator("#table-vacancies tbody tr")).to_have_count(3)
    supervisor.reload()
    expect(supervisor.locator("#table-vacancies tbody tr")).to_have_count(1)
    town.goto(f"/staffing/people/{cast.worker.user_id}/")
    look(town, "staffing-person")
    town.locator(".masked summary").click()
    town.fill(".masked-form input[name=reason]", "联系核实排班情况")
    town.locator(".masked-form .btn-primary").click()
    town.get_by_text(str(cast.worker.user.phone)).wait_for()
    narrow(town, "/staffing/vacancies/", "staffing-vacancies")


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_roster_teams_and_a_leave_on_the_phone(
    sign_in: Callable,  # noqa: F811
    cast: Cast,
    staffed: datetime,
) -> None:
    boss = sign_in("oversight")
    boss.set_viewport_size({"width": 1440, "height": 900})
    for path in PAGES[4:]:
        boss.goto(f"/staffing/{path}")
        look(boss, f"staffing-{path.strip('/').replace('/', '-')}")
    assert boss.goto("/staffing/roster/CMD/").ok
    assert boss.locator(".shift-main").count() > 1
    team = ServiceTeam.objects.get()
    boss.goto(f"/staffing/teams/{team.pk}/")
    look(boss, "staffing-team")
    boss.goto("/staffing/roster/CMD/fill/")
    look(boss, "staffing-fill")
    worker = sign_in("worker")
    narrow(worker, "/staffing/leave/new/", "staffing-leave")
    tomorrow = (local(staffed).date() + timedelta(days=1)).isoformat()
    worker.fill("#id_starts_on", tomorrow)
    worker.fill("#id_ends_on", tomorrow)
    worker.fill("#id_reason", "返乡探亲")
    worker.locator(".form-foot .btn-primary").click()
    worker.wait_for_url("**/staffing/leave/")
    expect(worker.locator("#table-leaves tbody tr")).to_have_count(1)
