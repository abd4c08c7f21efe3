"""What is put right from time to time, and loading what comes ready-made."""

from collections.abc import Callable
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from governance.accounts.models import Appointment, User
from governance.audit.models import AuditEntry
from governance.foundation.clock import local, now
from grids.models import GridAssignment, GridPost
from staffing import posting, tasks, upkeep
from staffing.loading import load_dictionaries, load_template
from staffing.models import DutyRequirement, StaffingTemplate, Term, WorkerProfile
from staffing.posting import Posting
from tests.cast import MONDAY, Cast
from tests.staffing.conftest import SINCE, TODAY

pytestmark = pytest.mark.django_db


@pytest.mark.usefixtures("standard")
class TestUpkeep:
    def test_whoever_left_the_service_leaves_the_posts(self, cast: Cast, person: Callable) -> None:
        user = person("G1")
        wanted = Posting(user_id=user.pk, grid_id=cast.grid(0).pk, kind="grid_patroller", starts_on=SINCE)
        posting.assign(wanted, by=cast.town, at=MONDAY)
        assert upkeep.end_posts_of_inactive(at=MONDAY) == 0
        User.objects.filter(pk=user.pk).update(is_active=False)
        assert upkeep.end_posts_of_inactive(at=MONDAY) == 1
        assert upkeep.end_posts_of_inactive(at=MONDAY) == 0
        assert GridAssignment.objects.get(user=user).ends_on == TODAY
        assert Appointment.objects.get(user=user).ends_on == TODAY
        assert AuditEntry.objects.filter(verb="post.end", role="system").count() == 1

    def test_profiles_are_completed_and_spelled_anew(self, cast: Cast, put: Callable) -> None:
        put(cast.worker.user, 0, "grid_patroller")
        assert tasks.complete_profiles() == 1
        assert WorkerProfile.objects.get().pinyin.startswith("wangxun")
        User.objects.filter(pk=cast.worker.user_id).update(name="李巡")
        assert tasks.complete_profiles() == 1
        assert WorkerProfile.objects.get().pinyin.startswith("lixun")
        assert tasks.complete_profiles() == 0

    def test_the_task_uses_today(self, cast: Cast, put: Callable) -> None:
        put(cast.worker.user, 0, "grid_patroller")
        User.objects.filter(pk=cast.worker.user_id).update(is_active=False)
        assert tasks.end_posts_of_inactive() == 1
        assert GridAssignment.objects.get().ends_on == local(now()).date()
        assert GridPost.objects.count() == 1


class TestLoading:
    def test_what_was_edited_stays(self, cast: Cast) -> None:
        assert load_dictionaries(since=SINCE) > 30
        Term.objects.filter(code="patrol").update(name="巡防")
        assert load_dictionaries(since=SINCE + timedelta(days=1)) == 0
        assert Term.objects.get(code="patrol").name == "巡防"
        assert DutyRequirement.objects.count() == 3

    def test_the_command(self, cast: Cast) -> None:
        out = StringIO()
        options = {"template": "four_posts", "since": SINCE, "kind": "exclusive", "stdout": out}
        call_command("load_staffing", **options)
        row = StaffingTemplate.objects.get()
        assert (row.grid_kind, row.valid_from, row.requirements.count()) == ("exclusive", SINCE, 4)
        assert "in force from 2026-01-01" in out.getvalue()
        with pytest.raises(CommandError):
            call_command("load_staffing", **options)
        call_command("load_staffing", stdout=out)
        assert load_template("four_plus_n", since=SINCE, at=MONDAY).requirements.count() == 7
