"""Whose request it is, if it comes through a proxy."""

import ipaddress
from collections.abc import Iterable

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_IPV6_PREFIX = 64  # the addresses of one subscriber


def networks(names: Iterable[str]) -> list[Network]:
    """Return networks such as 10.0.0.0/8, or single addresses.

    Raises:
        ValueError: If a name is none of these.
    """
    return [ipaddress.ip_network(name) for name in names]


def client_address(peer: str, forwarded: str | None, trusted: Iterable[Network]) -> str:
    """Return the address of the client; for IPv6 the network of its subscriber.

    Args:
        peer: Address of the other end of the connection.
        forwarded: Value of the header in which proxies name the client, such as X-Forwarded-For: each proxy
            appends the address that it got the request from. Believed as far as trusted proxies wrote it.
        trusted: Addresses of these proxies.
    """
    trusted = list(trusted)
    client = peer
    for name in reversed((forwarded or "").split(",")):
        if not _within(client, trusted):
            break
        try:
            client = str(ipaddress.ip_address(name.strip()))
        except ValueError:
            break
    return _subscriber(client)


def _within(address: str, some: Iterable[Network]) -> bool:
    try:
        return any(ipaddress.ip_address(address) in each for each in some)
    except ValueError:  # a Unix socket has no address
        return False


def _subscriber(address: str) -> str:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if parsed.version == 4 or parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped if parsed.version == 6 else parsed)
    return str(ipaddress.ip_network((parsed, _IPV6_PREFIX), strict=False))
