"""Messages that a WeChat official account pushes (plain mode): texts and positions become reports.

WeChat signs the address only: SHA-1 over the sorted token, timestamp and nonce. It asks for HTTPS and for each
signature being taken once, which the channel sees to; a message that comes again is known by its `MsgId`.
"""

import hashlib
import hmac
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final
from xml.sax.saxutils import escape

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from adapters.contract import Incoming, Item, Outcome, Proof, Reply, Report, Translator, refused
from governance.foundation.api.problems import BadRequest
from governance.foundation.clock import now
from governance.foundation.errors import Invalid

LONGEST: Final = 64 * 1024
XML: Final = "application/xml; charset=utf-8"


class WeChat:
    """The account's address is registered with the secret of the channel as its token."""

    about = Translator(
        code="wechat",
        label=pgettext_lazy("channel", "WeChat official account"),
        content_types=("text/xml", "application/xml"),
    )

    def verify(self, message: Incoming, secret: str) -> Proof:
        seconds, nonce = message.query.get("timestamp", ""), message.query.get("nonce", "")
        must_be_signed(message.query.get("signature", ""), secret, seconds, nonce)
        # Their nonces are short digits; what must be fresh is the pair of time and nonce.
        return Proof(nonce=hashlib.sha256(f"{seconds}.{nonce}".encode()).hexdigest(), seconds=seconds)

    def parse(self, message: Incoming) -> Sequence[Item]:
        found = elements_of(message.body)
        read = {"text": _words, "location": _position}.get(found.get("MsgType", ""))
        if read is None:
            return []
        number = found.get("MsgId", "")
        if not (number.isascii() and number.isdigit() and len(number) <= 32):
            raise Invalid(fields={"/xml/MsgId": [_("This is missing here")]})
        fields = {"occurred_at": _sent_at(found.get("CreateTime", "")), "citizen": None}
        return [Report(external_no=f"wx-{number}", fields=fields | read(found))]

    def acknowledge(self, message: Incoming, outcomes: Sequence[Outcome]) -> Reply:
        found = elements_of(message.body)
        if outcomes:
            words = _("Received. Your number is %(number)s.") % {"number": outcomes[0].number}
        elif found.get("MsgType") == "event":
            return Reply(content="success", content_type="text/plain; charset=utf-8")
        else:
            words = _("Please describe the matter in words, or send its position.")
        return Reply(content=_answer(found, words), content_type=XML)

    def greet(self, message: Incoming) -> Reply | None:
        """WeChat tries the address with a GET and wants its own word back."""
        return Reply(content=message.query.get("echostr", "")[:200], content_type="text/plain; charset=utf-8")


def signature_of(*parts: str) -> str:
    """SHA-1 over the sorted parts, as WeChat signs."""
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()  # noqa: S324  # as the other side signs


def must_be_signed(given: str, *parts: str) -> None:
    """Raises Unsigned where the signature is not that of the parts."""
    if not hmac.compare_digest(signature_of(*parts).encode(), given.encode()):
        raise refused("signature_wrong", gettext_lazy("The signature does not fit the request"), at=now())


def elements_of(body: bytes) -> dict[str, str]:
    """The texts of a flat message. Raises BadRequest; entities and document types are not read at all."""
    if len(body) > LONGEST:
        raise BadRequest(gettext_lazy("The message is too long"))
    try:
        root = fromstring(body, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise BadRequest(gettext_lazy("The body is not valid XML")) from error
    return {child.tag: (child.text or "").strip() for child in root if isinstance(child.tag, str)}


def _words(found: dict[str, str]) -> dict[str, Any]:
    return {"content": found.get("Content", "")}


def _position(found: dict[str, str]) -> dict[str, Any]:
    """A position is GCJ-02; X is the latitude."""
    label = found.get("Label", "")
    try:
        lat, lon = float(found.get("Location_X", "")), float(found.get("Location_Y", ""))
    except ValueError:
        raise Invalid(fields={"/xml/Location_X": [_("A number is expected here")]}) from None
    return {
        "content": _("Position sent by WeChat: %(label)s") % {"label": label or f"{lon}, {lat}"},
        "place": label[:200],
        "point": {"lon": lon, "lat": lat, "coord_system": "gcj02"},
    }


def _sent_at(text: str) -> str | None:
    if not (text.isascii() and text.isdigit() and len(text) <= 12):
        return None
    return datetime.fromtimestamp(int(text), UTC).isoformat()


def _answer(found: dict[str, str], words: str) -> str:
    """A text message back to the person, as WeChat wants it."""
    return (
        f"<xml><ToUserName>{escape(found.get('FromUserName', ''))}</ToUserName>"
        f"<FromUserName>{escape(found.get('ToUserName', ''))}</FromUserName>"
        f"<CreateTime>{int(now().timestamp())}</CreateTime><MsgType>text</MsgType>"
        f"<Content>{escape(words)}</Content></xml>"
    )
