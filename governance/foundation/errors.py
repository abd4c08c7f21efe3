"""What can go wrong, once, for both doors: problem details in the API, a friendly page in HTML.

Every error carries an HTTP-shaped `status`, a stable `code` for machines and a sentence for people.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise
FieldErrors = Mapping[str, Sequence[Text]]


class Problem(Exception):
    """A refusal that the caller can understand. `extra` is added to the problem document as it is."""

    status = 500
    code = "error"
    title: Text = _("Something went wrong")

    def __init__(self, detail: Text = "", *, code: str = "", **extra: Any) -> None:
        super().__init__(str(detail or self.title))
        self.detail: Text = detail or self.title
        self.code = code or type(self).code
        self.extra: dict[str, Any] = extra


class Invalid(Problem):
    """The request is malformed; `fields` names each field and what would cure it."""

    status = 400
    code = "invalid"
    title = _("The form has errors")

    def __init__(self, detail: Text = "", *, fields: FieldErrors | None = None, code: str = "") -> None:
        self.fields: dict[str, list[Text]] = {name: list(texts) for name, texts in (fields or {}).items()}
        super().__init__(detail, code=code)


class Unauthenticated(Problem):
    """Nobody is signed in, or the key is unknown, ended or revoked."""

    status = 401
    code = "unauthenticated"
    title = _("Please sign in")


class Forbidden(Problem):
    """The person may see the object but may not do this to it; nothing was changed."""

    status = 403
    code = "forbidden"
    title = _("You may not do this")


class NotFound(Problem):
    """Not there, or not visible to this person: the answer is the same."""

    status = 404
    code = "not_found"
    title = _("Not found")


class Conflict(Problem):
    """The present state of the object does not allow it."""

    status = 409
    code = "conflict"
    title = _("This conflicts with the present state")


class IllegalTransition(Conflict):
    """The state table has no such arrow from the present state."""

    code = "illegal_transition"
    title = _("This step is not possible in the present state")


class StaleVersion(Conflict):
    """Somebody changed the object since the caller read it."""

    code = "stale_version"
    title = _("Somebody else has changed this in the meantime")


class TooLarge(Problem):
    """The body or a file is larger than the limit, which `limit_bytes` names."""

    status = 413
    code = "too_large"
    title = _("The file is too large")


class UnsupportedMedia(Problem):
    """The content is not of a kind that is accepted, whatever its name says."""

    status = 415
    code = "unsupported_media"
    title = _("This kind of file is not accepted")


class Unprocessable(Invalid):
    """Well-formed, but against a rule of the field (no after-photo, below the level, ...)."""

    status = 422
    code = "unprocessable"
    title = _("This cannot be done as it stands")


class TooMany(Problem):
    """Too many requests; `retry_after` (seconds) says when to come again."""

    status = 429
    code = "too_many_requests"
    title = _("Too many requests")


class Unavailable(Problem):
    """The store behind the service cannot be reached; `retry_after` (seconds)."""

    status = 503
    code = "unavailable"
    title = _("The service is temporarily unavailable")
