"""The administration pages open for the administrator, and leave alone what they must leave alone."""

from datetime import date
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.urls import reverse
from guardian.models import UserObjectPermission

from governance.accounts.models import Appointment, OrgUnit, User
from governance.audit.models import AuditEntry
from grids.models import GridVersion, Region
from incidents.models import Ticket, TicketSource
from tests.cast import Cast, MakeTicket

pytestmark = pytest.mark.django_db
PAGES = sorted(
    (model._meta.app_label, model._meta.model_name)
    for model in admin.site._registry
    if model._meta.app_label in {"accounts", "grids", "incidents", "exchange", "foundation"}
)


@pytest.fixture
def pages(cast: Cast, client: Any) -> Any:
    """A browser in which the administrator has signed in."""
    boss = User.objects.create_superuser("boss", "Grid-2026-pass", name="管理")
    client.force_login(boss, backend="governance.accounts.backends.NameOrPhoneBackend")
    return client


@pytest.mark.parametrize(("app", "model"), PAGES)
def test_every_list_opens(pages: Any, make_ticket: MakeTicket, app: str, model: str) -> None:
    make_ticket()
    answer = pages.get(reverse(f"admin:{app}_{model}_changelist"))
    assert answer.status_code == 200


def test_tickets_are_not_edited_here() -> None:
    assert Ticket not in admin.site._registry


@pytest.fixture
def journal(cast: Cast, client: Any) -> Any:
    """A browser in which the auditor has signed in."""
    auditor = cast.auditor.user
    assert auditor is not None
    User.objects.filter(pk=auditor.pk).update(is_staff=True)
    client.force_login(auditor, backend="governance.accounts.backends.NameOrPhoneBackend")
    return client


def test_the_administrator_does_not_read_the_journal(pages: Any, make_ticket: MakeTicket) -> None:
    make_ticket()
    assert pages.get(reverse("admin:audit_auditentry_changelist")).status_code == 403
    entry = AuditEntry.objects.order_by("id")[0]
    assert pages.get(reverse("admin:audit_auditentry_change", args=[entry.pk])).status_code == 403


def test_the_auditor_opens_the_journal_and_nothing_else(journal: Any, make_ticket: MakeTicket) -> None:
    make_ticket()
    assert journal.get(reverse("admin:audit_auditentry_changelist")).status_code == 200
    assert journal.get(reverse("admin:accounts_user_changelist")).status_code == 403


def test_the_journal_is_read_only(journal: Any, make_ticket: MakeTicket) -> None:
    pages = journal
    make_ticket()
    entry = AuditEntry.objects.order_by("id")[0]
    assert pages.get(reverse("admin:audit_auditentry_change", args=[entry.pk])).status_code == 200
    assert pages.get(reverse("admin:audit_auditentry_add")).status_code == 403
    assert (
        pages.post(reverse("admin:audit_auditentry_delete", args=[entry.pk]), {"post": "yes"}).status_code
        == 403
    )
    assert (
        pages.post(reverse("admin:audit_auditentry_change", args=[entry.pk]), {"verb": "x"}).status_code
        == 403
    )
    assert AuditEntry.objects.get(pk=entry.pk).verb == entry.verb


def test_appointing_here_grants_at_once_and_ending_revokes(pages: Any, cast: Cast) -> None:
    region = Region.objects.get(code="990102001001")
    person = User.objects.create_user("fresh", "x", name="新人")
    data = {
        "user": person.pk,
        "role": "community_staff",
        "target_type": ContentType.objects.get_for_model(Region).pk,
        "target_id": region.pk,
        "starts_on": "2020-01-01",
    }
    assert pages.post(reverse("admin:accounts_appointment_add"), data).status_code == 302
    row = Appointment.objects.get(user=person)
    assert row.is_applied
    assert UserObjectPermission.objects.filter(user=person, object_pk=str(region.pk)).count() == 1
    answer = pages.post(
        reverse("admin:accounts_appointment_change", args=[row.pk]), {"ends_on": "2020-02-01"}
    )
    assert answer.status_code == 302
    row.refresh_from_db()
    assert (row.ends_on, row.is_applied) == (date(2020, 2, 1), False)
    assert not UserObjectPermission.objects.filter(user=person).exists()


def test_an_appointment_to_nothing_is_refused(pages: Any, cast: Cast) -> None:
    data = {
        "user": User.objects.get(username="boss").pk,
        "role": "leader",
        "target_type": ContentType.objects.get_for_model(Region).pk,
        "target_id": 999_999_999,
        "starts_on": "2020-01-01",
    }
    answer = pages.post(reverse("admin:accounts_appointment_add"), data)
    assert answer.status_code == 200
    assert not Appointment.objects.filter(role="leader", target_id=999_999_999).exists()


def test_switching_a_unit_off_reaches_the_other_processes(pages: Any, cast: Cast) -> None:
    before = GridVersion.objects.get().number
    unit = OrgUnit.objects.get(code="RQ")
    data = {"name": unit.name, "kind": unit.kind, "tier": unit.tier, "line": unit.line, "calendar": "office"}
    assert pages.post(reverse("admin:accounts_orgunit_change", args=[unit.pk]), data).status_code == 302
    assert OrgUnit.objects.get(code="RQ").is_active is False
    assert GridVersion.objects.get().number != before


def test_a_source_keeps_its_code(pages: Any, cast: Cast) -> None:
    source = TicketSource.objects.get(code="hotline")
    url = reverse("admin:incidents_ticketsource_change", args=[source.pk])
    assert pages.post(url, {"code": "other", "name": "热线", "is_active": "on"}).status_code == 302
    source.refresh_from_db()
    assert (source.code, source.name) == ("hotline", "热线")


def test_the_settings_speak_of_the_platform(pages: Any) -> None:
    page = pages.get("/admin/", headers={"accept-language": "zh-hans"}).content.decode()
    assert "网格化社会治理联动指挥平台" in page
    assert "登录防护" in page
    assert "Django" not in page
    assert "Access attempts" not in page
