"""The registers in a real browser: each page as its role, on a desk and on a phone."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from registers.models import Household, HouseholdLink, KeyPersonNote, LookCount, Resident
from tests.browser.test_desk_story import look, pick, sign_in
from tests.cast import MONDAY, Cast
from tests.registers import props

__all__ = ["sign_in"]
PHONE = {"width": 390, "height": 844}
NAMES = ("王建国", "李秀兰", "张伟", "刘洋", "陈静", "杨帆", "赵敏", "黄磊", "周杰", "吴芳", "徐丽", "孙强")


@pytest.fixture
def neighbourhood(cast: Cast) -> Household:
    """A dozen households of the first two grids; the first one with a family, a link and a file."""
    today = timezone.localdate()
    homes = []
    for number, name in enumerate(NAMES):
        home = props.household(
            number % 2,
            responsible=(cast.worker if number % 2 == 0 else cast.neighbour).user,
            tenure=("owned", "rented", "")[number % 3],
            confirmed_on=today - timedelta(days=number * 20) if number % 5 else None,
        )
        props.resident(household=home, name=name, kind="migrant" if number % 4 == 1 else "registered")
        homes.append(home)
        props.key_place(
            number % 3,
            name=("兴旺餐馆", "同福旅馆", "春晖幼儿园", "顺达加油站")[number % 4],
            kind=("small_restaurant", "small_hotel", "small_school", "fuel_station")[number % 4],
            risk=("medium", "low", "low", "high")[number % 4],
            responsible=cast.worker.user,
            confirmed_on=today,
        )
    first = homes[0]
    props.resident(household=first, name="王小明", relation="child", groups=["left_behind_child"])
    HouseholdLink.objects.create(
        household=first,
        member_name="李党员",
        member_phone="13900000003",
        starts_on=props.TODAY,
        key=props.uuid4(),
    )
    file = props.key_person(
        resident=first.residents.get(name="王建国"), responsible=cast.police.user, level="1"
    )
    KeyPersonNote.objects.create(
        person=file, at=MONDAY, author=cast.police.user, text="上门走访，精神状态平稳。", key=props.uuid4()
    )
    return first


def visit(page, address: str, name: str) -> None:
    page.goto(address)
    look(page, f"registers-{name}")
    sideways = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert sideways <= 0, name


@pytest.mark.slow
def test_a_community_keeps_its_registers(sign_in: Callable, cast: Cast, neighbourhood: Household) -> None:
    page = sign_in("community")
    person = neighbourhood.residents.get(name="王建国")
    for address, name in (
        ("households/", "households"),
        (f"households/{neighbourhood.pk}/", "household"),
        ("residents/", "residents"),
        (f"residents/{person.pk}/", "resident"),
        (f"households/{neighbourhood.pk}/residents/new/?kind=migrant", "resident-form"),
        ("places/", "places"),
        ("people/", "files"),
        (f"people/{person.files.get().pk}/", "file"),
        ("buildings/", "buildings"),
        ("report/", "report"),
        ("report/?region=990101001001", "report-community"),
        ("visits/", "visits"),
        ("visits/?region=990101001001", "visits-community"),
        ("search/", "search"),
        ("households/?q=%E6%97%A0", "nothing"),
    ):
        visit(page, f"/registers/{address}", name)

    page.goto("/registers/households/new/")
    page.locator(".action-bar .btn-primary").click()
    page.locator(".has-error").first.wait_for()
    pick(page, "id_building", "东苑3")
    page.fill("#id_door", "909室")
    look(page, "registers-household-form")
    page.locator(".action-bar .btn-primary").click()
    page.wait_for_url(re.compile(r"/registers/households/\d+/$"))
    page.locator(".page-actions form button").click()
    page.locator(".toast-note").first.wait_for()
    assert Household.objects.get(door="909室").version >= 1

    page.goto(f"/registers/residents/{person.pk}/")
    page.locator(f"#resident-{person.pk}-phone summary").click()
    page.fill(f"#resident-{person.pk}-phone-reason", "电话核实走访时间")
    look(page, "registers-reveal")
    page.locator(f"#resident-{person.pk}-phone form button").click()
    page.locator(f"#resident-{person.pk}-phone", has_text=person.phone).wait_for()
    assert LookCount.objects.get().reveals == 1

    page.goto("/registers/places/new/")
    page.locator("#register-map[data-state=ready]").wait_for()
    page.fill("#id_name", "晨光网咖")
    page.select_option("#id_kind", "small_internet_cafe")
    canvas = page.locator("#register-map .map-canvas")
    box = canvas.bounding_box()
    canvas.click(position={"x": box["width"] / 6, "y": box["height"] / 2})
    page.locator("[data-located][data-state=inside]").wait_for()
    look(page, "registers-place-form")
    page.locator(".action-bar .btn-primary").click()
    page.wait_for_url(re.compile(r"/registers/places/\d+/$"))
    page.locator("#place-map[data-state=ready]").wait_for()
    look(page, "registers-place")


@pytest.mark.slow
def test_a_worker_confirms_on_the_phone(sign_in: Callable, cast: Cast, neighbourhood: Household) -> None:
    page = sign_in("worker")
    page.set_viewport_size(PHONE)
    for address, name in (
        ("households/", "households"),
        (f"households/{neighbourhood.pk}/", "household"),
        (f"households/{neighbourhood.pk}/residents/new/", "resident-form"),
        ("places/", "places"),
        ("people/", "files"),
    ):
        visit(page, f"/registers/{address}", f"phone-{name}")
    page.goto(f"/registers/households/{neighbourhood.pk}/")
    page.locator(".page-actions form button").click()
    page.locator(".toast-note").first.wait_for()
    assert Resident.objects.get(name="王建国").confirmed_on == timezone.localdate()
