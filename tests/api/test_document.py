"""The API keeps its own document: random requests from it, good and bad, over every operation, from a fixed seed.

No answer is a fault of ours, and each has a status, a kind and a shape that the document names. `DOCUMENT_EXAMPLES`
asks for more requests of each operation than the few of an ordinary run.
"""

import json
import logging
import os
from collections.abc import Iterator
from typing import Any

import hypothesis
import pytest
import schemathesis
from django.conf import settings
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from incidents.models import Ticket
from tests import city
from tests.api.conftest import SignIn, _full_buckets
from tests.cast import HOUR, Cast, MakeTicket

__all__ = ["_full_buckets"]
pytestmark = [pytest.mark.django_db, pytest.mark.slow]

EXAMPLES = int(os.environ.get("DOCUMENT_EXAMPLES", "2"))
SEED = 20261126
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
HEADERS_OF_OURS = {"Authorization", "Cookie", "X-Csrftoken", "Content-Length", "Host"}
"""What this test says itself, and what a transport says: generated words there only try the server's own front."""


@pytest.fixture(autouse=True)
def _no_log_of_refusals(caplog: pytest.LogCaptureFixture) -> None:
    """Thousands of lines about what this test does on purpose."""
    caplog.set_level(logging.ERROR, logger="django.request")


@pytest.fixture
def document(cast: Cast) -> Iterator[Any]:
    """The document as the site serves it. Requests run inside the transaction of the test."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield schemathesis.openapi.from_wsgi("/api/schema/?format=json", get_wsgi_application())
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.fixture
def numbers(cast: Cast, make_ticket: MakeTicket) -> list[str]:
    """Tickets in some states, which requests about a ticket name every second time."""
    from governance.foundation.clock import now

    at = now() - 2 * HOUR
    return [
        make_ticket(state, at=at, source="hotline").number for state in ("registered", "handling", "closed")
    ]


def operations(document: Any) -> list[Any]:
    return [found.ok() for found in document.get_all_operations()]


def cases(operation: Any, mode: schemathesis.GenerationMode, send: Any, *, few: bool = False) -> None:
    """Make requests of one operation and send each; `few`: half as many."""

    @hypothesis.seed(SEED)
    @hypothesis.settings(
        max_examples=max(1, EXAMPLES // 2) if few else EXAMPLES,
        database=None,
        deadline=None,
        derandomize=False,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @hypothesis.given(case=operation.as_strategy(generation_mode=mode))
    def run(case: Any) -> None:
        send(case)

    run()


def modes() -> Iterator[schemathesis.GenerationMode]:
    yield schemathesis.GenerationMode.POSITIVE
    yield schemathesis.GenerationMode.NEGATIVE


class Sender:
    """Sends requests as one caller and gathers everything that is wrong, so that a run tells all of it."""

    def __init__(self, headers: dict[str, str], numbers: list[str]) -> None:
        self.headers, self.numbers = headers, numbers
        self.count, self.wrong = 0, dict[str, str]()

    def __call__(self, case: Any) -> None:
        self.count += 1
        if "number" in (case.path_parameters or {}) and self.count % 2:
            case.path_parameters["number"] = self.numbers[self.count // 2 % len(self.numbers)]
        case.headers = {
            name: value
            for name, value in (case.headers or {}).items()
            if name.title() not in HEADERS_OF_OURS and str(value).isascii() and str(value).isprintable()
        } | self.headers
        case.cookies = {}
        try:
            case.call_and_validate(checks=CHECKS)
        except schemathesis.errors.SchemathesisError:
            raise
        except BaseException as error:
            if not isinstance(error, (AssertionError, BaseExceptionGroup)):
                raise
            name = f"{case.operation.method.upper()} {case.operation.path}"
            self.wrong.setdefault(f"{name}: {type(error).__name__}", str(error)[:1500])


def test_a_system_meets_only_what_the_document_says(document: Any, numbers: list[str], cast: Cast) -> None:
    send = Sender({"Authorization": f"Bearer {city.API_KEY}"}, numbers)
    found = operations(document)
    for operation in found:
        for mode in modes():
            cases(operation, mode, send)
    assert len(found) > 60
    assert send.count > len(found)
    assert send.wrong == {}, json.dumps(send.wrong, ensure_ascii=False, indent=1)
    assert Ticket.objects.filter(number__in=numbers).count() == len(numbers)


def test_a_person_meets_only_what_the_document_says(
    document: Any, numbers: list[str], sign_in: SignIn
) -> None:
    client = sign_in("dispatcher")
    session, token = client.cookies[settings.SESSION_COOKIE_NAME].value, "a" * 32
    cookies = f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={token}"
    send = Sender({"Cookie": cookies, "X-CSRFToken": token}, numbers)
    for operation in operations(document):
        for mode in modes():
            cases(operation, mode, send, few=True)
    assert send.wrong == {}, json.dumps(send.wrong, ensure_ascii=False, indent=1)
