"""Short messages from a gateway: a form post with `mobile`, `content`, `msgid`, `time`, `nonce` and `sign`.

`sign` is HMAC-SHA256 (hex) over the other fields, sorted by name and joined as `name=value` with `&`.
"""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import parse_qsl

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from adapters.contract import Incoming, Item, Outcome, Proof, Reply, Report, Translator, refused
from governance.foundation.api.problems import BadRequest
from governance.foundation.clock import now
from governance.foundation.errors import Invalid

MOST_FIELDS: Final = 20
LONGEST: Final = 16 * 1024


class ShortMessages:
    """One message is one report; its sender waits for an answer."""

    about = Translator(
        code="sms",
        label=pgettext_lazy("channel", "SMS gateway"),
        content_types=("application/x-www-form-urlencoded",),
    )

    def verify(self, message: Incoming, secret: str) -> Proof:
        form = _form(message.body)
        wanted = signature_of(secret, form)
        if not hmac.compare_digest(wanted.encode(), form.get("sign", "").encode()):
            raise refused("signature_wrong", gettext_lazy("The signature does not fit the request"), at=now())
        return Proof(nonce=form.get("nonce", ""), seconds=form.get("time", ""))

    def parse(self, message: Incoming) -> Sequence[Item]:
        form = _form(message.body)
        missing = [name for name in ("mobile", "content", "msgid") if not form.get(name, "").strip()]
        if missing:
            raise Invalid(fields={name: [_("This is missing here")] for name in missing})
        fields = {
            "content": form["content"],
            "citizen": {"phone": form["mobile"], "needs_reply": True},
        }
        return [Report(external_no=f"sms-{form['msgid']}"[:80], fields=fields)]

    def acknowledge(self, message: Incoming, outcomes: Sequence[Outcome]) -> Reply:
        return Reply(content="OK", content_type="text/plain; charset=utf-8")

    def greet(self, message: Incoming) -> Reply | None:
        return None


def signature_of(secret: str, form: Mapping[str, str]) -> str:
    """What `sign` has to be."""
    signed = "&".join(f"{name}={form[name]}" for name in sorted(form) if name != "sign")
    return hmac.new(secret.encode(), signed.encode(), hashlib.sha256).hexdigest()


def _form(body: bytes) -> dict[str, str]:
    if len(body) > LONGEST:
        raise BadRequest(gettext_lazy("The message is too long"))
    try:
        pairs = parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            strict_parsing=bool(body),
            max_num_fields=MOST_FIELDS,
            encoding="utf-8",
            errors="strict",
        )
    except (ValueError, UnicodeError) as error:
        raise BadRequest(gettext_lazy("The body is no form in UTF-8")) from error
    if len(dict(pairs)) != len(pairs):
        raise BadRequest(gettext_lazy("A field of the form stands there twice"))
    return dict(pairs)
