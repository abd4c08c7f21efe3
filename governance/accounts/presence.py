"""Who was here on a day: noted at the sign-in, and at the first request of a later day in a session that lasts.

One statement for a person and day; nothing is asked or written on any other request.
"""

from datetime import date

from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.db.models import Count
from django.http import HttpResponse

from governance.accounts.models import ActiveDay
from governance.foundation.clock import local, now


def note(user_id: int, day: date) -> None:
    """Safe to do again."""
    ActiveDay.objects.bulk_create([ActiveDay(day=day, user_id=user_id)], ignore_conflicts=True)


def active_users(since: date, last: date) -> dict[date, int]:
    """How many people were here on each of these days; days with nobody are left out. One statement."""
    rows = ActiveDay.objects.filter(day__gte=since, day__lte=last).order_by().values("day")
    return {row["day"]: row["people"] for row in rows.annotate(people=Count("user_id"))}


class SignInView(LoginView):
    """Django's, which notes that the person is here."""

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        answer = super().form_valid(form)
        note(form.get_user().pk, local(now()).date())
        return answer
