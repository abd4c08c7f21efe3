"""A new request: what a form says, judged at once, becomes one ticket by the platform's own intake."""

import re
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from governance.accounts.actors import Actor
from governance.foundation.errors import Invalid, NotFound, Text, Unprocessable
from incidents import evidence, intake, sides
from incidents.api.reading import PHONE, REGION_CODE
from incidents.catalogue import current as catalogue
from incidents.drafts import Citizen, TicketDraft, opening_of
from incidents.models import MatterCategory, TicketSource
from incidents.places import Spot
from open311 import answers
from open311.answers import Answer
from open311.editions import BATCH, BLACKBOX, Edition, Service, is_open
from open311.expecting import estimate
from open311.models import OpenReport
from open311.publishing import public_words

SIDE = "open311"
SCHEMES = ("http", "https")
TEXTS: Mapping[str, int] = {
    "description": 4000,
    "address_string": 200,
    "address_id": 15,
    "first_name": 30,
    "last_name": 30,
    "phone": 30,
    "email": 254,
    "device_id": 200,
    "account_id": 200,
    "media_url": 2000,
}
"""The longest text of each field; only that of the description is the standard's own."""
DEGREES = re.compile(r"[+-]?[0-9]{1,3}(?:\.[0-9]{1,20})?\Z")
UNREADABLE = re.compile("[\x00\ufffd]")


@dataclass(frozen=True, kw_only=True)
class Sent:
    """A form without faults."""

    service: Service
    category: MatterCategory
    draft: TicketDraft
    answers: Sequence[Answer]
    texts: Mapping[str, str]

    @property
    def names(self) -> Sequence[str]:
        """How the reporter may be named in the words."""
        own = (self.texts["first_name"], self.texts["last_name"])
        return [self.draft.citizen.name if self.draft.citizen else "", *own]

    @property
    def public_words(self) -> str:
        """The description as everybody may read it."""
        return public_words(self.texts["description"], self.names)


class _Form:
    """Reads fields, an empty one like one that is not there, and collects what is wrong."""

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        self.pairs = list(pairs)
        self.values: dict[str, str] = {}
        self.errors: dict[str, list[Text]] = {}
        for name, value in self.pairs:
            if UNREADABLE.search(value):
                self.errors[name[:80]] = [_("This is not readable text in UTF-8")]
            self.values[name] = self.values.get(name) or value.strip()

    def text(self, name: str, most: int) -> str:
        value = self.values.get(name, "")
        if len(value) > most:
            self.errors[name] = [_("Write at most %(most)d characters") % {"most": most}]
        return value

    def degrees(self, name: str) -> float | None:
        value = self.values.get(name, "")
        if not value:
            return None
        if not DEGREES.match(value):
            self.errors[name] = [_("Write degrees as a number, like 31.105")]
            return None
        return float(value)

    def must_fit(self, name: str, is_good: bool, words: Text) -> None:
        if self.values.get(name) and not is_good and name not in self.errors:
            self.errors[name] = [words]


def read(pairs: Iterable[tuple[str, str]], edition: Edition, by: Actor) -> Sent:
    """The form of a new request. Raises NotFound (no such service), Invalid with every fault."""
    form = _Form(pairs)
    service, category = _service(form, edition)
    texts = {name: form.text(name, most) for name, most in TEXTS.items()}
    _check_texts(form, texts)
    spot = _spot(form, texts)
    found, wrong = answers.read(service, answers.given_in(form.pairs))
    form.errors.update({name: list(words) for name, words in wrong.items()})
    if form.errors:
        raise Invalid(fields=form.errors)
    draft = TicketDraft(
        source=source_for(by).code,
        category=service.code,
        title=opening_of(texts["description"] or category.name),
        content=_content(texts["description"], category, found),
        spot=spot,
        citizen=_citizen(texts),
    )
    return Sent(service=service, category=category, draft=draft, answers=found, texts=texts)


def _service(form: _Form, edition: Edition) -> tuple[Service, MatterCategory]:
    code = form.values.get("service_code", "")
    if not code:
        raise Invalid(fields={"service_code": [_("Say which service; see the list of services")]})
    service, category = edition.by_code.get(code), catalogue().by_code.get(code)
    if service is None or category is None or not is_open(category):
        raise NotFound(_("There is no such service_code here"))
    return service, category


def _check_texts(form: _Form, texts: Mapping[str, str]) -> None:
    form.must_fit("phone", bool(re.fullmatch(PHONE, texts["phone"])), _("This does not have the right form"))
    form.must_fit("email", _is(validate_email, texts["email"]), _("This does not have the right form"))
    form.must_fit(
        "media_url",
        _is(URLValidator(schemes=SCHEMES), texts["media_url"]),
        _("Write an address with http or https"),
    )
    is_code = bool(re.fullmatch(REGION_CODE, texts["address_id"]))
    form.must_fit("address_id", is_code, _("Write the code of a region (12 digits) or grid (15 digits)"))


def _is(check: Any, value: str) -> bool:
    try:
        check(value)
    except ValidationError:
        return False
    return True


def _spot(form: _Form, texts: Mapping[str, str]) -> Spot:
    """One of the three ways to say where; positions are WGS-84."""
    lat, lon = form.degrees("lat"), form.degrees("long")
    given = {name: bool(form.values.get(name)) for name in ("lat", "long")}
    if given["lat"] != given["long"]:
        form.errors.setdefault("long" if given["lat"] else "lat", [_("Send lat and long together")])
    if not any((*given.values(), texts["address_string"], texts["address_id"])):
        form.errors["lat, long"] = [_("Say where: lat and long, address_string or address_id")]
    return Spot(lon=lon, lat=lat, region_code=texts["address_id"], text=texts["address_string"])


def _content(description: str, category: MatterCategory, given: Sequence[Answer]) -> str:
    """What is handled: the words and, below them, the answers in Chinese, whatever the reporter's language."""
    return "\n".join([description or category.name, *(answer.line for answer in given)])


def _citizen(texts: Mapping[str, str]) -> Citizen | None:
    first, last = texts["first_name"], texts["last_name"]
    name = f"{first} {last}".strip() if f"{first}{last}".isascii() else f"{last}{first}"
    if not name and not texts["phone"]:
        return None
    return Citizen(name=name, phone=texts["phone"], needs_reply=bool(texts["phone"]))


def source_for(by: Actor) -> TicketSource:
    """The channel that a system's requests come in by: its app channel where it has several. Raises Unprocessable."""
    own = [row for row in catalogue().sources.values() if row.is_active and row.code in by.source_codes]
    if not own:
        raise Unprocessable(_("This key reports for no source that is in use"), code="unknown_source")
    return min(own, key=lambda row: (row.kind != TicketSource.Kind.APP, row.pk))


def take(sent: Sent, *, by: Actor, at: datetime, media: Any = None) -> OpenReport:
    """One durable ticket with what belongs to it. A picture is stored first; without the ticket nobody sees it.

    Raises what intake and evidence raise: TooLarge, UnsupportedMedia, Unprocessable, Unavailable.
    """
    draft = sent.draft
    if media is not None:
        row = evidence.receive(media.file, name=media.name, size=media.size, by=by, at=at)
        draft = replace(draft, attachments=[row.pk])
    with transaction.atomic():
        made = intake.register(draft, by=by, at=at)
        report = report_of(sent, made, by=by, at=at)
        report.save(force_insert=True)
        sides.mark(made.ticket.pk, SIDE)
    return report


def report_of(sent: Sent, made: intake.Intake, *, by: Actor, at: datetime) -> OpenReport:
    """What is kept beside the ticket, not written yet."""
    texts, kind = sent.texts, sent.service.kind
    return OpenReport(
        ticket=made.ticket,
        client_id=by.client_id or 0,
        requested_at=at,
        is_shown=kind != BLACKBOX,
        token=secrets.token_hex(12) if kind == BATCH else None,
        words=sent.public_words,
        address=texts["address_string"],
        description=texts["description"],
        answers=[answer.kept() for answer in sent.answers],
        media_url=texts["media_url"],
        expected_at=estimate(sent.category, made.ticket.urgency, at),
        email=texts["email"],
        account_id=texts["account_id"],
        device_id=texts["device_id"],
    )
