"""The ground that measures stand on: tables, and the demo city without its history. Run in a process of `databases`."""

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import call_command
from django.db import connection

from benchmarks.bare.models import BareRow
from benchmarks.volume import Volume, load
from governance.accounts.models import User
from governance.command.demo.founding import build_base
from governance.foundation.clock import now

BACKEND = "governance.accounts.backends.NameOrPhoneBackend"
SESSION_COOKIE = "governance_session"


def prepare() -> None:
    """Migrate and build territory, people and catalogue; about 15 s."""
    call_command("migrate", interactive=False, verbosity=0)
    build_base(at=now())
    with connection.schema_editor() as editor:
        editor.create_model(BareRow)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def fill(tickets: int, days: int = 365) -> None:
    """So many days of history up to now."""
    load(Volume(tickets=tickets, at=now(), days=days))


def sign_in(names: list[str]) -> dict[str, str]:
    """A session cookie for each of these people, as the sign-in page would give it."""
    found = {}
    for user in User.objects.filter(username__in=names):
        session = SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = BACKEND
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.create()
        found[user.username] = f"{SESSION_COOKIE}={session.session_key}"
    missing = set(names) - set(found)
    if missing:
        raise AssertionError(f"no such people: {sorted(missing)}")
    return found
