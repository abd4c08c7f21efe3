"""Giving a stored file to a browser so that it stays inert there: its true type, no sniffing, no scripts; in ranges."""

import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from asgiref.sync import sync_to_async
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

CHUNK = 64 * 1024
RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})\Z")
POLICY = "default-src 'none'; sandbox"


@dataclass(frozen=True, kw_only=True)
class Given:
    """A file on its way out. `tag` changes whenever its bytes do."""

    file: BinaryIO
    size: int
    media_type: str
    name: str
    tag: str
    is_inline: bool


def give(request: HttpRequest, given: Given) -> HttpResponseBase:
    """The whole file, or the range that is asked for; 304 where the browser has it, 416 beyond its end.

    The file is closed when it has been read, or at once when nothing of it is given.
    """
    tag = f'"{given.tag}"'
    if request.headers.get("If-None-Match") == tag:
        given.file.close()
        return _dressed(HttpResponseNotModified(), given, tag)
    first, last = 0, given.size - 1
    asked = RANGE.match(request.headers.get("Range", ""))
    is_part = asked is not None and request.headers.get("If-Range", tag) == tag and any(asked.groups())
    if asked is not None and is_part:
        first, last = _bounds(asked.group(1), asked.group(2), given.size)
        if first > last:
            given.file.close()
            refused = HttpResponse(status=416, headers={"Content-Range": f"bytes */{given.size}"})
            return _dressed(refused, given, tag)
    response: HttpResponseBase = _stream(request, given.file, first, last - first + 1)
    if is_part:
        response.status_code = 206
        response.headers["Content-Range"] = f"bytes {first}-{last}/{given.size}"
    response.headers["Content-Length"] = str(last - first + 1)
    return _dressed(response, given, tag)


def _bounds(start: str, end: str, size: int) -> tuple[int, int]:
    """First and last byte; a first beyond the last means that nothing of the file is asked for."""
    if not start:
        return (max(0, size - int(end)), size - 1) if int(end) else (1, 0)
    return int(start), min(int(end), size - 1) if end else size - 1


def _dressed(response: HttpResponseBase, given: Given, tag: str) -> HttpResponseBase:
    response.headers["Content-Type"] = given.media_type
    response.headers["Content-Disposition"] = (
        content_disposition_header(not given.is_inline, given.name) or ""
    )
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Accept-Ranges"] = "bytes"
    response.headers["ETag"] = tag
    # Asked again each time: a copy may have been covered in the meantime.
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def _stream(request: HttpRequest, file: BinaryIO, first: int, length: int) -> StreamingHttpResponse:
    """Read in pieces, in the way the server asks for them."""
    file.seek(first)
    if hasattr(request, "scope"):
        return StreamingHttpResponse(_pieces_async(file, length))
    return StreamingHttpResponse(_pieces(file, length))


def _pieces(file: BinaryIO, left: int) -> Iterator[bytes]:
    try:
        while left and (piece := file.read(min(CHUNK, left))):
            left -= len(piece)
            yield piece
    finally:
        file.close()


async def _pieces_async(file: BinaryIO, left: int) -> AsyncIterator[bytes]:
    read = sync_to_async(file.read, thread_sensitive=False)
    try:
        while left and (piece := await read(min(CHUNK, left))):
            left -= len(piece)
            yield piece
    finally:
        file.close()
