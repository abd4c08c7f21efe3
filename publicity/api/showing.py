"""What goes out over REST: policy notices with what the caller may do, and public ones for other systems."""

from collections.abc import Sequence
from typing import Any, Final

from rest_framework import serializers

from governance.accounts.actors import Actor
from governance.foundation.api.shapes import Base, OfferOut
from publicity.models import PolicyNotice
from publicity.queries import Share
from publicity.rules import permitted
from publicity.states import AUDIENCES, NoticeState


class ReceiptsOut(Base):
    """How many of the people whom the caller oversees have confirmed."""

    read = serializers.IntegerField()
    whole = serializers.IntegerField()


class PublicOut(Base):
    """A notice that everybody may read."""

    number = serializers.CharField()
    kind = serializers.ChoiceField(PolicyNotice.Kind.choices)
    title = serializers.CharField()
    body = serializers.CharField()
    unit = serializers.CharField(help_text="The code of the unit that publishes it.")
    targets = serializers.ListField(
        child=serializers.CharField(),
        help_text="Codes of regions and grids, as they were when it was written.",
    )
    valid_from = serializers.DateField()
    valid_to = serializers.DateField()
    published_at = serializers.DateTimeField(allow_null=True)


class NoticeOut(PublicOut):
    """A notice as staff sees it."""

    version = serializers.IntegerField()
    state = serializers.ChoiceField(NoticeState.choices)
    body = serializers.CharField(allow_blank=True, help_text="Empty once it was withdrawn.")
    audience = serializers.ListField(
        child=serializers.ChoiceField([code for code, _label in AUDIENCES]),
        help_text="Roles and posts that it is meant for; empty: everybody there.",
    )
    is_public = serializers.BooleanField()
    has_file = serializers.BooleanField()
    prepared_at = serializers.DateTimeField()
    reminded_at = serializers.DateTimeField(allow_null=True)
    confirmed_at = serializers.DateTimeField(allow_null=True, help_text="When the caller confirmed it.")
    receipts = ReceiptsOut(allow_null=True, help_text="Null for those who oversee none of its readers.")


class NoticeDetail(NoticeOut):
    """A notice, and what the caller may do to it."""

    verbs = OfferOut(many=True)


PUBLIC_FACTS: Final = ("number", "kind", "title", "body", "valid_from", "valid_to", "published_at")
FACTS: Final = (*PUBLIC_FACTS, "version", "state", "audience", "is_public", "prepared_at", "reminded_at")


def _facts(row: PolicyNotice, names: Sequence[str]) -> dict[str, Any]:
    codes = sorted(target.code for target in row.targets.all())
    return {name: getattr(row, name) for name in names} | {"unit": row.unit.code, "targets": codes}


def public(row: PolicyNotice) -> dict[str, Any]:
    """A public notice."""
    shown: dict[str, Any] = PublicOut(_facts(row, PUBLIC_FACTS)).data
    return shown


def _staff(row: PolicyNotice, share: Share | None) -> dict[str, Any]:
    """`row` carries `own_read_at`, see `publicity.views.desk.with_own`."""
    more: dict[str, Any] = {
        "has_file": row.attachment_id is not None,
        "confirmed_at": getattr(row, "own_read_at", None),
        "receipts": share,
    }
    if row.state == NoticeState.WITHDRAWN:
        more["body"] = ""
    return _facts(row, FACTS) | more


def notice(row: PolicyNotice, share: Share | None) -> dict[str, Any]:
    """A notice as it stands in a list."""
    shown: dict[str, Any] = NoticeOut(_staff(row, share)).data
    return shown


def detail(row: PolicyNotice, share: Share | None, by: Actor) -> dict[str, Any]:
    """A notice with the verbs that this person may do to it now."""
    place = f"/api/v1/policies/{row.number}"
    offered = [
        {"name": verb.name, "label": str(verb.label), "url": f"{place}/{verb.name}"}
        for verb in permitted(row, by)
    ]
    shown: dict[str, Any] = NoticeDetail(_staff(row, share) | {"verbs": offered}).data
    return shown
