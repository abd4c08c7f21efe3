"""Signatures by the Standard Webhooks convention: HMAC-SHA256 over id, time and body, one for each secret in force."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from standardwebhooks import Webhook

AGENT = "grid-governance-webhooks/1"


def headers_for(name: str, body: str, secrets: Sequence[str], at: datetime) -> Mapping[str, str]:
    """The headers of one attempt; `at` is an instant in UTC."""
    signatures = [Webhook(secret).sign(name, at, body) for secret in secrets]
    return {
        "Content-Type": "application/json",
        "User-Agent": AGENT,
        "webhook-id": name,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(signatures),
    }
