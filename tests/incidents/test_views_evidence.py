"""Files: taken in for whoever is signed in, given out to those who see the ticket."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from incidents.models import Attachment
from tests.cast import Cast, MakeTicket, Photo, jpeg
from tests.incidents import files

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
    assert fetch(client, body["url"])[1][:3] == jpeg()[:3]
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
            assert b"".join(response.streaming_content)[:3] == jpeg()[:3]


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
    assert upload(client, jpeg() + b"x" * (20 * 1024 * 1024 + 1)).status_code == 413
    assert not Attachment.objects.exists()


def test_sign_in_first(client: Client, cast: Cast) -> None:
    assert upload(client, jpeg()).status_code == 401
    client.force_login(cast.worker.user)
    assert client.post("/attachments/").status_code == 400
    assert client.get("/attachments/").status_code == 405


@pytest.fixture
def shown(cast: Cast, make_ticket: MakeTicket, photo: Photo) -> Attachment:
    """A photo of a ticket that the department handles."""
    ticket = make_ticket("dispatched", attachments=[photo(cast.duty)], to="CG")
    return Attachment.objects.get(ticket=ticket)


BOX = {"box_left": ["10"], "box_top": ["10"], "box_width": ["30"], "box_height": ["30"]}


class TestThePage:
    def test_who_sees_it_and_what_they_may_do(self, client: Client, cast: Cast, shown: Attachment) -> None:
        url = f"/attachments/{shown.pk}/page/"
        for actor, status, may_draw in (
            (cast.handler, 200, True),
            (cast.leader, 200, False),
            (cast.far_community, 404, False),
            (cast.auditor, 404, False),
        ):
            client.force_login(actor.user)
            answer = client.get(url)
            assert answer.status_code == status
            if status == 200:
                assert (b"data-box-form" in answer.content) is may_draw
                assert shown.sha256.encode() in answer.content

    @pytest.mark.parametrize("prefix", ["", "/m"])
    def test_boxes_are_drawn_and_a_fault_keeps_what_was_typed(
        self, client: Client, cast: Cast, shown: Attachment, prefix: str
    ) -> None:
        client.force_login(cast.handler.user)
        url = f"{prefix}/attachments/{shown.pk}/boxes/"
        empty = {name: [*values, ""] for name, values in BOX.items()}
        answer = client.post(url, {**BOX, "box_width": ["wide"], "version": "1"})
        assert answer.status_code == 422
        assert b'value="wide"' in answer.content
        answer = client.post(url, {**empty, "version": "1"})
        assert (answer.status_code, answer["Location"]) == (302, f"{prefix}/attachments/{shown.pk}/page/")
        assert Attachment.objects.get(pk=shown.pk).boxes == [[10.0, 10.0, 30.0, 30.0]]
        assert client.post(url, {**BOX, "version": "1"}).status_code == 409
        assert b"v=2" in client.get(f"{prefix}/attachments/{shown.pk}/page/").content

    def test_those_who_may_not_draw(self, client: Client, cast: Cast, shown: Attachment) -> None:
        for actor, status in ((cast.leader, 403), (cast.far_community, 404)):
            client.force_login(actor.user)
            for deed in ("boxes", "original"):
                answer = client.post(
                    f"/attachments/{shown.pk}/{deed}/", {**BOX, "version": "1", "reason": "核对车牌号码"}
                )
                assert answer.status_code == status
        assert Attachment.objects.get(pk=shown.pk).version == 1

    @pytest.mark.parametrize("prefix", ["", "/m"])
    def test_the_original_for_a_reason(
        self, client: Client, cast: Cast, shown: Attachment, prefix: str
    ) -> None:
        client.force_login(cast.handler.user)
        url = f"{prefix}/attachments/{shown.pk}/original/"
        assert client.post(url, {"reason": ""}).status_code == 422
        answer = client.post(url, {"reason": "核对车牌号码"})
        assert (answer.status_code, answer["Content-Type"], answer.content) == (200, "image/jpeg", jpeg())
        assert answer["Cache-Control"] == "no-store"
        assert answer["X-Content-Type-Options"] == "nosniff"

    def test_a_copy_is_asked_for_again_after_it_was_covered(
        self, client: Client, cast: Cast, shown: Attachment
    ) -> None:
        client.force_login(cast.handler.user)
        url = f"/attachments/{shown.pk}/"
        headers, _content = fetch(client, url)
        assert client.get(url, headers={"If-None-Match": headers["ETag"]}).status_code == 304
        client.post(f"/attachments/{shown.pk}/boxes/", {**BOX, "version": "1"})
        answer = client.get(url, headers={"If-None-Match": headers["ETag"]})
        assert answer.status_code == 200
        b"".join(answer.streaming_content)

    def test_what_waits_for_the_scan(self, client: Client, cast: Cast, shown: Attachment) -> None:
        Attachment.objects.filter(pk=shown.pk).update(scan="pending")
        client.force_login(cast.handler.user)
        answer = client.get(f"/attachments/{shown.pk}/")
        assert (answer.status_code, answer["Content-Type"]) == (409, "text/plain; charset=utf-8")
        page = client.get(f"/attachments/{shown.pk}/page/")
        assert page.status_code == 200
        assert b"<img src" not in page.content
        assert b"photo-held" in client.get(f"/tickets/{shown.ticket.number}/").content


def test_a_paper_is_downloaded_and_a_film_comes_in_ranges(client: Client, cast: Cast) -> None:
    client.force_login(cast.worker.user)
    paper = upload(client, files.PDF, "说明.pdf").json()
    headers, _content = fetch(client, paper["url"])
    assert headers["Content-Disposition"].startswith("attachment")
    film = client.post(
        "/attachments/", {"file": SimpleUploadedFile("a.mp4", files.mp4()), "origin": "body_camera"}
    ).json()
    assert film["kind"] == "video"
    answer = client.get(film["url"], headers={"Range": "bytes=4-7"})
    assert (answer.status_code, b"".join(answer.streaming_content)) == (206, b"ftyp")
    page = client.get(f"/attachments/{film['id']}/page/").content.decode()
    assert "<video" in page
    assert "执法记录仪" in page
    assert upload(client, files.office(), "a.docx").status_code == 201
