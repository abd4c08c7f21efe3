"""The administration pages of this app: they open, and whatever is kept there stands in the journal."""

from typing import Any

import pytest
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.urls import reverse

from governance.accounts.models import Appointment, User
from governance.audit.models import AuditEntry
from grids.models import Region
from staffing.models import StaffingTemplate, Term
from tests.cast import Cast

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("standard")]
MODELS = sorted(
    model._meta.model_name or "" for model in admin.site._registry if model._meta.app_label == "staffing"
)


@pytest.fixture
def pages(cast: Cast, client: Any) -> Any:
    """A browser in which the administrator has signed in."""
    boss = User.objects.create_superuser("boss", "Grid-2026-pass", name="管理")
    client.force_login(boss, backend="governance.accounts.backends.NameOrPhoneBackend")
    return client


def verbs() -> list[str]:
    return list(AuditEntry.objects.order_by("-id").values_list("verb", flat=True)[:3])


@pytest.mark.parametrize("model", MODELS)
def test_lists_and_forms_open(pages: Any, model: str) -> None:
    assert pages.get(reverse(f"admin:staffing_{model}_changelist")).status_code == 200
    assert pages.get(reverse(f"admin:staffing_{model}_add")).status_code == 200


def test_every_appointment_and_its_end_stand_in_the_journal(pages: Any, cast: Cast) -> None:
    person = User.objects.create_user("fresh", "x", name="新人")
    data = {
        "user": person.pk,
        "role": "community_staff",
        "target_type": ContentType.objects.get_for_model(Region).pk,
        "target_id": cast.region("990102001001").pk,
        "starts_on": "2020-01-01",
    }
    assert pages.post(reverse("admin:accounts_appointment_add"), data).status_code == 302
    row = Appointment.objects.get(user=person)
    entry = AuditEntry.objects.order_by("-id")[0]
    assert (entry.verb, entry.object_id, entry.actor_name) == ("appointment.appoint", str(row.pk), "管理")
    url = reverse("admin:accounts_appointment_change", args=[row.pk])
    assert pages.post(url, {"ends_on": "2020-02-01"}).status_code == 302
    entry = AuditEntry.objects.order_by("-id")[0]
    assert (entry.verb, entry.object_id) == ("appointment.end", str(row.pk))
    assert entry.before_digest != entry.after_digest


def test_a_new_template_with_its_posts(pages: Any) -> None:
    data = {
        "name": "四岗",
        "code": "four",
        "grid_kind": "exclusive",
        "target_percent": "100",
        "warn_percent": "90",
        "valid_from": "2026-12-01",
        "requirements-TOTAL_FORMS": "1",
        "requirements-INITIAL_FORMS": "0",
        "requirements-0-kind": "grid_leader",
        "requirements-0-count": "1",
        "requirements-0-is_required": "on",
        "requirements-0-home_kinds": ["workstation", "sub_center"],
        "requirements-0-max_per_person": "6",
    }
    assert pages.post(reverse("admin:staffing_staffingtemplate_add"), data).status_code == 302
    row = StaffingTemplate.objects.get(code="four")
    post = row.requirements.get()
    assert (post.home_kinds, post.max_per_person) == (["workstation", "sub_center"], 6)
    assert len(post.home_kind_words) == 2
    assert verbs()[:2] == ["staffingtemplate.posts", "staffingtemplate.keep"]
    wrong = data | {"valid_from": "2026-12-02", "warn_percent": "101"}
    assert pages.post(reverse("admin:staffing_staffingtemplate_add"), wrong).status_code == 200


def test_a_word_is_switched_off_not_removed(pages: Any) -> None:
    word = Term.objects.get(kind="equipment", code="bag")
    url = reverse("admin:staffing_term_change", args=[word.pk])
    data = {"kind": "equipment", "code": "bag", "name": "工作包", "name_en": "Bag", "sequence": "5"}
    assert pages.post(url, data).status_code == 302
    assert Term.objects.get(pk=word.pk).is_active is False
    assert verbs()[0] == "term.keep"
    assert pages.get(reverse("admin:staffing_term_delete", args=[word.pk])).status_code == 403


def test_recruitment_and_duty_times(pages: Any, cast: Cast) -> None:
    plan = {
        "region": cast.region("990101001000").pk,
        "kind": "grid_patroller",
        "planned": "5",
        "hired": "2",
        "stage": "announced",
        "starts_on": "2026-11-01",
        "due_on": "2026-12-31",
    }
    assert pages.post(reverse("admin:staffing_recruitmentplan_add"), plan).status_code == 302
    over = plan | {"hired": "6"}
    assert pages.post(reverse("admin:staffing_recruitmentplan_add"), over).status_code == 200
    times = {"unit_kind": "workstation", "opens": "08:30", "closes": "17:30", "valid_from": "2026-11-01"}
    assert pages.post(reverse("admin:staffing_dutyrequirement_add"), times).status_code == 302
    bad = times | {"opens": "25:00", "valid_from": "2026-11-02"}
    assert pages.post(reverse("admin:staffing_dutyrequirement_add"), bad).status_code == 200
