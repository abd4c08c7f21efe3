"""What the API says about matters, units and the caller."""

from rest_framework import serializers

from governance.accounts.models import Tier
from governance.foundation.api.shapes import Base, Shape
from governance.foundation.naming import label_of
from grids.territory import Unit
from grids.territory import current as territory
from incidents.api.showing import UnitById
from incidents.models import MatterCategory
from incidents.states import Urgency


class CategoryOut(Shape):
    """A matter that tickets can be filed under."""

    code = serializers.CharField()
    name = serializers.CharField(source="label")
    full_name = serializers.CharField()
    parent_code = serializers.CharField()
    level = serializers.IntegerField()
    urgency = serializers.ChoiceField(Urgency.choices)
    min_level = serializers.ChoiceField(Tier.choices)
    lead_line = serializers.CharField(allow_blank=True)
    handle_amount = serializers.IntegerField()
    handle_unit = serializers.CharField()
    handle_clock = serializers.CharField()
    onsite_verify = serializers.ChoiceField(MatterCategory.OnsiteVerify.choices)


class UnitOut(Shape):
    """A unit that can hold tickets."""

    code = serializers.CharField()
    name = serializers.SerializerMethodField()
    kind = serializers.CharField()
    tier = serializers.ChoiceField(Tier.choices)
    line = serializers.CharField(allow_blank=True)
    parent = serializers.SerializerMethodField()  # type: ignore[assignment]  # a declared field

    def get_name(self, unit: Unit) -> str:
        return label_of(unit)

    def get_parent(self, unit: Unit) -> str | None:
        above = territory().units.get(unit.parent_id or 0)
        return above.code if above else None


class MeOut(Base):
    """Who calls, and how far that reaches."""

    kind = serializers.ChoiceField(["client", "person"])
    code = serializers.CharField(help_text="Of the client, or the user name.")
    name = serializers.CharField()
    unit = UnitById(source="unit_id", allow_null=True)
    sources = serializers.ListField(child=serializers.CharField())
    roles = serializers.ListField(child=serializers.CharField())
    scopes = serializers.ListField(
        child=serializers.CharField(), help_text="What the key may be used for; empty for a person."
    )
    regions = serializers.ListField(
        child=serializers.CharField(), help_text="Codes that bound the key; empty: everywhere."
    )
    expires_at = serializers.DateTimeField(allow_null=True, help_text="When the key ends.")


ME, CATEGORIES, UNITS = MeOut(), CategoryOut(many=True), UnitOut(many=True)
