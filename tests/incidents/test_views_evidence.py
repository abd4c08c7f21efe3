"""Files: taken in for whoever is signed in, given out to those who see the ticket."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from incidents.models import Attachment
from tests.cast import Cast, MakeTicket, Photo, jpeg

pytestmark = pytest.mark.django_db


def upload(client: Client, content: bytes, name: str = "现场.jpg"):
    return client.post("/attachments/", {"file": SimpleUploadedFile(name, content), "kind": "before"})


def fetch(client: Client, url: str):
    response = client.get(url)
    return response.headers, b"".join(response.streaming_content)  # reading to the end closes the file


def test_a_photo_is_kept_and_shown_to_its_uploader_only(client: Client, cast: Cast) -> None:
    client.force_login(cast.worker.user)
    response = upload(client, jpeg())
    assert response.status_code == 201
    body = response.json()
    headers, _content = fetch(client, body["thumb_url"])
    assert headers["Content-Type"] == "image/webp"
    assert headers["Cache-Control"].startswith("private")
    assert fetch(client, body["url"])[1] == jpeg()
    client.force_login(cast.neighbour.user)
    assert client.get(body["url"]).status_code == 404


def test_once_bound_it_follows_the_ticket(
    client: Client, cast: Cast, make_ticket: MakeTicket, photo: Photo
) -> None:
    ticket = make_ticket(attachments=[photo(cast.duty)])
    url = f"/attachments/{Attachment.objects.get(ticket=ticket).pk}/"
    for actor, status in ((cast.community, 200), (cast.far_community, 404), (cast.outsider, 404)):
        client.force_login(actor.user)
        response = client.get(url)
        assert response.status_code == status
        if status == 200:
            assert b"".join(response.streaming_content) == jpeg()


@pytest.mark.parametrize(
    ("content", "status"), [(b"<html><script>alert(1)</script>", 415), (b"", 400), (b"MZ\x00\x01", 415)]
)
def test_what_is_no_photo_is_refused(client: Client, cast: Cast, content: bytes, status: int) -> None:
    client.force_login(cast.worker.user)
    response = upload(client, content)
    assert response.status_code == status
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["detail"]
    assert not Attachment.objects.exists()


def test_too_large_is_refused(client: Client, cast: Cast) -> None:
    client.force_login(cast.worker.user)
    assert upload(client, b"x" * (20 * 1024 * 1024 + 1)).status_code == 413
    assert not Attachment.objects.exists()


def test_sign_in_first(client: Client, cast: Cast) -> None:
    assert upload(client, jpeg()).status_code == 401
    client.force_login(cast.worker.user)
    assert client.post("/attachments/").status_code == 400
    assert client.get("/attachments/").status_code == 405
