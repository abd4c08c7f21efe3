"""What the phone's scripts ask: who am I, take these actions, take this photo, what shall I keep, trust this phone.

Answers are JSON; refusals are problem documents. `hello` tells the phone all it has to know before it sends: the
token, our time (from which it measures its clock), and whether it has been called back.
"""

import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from functools import wraps
from typing import Any, cast
from typing import BinaryIO as File
from uuid import UUID

from django.contrib.auth import authenticate
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_GET, require_POST

from fieldwork.devices import trusting
from fieldwork.devices.cookies import forget, remember
from fieldwork.devices.limits import limits
from fieldwork.devices.middleware import MARK
from fieldwork.devices.rules import has_ended, may_trust
from fieldwork.models import PhoneLimit, TrustedDevice
from fieldwork.push.subscribing import subscribe, unsubscribe
from fieldwork.sync.packing import pack_of
from fieldwork.sync.photos import take_photo
from fieldwork.sync.reading import read_batch
from fieldwork.sync.sealing import seal_all, seal_photo
from fieldwork.sync.taking import take
from governance.accounts.actors import Actor
from governance.accounts.models import User
from governance.exchange.doors import problem_json
from governance.exchange.edges import actor_of
from governance.foundation.clock import local, now
from governance.foundation.errors import Invalid, Problem, Unauthenticated

Answering = Callable[..., HttpResponse]
MAX_BODY = 1024 * 1024


def phone_answer(view: Answering) -> Answering:
    """For the phone's scripts: problems as documents, nothing kept by any cache."""

    @wraps(view)
    def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            response = view(request, *args, **kwargs)
        except Problem as problem:
            response = problem_json(problem)
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return opened


def person_of(request: HttpRequest) -> Actor:
    """The person who is signed in, acting by phone. Raises Unauthenticated."""
    return actor_of(request, client="phone")


def device_in(request: HttpRequest) -> TrustedDevice | None:
    """The phone that the cookie names, whatever has become of its trust."""
    found: TrustedDevice | None = getattr(request, "trusted_device", None)
    return found


def ended(request: HttpRequest) -> TrustedDevice | None:
    """The phone, where its person's account or its trust has ended: what it still holds is kept sealed."""
    device = device_in(request)
    return device if device is not None and not request.user.is_authenticated and has_ended(device) else None


@require_GET
@phone_answer
def hello(request: HttpRequest) -> HttpResponse:
    """Who is signed in, the token for what is sent, our time, and how the phone stands."""
    at, device = now(), device_in(request)
    user = request.user if isinstance(request.user, User) else None
    lock, skew = limits(PhoneLimit.Name.LOCK_MINUTES, PhoneLimit.Name.SKEW_SECONDS, on=local(at).date())
    return JsonResponse(
        {
            "user": user.pk if user else None,
            "name": str(user) if user else "",
            "csrf": get_token(request),
            "now": at.isoformat(),
            "lock_minutes": lock,
            "skew_seconds": skew,
            "may_trust": may_trust(user),
            "is_trusted": device is not None
            and device.is_trusted(at)
            and user is not None
            and device.user_id == user.pk,
            "seals": ended(request) is not None,
            "wipe": device is not None and device.wipe_at is not None,
        }
    )


@require_POST
@phone_answer
def sync(request: HttpRequest) -> HttpResponse:
    """Take a batch of actions in order; an answer for each."""
    at = now()
    if len(request.body) > MAX_BODY:
        raise Invalid(_("This batch is too large: send fewer actions at once"), code="batch_too_large")
    over = ended(request)
    person = None if over is not None else person_of(request)
    actions, skew = read_batch(request.body, received_at=at)
    if over is not None:
        answers = seal_all(actions, device=over, at=at)
    else:
        assert person is not None
        answers = take(actions, by=person, at=at, device=_own(device_in(request), person))
    return JsonResponse(
        {"answers": [asdict(answer) for answer in answers], "now": at.isoformat(), "skew_seconds": skew}
    )


def _own(device: TrustedDevice | None, person: Actor) -> TrustedDevice | None:
    return device if device is not None and device.user_id == person.user_id else None


@require_POST
@phone_answer
def photos(request: HttpRequest) -> HttpResponse:
    """Take in one file of an action: `key`, `file`, and what the phone knows of it."""
    at = now()
    over = ended(request)
    person = None if over is not None else person_of(request)
    file = request.FILES.get("file")
    if file is None:
        raise Invalid(fields={"file": [_("Choose a file")]})
    try:
        key = UUID(request.POST.get("key", ""))
    except ValueError as error:
        raise Invalid(fields={"key": [_("This choice is not known; please choose again")]}) from error
    name, content, sha256 = file.name or "", cast(File, file), _hex(request.POST.get("sha256", ""))
    if over is not None:
        seal_photo(key, content, name=name, device=over, at=at, sha256=sha256)
        return JsonResponse({"key": str(key), "sealed": True}, status=201)
    assert person is not None
    row = take_photo(
        key,
        content,
        name=name,
        size=file.size or 0,
        by=person,
        at=at,
        sha256=sha256,
        source_sha256=_hex(request.POST.get("source_sha256", "")),
        taken_at=_instant(request.POST.get("taken_at", "")),
        origin=request.POST.get("origin", ""),
    )
    return JsonResponse({"key": str(key), "id": str(row.pk)}, status=201)


def _hex(text: str) -> str:
    return text.lower() if len(text) == 64 and all(sign in "0123456789abcdefABCDEF" for sign in text) else ""


def _instant(text: str) -> datetime | None:
    try:
        found = parse_datetime(text)
    except ValueError:
        return None
    return found if found is not None and found.tzinfo is not None else None


@gzip_page
@require_GET
@phone_answer
def pack(request: HttpRequest) -> HttpResponse:
    """What the phone keeps; 304 where it has it already."""
    body, tag = pack_of(person_of(request), now())
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    if request.headers.get("If-None-Match", "").removeprefix("W/") == tag:  # weak once it was packed
        return HttpResponse(status=304, headers=headers)
    return HttpResponse(body, content_type="application/json", headers=headers)


@require_POST
@phone_answer
def device(request: HttpRequest) -> HttpResponse:
    """Trust this phone: its cookie, and what opens its store beside the PIN."""
    made = trusting.trust(by=person_of(request), at=now(), label=str(_body(request).get("label", "")))
    request.session[MARK] = str(made.device.pk)  # calling the phone back ends this session, too
    response = JsonResponse({"id": str(made.device.pk), "recovery": made.device.recovery}, status=201)
    remember(response, made)
    return response


@require_POST
@phone_answer
def recover(request: HttpRequest) -> HttpResponse:
    """What opens the store of this phone, against the password."""
    person, phone = person_of(request), device_in(request)
    if phone is None:
        raise Unauthenticated()
    assert person.user is not None
    password = str(_body(request).get("password", ""))
    proved = authenticate(request, username=person.user.username, password=password)
    is_proved = proved is not None and proved.pk == person.user_id
    found = trusting.recover(phone, by=person, at=now(), is_proved=is_proved)
    return JsonResponse({"recovery": found})


@require_POST
@phone_answer
def wiped(request: HttpRequest) -> HttpResponse:
    """The phone has emptied its store, as it was told to."""
    phone = device_in(request)
    if phone is not None:
        trusting.wiped(phone, at=now())
    response = HttpResponse(status=204)
    forget(response)
    return response


@require_POST
@phone_answer
def push(request: HttpRequest) -> HttpResponse:
    """This phone takes push messages: `endpoint` and `keys` as its browser gave them; without an endpoint no more."""
    person, found = person_of(request), _body(request)
    if not found.get("endpoint"):
        unsubscribe(device_in(request), by=person, at=now())
        return HttpResponse(status=204)
    keys = found.get("keys")
    if not isinstance(keys, dict):
        raise Invalid()
    subscribe(
        device_in(request),
        endpoint=str(found["endpoint"]),
        public_key=str(keys.get("p256dh", "")),
        secret=str(keys.get("auth", "")),
        by=person,
        at=now(),
    )
    return HttpResponse(status=204)


def _body(request: HttpRequest) -> dict[str, Any]:
    try:
        found = json.loads(request.body)
    except ValueError as error:
        raise Invalid() from error
    if not isinstance(found, dict):
        raise Invalid()
    return found
