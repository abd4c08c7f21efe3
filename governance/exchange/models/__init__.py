"""Tables of the exchange: clients with their keys, nonces that were used, answers that are kept, calls."""

from governance.exchange.models.answers import KeptAnswer
from governance.exchange.models.calls import ExchangeCall
from governance.exchange.models.clients import ApiClient, hash_key, issue_key, new_key, new_secret
from governance.exchange.models.nonces import SpentNonce

__all__ = [
    "ApiClient",
    "ExchangeCall",
    "KeptAnswer",
    "SpentNonce",
    "hash_key",
    "issue_key",
    "new_key",
    "new_secret",
]
