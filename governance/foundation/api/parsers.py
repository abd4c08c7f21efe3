"""Bodies with a limit: what is too large is refused before it is read, what cannot be read is said so."""

import json
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser, MultiPartParser
from rest_framework.renderers import JSONRenderer

from governance.foundation.errors import TooLarge

MULTIPART_OVERHEAD = 64 * 1024


class BoundedJSONParser(BaseParser):
    """JSON in UTF-8 of at most as many bytes as the setting of that name says."""

    limit_setting = "API_JSON_MAX_BYTES"
    media_type = "application/json"
    renderer_class = JSONRenderer

    def parse(
        self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        limit = getattr(settings, self.limit_setting)
        body = stream.read(limit + 1)
        if len(body) > limit:
            raise TooLarge(
                _("The body may have at most %(size)s KB") % {"size": limit // 1024}, limit_bytes=limit
            )
        if not body.strip():
            raise ParseError(_("The body is empty"))
        try:
            return json.loads(body.decode("utf-8-sig"), parse_constant=_refuse)
        except UnicodeDecodeError as error:
            raise ParseError(_("The body is not UTF-8")) from error
        except (ValueError, RecursionError) as error:
            raise ParseError(_("The body is not valid JSON")) from error


class LargeJSONParser(BoundedJSONParser):
    """The same for batches, at the addresses of `API_BATCH_PATHS`."""

    limit_setting = "API_BATCH_MAX_BYTES"


def _refuse(constant: str) -> float:
    raise ValueError(constant)


class BoundedMultiPartParser(MultiPartParser):
    """A form with files of at most `API_UPLOAD_MAX_BYTES` in all; the declared length is looked at first."""

    def parse(
        self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        limit = settings.API_UPLOAD_MAX_BYTES
        if declared_length((parser_context or {})["request"].META) > limit + MULTIPART_OVERHEAD:
            raise TooLarge(limit_bytes=limit)
        return super().parse(stream, media_type, dict(parser_context or {}))


def declared_length(meta: Mapping[str, Any]) -> int:
    """The Content-Length that the sender declares; 0 when it declares none."""
    text = str(meta.get("CONTENT_LENGTH") or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
