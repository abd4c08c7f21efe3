"""May this key be used for this call? People are judged by rules of the rooms, not here."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from governance.exchange.models import ApiClient
from governance.exchange.scopes import needed
from governance.foundation.errors import Forbidden


class KeyScope(BasePermission):
    """A client does only what its scopes name. Raises Forbidden with the scope that is missing."""

    def has_permission(self, request: Request, view: Any) -> bool:
        client = request.auth
        if isinstance(client, ApiClient):
            scope = needed(view, request.method or "")
            if scope not in client.scopes:
                raise Forbidden(_("This key may not be used for that"), code="scope_missing", scope=scope)
        return True
