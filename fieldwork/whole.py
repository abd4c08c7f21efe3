"""The ledger of a phone's action: the action's own transaction is undone when a verb is refused, so no verb marks a
point to come back to.
"""

from contextlib import AbstractContextManager
from typing import Any

from django.db import transaction

from incidents.ledger import Ledger


class Unpointed(Ledger):
    """The database, without savepoints."""

    def atomic(self) -> AbstractContextManager[Any]:
        """Part of the caller's transaction."""
        return transaction.atomic(savepoint=False)


WHOLE = Unpointed()
