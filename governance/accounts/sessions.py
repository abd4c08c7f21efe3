"""Sessions in the database, as Django keeps them, read with a statement that is planned once."""

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.models import Session
from django.utils import timezone

from governance.foundation.prepared import fetch_models


class SessionStore(DatabaseStore):
    """Every request reads one."""

    def _get_session_from_db(self) -> Session | None:
        """The session that is not over; an unknown key is forgotten."""
        rows = fetch_models(
            Session,
            "WHERE session_key = %s AND expire_date > %s",
            [self.session_key, timezone.now()],
        )
        if rows:
            return rows[0]
        self._session_key = None  # as Django does: nobody may choose a key
        return None
