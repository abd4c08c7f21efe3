"""Which addresses may be called. A client chooses the URL, so the platform must not become its arm into our networks.

The shape of a URL is checked when it is typed; what its host resolves to is checked at every call, and the call goes to
the address that was checked.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import pgettext_lazy

from governance.foundation.errors import Text

LONGEST = 500
LOWEST_FREE_PORT = 1024
SHAPE = re.compile(r"[!-~]+\Z")  # visible ASCII: no spaces, no control characters, no line ends
LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)\Z")
OUR_OWN_NAMES = ("localhost", "local", "internal", "localdomain")
TRANSLATED = tuple(
    ip_network(text)
    for text in (
        "::ffff:0:0/96",  # IPv4-mapped
        "::/96",  # IPv4-compatible
        "64:ff9b::/96",  # NAT64
        "64:ff9b:1::/48",  # NAT64 of one's own
        "2002::/16",  # 6to4
        "2001::/32",  # Teredo
        "fec0::/10",  # site-local
    )
)
"""IPv6 networks that stand for an IPv4 address, or for a place of one's own."""
KEPT_OUT = tuple(ip_network(text) for text in ("168.63.129.16/32", "192.88.99.0/24", "192.0.0.0/24"))
"""Public by number, but the platform's surroundings: cloud hosts' own services, relays, protocol assignments."""
Address = IPv4Address | IPv6Address


class BadUrl(ValueError):
    """A URL that is not called; `words` says why."""

    def __init__(self, words: Text) -> None:
        super().__init__(str(words))
        self.words = words


class Refused(Exception):
    """A host that resolves to an address that is not called."""


@dataclass(frozen=True, kw_only=True)
class Target:
    """Where a URL leads: `host` for the name of the certificate and the Host header, `path` with the query."""

    is_tls: bool
    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        """The Host header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == (443 if self.is_tls else 80) else f"{host}:{self.port}"


def target_of(url: str) -> Target:
    """The parts of a URL that may be called, as far as its shape tells. Raises BadUrl."""
    if not url or len(url) > LONGEST or not SHAPE.match(url) or "\\" in url:
        raise BadUrl(
            pgettext_lazy("webhooks", "Write a complete address of letters and signs, at most 500 long")
        )
    try:
        parts = urlsplit(url)
        port, host = parts.port, (parts.hostname or "").rstrip(".")
    except ValueError as error:
        raise BadUrl(pgettext_lazy("webhooks", "This is no address that can be called")) from error
    if parts.scheme not in {"https", "http"} or not host:
        raise BadUrl(pgettext_lazy("webhooks", "The address must begin with https://"))
    if "@" in parts.netloc or "#" in url:
        raise BadUrl(pgettext_lazy("webhooks", "Names, passwords and # do not belong into the address"))
    is_tls = parts.scheme == "https"
    if not is_tls and host not in settings.WEBHOOK_HTTP_HOSTS:
        raise BadUrl(pgettext_lazy("webhooks", "The address must begin with https://"))
    _check_host(host)
    port = (443 if is_tls else 80) if port is None else port
    _check_port(host, port)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(is_tls=is_tls, host=host, port=port, path=path)


def _check_host(host: str) -> None:
    literal = literal_of(host)
    if literal is not None:
        if not is_allowed(literal):
            raise BadUrl(pgettext_lazy("webhooks", "This address lies in a network that is not called"))
        return
    labels = host.split(".")
    if host in settings.WEBHOOK_HTTP_HOSTS:
        return
    if len(host) > 253 or not all(LABEL.match(label) for label in labels) or labels[-1].isdigit():
        raise BadUrl(pgettext_lazy("webhooks", "This is no address that can be called"))
    if len(labels) < 2 or labels[-1] in OUR_OWN_NAMES:
        raise BadUrl(pgettext_lazy("webhooks", "This address lies in a network that is not called"))


def _check_port(host: str, port: int) -> None:
    if host in settings.WEBHOOK_HTTP_HOSTS or port == 443 or port >= LOWEST_FREE_PORT:
        return
    raise BadUrl(pgettext_lazy("webhooks", "Only port 443 and ports from 1024 on are called"))


def literal_of(host: str) -> Address | None:
    """The address that the host is written as; None for a name. A zone of an address is no part of it."""
    try:
        return ip_address(host.partition("%")[0])
    except ValueError:
        return None


def is_allowed(address: Address) -> bool:
    """Whether it may be called: a public unicast address, or one in a network that the site has allowed."""
    if any(
        address.version == network.version and address in network
        for network in settings.WEBHOOK_ALLOWED_NETWORKS
    ):
        return True
    if any(address.version == network.version and address in network for network in (*TRANSLATED, *KEPT_OUT)):
        return False
    if address.is_multicast or address.is_reserved or address.is_unspecified or address.is_link_local:
        return False
    return address.is_global and not address.is_private and not address.is_loopback


def checked(found: Sequence[str]) -> list[str]:
    """The addresses that a name resolves to, if all may be called. Raises Refused for a single one that may not."""
    addresses = [literal_of(text) for text in found]
    if not addresses or not all(address is not None and is_allowed(address) for address in addresses):
        raise Refused
    return list(dict.fromkeys(found))
