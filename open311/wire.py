"""How answers look on the wire: XML as GeoReport v2 draws it, JSON by the Spark convention (bare lists, no wrapper).

Views answer `{"root": …, "items": […]}` or `{"root": …, "item": {…}}`; refusals come as problem documents. Both
become what the standard says here, so that the exchange log and kept answers see facts and no markup.
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final
from xml.sax.saxutils import escape

from rest_framework.renderers import BaseRenderer

ITEMS: Final[Mapping[str, str]] = {
    "services": "service",
    "service_requests": "request",
    "errors": "error",
    "attributes": "attribute",
    "values": "value",
    "endpoints": "endpoint",
    "formats": "format",
    "notes": "note",
}
DECLARATION: Final = '<?xml version="1.0" encoding="utf-8"?>\n'
UNSAYABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 has no way to write."""
FIRST_REFUSAL = 400
OWN_NAMES: Final[Mapping[str, str]] = {
    "category": "service_code",
    "content": "description",
    "point": "lat, long",
    "place": "address_string",
    "region_code": "address_id",
    "attachments": "media",
    "file": "media",
}
"""Fields of the intake by the names that they have here."""


def element(name: str, value: Any) -> str:
    """One element; nothing and the empty text are empty elements."""
    if value is None or value == "":
        return f"<{name}/>"
    if isinstance(value, bool):
        return f"<{name}>{'true' if value else 'false'}</{name}>"
    if isinstance(value, Mapping):
        return f"<{name}>{''.join(element(key, item) for key, item in value.items())}</{name}>"
    if isinstance(value, list):
        return f"<{name}>{''.join(element(ITEMS[name], item) for item in value)}</{name}>"
    return f"<{name}>{escape(UNSAYABLE.sub('', str(value)))}</{name}>"


def errors_of(document: Mapping[str, Any], status: int) -> list[dict[str, Any]]:
    """A problem document as the standard's list of errors: one for each fault of each field."""
    found = [
        {"code": status, "description": f"{OWN_NAMES.get(name, name)}: {text}" if name else str(text)}
        for name, texts in (document.get("errors") or {}).items()
        for text in texts
    ]
    return found or [{"code": status, "description": str(document.get("detail", ""))}]


def parts_of(data: Any, status: int) -> tuple[str, Any]:
    """(root, what stands in it) of an answer."""
    if status >= FIRST_REFUSAL:
        return "errors", errors_of(data if isinstance(data, Mapping) else {}, status)
    return data["root"], data["items"] if "items" in data else data["item"]


def as_xml(data: Any, status: int) -> bytes:
    """The document, in UTF-8 with its declaration."""
    return f"{DECLARATION}{element(*parts_of(data, status))}".encode()


def as_json(data: Any, status: int) -> bytes:
    """The list or object alone."""
    return json.dumps(parts_of(data, status)[1], ensure_ascii=False).encode()


class XmlRenderer(BaseRenderer):
    """The form that every server has."""

    media_type, format, charset = "text/xml", "xml", "utf-8"

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        return as_xml(data, (renderer_context or {})["response"].status_code)


class JsonRenderer(BaseRenderer):
    """The form that discovery announces beside it."""

    media_type, format, charset = "application/json", "json", "utf-8"

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        return as_json(data, (renderer_context or {})["response"].status_code)


RENDERERS: Final[Sequence[type[BaseRenderer]]] = (XmlRenderer, JsonRenderer)


def wants_json(ending: str) -> bool:
    """By the ending of the address; XML is what every client understands."""
    return ending == JsonRenderer.format
