"""PostgreSQL cannot be reached: 503 with Retry-After, in HTML and in JSON, and nothing worse."""

from pathlib import Path

import pytest

from tests.faults.processes import act

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

SIGNED_IN = {
    "/tickets/": "503 5 text/html",  # fails in a middleware: whose session is it
    "/inbox/": "503 5 text/html",
    "/api/v1/tickets": "503 5 application/problem+json",
}
STRANGERS = {
    "/login/": "200 - text/html",
    "/healthz/": "200 - application/json",
    "/readyz/": "503 5 application/json",
}


@pytest.mark.parametrize(("cookie", "expected"), [("a" * 32, SIGNED_IN), ("", STRANGERS)])
def test_what_each_door_answers(tmp_path: Path, cookie: str, expected: dict[str, str]) -> None:
    away = f"postgresql://nobody@/nowhere?host={tmp_path}"
    with act("ask", cookie, *expected, DATABASE_URL=away) as running:
        answers = dict(line.split(" ", 1) for line in running.finish())
    assert answers == expected
