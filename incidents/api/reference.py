"""What a client needs to know to report and to act: matters, units, and who it is itself."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from governance.accounts.actors import Actor
from governance.accounts.models import Tier
from governance.exchange.edges import actor_of
from governance.exchange.models import ApiClient
from governance.foundation.api.views import ApiView
from governance.foundation.errors import Invalid
from grids import scope as scopes
from grids.territory import current as territory
from incidents.api import naming
from incidents.catalogue import current as catalogue


class CategoriesView(ApiView):
    """The edition of the matter catalogue in force."""

    @extend_schema(
        operation_id="categories_list",
        tags=["reference"],
        responses={200: naming.CategoryOut(many=True)},
        summary="Matters that tickets can be filed under",
    )
    def get(self, request: Request) -> Response:
        return Response(naming.CATEGORIES.to_representation(catalogue().selectable()))


class UnitsView(ApiView):
    """The units that can hold tickets."""

    @extend_schema(
        operation_id="units_list",
        tags=["reference"],
        parameters=[OpenApiParameter("tier", str, enum=list(Tier.values))],
        responses={200: naming.UnitOut(many=True)},
        summary="Active units, with the codes that verbs take",
    )
    def get(self, request: Request) -> Response:
        tier = request.query_params.get("tier", "")
        if tier and tier not in Tier.values:
            raise Invalid(
                fields={"tier": [_("Choose one of: %(words)s") % {"words": ", ".join(Tier.values)}]}
            )
        units = sorted(territory().units.values(), key=lambda unit: unit.path)
        return Response(naming.UNITS.to_representation([u for u in units if not tier or u.tier == tier]))


class MeView(ApiView):
    """The caller."""

    @extend_schema(
        operation_id="me_read",
        tags=["reference"],
        responses={200: naming.MeOut},
        summary="Who the key or session belongs to",
    )
    def get(self, request: Request) -> Response:
        return Response(naming.ME.to_representation(_me(request, actor_of(request, "api"))))


def _me(request: Request, by: Actor) -> dict[str, Any]:
    client = request.auth
    if isinstance(client, ApiClient):
        return {
            "kind": "client",
            "code": client.code,
            "name": client.name,
            "unit_id": None,
            "sources": sorted(by.source_codes),
            "roles": [by.role],
            "scopes": sorted(client.scopes),
            "regions": sorted(by.region_codes),
            "expires_at": client.expires_at,
        }
    user = by.user
    return {
        "kind": "person",
        "code": user.username if user else "",
        "name": by.name,
        "unit_id": by.unit_id,
        "sources": [],
        "roles": sorted(scopes.of(user).roles),
        "scopes": [],
        "regions": [],
        "expires_at": None,
    }
