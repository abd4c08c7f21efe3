"""Webhooks: how long a conversation may take, how many go at once, and which addresses may be called at all.

How patiently other systems are told are rule values: `webhooks.values`.
"""

from ipaddress import IPv4Network, IPv6Network, ip_network

from django.core.exceptions import ImproperlyConfigured

from governance.settings.environment import env


def read_networks(name: str) -> list[IPv4Network | IPv6Network]:
    """Networks written like 10.8.0.0/16. Raises ImproperlyConfigured."""
    try:
        return [ip_network(word) for word in env.words(name)]
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} must list networks like 10.8.0.0/16: {error}.") from error


# Networks of the government's own that may be called although nobody outside can reach them.
WEBHOOK_ALLOWED_NETWORKS = read_networks("WEBHOOK_ALLOWED_NETWORKS")
# Hosts that may be called without TLS, for receivers under test; everything else is https.
WEBHOOK_HTTP_HOSTS = env.words("WEBHOOK_HTTP_HOSTS")
# From the name of the host to the last byte of the answer.
WEBHOOK_TIMEOUT_SECONDS = env.number("WEBHOOK_TIMEOUT_SECONDS", 10, least=1, most=60)
# Messages on their way to one endpoint, and to all of them.
WEBHOOK_PER_ENDPOINT = env.number("WEBHOOK_PER_ENDPOINT", 20, least=1, most=100)
WEBHOOK_AT_ONCE = env.number("WEBHOOK_AT_ONCE", 300, least=10, most=2000)
# A queue of its own lets a site give the deliveries a worker of their own (`celery worker -Q`).
WEBHOOK_QUEUE = env.text("WEBHOOK_QUEUE", "celery")
CELERY_TASK_ROUTES = {"webhooks.*": {"queue": WEBHOOK_QUEUE}}
