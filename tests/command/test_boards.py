"""Boards: one computation for all, the same bytes to each, everything for whoever falls behind; faults end nothing."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import DatabaseError, connections
from django.http import HttpResponse, QueryDict, StreamingHttpResponse
from django.test import Client, RequestFactory

from governance.accounts.models import User
from governance.command import views as pages
from governance.command.events import Hub
from governance.command.picture import boards
from governance.command.picture import views as pictures
from governance.command.picture.boards import Board, Snapshot, Viewer
from incidents.models import Ticket
from incidents.queries import filtered
from incidents.views.links import filter_from
from tests.cast import HOUR, MONDAY, Cast, MakeTicket

PATIENCE = 60.0
NOON = MONDAY + 6 * HOUR


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for module in (boards, pictures, pages):
        monkeypatch.setattr(module, "now", lambda: NOON)
    monkeypatch.setattr(boards, "LEAST_SECONDS", 0.01)
    monkeypatch.setattr(boards, "IDLE_SECONDS", 0.02)
    monkeypatch.setattr(boards, "BEAT_SECONDS", 3600.0)
    Hub.current = None
    yield
    Hub.current = None
    Board.every.clear()
    connections.close_all()


def data_of(text: bytes) -> dict[str, Any]:
    return json.loads(text.decode().removeprefix("data: "))


async def swept(*tasks: Any) -> None:
    """End what the loop still runs."""
    running = [board.task for board in Board.every.values()]
    if Hub.current is not None:
        running.append(Hub.current.task)
    for task in running:
        task.cancel()
    if running:
        await asyncio.wait(running)


def run(scene: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
    async def whole() -> Any:
        try:
            return await scene()
        finally:
            await swept()

    return asyncio.run(whole())


async def first(body: AsyncIterator[bytes]) -> bytes:
    """The first message after the head of the stream."""
    assert (await anext(body)).startswith(b"retry: ")
    return await asyncio.wait_for(anext(body), PATIENCE)


def test_many_screens_cost_one_computation() -> None:
    state = {"count": 1, "asked": 0}

    def compute(at: datetime) -> Snapshot:
        state["asked"] += 1
        cells = {"a": [str(state["count"])], "b": ["7", f"/list/?at={state['asked']}"]}
        marks = {key: cell[0] for key, cell in cells.items()}
        return Snapshot(cells=cells, head={"at": "x", "day": "y"}, marks=marks)

    async def scene() -> None:
        bodies = [Board.of(("k",), ("9901/",), compute).stream() for _ in range(50)]
        started = [await first(body) for body in bodies]
        assert {bytes(text) for text in started} == {started[0]}
        assert {key: cell[0] for key, cell in data_of(started[0])["set"].items()} == {"a": "1", "b": "7"}
        state["count"] = 2
        heard = [await asyncio.wait_for(anext(body), PATIENCE) for body in bodies]
        assert all(text is heard[0] for text in heard), "the same bytes for all of them"
        assert data_of(heard[0]) == {"at": "x", "day": "y", "set": {"a": ["2"]}, "gone": []}
        board = Board.every["k",]
        assert board.counted == state["asked"]
        for body in bodies:
            await body.aclose()  # type: ignore[attr-defined]
        assert not board.viewers
        await asyncio.wait_for(board.task, PATIENCE)
        assert not Board.every, "it ends with its last screen"

    run(scene)


def test_what_is_gone_is_told_and_faults_end_nothing(caplog: pytest.LogCaptureFixture) -> None:
    answers: list[Any] = [{"a": ["1"], "b": ["2"]}, DatabaseError("away"), {"a": ["1"]}]

    def compute(at: datetime) -> Snapshot:
        found = answers.pop(0) if len(answers) > 1 else answers[0]
        if isinstance(found, Exception):
            raise found
        return Snapshot(cells=found, head={})

    async def scene() -> None:
        body = Board.of(("k",), (), compute).stream()
        await first(body)
        text = await asyncio.wait_for(anext(body), PATIENCE)
        assert data_of(text) == {"set": {}, "gone": ["b"]}

    run(scene)
    assert "a picture could not be counted: away" in caplog.text


def test_a_screen_that_falls_behind_gets_everything() -> None:
    async def scene() -> list[bytes | None]:
        viewer = Viewer()
        for number in range(boards.QUEUE_SIZE + 1):
            viewer.tell(f"{number}".encode(), lambda: b"everything")
        found: list[bytes | None] = [viewer.queue.get_nowait()]
        viewer.end()
        return [*found, viewer.queue.get_nowait()]

    assert asyncio.run(scene()) == [b"everything", None]


def test_quiet_boards_tell_their_moment_and_streams_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(boards, "BEAT_SECONDS", 0.0)

    def compute(at: datetime) -> Snapshot:
        return Snapshot(cells={"a": ["1"]}, head={"at": at.isoformat()})

    async def scene() -> list[bytes]:
        return [text async for text in Board.of(("k",), (), compute).stream(0.5)]

    found = run(scene)
    assert found[0].startswith(b"retry: ")
    assert data_of(found[1])["full"] is True
    assert all(data_of(text)["set"] == {} for text in found[2:])
    assert len(found) > 2


async def opened(cast: Cast, who: str) -> HttpResponse | StreamingHttpResponse:
    request = RequestFactory().get("/dashboard/events/", {"period": "today"})
    request.user = getattr(cast, who).user if who else AnonymousUser()
    return await pictures.stream(request)


@pytest.mark.django_db(transaction=True)
def test_a_report_reaches_the_dashboard(cast: Cast, make_ticket: MakeTicket) -> None:
    make_ticket(at=MONDAY)

    async def scene() -> tuple[dict[str, Any], dict[str, Any]]:
        answer = await opened(cast, "leader")
        assert isinstance(answer, StreamingHttpResponse), answer.status_code
        body = answer.streaming_content
        before = data_of(await first(body))  # type: ignore[arg-type]
        await asyncio.to_thread(written)
        after = data_of(await asyncio.wait_for(anext(body), PATIENCE))  # type: ignore[arg-type]
        return before, after

    def written() -> None:
        try:
            make_ticket(at=MONDAY)
        finally:
            connections.close_all()

    before, after = run(scene)
    assert before["set"]["intake"][0] == "1"
    assert after["set"]["intake"][0] == "2"


@pytest.mark.django_db(transaction=True)
def test_nobody_else_hears_it(cast: Cast) -> None:
    assert run(lambda: opened(cast, "")).status_code == 401
    assert run(lambda: opened(cast, "outsider")).status_code == 401


@pytest.mark.django_db
def test_the_document_says_what_the_page_says(cast: Cast, make_ticket: MakeTicket, client: Client) -> None:
    make_ticket(at=MONDAY)
    make_ticket("handling", at=MONDAY, column=3)
    client.force_login(User.objects.get(username="leader"))
    found = client.get("/dashboard/cells.json").json()
    page = client.get("/dashboard/").content.decode()
    assert found["full"] is True
    for key, (words, url, _lamp) in found["set"].items():
        if key.startswith("place.") and key.endswith(".rate"):
            continue
        assert f'data-n="{key}"' in page or f'"{key}"' in page, key
        if url and words.isdigit():
            wanted = filter_from(QueryDict(url.partition("?")[2]), NOON)
            assert filtered(Ticket.objects.visible_to(cast.leader), wanted).count() == int(words), key
    client.force_login(User.objects.get(username="outsider"))
    assert client.get("/dashboard/cells.json").status_code == 403
    client.logout()
    assert client.get("/dashboard/cells.json").status_code == 401


def test_a_document_is_made_once_a_second() -> None:
    made = []

    def make(at: datetime) -> dict[str, Any]:
        made.append(at)
        return {"n": len(made)}

    kept, at = pictures.Kept(), datetime(2026, 11, 16, 8, tzinfo=UTC)
    assert kept.get(("a",), at, make) == kept.get(("a",), at + timedelta(milliseconds=900), make) == {"n": 1}
    assert kept.get(("a",), at + timedelta(seconds=1), make) == {"n": 2}
    assert kept.get(("b",), at, make) == {"n": 3}
    for number in range(pictures.MOST_KEPT + 2):
        kept.get((number,), at, make)
    assert len(kept.entries) <= pictures.MOST_KEPT + 1
