"""The API's document: every operation says which problems it may answer with, and how one signs in."""

from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from governance.foundation.api.problems import PROBLEM_TYPE
from governance.foundation.api.strict import StrictSerializer

ALWAYS = ("401", "429", "503")
NO_SUCH = ("404",)
WRITES = ("400", "403", "409", "413", "415", "422")
READS = ("400", "403", "422")
WORDS = {
    "400": "Malformed: `errors` names each field.",
    "401": "No key, or one that is unknown, ended or revoked; nobody is signed in.",
    "403": "Visible, but not allowed to this caller; `roles` names who may. Nothing was changed.",
    "404": "Not there, or not visible to this caller: the answer is the same.",
    "409": "The present state forbids it, or `version` is stale; see `state` and `current_version`.",
    "413": "Body or file larger than the limit.",
    "415": "Body or file of a kind that is not accepted, whatever its name says.",
    "422": "Well-formed, but against a rule; `code` and `errors` say which.",
    "429": "Too many requests; see Retry-After.",
    "503": "The database is away; nothing was stored. See Retry-After.",
}


IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description=(
        "Your own key of this write. The same request with the same key gets the first answer again "
        "(`Idempotency-Replayed: true`); another request with it is 422 `key_reused`, one that comes while the first "
        "runs 409 `in_flight`."
    ),
)


class Problem(StrictSerializer):
    """RFC 9457 problem details."""

    type = serializers.CharField(help_text="A stable URN that ends with `code`.")
    title = serializers.CharField(help_text="What kind of problem, in the caller's language.")
    status = serializers.IntegerField(help_text="The HTTP status again.")
    code = serializers.CharField(help_text="The stable word to decide on.")
    detail = serializers.CharField(help_text="What happened this time, in the caller's language.")
    instance = serializers.CharField(help_text="The request id; quote it when you ask for help.")
    errors = serializers.DictField(  # type: ignore[assignment]  # a declared field
        child=serializers.ListField(child=serializers.CharField()),
        required=False,
        help_text="Texts by field; nested fields are dotted.",
    )
    roles = serializers.ListField(
        child=serializers.CharField(), required=False, help_text="403: who may do it."
    )
    current_version = serializers.IntegerField(required=False, help_text="409: the version that is stored.")
    state = serializers.CharField(required=False, help_text="409: the present state.")
    allowed = serializers.ListField(
        child=serializers.CharField(), required=False, help_text="409: the verbs that leave this state."
    )
    limit_bytes = serializers.IntegerField(required=False, help_text="413: the limit.")
    retry_after = serializers.IntegerField(required=False, help_text="429 and 503: seconds.")


class ProblemSchema(AutoSchema):
    """Adds the problem responses that follow from the method and the address."""

    def get_override_parameters(self) -> list[Any]:
        """Every write takes an Idempotency-Key."""
        own = list(super().get_override_parameters())
        takes_keys = getattr(self.view, "takes_keys", True)
        if self.method == "POST" and takes_keys and self.path.startswith("/api/v"):
            own.append(IDEMPOTENCY_KEY)
        return own

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        if not self.path.startswith("/api/v"):
            return bodies
        codes = [*ALWAYS, *(READS if self.method == "GET" else WRITES)]
        if "{" in self.path:
            codes.extend(NO_SUCH)
        for code in sorted(set(codes) - set(bodies)):
            bodies[code] = _problem(self, code, direction)
            bodies[code]["description"] = WORDS[code]
        return bodies


def _problem(schema: Any, code: str, direction: Any) -> dict[str, Any]:
    body: dict[str, Any] = schema._get_response_for_code(Problem, code, [PROBLEM_TYPE], direction)
    return body


def without_doubles(result: Any, **_options: Any) -> Any:
    """A choice of shapes names each of them once: what may be null twice over could be neither."""
    if isinstance(result, dict):
        for name, value in result.items():
            if name == "oneOf" and isinstance(value, list):
                result[name] = [item for place, item in enumerate(value) if item not in value[:place]]
            without_doubles(result[name])
    elif isinstance(result, list):
        for item in result:
            without_doubles(item)
    return result
