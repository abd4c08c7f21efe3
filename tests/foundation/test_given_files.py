"""Files on their way out: inert, in ranges, not sent again where the browser has them."""

import io

import pytest
from django.test import RequestFactory

from governance.foundation.given_files import Given, give

CONTENT = bytes(range(200))


def ask(**headers: str):
    file = io.BytesIO(CONTENT)
    given = Given(
        file=file, size=200, media_type="video/mp4", name="执法 记录.mp4", tag="a-1", is_inline=True
    )
    answer = give(RequestFactory().get("/", headers=headers), given)
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return answer, body, file


def test_the_whole_file_stays_inert() -> None:
    answer, body, file = ask()
    assert (answer.status_code, body, answer["Content-Length"]) == (200, CONTENT, "200")
    assert answer["Content-Type"] == "video/mp4"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["Content-Disposition"].startswith("inline; filename*=utf-8''")
    assert answer["Cache-Control"] == "private, no-cache"
    assert file.closed


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-9", 0, 9),
        ("bytes=190-", 190, 199),
        ("bytes=-5", 195, 199),
        ("bytes=150-999", 150, 199),
        ("bytes=-999", 0, 199),
    ],
)
def test_a_range(asked: str, first: int, last: int) -> None:
    answer, body, _file = ask(Range=asked)
    assert (answer.status_code, body) == (206, CONTENT[first : last + 1])
    assert answer["Content-Range"] == f"bytes {first}-{last}/200"
    assert answer["Content-Length"] == str(last - first + 1)


@pytest.mark.parametrize("asked", ["bytes=200-", "bytes=9-3", "bytes=-0"])
def test_a_range_that_is_not_there(asked: str) -> None:
    answer, body, file = ask(Range=asked)
    assert (answer.status_code, body, answer["Content-Range"]) == (416, b"", "bytes */200")
    assert file.closed


@pytest.mark.parametrize("asked", ["bytes=-", "lines=1-2", "bytes=1-2,5-6", "bytes=x-"])
def test_what_is_no_range_gives_the_whole(asked: str) -> None:
    assert ask(Range=asked)[0].status_code == 200


def test_what_the_browser_has() -> None:
    answer, body, file = ask(**{"If-None-Match": '"a-1"'})
    assert (answer.status_code, body, file.closed) == (304, b"", True)
    assert ask(**{"If-None-Match": '"a-0"'})[0].status_code == 200
    assert ask(Range="bytes=0-9", **{"If-Range": '"a-0"'})[0].status_code == 200, "another version: all of it"
