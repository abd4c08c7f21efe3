"""Times come back aware, in UTC, to the microsecond, through plain cursors, the ORM and server-side cursors."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from psycopg.pq import Format

from governance.accounts.models import User

pytestmark = pytest.mark.django_db
MOMENT = datetime(2026, 2, 28, 23, 59, 59, 123456, tzinfo=UTC)


def test_the_reader_is_the_compiled_one() -> None:
    connection.ensure_connection()
    oid = connection.connection.adapters.types["timestamptz"].oid
    reader = connection.connection.adapters.get_loader(oid, Format.TEXT)
    assert reader.__module__.startswith("psycopg")


def test_a_time_is_what_was_stored() -> None:
    User.objects.create(username="early", name="早", last_login=MOMENT)
    read = User.objects.get(username="early").last_login
    assert read == MOMENT
    assert read is not None
    assert read.tzinfo is UTC
    assert [user.last_login for user in User.objects.filter(username="early").iterator()] == [MOMENT]
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::timestamptz, NULL::timestamptz, 'infinity'::text", [MOMENT])
        assert cursor.fetchone() == (MOMENT, None, "infinity")
