"""A client of the platform's REST API, version 1: standard library only, one file to copy.

It signs each request where it has a secret, repeats what may be repeated (with the same Idempotency-Key) and tells
every refusal as a `Refused` with the stable `code`.
"""

import hashlib
import hmac
import json
import mimetypes
import secrets
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NotRequired, TypedDict

Json = dict[str, Any]


class Citizen(TypedDict, total=False):
    """Who brought the matter."""

    name: str
    phone: str
    needs_reply: bool


class Point(TypedDict):
    """A position; `coord_system` is wgs84, gcj02 or bd09."""

    lon: float
    lat: float
    coord_system: str


class Matter(TypedDict):
    """A report. One of `point`, `region_code` and `place` has to be there."""

    source: str
    external_no: str
    category: str
    content: str
    title: NotRequired[str]
    demand_type: NotRequired[str]
    urgency: NotRequired[str]
    citizen: NotRequired[Citizen]
    confidential: NotRequired[bool]
    place: NotRequired[str]
    point: NotRequired[Point]
    region_code: NotRequired[str]
    occurred_at: NotRequired[str]
    external_due_at: NotRequired[str]
    attachments: NotRequired[Sequence[str]]


class Event(TypedDict):
    """One thing that happened to a ticket."""

    id: int
    type: str
    at: str
    ticket: str
    source: str
    external_no: str | None
    from_state: str
    state: str
    words: str
    facts: Json


class Refused(Exception):
    """The platform said no: `status`, `code` and the whole problem document."""

    def __init__(self, status: int, problem: Json) -> None:
        super().__init__(
            f"{status} {problem.get('code')}: {problem.get('detail')} {problem.get('errors', '')}"
        )
        self.status, self.code, self.problem = status, str(problem.get("code", "")), problem


class Client:
    """Talks to one platform with one key. `tries`: how often a call is sent before it is given up."""

    def __init__(self, url: str, key: str, secret: str = "", *, tries: int = 6, timeout: float = 30) -> None:
        self.url, self.key, self.secret, self.tries, self.timeout = (
            url.rstrip("/"),
            key,
            secret,
            tries,
            timeout,
        )

    def report(self, matter: Matter) -> Json:
        """File one matter; the same `external_no` again gives the same ticket (`created` is false then)."""
        return dict(self.write("/tickets", matter))

    def report_many(self, matters: Sequence[Matter]) -> Json:
        """File up to 1,000 matters; look at `results`, each has `ticket` or `problem`."""
        return dict(self.write("/tickets/batch", {"tickets": list(matters)}))

    def supplement(self, number: str, key: str, content: str, attachments: Sequence[str] = ()) -> Json:
        """Add words or files to a matter that is open."""
        body = {"key": key, "content": content, "attachments": list(attachments)}
        return dict(self.write(f"/tickets/{number}/supplements", body))

    def urge(self, number: str, key: str, opinion: str = "") -> Json:
        """Ask for haste."""
        return dict(self.write(f"/tickets/{number}/urges", {"key": key, "opinion": opinion}))

    def call_back(self, number: str, **call: str) -> Json:
        """Report the callback: `solved`, `contacted_at` and, where somebody answered, `satisfaction`."""
        return dict(self.write(f"/tickets/{number}/followups", call))

    def give_back(self, number: str, reason: str) -> Json:
        """Have a matter done again."""
        return dict(self.write(f"/tickets/{number}/returns", {"reason": reason}))

    def ticket(self, number: str) -> Json:
        """Everything about one ticket."""
        return dict(self.call("GET", f"/tickets/{number}"))

    def upload(self, path: Path) -> str:
        """Send a file; its id is for `attachments`."""
        edge = secrets.token_hex(16)
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        head = f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="{path.name}"\r\n'
        body = (
            f"{head}Content-Type: {kind}\r\n\r\n".encode()
            + path.read_bytes()
            + f"\r\n--{edge}--\r\n".encode()
        )
        return str(self.call("POST", "/attachments", body, f"multipart/form-data; boundary={edge}")["id"])

    def events(self, after: str, *, limit: int = 1000) -> Iterator[tuple[Event, str]]:
        """What happened since `after` (`latest`: from now on), each with the cursor to keep once it is dealt with."""
        while True:
            page = self.call("GET", f"/events?after={after}&limit={limit}")
            for event in page["events"]:
                yield event, str(event["id"])
            after = page["after"]
            if not page["has_more"]:
                return

    def newest_cursor(self) -> str:
        """Where the feed ends now."""
        return str(self.call("GET", "/events?after=latest")["after"])

    def write(self, target: str, body: Any) -> Any:
        """A POST that may be repeated: every try has the same Idempotency-Key."""
        return self.call("POST", target, json.dumps(body).encode(), key=secrets.token_urlsafe(18))

    def call(self, method: str, target: str, body: bytes = b"", kind: str = "", *, key: str = "") -> Any:
        """One call, repeated while the platform is busy or the line is bad. Raises Refused, OSError."""
        headers = {"Authorization": f"Bearer {self.key}", "Accept-Language": "zh-hans"}
        if body:
            headers["Content-Type"] = kind or "application/json"
        if key:
            headers["Idempotency-Key"] = key
        for turn in range(1, self.tries + 1):
            address = f"/api/v1{target}"
            signed = self.signed(method, address, body)
            request = urllib.request.Request(
                self.url + address, body or None, headers | signed, method=method
            )
            try:
                with urllib.request.urlopen(request, timeout=self.timeout) as answer:
                    return json.load(answer)
            except urllib.error.HTTPError as error:
                problem: Json = json.load(error) if "json" in error.headers.get("Content-Type", "") else {}
                is_busy = error.code in {429, 502, 503, 504} or problem.get("code") == "in_flight"
                may_come_again = method == "GET" or key or error.code == 429
                if turn == self.tries or not (is_busy and may_come_again):
                    raise Refused(error.code, problem) from error
                time.sleep(float(error.headers.get("Retry-After") or 0) or pause(turn))
            except OSError:
                if turn == self.tries or not (method == "GET" or key):
                    raise
                time.sleep(pause(turn))
        raise AssertionError("unreachable")

    def signed(self, method: str, address: str, body: bytes) -> dict[str, str]:
        """The three headers of a signature; each try has a nonce of its own."""
        if not self.secret:
            return {}
        moment, nonce = str(int(time.time())), secrets.token_urlsafe(18)
        lines = "\n".join(["v1", method, address, moment, nonce, hashlib.sha256(body).hexdigest()])
        mark = hmac.new(self.secret.encode(), lines.encode(), hashlib.sha256).hexdigest()
        stamp = {"X-Signature-Timestamp": moment, "X-Signature-Nonce": nonce}
        return {**stamp, "X-Signature": f"v1={mark}"}


def pause(turn: int) -> float:
    """Longer each time, up to half a minute, and never the same for two clients."""
    return min(30.0, float(2 ** (turn - 1))) * (0.5 + secrets.randbelow(500) / 1000)
