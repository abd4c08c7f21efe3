"""The front door: everybody lands where the work is."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from consultation.rules import WHISTLE_READERS
from governance.accounts.models import User
from governance.accounts.roles import WORKERS, Role
from governance.command.navigation import address
from grids import scope as scopes
from grids.scope import Scope
from incidents.queries import actionable_states


@require_safe
@login_required
def home(request: HttpRequest) -> HttpResponse:
    """To the inbox, the dashboard, the phone pages or the settings."""
    assert isinstance(request.user, User)
    return redirect(landing(request.user, scopes.of(request.user)))


def landing(user: User, scope: Scope) -> str:
    """Leaders look, workers go out, staff act; mediators find their desk, whoever is only called to help the calls,
    whoever only keeps the system the settings."""
    phone, dashboard = address("phone:tasks"), address("command:dashboard")
    if scope.roles & WORKERS and phone:
        return phone
    if Role.LEADER in scope.roles and dashboard:
        return dashboard
    if not actionable_states(scope.roles) and user.is_staff:
        return address("admin:index")
    if not actionable_states(scope.roles) and Role.MEDIATOR in scope.roles:
        return address("mediation:desk")
    if not actionable_states(scope.roles) and scope.roles & WHISTLE_READERS:
        return address("consultation:calls")
    return address(
        "incidents:inbox" if actionable_states(scope.roles) or not scope.reaches else "incidents:list"
    )
