"""Which addresses may be called: a table of what is inside, beside and behind our own networks."""

from ipaddress import ip_address, ip_network
from typing import Any

import pytest

from governance.exchange.addresses import BadUrl, Refused, checked, is_allowed, target_of

INSIDE = (
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
    "100.64.0.1",
    "100.100.100.200",
    "127.0.0.1",
    "127.255.255.254",
    "168.63.129.16",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.1",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.51.100.7",
    "203.0.113.9",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::ffff:127.0.0.1",
    "::ffff:8.8.8.8",
    "::8.8.8.8",
    "64:ff9b::7f00:1",
    "64:ff9b::808:808",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:db8::1",
    "2002:7f00:1::1",
    "fc00::1",
    "fd12:3456::1",
    "fe80::1",
    "fec0::1",
    "ff02::1",
)
OUTSIDE = ("1.2.4.8", "8.8.8.8", "114.114.114.114", "223.5.5.5", "2400:3200::1", "2606:4700:4700::1111")


@pytest.fixture(autouse=True)
def _as_shipped(settings: Any) -> None:
    """What a site has that has set nothing."""
    settings.WEBHOOK_ALLOWED_NETWORKS, settings.WEBHOOK_HTTP_HOSTS = [], []


@pytest.mark.parametrize("text", INSIDE)
def test_addresses_that_nobody_outside_could_mean(text: str) -> None:
    assert not is_allowed(ip_address(text))
    with pytest.raises(Refused):
        checked(["8.8.8.8", text])


@pytest.mark.parametrize("text", OUTSIDE)
def test_public_addresses(text: str) -> None:
    assert is_allowed(ip_address(text))
    assert checked([text, text]) == [text]


def test_a_name_without_an_address_or_with_a_strange_one() -> None:
    for found in ([], ["not an address"], ["fe80::1%eth0"]):
        with pytest.raises(Refused):
            checked(found)


def test_a_site_may_allow_a_network_of_its_own(settings: Any) -> None:
    settings.WEBHOOK_ALLOWED_NETWORKS = [ip_network("10.8.0.0/16"), ip_network("fd00::/8")]
    assert is_allowed(ip_address("10.8.3.4"))
    assert is_allowed(ip_address("fd00::1"))
    assert not is_allowed(ip_address("10.9.0.1"))
    assert not is_allowed(ip_address("::ffff:10.8.3.4"))
    assert target_of("https://10.8.3.4/hook").host == "10.8.3.4"


BAD = (
    "",
    "hook",
    "ftp://example.cn/",
    "file:///etc/passwd",
    "gopher://example.cn/",
    "https://",
    "https:///hook",
    "http://example.cn/hook",
    "https://example.cn/" + "a" * 500,
    "https://user:secret@example.cn/",
    "https://user@example.cn/",
    "https://example.cn/#part",
    "https://example.cn/a b",
    "https://example.cn/\r\nX-Evil: 1",
    "https://example.cn/\x00",
    "https://例子.cn/",
    "https://example.cn\\@127.0.0.1/",
    "https://127.0.0.1/",
    "https://127.1/",
    "https://2130706433/",
    "https://0177.0.0.1/",
    "https://[::1]/",
    "https://[::ffff:10.0.0.1]/",
    "https://[fe80::1%25eth0]/",
    "https://[nonsense]/",
    "https://169.254.169.254/latest/meta-data/",
    "https://localhost/",
    "https://localhost.localdomain/",
    "https://printer.local/",
    "https://db.internal/",
    "https://intranet/",
    "https://-bad.example.cn/",
    "https://exa mple.cn/",
    "https://example..cn/",
    "https://example.cn:22/",
    "https://example.cn:80/",
    "https://example.cn:0/",
    "https://example.cn:99999/",
    "https://example.cn:port/",
)


@pytest.mark.parametrize("url", BAD)
def test_urls_that_are_not_taken(url: str) -> None:
    with pytest.raises(BadUrl) as caught:
        target_of(url)
    assert str(caught.value.words)


def test_the_parts_of_a_good_url() -> None:
    target = target_of("https://Hooks.Example.cn./a/b?c=d")
    assert (target.is_tls, target.host, target.port, target.path, target.authority) == (
        True,
        "hooks.example.cn",
        443,
        "/a/b?c=d",
        "hooks.example.cn",
    )
    assert target_of("https://example.cn:8443").authority == "example.cn:8443"
    assert target_of("https://example.cn").path == "/"
    assert target_of("https://[2400:3200::1]/").authority == "[2400:3200::1]"


def test_a_host_under_test_may_be_called_without_tls(settings: Any) -> None:
    settings.WEBHOOK_HTTP_HOSTS = ["receiver"]
    target = target_of("http://receiver/hook")
    assert (target.is_tls, target.port, target.authority) == (False, 80, "receiver")
    with pytest.raises(BadUrl):
        target_of("http://other/hook")
