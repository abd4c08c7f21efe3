"""Sign-in by user name or by phone number, with one hash computed whoever is asked for."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.db.models import Q
from django.http import HttpRequest

from governance.accounts.models import User
from governance.foundation.prepared import fetch_models


class NameOrPhoneBackend(ModelBackend):
    """Django's own checks; only the look-up differs. A phone never shadows another's user name."""

    def get_user(self, user_id: int) -> User | None:
        """The person of a session: one statement, planned once; nobody who may not sign in."""
        rows = fetch_models(User, "WHERE id = %s", [user_id])
        return rows[0] if rows and self.user_can_authenticate(rows[0]) else None

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,
    ) -> User | None:
        if not username or password is None:
            return None
        found = list(User.objects.filter(Q(username=username) | Q(phone=username))[:2])
        person = next((user for user in found if user.username == username), found[0] if found else None)
        if person is None:
            User().set_password(password)
            return None
        if person.check_password(password) and self.user_can_authenticate(person):
            return person
        return None
