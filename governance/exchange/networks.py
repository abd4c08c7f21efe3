"""Networks that a client may call from, written like 203.0.113.0/24 or 2001:db8::1."""

from collections.abc import Sequence
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


def check_network(text: str) -> None:
    """Raises ValidationError for what is no address and no network."""
    try:
        ip_network(text, strict=False)
    except ValueError as error:
        raise ValidationError(
            _("%(text)s is no network address; write 203.0.113.0/24"), params={"text": text}
        ) from error


def is_inside(address: str, networks: Sequence[str]) -> bool:
    """Whether the address lies in one of them; no networks: everywhere. An address that cannot be read is outside."""
    if not networks:
        return True
    try:
        caller = ip_address(address)
    except ValueError:
        return False
    caller = getattr(caller, "ipv4_mapped", None) or caller
    return any(
        caller.version == network.version and caller in network for network in _parsed(tuple(networks))
    )


@lru_cache(256)
def _parsed(networks: tuple[str, ...]) -> tuple[IPv4Network | IPv6Network, ...]:
    return tuple(ip_network(text, strict=False) for text in networks)
