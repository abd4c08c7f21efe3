"""The content security policy in a real browser: our pages and the API's page break no rule of it."""

import pytest


@pytest.fixture
def complaints(page):
    """What the browser's console calls an error, and what it could not load."""
    found = []
    page.on("console", lambda message: found.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: found.append(str(error)))
    page.on("response", lambda answer: found.append(answer.url) if answer.status >= 400 else None)
    return found


@pytest.mark.parametrize("path", ["/login/", "/api/docs/"])
def test_page_breaks_no_rule(page, live_server, complaints, path):
    page.goto(f"{live_server.url}{path}", wait_until="networkidle")
    assert complaints == []


def test_api_page_lists_operations(page, live_server, complaints):
    page.goto(f"{live_server.url}/api/docs/")
    page.locator(".opblock").first.wait_for()
    assert complaints == []
