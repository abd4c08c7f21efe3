"""Evidence over REST: who may read a file, and how it is given to a browser."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest
from asgiref.sync import sync_to_async
from django.db import connections
from django.test import AsyncClient
from rest_framework.test import APIClient

from incidents.models import Attachment
from tests import city
from tests.api.conftest import TICKETS, SignIn, report, upload
from tests.cast import Cast, MakeTicket, Photo, jpeg

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.7\n%%EOF\n"


def content(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def status(client: APIClient, url: str) -> int:
    """The status of the answer, which is read to its end."""
    answer = client.get(url)
    if answer.streaming:
        content(answer)
    return int(answer.status_code)


def test_a_photo_goes_in_and_comes_back(hotline: APIClient) -> None:
    answer = upload(hotline, name="现场 照片.jpg")
    assert answer.status_code == 201
    body = answer.json()
    assert (body["media_type"], body["size"], body["width"], body["height"]) == (
        "image/jpeg",
        len(jpeg()),
        64,
        48,
    )
    whole = hotline.get(body["url"])
    shown = content(whole)
    assert shown[:3] == jpeg()[:3]
    assert whole["Content-Type"] == "image/jpeg"
    assert whole["Content-Length"] == str(len(shown))
    assert whole["Content-Disposition"].startswith("inline; filename*=utf-8''")
    assert whole["X-Content-Type-Options"] == "nosniff"
    assert whole["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert whole["Cache-Control"].startswith("private")
    small = hotline.get(body["thumbnail_url"])
    assert (small["Content-Type"], content(small)[8:12]) == ("image/webp", b"WEBP")


def test_what_is_no_picture_is_downloaded(hotline: APIClient) -> None:
    body = upload(hotline, PDF, "说明\r\nX-Evil: 1.pdf").json()
    assert body["thumbnail_url"] is None
    answer = hotline.get(body["url"])
    assert answer["Content-Disposition"].startswith("attachment")
    assert "X-Evil" not in answer.headers
    assert answer["Content-Type"] == "application/pdf"
    assert content(answer) == PDF
    missing = hotline.get(body["url"] + "?size=thumbnail")
    assert (missing.status_code, missing["Content-Type"]) == (404, "application/problem+json")


def test_a_file_that_nothing_has_bound_is_its_uploaders(
    hotline: APIClient, police_system: APIClient, sign_in: SignIn
) -> None:
    url = upload(hotline).json()["url"]
    assert status(hotline, url) == 200
    assert status(police_system, url) == 404
    assert status(sign_in("leader"), url) == 404
    own = upload(sign_in("worker")).json()["url"]
    assert status(sign_in("worker"), own) == 200
    assert status(hotline, own) == 404


def test_a_bound_file_follows_its_ticket(
    hotline: APIClient, police_system: APIClient, sign_in: SignIn
) -> None:
    file = upload(hotline).json()
    hotline.post(TICKETS, report(attachments=[file["id"]]))
    for client, expected in (
        (hotline, 200),
        (sign_in("worker"), 200),
        (sign_in("neighbour"), 404),
        (sign_in("auditor"), 404),
        (police_system, 404),
    ):
        assert status(client, file["url"]) == expected


def test_an_uploader_who_may_not_see_the_ticket_may_not_read_it_back(
    cast: Cast, sign_in: SignIn, make_ticket: MakeTicket, photo: Photo
) -> None:
    ticket = make_ticket()
    key = photo(cast.neighbour)
    Attachment.objects.filter(pk=key).update(ticket=ticket)
    assert sign_in("neighbour").get(f"/api/v1/attachments/{key}").status_code == 404


def test_what_is_not_there(hotline: APIClient) -> None:
    assert hotline.get(f"/api/v1/attachments/{uuid4()}").status_code == 404
    body = upload(hotline).json()
    assert hotline.get(body["url"] + "?size=huge").status_code == 400
    Attachment.objects.get().file.storage.delete(Attachment.objects.get().file.name)
    assert hotline.get(body["url"]).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_files_are_streamed_under_asgi(hotline: APIClient) -> None:
    url = upload(hotline).json()["url"]

    async def read() -> tuple[int, bytes]:
        answer = await AsyncClient().get(url, headers={"authorization": f"Bearer {city.API_KEY}"})
        found = answer.status_code, b"".join([piece async for piece in answer.streaming_content])
        await sync_to_async(connections.close_all)()
        return found

    status_code, body = asyncio.run(read())
    assert (status_code, body[:3], body[-2:]) == (200, jpeg()[:3], jpeg()[-2:])
