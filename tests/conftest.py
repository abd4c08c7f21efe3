"""What every test stands on: the language, a clean cache, and a real Chromium for `tests/browser`.

The servers come from `launch.pytest_servers`; the people of the tests from `tests.cast`.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import hypothesis
import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.cache import cache
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone, translation
from pytest_django.live_server_helper import LiveServer

from launch.chromium import find_chromium

pytest_plugins = ["tests.cast"]

# A busy machine makes any strategy slow; what is slow by itself shows in the durations.
hypothesis.settings.register_profile("site", suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("site")

BROWSER_TESTS = Path(__file__).parent / "browser"
FAULT_TESTS = Path(__file__).parent / "faults"
AT_LARGE = (BROWSER_TESTS, FAULT_TESTS, Path(__file__).parent / "launch")
"""Where browsers, processes and sockets of other programs are driven: these tests have one second attempt."""
NO_BROWSER = "no Chromium found: set CHROMIUM, install one, or run .ci/run"
CHROMIUM_OPTIONS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what lies in tests/browser and run it last: its servers keep connections that others count."""
    for item in items:
        if BROWSER_TESTS in item.path.parents:
            item.add_marker("browser")
        if any(folder in item.path.parents for folder in AT_LARGE):
            item.add_marker(pytest.mark.flaky(reruns=1))
    items.sort(key=lambda item: (BROWSER_TESTS in item.path.parents, FAULT_TESTS not in item.path.parents))


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say loudly that browser tests did not run, and what went wrong at the first attempt of tests that had two."""
    again = terminalreporter.stats.get("rerun", [])
    if again:
        terminalreporter.section("A SECOND ATTEMPT IS A FAULT TO LOOK INTO", sep="!", red=True, bold=True)
    for report in again:
        terminalreporter.line(f"RERUN {report.nodeid} ({report.when})", red=True, bold=True)
        terminalreporter.line(report.longreprtext)
    skipped = [
        report for report in terminalreporter.stats.get("skipped", []) if NO_BROWSER in str(report.longrepr)
    ]
    if skipped:
        terminalreporter.section("BROWSER TESTS DID NOT RUN", sep="!", red=True, bold=True)
        terminalreporter.line(f"{len(skipped)} skipped: {NO_BROWSER}")


@pytest.fixture(autouse=True)
def _same_language_and_zone() -> Iterator[None]:
    """Each test begins and ends in Chinese and in China's time."""
    with translation.override("zh-hans"), timezone.override("Asia/Shanghai"):
        yield


@pytest.fixture
def clean_cache() -> Iterator[None]:
    """An empty Redis cache before and after."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The Chromium of this machine. None: a skip, or a failure where REQUIRE_BROWSER=1."""
    from playwright.sync_api import expect

    found = find_chromium()
    if found is None:
        if os.environ.get("REQUIRE_BROWSER") == "1":
            pytest.fail(NO_BROWSER)
        pytest.skip(NO_BROWSER)
    expect.set_options(timeout=60_000)
    # Playwright's synchronous interface runs an event loop in this process, beside the test's own queries.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    return {**browser_type_launch_args, "executable_path": str(found), "args": CHROMIUM_OPTIONS}


class KeptStatic(StaticFilesHandler):
    """Static files that a browser keeps, as the site's own server tells it to."""

    def serve(self, request: HttpRequest) -> HttpResponseBase:
        """The file, fresh for an hour."""
        response: HttpResponseBase = super().serve(request)
        response.headers["Cache-Control"] = "max-age=3600"
        return response


@pytest.fixture(scope="session")
def live_server(request: pytest.FixtureRequest) -> Iterator[LiveServer]:
    """pytest-django's server, whose static files are kept by the browser: half of the work of a page otherwise."""
    with mock.patch("django.contrib.staticfiles.handlers.StaticFilesHandler", KeptStatic):
        server = LiveServer("localhost")
    yield server
    server.stop()


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """A Chinese desk: language, zone, a screen of 1440 x 900, and nothing that moves for its own sake."""
    return {
        **browser_context_args,
        "reduced_motion": "reduce",
        "locale": "zh-CN",
        "timezone_id": "Asia/Shanghai",
        "viewport": {"width": 1440, "height": 900},
    }
