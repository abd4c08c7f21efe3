"""Bad input at every address of the API, found in the table of addresses: refused alike, and nothing is kept.

Which addresses there are is nowhere written down here: a new one is tried as soon as it has a route.
"""

import hashlib
import itertools
import json
import logging
import re
from collections import Counter
from collections.abc import Callable, Iterator
from re import _parser  # type: ignore[attr-defined]  # how the module itself reads a pattern
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RegexPattern, RoutePattern
from rest_framework.test import APIClient

from governance.exchange import clients, signing
from governance.exchange.models import ApiClient, ExchangeCall, SpentNonce
from governance.exchange.scopes import ApiScope
from governance.foundation.api.throttling import BUCKETS
from governance.foundation.api.views import ApiView, NoSuchAddress
from governance.foundation.clock import now
from governance.foundation.models import Horizon
from tests import city
from tests.api.conftest import SignIn, _full_buckets, caller
from tests.cast import Cast, MakeTicket
from tests.exchange.test_clients import FACTS

__all__ = ["_full_buckets"]
pytestmark = pytest.mark.django_db

PREFIX = "api/v1/"
JSON = "application/json"
WRITES = ("post", "put", "patch")
UUID = "00000000-0000-4000-8000-000000000000"
GUESSES = (
    "{number}",
    "1",
    "hotline",
    "2026-11-16",
    "990101001001",
    "990101001001001",
    UUID,
    "categories",
    "json",
    "day",
)
"""What may stand in an address; the first that a group of its pattern takes."""
BOMB = b'<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;&b;&b;">]><xml><content>&c;</content></xml>'
BAD: tuple[tuple[str, bytes, str], ...] = (
    ("cut off", b'{"content": "', JSON),
    ("no text at all", b"\xff\xfe\x00", JSON),
    ("a list", b"[]", JSON),
    ("a number", b"5", JSON),
    ("nothing in its place", b"null", JSON),
    ("not a number", b'{"limit": NaN}', JSON),
    ("twice", b'{"reason": "a", "reason": "b"}', JSON),
    ("an unknown field", b'{"nonsense": 1}', JSON),
    ("too deep", b'{"a":' * 3000 + b"1" + b"}" * 3000, JSON),
    ("a bomb", BOMB, "application/xml"),
    ("a bomb said to be JSON", BOMB, JSON),
)
KEPT_APART = (ExchangeCall, SpentNonce, Horizon)
OTHERS = frozenset({"axes", "sessions", "admin"})
"""Logs and marks, which grow with every call, and what libraries keep of people who sign in."""


class Address:
    """One address that is there, with its methods."""

    def __init__(self, path: str, view: type[ApiView]) -> None:
        self.path, self.view = path, view
        self.methods = [name for name in ("get", *WRITES, "delete") if hasattr(view, name)]

    @property
    def writes(self) -> list[str]:
        return [name for name in self.methods if name in WRITES]


def addresses(number: str, prefix: str = PREFIX) -> list[Address]:
    """Every address below the prefix, with its parts filled in."""
    found = []
    for path, view in _walk(get_resolver(), "", prefix):
        if path.startswith(prefix) and issubclass(view, ApiView) and view is not NoSuchAddress:
            found.append(Address("/" + path.replace("{number}", number), view))
    return found


def _walk(place: URLResolver, before: str, prefix: str) -> Iterator[tuple[str, Any]]:
    for item in place.url_patterns:
        path = before + _filled(item.pattern)
        if isinstance(item, URLResolver):
            if prefix.startswith(path) or path.startswith(prefix):
                yield from _walk(item, path, prefix)
        elif isinstance(item, URLPattern) and (view := getattr(item.callback, "cls", None)) is not None:
            yield path, view


def _filled(pattern: Any) -> str:
    """The text of a pattern with a guess at each place that varies."""
    if isinstance(pattern, RoutePattern):
        found = str(pattern._route)
        for name, converter in pattern.converters.items():
            guess = _guess(converter.regex)
            found = re.sub(rf"<(?:\w+:)?{name}>", lambda _match, guess=guess: guess, found)
        return found
    assert isinstance(pattern, RegexPattern)
    found = str(pattern._regex).removeprefix("^").removesuffix(r"\Z").removesuffix("$")
    while (group := re.search(r"\(\?P<\w+>((?:[^()]|\([^()]*\))*)\)", found)) is not None:
        found = found[: group.start()] + _guess(group.group(1)) + found[group.end() :]
    return found.replace("\\", "").removesuffix("/?")


def _guess(regex: str) -> str:
    probes = {"{number}": "WG20261116000001"}
    fitting = (guess for guess in GUESSES if re.fullmatch(regex, probes.get(guess, guess)))
    found = next(fitting, None) or _shortest(_parser.parse(regex))
    assert re.fullmatch(regex, probes.get(found, found)), regex
    return found


def _shortest(parts: Any) -> str:
    """A short text that a regular expression takes: the first of each choice, as seldom as allowed."""
    return "".join(MAKERS[str(kind)](what) for kind, what in parts)


def _first(choices: Any) -> str:
    """A sign of a set."""
    kind, what = choices[0]
    if str(kind) in {"NEGATE", "CATEGORY"}:
        return "1"
    return chr(what[0] if str(kind) == "RANGE" else what)


MAKERS: dict[str, Callable[[Any], str]] = {
    "LITERAL": chr,
    "NOT_LITERAL": lambda _what: "1",
    "ANY": lambda _what: "1",
    "AT": lambda _what: "",
    "IN": _first,
    "MAX_REPEAT": lambda what: what[0] * _shortest(what[2]),
    "SUBPATTERN": lambda what: _shortest(what[-1]),
    "BRANCH": lambda what: _shortest(what[1][0]),
}
"""What each part of a pattern gives; one that is not here fails this test and wants to be added."""


def rows() -> Counter[str]:
    """How many rows each table of ours has."""
    models = [
        model
        for model in apps.get_models()
        if model._meta.managed and model not in KEPT_APART and model._meta.app_label not in OTHERS
    ]
    return Counter({model._meta.label: model._default_manager.count() for model in models})


@pytest.fixture
def number(cast: Cast, make_ticket: MakeTicket, caplog: pytest.LogCaptureFixture) -> str:
    """A ticket that addresses are about; refusals are not written to the log."""
    caplog.set_level(logging.CRITICAL, logger="django.request")
    return make_ticket("handling", source="hotline").number


@pytest.fixture
def system(cast: Cast) -> APIClient:
    """A system that may do everything."""
    ApiClient.objects.filter(code="hotline").update(
        scopes=[scope.value for scope in ApiScope],
        sources=["hotline", "police", "phone_in"],
        per_minute=1_000_000,
    )
    return caller(city.API_KEY)


def refusal(answer: Any, what: str) -> dict[str, Any]:
    """The problem of an answer that has to be one."""
    assert 400 <= answer.status_code < 500, (what, answer.status_code, answer.content[:300])
    assert answer["Content-Type"] == "application/problem+json", (what, answer.status_code)
    body: dict[str, Any] = answer.json()
    assert {"type", "title", "status", "detail", "code", "instance"} <= set(body), (what, body)
    assert body["status"] == answer.status_code, what
    return body


def test_the_table_is_read(number: str) -> None:
    found = addresses(number)
    paths = {address.path for address in found}
    assert {"/api/v1/tickets", f"/api/v1/tickets/{number}", "/api/v1/webhooks"} <= paths
    assert len(found) > 100
    for address in found:
        assert not set("<>()[]{}|?") & set(address.path), address.path
        assert address.methods, address.path


@pytest.mark.parametrize("who", ["system", "dispatcher"])
def test_what_cannot_be_read_is_refused_everywhere(
    number: str, system: APIClient, sign_in: SignIn, who: str
) -> None:
    client, bad = (system, BAD) if who == "system" else (sign_in(who), BAD[::4])
    before, codes = rows(), Counter[str]()
    for address in addresses(number):
        for method, (what, body, kind) in itertools.product(address.writes, bad):
            BUCKETS.clear()
            answer = client.generic(method.upper(), address.path, body, content_type=kind)
            told = refusal(answer, f"{method} {address.path}: {what}")
            codes[told["code"]] += 1
    assert rows() == before, rows() - before
    assert codes["malformed"] > 100, codes


def test_a_body_that_is_too_large_is_cut_off_everywhere(number: str, system: APIClient) -> None:
    before = rows()
    size = str(max(settings.API_BATCH_MAX_BYTES, settings.API_JSON_MAX_BYTES) + 1)
    for address in addresses(number):
        for method in address.writes:
            answer = system.generic(
                method.upper(), address.path, b"{}", content_type=JSON, CONTENT_LENGTH=size
            )
            told = refusal(answer, f"{method} {address.path}")
            assert (told["status"], told["code"]) == (413, "too_large"), address.path
    assert rows() == before


def test_questions_that_make_no_sense_are_no_fault_of_ours(
    number: str, system: APIClient, sign_in: SignIn
) -> None:
    questions = (
        {"nonsense": "1"},
        {"limit": "x", "after": "-1", "cursor": "\x00", "page": "0"},
        {"limit": "9" * 40, "after": "9" * 40, "day": "2026-13-01", "since": "soon", "q": "\x00'\""},
    )
    before = rows()
    for client in (system, sign_in("dispatcher")):
        for address in addresses(number):
            for question in questions if "get" in address.methods else ():
                BUCKETS.clear()
                answer = client.get(address.path, question)
                if answer.status_code != 200:
                    refusal(answer, f"{address.path} {question}")
    assert rows() == before


def test_signatures_are_asked_for_everywhere(number: str, cast: Cast) -> None:
    """Missing, wrong, from another time, used before: at each address that takes keys."""
    facts = FACTS | {"must_sign": True, "per_minute": 1_000_000}
    made = clients.create("signer", by=cast.administrator, at=now(), facts=facts)
    client, count = caller(made.key), itertools.count()
    before = rows()

    def ask(
        address: Address, method: str, *, secret: str = made.secret, late: int = 0, nonce: str = ""
    ) -> Any:
        seconds = str(int(now().timestamp()) - late)
        nonce = nonce or f"nonce-of-a-walk-{next(count):06d}"
        body = b"" if method == "get" else b"[]"  # well signed, and no good
        digest = hashlib.sha256(body).hexdigest()
        lines = signing.message(method, address.path, seconds, nonce, digest)
        headers = {
            "x-signature-timestamp": seconds,
            "x-signature-nonce": nonce,
            "x-signature": signing.sign(secret, lines),
        }
        BUCKETS.clear()
        return client.generic(method.upper(), address.path, body, content_type=JSON, headers=headers)

    for address in addresses(number):
        if "/adapters/" in address.path and address.path.endswith("/messages"):
            continue  # a message proves itself
        method = address.methods[0]
        BUCKETS.clear()
        wanted = {
            "signature_missing": client.generic(method.upper(), address.path),
            "signature_wrong": ask(address, method, secret="wgs_other"),
            "clock_skew": ask(address, method, late=settings.SIGNATURE_TOLERANCE_SECONDS + 60),
        }
        first = ask(address, method, nonce=(nonce := f"nonce-of-a-walk-{next(count):06d}"))
        assert first.status_code != 401, address.path
        wanted["replayed"] = ask(address, method, nonce=nonce)
        for code, answer in wanted.items():
            told = refusal(answer, f"{method} {address.path}: {code}")
            assert (told["status"], told["code"]) == (401, code), address.path
    assert rows() == before


def test_nobody_gets_in_anywhere(number: str, nobody: APIClient) -> None:
    before = rows()
    open_to_all = set()
    for address in addresses(number):
        for method in address.methods:
            answer = nobody.generic(method.upper(), address.path, b"{}", content_type=JSON)
            if answer.status_code == 200:
                open_to_all.add(address.path)
                continue
            assert refusal(answer, address.path)["status"] in {401, 404}, address.path
    assert rows() == before
    assert all(path.startswith(("/api/v1/opinions", "/api/v1/policies")) for path in open_to_all), open_to_all


def test_the_body_of_a_report_names_the_place_of_each_fault(system: APIClient, cast: Cast) -> None:
    """One bad row among 999 good ones: the row and the field, and the good ones are taken."""
    good = {"source": "hotline", "category": "1408", "content": "路灯不亮", "place": "书院路"}
    batch = [good | {"external_no": f"R-{place}"} for place in range(1000)]
    batch[617]["category"] = "9999"
    answer = system.post("/api/v1/tickets/batch", {"tickets": batch})
    assert answer.status_code == 207, answer.content[:300]
    (bad,) = [row for row in answer.json()["results"] if "problem" in row]
    assert (bad["index"], list(bad["problem"]["errors"])) == (617, ["category"])
    assert answer.json()["succeeded"] == 999
    twice = json.dumps({"tickets": batch + batch[:1]}).encode()
    over = system.generic("POST", "/api/v1/tickets/batch", twice, content_type=JSON)
    assert refusal(over, "1,001 rows")["code"] == "batch_too_long"


def test_open311_refuses_in_the_form_that_was_asked_for(number: str, system: APIClient) -> None:
    """The other door: forms instead of JSON, XML as well as JSON, its own words of refusal."""
    found = [item for item in addresses(number, "open311/") if re.search(r"\w\.(xml|json)$", item.path)]
    assert len(found) >= 12
    assert sum(bool(item.writes) for item in found) == 2
    before = rows()
    for address, ending in itertools.product(found, ("json", "xml")):
        path = re.sub(r"\.(xml|json)$", f".{ending}", address.path)
        tries = [
            system.generic(method.upper(), path, body, content_type=kind)
            for method in address.writes
            for _what, body, kind in BAD
        ]
        if "definition" not in path and "services" not in path and "discovery" not in path:
            tries.append(system.get(path, {"start_date": "soon", "page": "0", "status": "asleep"}))
        for answer in tries:
            assert 400 <= answer.status_code < 500, (path, answer.status_code)
            assert ending in answer["Content-Type"], path
            assert b"description" in answer.content, path
    assert rows() == before
