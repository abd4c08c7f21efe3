"""Thin, named tasks of people and appointments."""

from celery import shared_task
from django.core.management import call_command

from governance.accounts import appointments
from governance.foundation.clock import now


@shared_task(name="accounts.apply_appointments", ignore_result=True)
def apply_appointments() -> tuple[int, int]:
    """Grant what begins today and revoke what has ended."""
    return appointments.apply_due(at=now())


@shared_task(name="accounts.clear_sessions", ignore_result=True)
def clear_sessions() -> None:
    """Remove expired sessions."""
    call_command("clearsessions")
